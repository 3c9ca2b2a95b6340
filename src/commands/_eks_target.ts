/**
 * Which cluster `eksauth kubeconfig` is about and who signs in to it: described by AWS, or from flags alone.
 *
 * @module
 */

import { isCertificateBundle } from "../aws/certificate_bundle.ts";
import { assertClusterName, assertReachable, describeCluster } from "../aws/eks.ts";
import { assertRegion } from "../aws/region_name.ts";
import type { AwsSettings } from "../aws/settings.ts";
import { selectProfile } from "../config/aws_profile.ts";
import {
  requireRegion,
  resolveAwsSettings,
  type ResolvedSettings,
  resolveRegion,
} from "../config/aws_settings.ts";
import { expandPath } from "../config/paths.ts";
import { roleCredentials } from "../credentials/assumed_role.ts";
import { imdsRegion } from "../credentials/imds_region.ts";
import { resolveCredentials } from "../credentials/resolve.ts";
import type { FoundCredentials } from "../credentials/source.ts";
import { EksauthError } from "../errors.ts";
import type { EksTarget } from "../integrations/eks.ts";
import { type ClusterIdentity, parseClusterArn } from "../integrations/eks_names.ts";
import { readFileBytes } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { signingInAgain } from "./_signing_in_again.ts";

/** What the flags say about the cluster and the caller. */
export interface EksTargetRequest {
  /** The cluster's name or its whole ARN. */
  readonly clusterName: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** Role that describes the cluster, and does nothing else. */
  readonly describeRoleArn?: string | undefined;
  readonly endpointUrl?: string | undefined;
  readonly caBundle?: string | undefined;
  /** Both together: the cluster's API and the PEM file of its CA, and nothing is asked of AWS. */
  readonly endpoint?: string | undefined;
  readonly caFile?: string | undefined;
}

/** The cluster, who signs in, and how both came to be known. */
export interface ResolvedTarget {
  readonly target: EksTarget;
  /** The profile that signs in; absent where the environment supplies the keys. */
  readonly profile?: string | undefined;
  /** What `-v` tells, a sentence each. */
  readonly facts: readonly string[];
}

/**
 * Finds out where the cluster is and whom to trust there.
 *
 * @throws `usage` when only one of the two offline flags is given, or they name something unusable
 * @throws `region_missing` when nothing names a region
 * @throws what stands between the caller and DescribeCluster
 */
export async function resolveEksTarget(
  request: EksTargetRequest,
  runtime: Runtime,
): Promise<ResolvedTarget> {
  const isOffline = request.endpoint !== undefined || request.caFile !== undefined;
  return isOffline ? fromFlags(request, runtime) : await fromAws(request, runtime);
}

async function fromAws(request: EksTargetRequest, runtime: Runtime): Promise<ResolvedTarget> {
  const { clusterName, region, arn } = clusterWanted(request);
  const profile = selectProfile(request, runtime);
  const resolved = await withInstanceRegion(
    resolveAwsSettings({ ...request, region, profile }, runtime),
    runtime,
  );
  const settings = requireRegion(resolved);
  const found = await signingInAgain({
    profile,
    caBundle: request.caBundle,
    work: () => resolveCredentials({ profile }, runtime),
  }, runtime);
  const { credentials } = await describer({ found, request, settings }, runtime);
  const cluster = assertReachable(
    await describeCluster({ clusterName, credentials, settings }, runtime),
  );
  if (arn !== undefined && arn !== cluster.arn) throw otherCluster(arn, cluster.arn);
  const identity = parseClusterArn(cluster.arn) ?? { clusterName, region: settings.region };
  return {
    target: {
      ...identity,
      arn: cluster.arn,
      endpoint: cluster.endpoint,
      certificateAuthorityData: cluster.certificateAuthorityData,
      clusterId: cluster.isOutpostLocal ? cluster.id : undefined,
    },
    profile: found.kind === "environment" ? undefined : found.profile ?? profile.profileName,
    facts: [
      `credentials: ${found.source}`,
      `region: ${settings.region}${resolved.origins.region ? ` (${resolved.origins.region})` : ""}`,
    ],
  };
}

function fromFlags(request: EksTargetRequest, runtime: Runtime): ResolvedTarget {
  const { endpoint, caFile } = request;
  if (endpoint === undefined || caFile === undefined) {
    const missing = endpoint === undefined ? "--endpoint" : "--ca-file";
    throw new EksauthError(
      "usage",
      `Cannot write cluster "${request.clusterName}" without asking AWS: ${missing} is missing`,
      { hint: "Give both --endpoint URL and --ca-file FILE" },
    );
  }
  const wanted = clusterWanted(request);
  const profile = selectProfile(request, runtime);
  const region = wanted.region ?? resolveRegion({ profile }, runtime)?.value;
  if (region === undefined) throw regionUnknown(wanted.clusterName);
  assertRegion(region);
  const hasOwnKeys = !profile.choice.isExplicit && Boolean(runtime.env("AWS_ACCESS_KEY_ID"));
  const exists = profile.config !== undefined || profile.credentials !== undefined;
  return {
    target: {
      ...wanted,
      region,
      endpoint: httpsUrl(endpoint),
      certificateAuthorityData: certificateAuthority(caFile, runtime),
    },
    profile: hasOwnKeys || !exists ? undefined : profile.profileName,
    facts: [`region: ${region}`, "AWS was not asked"],
  };
}

/** The cluster by the name or ARN that was typed; an ARN tells region and account as well. */
function clusterWanted(
  request: EksTargetRequest,
): Omit<ClusterIdentity, "region"> & { readonly region?: string | undefined } {
  const named = parseClusterArn(request.clusterName);
  const wanted = named ?? { clusterName: request.clusterName, region: request.region };
  assertClusterName(wanted.clusterName);
  if (request.region === undefined || request.region === wanted.region) return wanted;
  throw new EksauthError(
    "usage",
    `Cannot use --region ${request.region}: the ARN of the cluster says ${wanted.region}`,
    { hint: "Leave out --region" },
  );
}

/** On an EC2 instance, its region serves where nobody else named one. */
async function withInstanceRegion(
  resolved: ResolvedSettings,
  runtime: Runtime,
): Promise<ResolvedSettings> {
  if (resolved.settings.region !== undefined) return resolved;
  const region = await imdsRegion(runtime);
  if (region === undefined) return resolved;
  return {
    settings: { ...resolved.settings, region },
    origins: { ...resolved.origins, region: "the instance metadata service" },
  };
}

interface Describer {
  readonly found: FoundCredentials;
  readonly request: EksTargetRequest;
  readonly settings: AwsSettings;
}

/** The caller's own credentials, or those of the role that may describe the cluster. */
function describer(
  { found, request, settings }: Describer,
  runtime: Runtime,
): Promise<Pick<FoundCredentials, "credentials">> {
  const { describeRoleArn } = request;
  if (describeRoleArn === undefined) return Promise.resolve(found);
  // The session name is the AWS CLI's, so that policies written for it hold.
  const role = { roleArn: describeRoleArn, roleSessionName: "EKSDescribeClusterSession" };
  return roleCredentials({ role, base: found, settings }, runtime);
}

/** Accounts may have clusters of one name, and it is the caller's own that AWS describes. */
function otherCluster(wanted: string, found: string): EksauthError {
  const account = parseClusterArn(wanted)?.account ?? "";
  return new EksauthError(
    "cluster_not_found",
    `Cannot describe cluster "${wanted}": these credentials see "${found}" in its place`,
    { hint: `Choose a profile of account ${account}, or a role there with --assume-role-arn` },
  );
}

function regionUnknown(clusterName: string): EksauthError {
  return new EksauthError(
    "region_missing",
    `Cannot write cluster "${clusterName}": nothing names its region, which tokens are signed for`,
    { hint: "Give --region, or --name with the whole ARN of the cluster" },
  );
}

function httpsUrl(endpoint: string): string {
  const url = URL.parse(endpoint);
  const isGood = url !== null && url.protocol === "https:" && url.username === "" &&
    url.password === "";
  if (isGood) return endpoint;
  throw new EksauthError("usage", "Cannot use --endpoint: it is not an https URL", {
    hint: "--endpoint https://0123456789ABCDEF.gr7.us-east-2.eks.amazonaws.com",
  });
}

/** The PEM file as kubeconfigs hold it; one that is in base64 already, as AWS shows it, does as well. */
function certificateAuthority(caFile: string, runtime: Runtime): string {
  const path = expandPath(caFile, runtime);
  const bytes = readFileBytes(path);
  if (bytes === undefined) {
    throw new EksauthError("usage", `Cannot read --ca-file "${path}": there is no such file`, {
      hint: `ls -l "${path}"`,
    });
  }
  const asWritten = new TextDecoder().decode(bytes).trim();
  for (const base64 of [bytes.toBase64(), asWritten]) {
    if (isCertificateBundle(base64)) return base64;
  }
  throw new EksauthError("usage", `Cannot use --ca-file "${path}": it holds no PEM certificate`, {
    hint: "A PEM file has -----BEGIN CERTIFICATE----- on its first line",
  });
}
