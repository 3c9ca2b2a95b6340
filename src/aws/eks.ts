/**
 * EKS operations: what AWS knows of a cluster.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { type AnswerObject, answerObject } from "./answer_object.ts";
import { isCertificateBundle } from "./certificate_bundle.ts";
import type { AwsCredentials } from "./credentials.ts";
import { percentEncode } from "./presign.ts";
import { type CallRuntime, sendToAws } from "./send.ts";
import { AwsServiceError } from "./service_error.ts";
import type { AwsSettings } from "./settings.ts";

/** The cluster to describe. */
export interface DescribeClusterRequest {
  readonly clusterName: string;
  readonly credentials: AwsCredentials;
  readonly settings: AwsSettings;
  readonly signal?: AbortSignal | undefined;
}

/** A cluster as AWS describes it, unchecked: {@linkcode assertReachable} tells whether it can be used. */
export interface Cluster {
  readonly clusterName: string;
  readonly arn: string;
  /** `CREATING`, `ACTIVE`, `UPDATING`, `DELETING`, `FAILED` or `PENDING`; AWS may add others. */
  readonly status: string;
  /** URL of the Kubernetes API; absent until the cluster is created. */
  readonly endpoint?: string | undefined;
  /** PEM in base64, as kubeconfigs hold it; absent until the cluster is created. */
  readonly certificateAuthorityData?: string | undefined;
  /** A UUID, given to local clusters on Outposts only. */
  readonly id?: string | undefined;
  /**
   * Whether tokens are signed for the id instead of the name: on Outposts, unless the cluster has etcd instances
   * of its own. The AWS CLI (2.36) draws the line there.
   */
  readonly isOutpostLocal: boolean;
  /** Kubernetes version, such as `1.34`. */
  readonly kubernetesVersion?: string | undefined;
  /** `API`, `API_AND_CONFIG_MAP` or `CONFIG_MAP`: where access is granted. */
  readonly authenticationMode?: string | undefined;
  readonly isEndpointPublic?: boolean | undefined;
  readonly isEndpointPrivate?: boolean | undefined;
  /** From where the public endpoint may be reached. */
  readonly publicAccessCidrs: readonly string[];
  readonly tags: ReadonlyMap<string, string>;
}

/** A cluster whose API can be reached and recognized. */
export interface ReachableCluster extends Cluster {
  /** An https URL. */
  readonly endpoint: string;
  /** PEM certificates in base64. */
  readonly certificateAuthorityData: string;
}

/**
 * Describes one cluster. What {@linkcode sendToAws} throws, this does too.
 *
 * @throws `name_invalid` when EKS has no such names
 * @throws `cluster_not_found` when the region has no such cluster
 * @see https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html
 */
export async function describeCluster(
  request: DescribeClusterRequest,
  runtime: CallRuntime,
): Promise<Cluster> {
  const { clusterName, credentials, settings, signal } = request;
  assertClusterName(clusterName);
  const answer = await sendToAws({
    service: "eks",
    operation: "DescribeCluster",
    method: "GET",
    path: `/clusters/${percentEncode(clusterName)}`,
    credentials,
    settings,
    signal,
  }, runtime).catch((error: unknown) => {
    throw error instanceof AwsServiceError ? retell(error, request) : error;
  });
  return parseCluster(answerObject(answer).object("cluster"));
}

/**
 * The same cluster, known to be ready and to have an https endpoint and a CA.
 *
 * @throws `cluster_not_ready` when its status is neither `ACTIVE` nor `UPDATING`
 * @throws `aws_answer_invalid` when the endpoint is not https, or the CA not PEM in base64
 */
export function assertReachable(cluster: Cluster): ReachableCluster {
  const { endpoint, certificateAuthorityData } = cluster;
  assertReady(cluster);
  if (endpoint === undefined || !isHttpsUrl(endpoint)) {
    throw unusable(cluster, "AWS gives no https endpoint for it");
  }
  if (certificateAuthorityData === undefined || !isCertificateBundle(certificateAuthorityData)) {
    throw unusable(cluster, "AWS gives no valid certificate authority for it");
  }
  return { ...cluster, endpoint, certificateAuthorityData };
}

/**
 * Checks a cluster name before it goes into a URL or a kubeconfig: 1 to 100 letters, digits, `-` and `_`,
 * the first a letter or digit.
 *
 * @throws `name_invalid` when EKS has no such names
 * @see https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html
 */
export function assertClusterName(clusterName: string): void {
  if (/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(clusterName)) return;
  throw new EksauthError(
    "name_invalid",
    `Cannot use cluster name "${clusterName}": EKS has no such names`,
    {
      hint:
        "A cluster name has 1 to 100 letters, digits, - and _, and begins with a letter or digit",
    },
  );
}

function parseCluster(cluster: AnswerObject): Cluster {
  const network = cluster.optionalObject("resourcesVpcConfig");
  const outpost = cluster.optionalObject("outpostConfig");
  return {
    clusterName: cluster.nonEmptyString("name"),
    arn: cluster.nonEmptyString("arn"),
    status: cluster.nonEmptyString("status"),
    endpoint: cluster.optionalString("endpoint"),
    certificateAuthorityData: cluster.optionalObject("certificateAuthority")?.optionalString(
      "data",
    ),
    id: cluster.optionalString("id"),
    isOutpostLocal: outpost !== undefined &&
      outpost.optionalString("etcdInstanceType") === undefined,
    kubernetesVersion: cluster.optionalString("version"),
    authenticationMode: cluster.optionalObject("accessConfig")?.optionalString(
      "authenticationMode",
    ),
    isEndpointPublic: network?.optionalBoolean("endpointPublicAccess"),
    isEndpointPrivate: network?.optionalBoolean("endpointPrivateAccess"),
    publicAccessCidrs: network?.strings("publicAccessCidrs") ?? [],
    tags: cluster.stringMap("tags"),
  };
}

function retell(error: AwsServiceError, request: DescribeClusterRequest): AwsServiceError {
  const { clusterName, settings } = request;
  const cannot = `describe cluster "${clusterName}" in ${settings.region}`;
  if (error.awsCode === "ResourceNotFoundException") {
    return error.retold({
      cannot,
      code: "cluster_not_found",
      state: "no cluster of that name exists there",
      hint: "Check the name, --region, and the account that the identity or profile belongs to",
    });
  }
  if (error.code === "access_denied") {
    return error.retold({
      cannot,
      hint: "Grant eks:DescribeCluster to this identity, " +
        "or write the entry without it: --endpoint URL --ca-file FILE",
    });
  }
  return error.retold({ cannot });
}

function assertReady(cluster: Cluster): void {
  const { clusterName, status } = cluster;
  // While a cluster is updated its API keeps answering.
  if (status === "ACTIVE" || status === "UPDATING") return;
  throw new EksauthError(
    "cluster_not_ready",
    `Cannot use cluster "${clusterName}": its status is ${status}`,
    { hint: readyHint(cluster) },
  );
}

function readyHint(cluster: Cluster): string {
  const region = cluster.arn.split(":")[3] ?? "";
  switch (cluster.status) {
    case "CREATING":
    case "PENDING":
      return "Wait until it is ACTIVE, for instance with " +
        `aws eks wait cluster-active --name ${cluster.clusterName} --region ${region}`;
    case "DELETING":
      return "It is on its way out; choose another cluster";
    default:
      return `Look at the cluster in the EKS console of ${region}`;
  }
}

function unusable(cluster: Cluster, state: string): EksauthError {
  return new EksauthError(
    "aws_answer_invalid",
    `Cannot use cluster "${cluster.clusterName}": ${state}`,
    { hint: "Try again in a minute, or give --endpoint URL and --ca-file FILE" },
  );
}

function isHttpsUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === "https:" && url.username === "" && url.password === "";
}
