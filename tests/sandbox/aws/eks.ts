/**
 * Amazon EKS: the clusters of an account in a region, and who may enter them.
 *
 * @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations.html
 * @module
 */

import type { Clock } from "../clock.ts";
import type { Clusters, SandboxCluster } from "../clusters.ts";
import type { Answer, ReceivedRequest } from "../listener.ts";
import type { Accounts } from "./accounts.ts";
import { AwsError, JSON_SIGNATURE_ERRORS, jsonAnswer, restJsonErrorAnswer } from "./aws_error.ts";
import { ACCESS_ENTRY_OPERATIONS, listAccessPolicies } from "./eks_access_entries.ts";
import { page } from "./page.ts";
import { parameterMap } from "./query.ts";
import { type AwsCall, type AwsService, callerOf, UNKNOWN_OPERATION } from "./service.ts";

/** What the path of each operation looks like. */
const ROUTES: readonly (readonly [method: string, path: RegExp, operation: string])[] = [
  ["GET", /^\/clusters$/, "ListClusters"],
  ["GET", /^\/clusters\/[^/]+$/, "DescribeCluster"],
  ["GET", /^\/clusters\/[^/]+\/access-entries$/, "ListAccessEntries"],
  ["POST", /^\/clusters\/[^/]+\/access-entries$/, "CreateAccessEntry"],
  ["GET", /^\/clusters\/[^/]+\/access-entries\/[^/]+$/, "DescribeAccessEntry"],
  ["POST", /^\/clusters\/[^/]+\/access-entries\/[^/]+$/, "UpdateAccessEntry"],
  ["DELETE", /^\/clusters\/[^/]+\/access-entries\/[^/]+$/, "DeleteAccessEntry"],
  [
    "GET",
    /^\/clusters\/[^/]+\/access-entries\/[^/]+\/access-policies$/,
    "ListAssociatedAccessPolicies",
  ],
  ["POST", /^\/clusters\/[^/]+\/access-entries\/[^/]+\/access-policies$/, "AssociateAccessPolicy"],
  [
    "DELETE",
    /^\/clusters\/[^/]+\/access-entries\/[^/]+\/access-policies\/[^/]+$/,
    "DisassociateAccessPolicy",
  ],
  ["GET", /^\/access-policies$/, "ListAccessPolicies"],
];

/** The service, over the clusters of one sandbox. */
export function eksService(
  { clusters, accounts, clock }: {
    readonly clusters: Clusters;
    readonly accounts: Accounts;
    readonly clock: Clock;
  },
): AwsService {
  return {
    service: "eks",
    signingName: "eks",
    signatureErrors: JSON_SIGNATURE_ERRORS,
    unsignedOperations: new Set(),
    operationOf({ method, path }): string | undefined {
      if (!/^\/(?:clusters|access-policies)(?:\/|$)/.test(path)) return undefined;
      const route = ROUTES.find((one) => one[0] === method && one[1].test(path));
      return route?.[2] ?? UNKNOWN_OPERATION;
    },
    answer(call): Answer {
      checkAllowed(call, accounts);
      const query = parameterMap(call.request.query);
      if (query === undefined) {
        throw new AwsError(400, "InvalidParameterException", "The query is malformed");
      }
      switch (call.operation) {
        case "ListClusters":
          return jsonAnswer(200, listClusters({ call, query, clusters }));
        case "ListAccessPolicies":
          return jsonAnswer(200, listAccessPolicies(query));
        default:
          return jsonAnswer(200, answerForCluster({ call, query, clusters, now: clock.now() }));
      }
    },
    errorAnswer: restJsonErrorAnswer,
  };
}

function checkAllowed(call: AwsCall, accounts: Accounts): void {
  const { principal } = callerOf(call);
  const action = `eks:${call.operation}`;
  if (accounts.allows(principal, action)) return;
  const message = `User: ${principal.arn} is not authorized to perform: ${action}`;
  throw new AwsError(403, "AccessDeniedException", message);
}

function listClusters(
  { call, query, clusters }: {
    readonly call: AwsCall;
    readonly query: ReadonlyMap<string, string>;
    readonly clusters: Clusters;
  },
): unknown {
  const { accountId } = callerOf(call).principal;
  const names = clusters.list({ accountId, region: call.region }).map((cluster) => cluster.name);
  return page("clusters", names, query);
}

function answerForCluster(
  { call, query, clusters, now }: {
    readonly call: AwsCall;
    readonly query: ReadonlyMap<string, string>;
    readonly clusters: Clusters;
    readonly now: Date;
  },
): unknown {
  const [, , name = "", , principalArn = "", , policyArn = ""] = call.request.path.split("/")
    .map(decodeURIComponent);
  const { accountId } = callerOf(call).principal;
  const cluster = clusters.find({ accountId, region: call.region, name });
  if (cluster === undefined) {
    throw new AwsError(404, "ResourceNotFoundException", `No cluster found for name: ${name}.`);
  }
  if (call.operation === "DescribeCluster") return { cluster: describe(cluster) };
  const operation = ACCESS_ENTRY_OPERATIONS.get(call.operation);
  if (operation === undefined) throw new Error(`${call.operation} has a path and no code`);
  if (cluster.authenticationMode === "CONFIG_MAP") {
    throw new AwsError(
      400,
      "InvalidRequestException",
      "The authentication mode of the cluster has no API",
    );
  }
  const body = bodyOf(call.request);
  return operation({ cluster, principalArn, policyArn, query, body, now });
}

function describe(cluster: SandboxCluster): unknown {
  const { endpoint, certificateAuthority, outpostClusterId } = cluster;
  return {
    name: cluster.name,
    arn: cluster.arn,
    createdAt: cluster.createdAt.getTime() / 1000,
    version: cluster.version,
    platformVersion: "eks.9",
    status: cluster.status,
    roleArn: `${cluster.arn.split(":eks:")[0]}:iam::${cluster.accountId}:role/eks-cluster`,
    // Neither exists before the control plane does.
    ...(endpoint === undefined ? {} : { endpoint }),
    certificateAuthority: certificateAuthority === undefined ? {} : { data: certificateAuthority },
    resourcesVpcConfig: {
      endpointPublicAccess: true,
      endpointPrivateAccess: false,
      publicAccessCidrs: ["0.0.0.0/0"],
    },
    accessConfig: { authenticationMode: cluster.authenticationMode },
    tags: cluster.tags,
    ...(outpostClusterId === undefined ? {} : {
      id: outpostClusterId,
      outpostConfig: { outpostArns: [], controlPlaneInstanceType: "m5.large" },
    }),
  };
}

function bodyOf(request: ReceivedRequest): Readonly<Record<string, unknown>> {
  if (request.body.length === 0) return {};
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(request.body));
    const isJson = request.headers.get("content-type") === "application/json";
    if (isJson && typeof body === "object" && body !== null) return { ...body };
  } catch {
    // Refused below, with all other bodies that are no JSON object.
  }
  throw new AwsError(400, "SerializationException", "The body is not a JSON object");
}
