/**
 * Which STS hosts an EKS cluster follows: the list that aws-iam-authenticator checks before it replays a
 * token. It is the server's view, kept apart from the endpoints that this program itself calls.
 *
 * @module
 */

/** The family of regions that a cluster lives in, as the second field of its ARN. */
export type TokenPartition =
  | "aws"
  | "aws-cn"
  | "aws-us-gov"
  | "aws-iso"
  | "aws-iso-b"
  | "aws-iso-e"
  | "aws-iso-f"
  | "aws-eusc";

/** Where the cluster stands that is asked to follow a host. */
export interface ClusterLocation {
  readonly partition: TokenPartition;
  /** The cluster's own region: its hosts are followed even when no SDK knows that region yet. */
  readonly region?: string | undefined;
}

/** What a host name says, or why a cluster would not follow it. */
export type HostVerdict =
  | { readonly region: string | undefined }
  | { readonly refused: string };

/** The host without a region. Only clusters of the partition `aws` follow it. */
const GLOBAL_HOST = "sts.amazonaws.com";

interface StsDomains {
  /** Regions that belong here; all others count as `aws`, as in the SDKs. */
  readonly regions: RegExp;
  readonly domain: string;
  /** Absent where the authenticator knows none, although the SDKs can compute one (the ISO partitions). */
  readonly dualStackDomain?: string;
}

const STS_DOMAINS: Readonly<Record<TokenPartition, StsDomains>> = {
  "aws": { regions: /^/, domain: "amazonaws.com", dualStackDomain: "api.aws" },
  "aws-cn": {
    regions: /^cn-\w+-\d+$/,
    domain: "amazonaws.com.cn",
    dualStackDomain: "api.amazonwebservices.com.cn",
  },
  "aws-us-gov": {
    regions: /^us-gov-\w+-\d+$/,
    domain: "amazonaws.com",
    dualStackDomain: "api.aws",
  },
  "aws-iso": { regions: /^us-iso-\w+-\d+$/, domain: "c2s.ic.gov" },
  "aws-iso-b": { regions: /^us-isob-\w+-\d+$/, domain: "sc2s.sgov.gov" },
  "aws-iso-e": { regions: /^eu-isoe-\w+-\d+$/, domain: "cloud.adc-e.uk" },
  "aws-iso-f": { regions: /^us-isof-\w+-\d+$/, domain: "csp.hci.ic.gov" },
  "aws-eusc": {
    regions: /^eusc-de-\w+-\d+$/,
    domain: "amazonaws.eu",
    dualStackDomain: "api.amazonwebservices.eu",
  },
};

/**
 * Whether a cluster follows `host`, which is compared as it stands: a port or a capital letter is another host.
 *
 * A region that nobody knows passes when it is well formed, and so does a region of `aws-us-gov` in `aws` and
 * the reverse, because they share their domains: there STS itself refuses the keys of the other partition.
 *
 * @returns the region in the host name, `undefined` for the global host, or a sentence without a full stop that refuses
 */
export function checkTokenHost(host: string, cluster: ClusterLocation): HostVerdict {
  const { partition } = cluster;
  if (host === GLOBAL_HOST) {
    return partition === "aws"
      ? { region: undefined }
      : { refused: `Clusters of partition ${partition} do not follow the global host` };
  }
  const [prefix, region, ...rest] = host.split(".");
  if ((prefix !== "sts" && prefix !== "sts-fips") || region === undefined || rest.length < 2) {
    return { refused: `"${host}" is not the name of a public STS host` };
  }
  if (!isRegion(region)) return { refused: `"${region}" is not a region` };
  const domain = rest.join(".");
  const fips = prefix === "sts-fips";
  const ownHost = !fips && region === cluster.region;
  if (domainsOf(partition).includes(domain) && (ownHost || hasHost(region, domain, { fips }))) {
    return { region };
  }
  return { refused: `Clusters of partition ${partition} do not follow "${host}"` };
}

/** Whether the SDKs would call STS in `region` at that domain. */
function hasHost(region: string, domain: string, host: { readonly fips: boolean }): boolean {
  const home = partitionOf(region);
  // GovCloud's plain hosts are its FIPS hosts; `sts-fips` exists there with a dual-stack domain only.
  if (host.fips && home === "aws-us-gov" && domain === STS_DOMAINS[home].domain) return false;
  return domainsOf(home).includes(domain);
}

function partitionOf(region: string): TokenPartition {
  for (const [partition, { regions }] of Object.entries(STS_DOMAINS)) {
    if (partition !== "aws" && regions.test(region)) return partition as TokenPartition;
  }
  return "aws";
}

function domainsOf(partition: TokenPartition): readonly string[] {
  const { domain, dualStackDomain } = STS_DOMAINS[partition];
  return dualStackDomain === undefined ? [domain] : [domain, dualStackDomain];
}

/** Well formed, and not one of the SDKs' stand-ins such as `aws-global`. */
function isRegion(region: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(region) && !region.endsWith("-global");
}
