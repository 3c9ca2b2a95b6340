/**
 * The EKS operations on access entries and their policies.
 *
 * @module
 */

import { ACCESS_POLICIES, type AccessEntry, type AccessScope } from "../access_entries.ts";
import type { SandboxCluster } from "../clusters.ts";
import { AwsError } from "./aws_error.ts";
import { page } from "./page.ts";

/** An operation on one cluster, with what stands in the path after its name. */
export interface ClusterCall {
  readonly cluster: SandboxCluster;
  /** Decoded path labels after the cluster's name; empty when there are none. */
  readonly principalArn: string;
  readonly policyArn: string;
  readonly query: ReadonlyMap<string, string>;
  readonly body: Readonly<Record<string, unknown>>;
  readonly now: Date;
}

type Operation = (call: ClusterCall) => unknown;

/** Every operation by its name. Each gives the body of its answer, or throws an AwsError. */
export const ACCESS_ENTRY_OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ["ListAccessEntries", listAccessEntries],
  ["CreateAccessEntry", createAccessEntry],
  ["DescribeAccessEntry", (call) => ({ accessEntry: entryJson(call.cluster, entryOf(call)) })],
  ["UpdateAccessEntry", updateAccessEntry],
  ["DeleteAccessEntry", deleteAccessEntry],
  ["ListAssociatedAccessPolicies", listAssociatedAccessPolicies],
  ["AssociateAccessPolicy", associateAccessPolicy],
  ["DisassociateAccessPolicy", disassociateAccessPolicy],
]);

/** The policies that can be associated at all. */
export function listAccessPolicies(query: ReadonlyMap<string, string>): unknown {
  const policies = ACCESS_POLICIES.map((arn) => ({
    name: arn.slice(arn.lastIndexOf("/") + 1),
    arn,
  }));
  return page("accessPolicies", policies, query);
}

function listAccessEntries({ cluster, query }: ClusterCall): unknown {
  const policyArn = query.get("associatedPolicyArn");
  const arns = cluster.accessEntries.principalArns.filter((principalArn) =>
    policyArn === undefined || cluster.accessEntries.get(principalArn)?.policies.has(policyArn)
  );
  return page("accessEntries", arns, query);
}

function createAccessEntry({ cluster, body, now }: ClusterCall): unknown {
  const principalArn = text(body, "principalArn") ?? "";
  if (!/^arn:[\w-]+:iam::\d{12}:(?:user|role)\/.+$/.test(principalArn)) {
    throw invalid("principalArn is not the ARN of an IAM user or role");
  }
  if (cluster.accessEntries.get(principalArn) !== undefined) {
    throw new AwsError(409, "ResourceInUseException", "The access entry exists already");
  }
  return { accessEntry: entryJson(cluster, put({ cluster, principalArn, body, now })) };
}

function updateAccessEntry(call: ClusterCall): unknown {
  const { cluster, body, now } = call;
  const { principalArn, username, groups, type, tags } = entryOf(call);
  const kept = { username, kubernetesGroups: groups, type };
  // The operation takes no tags; those of the entry stay.
  const entry = put({ cluster, principalArn, body: { ...kept, ...body, tags }, now });
  return { accessEntry: entryJson(cluster, entry) };
}

function deleteAccessEntry(call: ClusterCall): unknown {
  call.cluster.accessEntries.delete(entryOf(call).principalArn);
  return {};
}

function listAssociatedAccessPolicies(call: ClusterCall): unknown {
  const { principalArn, policies } = entryOf(call);
  const associated = [...policies.keys()].map((policyArn) => policyJson({ policies }, policyArn));
  return {
    clusterName: call.cluster.name,
    principalArn,
    ...page("associatedAccessPolicies", associated, call.query),
  };
}

function associateAccessPolicy(call: ClusterCall): unknown {
  const { cluster, body, now } = call;
  const entry = entryOf(call);
  const policyArn = text(body, "policyArn") ?? "";
  if (!ACCESS_POLICIES.includes(policyArn)) {
    throw invalid("policyArn is not an access policy of EKS");
  }
  entry.policies.set(policyArn, { scope: accessScope(body["accessScope"]), at: now });
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    associatedAccessPolicy: policyJson(entry, policyArn),
  };
}

function disassociateAccessPolicy(call: ClusterCall): unknown {
  if (!entryOf(call).policies.delete(call.policyArn)) {
    throw notFound("The policy is not associated");
  }
  return {};
}

function entryOf({ cluster, principalArn }: ClusterCall): AccessEntry {
  const entry = cluster.accessEntries.get(principalArn);
  if (entry === undefined) throw notFound(`There is no access entry for ${principalArn}`);
  return entry;
}

function put(
  { cluster, principalArn, body, now }:
    & Pick<ClusterCall, "cluster" | "body" | "now">
    & { readonly principalArn: string },
): AccessEntry {
  const groups = texts(body, "kubernetesGroups") ?? [];
  if (groups.some((group) => /^(?:system:|eks:|aws:|amazon:|iam:)/.test(group))) {
    throw invalid("The prefix of a Kubernetes group is reserved");
  }
  const username = text(body, "username");
  const type = text(body, "type");
  const tags = textMap(body["tags"] ?? {});
  return cluster.accessEntries.put({
    principalArn,
    groups,
    tags,
    ...(username === undefined ? {} : { username }),
    ...(type === undefined ? {} : { type }),
  }, now);
}

function entryJson(cluster: SandboxCluster, entry: AccessEntry): unknown {
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    kubernetesGroups: entry.groups,
    accessEntryArn: cluster.arn.replace(":cluster/", ":access-entry/") +
      `/${entry.principalArn.replace(/^.*::(\d{12}):(user|role)\/(?:.*\/)?/, "$2/$1/")}/0000`,
    createdAt: entry.createdAt.getTime() / 1000,
    modifiedAt: entry.modifiedAt.getTime() / 1000,
    tags: entry.tags,
    username: entry.username,
    type: entry.type,
  };
}

function policyJson({ policies }: Pick<AccessEntry, "policies">, policyArn: string): unknown {
  const policy = policies.get(policyArn);
  const seconds = (policy?.at.getTime() ?? 0) / 1000;
  return { policyArn, accessScope: policy?.scope, associatedAt: seconds, modifiedAt: seconds };
}

function accessScope(value: unknown): AccessScope {
  const scope = typeof value === "object" && value !== null ? { ...value } : {};
  const type = text(scope, "type");
  const namespaces = texts(scope, "namespaces") ?? [];
  if (type === "cluster" && namespaces.length === 0) return { type, namespaces };
  if (type === "namespace" && namespaces.length > 0) return { type, namespaces };
  throw invalid("accessScope is neither the cluster nor a list of namespaces");
}

function text(body: Readonly<Record<string, unknown>>, field: string): string | undefined {
  const value = body[field];
  if (value === undefined || typeof value === "string") return value;
  throw invalid(`${field} is not a string`);
}

function texts(
  body: Readonly<Record<string, unknown>>,
  field: string,
): readonly string[] | undefined {
  const value = body[field];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw invalid(`${field} is not a list of strings`);
}

function textMap(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(typeof value === "object" && value !== null ? value : { value });
  return Object.fromEntries(entries.map(([tag, one]) => [tag, text({ [tag]: one }, tag) ?? ""]));
}

function invalid(message: string): AwsError {
  return new AwsError(400, "InvalidParameterException", message);
}

function notFound(message: string): AwsError {
  return new AwsError(404, "ResourceNotFoundException", message);
}
