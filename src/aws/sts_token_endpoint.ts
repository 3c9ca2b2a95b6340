/**
 * The STS host that EKS tokens are signed for. On the token path, so it knows STS alone: all other hosts are in
 * `endpoints.ts`, and a test holds the two together.
 *
 * @module
 */

import { globalPseudoRegion, partitionOfRegion } from "./partitions.ts";
import { realRegion } from "./region_name.ts";

/** The one STS host without a region; in the commercial partition only. */
export const GLOBAL_STS_HOST = "sts.amazonaws.com";

/** What requests to {@linkcode GLOBAL_STS_HOST} are signed for. */
export const GLOBAL_STS_REGION = "us-east-1";

/** What the host depends on. */
export interface StsTokenRequest {
  /** May be a pseudo region such as `fips-us-east-1` or `aws-global`. */
  readonly region: string;
  readonly useFips: boolean;
  readonly useDualStack: boolean;
}

/**
 * The STS host that an EKS token is signed for: always a public one that the cluster's authenticator
 * accepts, so overrides and private endpoints have no say, nor has dual-stack in isolated partitions.
 *
 * @throws `region_invalid` when `region` is not a region name
 * @see https://github.com/kubernetes-sigs/aws-iam-authenticator/blob/master/pkg/token/token.go
 */
export function stsTokenEndpoint(
  request: StsTokenRequest,
): { readonly host: string; readonly signingRegion: string } {
  const { region, isFips } = realRegion(request.region);
  const partition = partitionOfRegion(region);
  const useFips = request.useFips || isFips;
  const useDualStack = request.useDualStack && !partition.isIsolated;
  if (region === "aws-global" && !useFips && !useDualStack) {
    return { host: GLOBAL_STS_HOST, signingRegion: GLOBAL_STS_REGION };
  }
  // Only the commercial partition has a host without a region; elsewhere, and for FIPS, a real region stands in.
  const signingRegion = region === globalPseudoRegion(partition) ? partition.globalRegion : region;
  // GovCloud's plain host is its FIPS host, and clusters there accept no other.
  const hasFipsHost = useDualStack || partition.id !== "aws-us-gov";
  const service = useFips && hasFipsHost ? "sts-fips" : "sts";
  const suffix = useDualStack ? partition.dualStackSuffix : partition.dnsSuffix;
  return { host: `${service}.${signingRegion}.${suffix}`, signingRegion };
}
