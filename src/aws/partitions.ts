/**
 * The eight partitions of AWS: which one a region belongs to, and the names its hosts end in.
 *
 * @module
 */

/** One partition: a set of regions with accounts, ARNs and DNS names of its own. */
export interface Partition {
  /** As in the second field of an ARN. */
  readonly id: string;
  readonly dnsSuffix: string;
  /** The suffix of hosts that answer over IPv4 and IPv6. */
  readonly dualStackSuffix: string;
  /** The region that stands in where a service or a caller names none. */
  readonly globalRegion: string;
  /** What its region names begin with; empty for the commercial partition, which takes all the rest. */
  readonly regionPrefix: string;
  /** Whether it is cut off from the internet. No EKS authenticator of such a partition knows dual-stack hosts. */
  readonly isIsolated: boolean;
}

/**
 * The partition of `region`, which may be a pseudo region such as `aws-cn-global`.
 *
 * A region nobody has heard of is taken for a new one of the commercial partition, as the AWS CLI does.
 *
 * @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export function partitionOfRegion(region: string): Partition {
  let found = COMMERCIAL;
  for (const partition of PARTITIONS) {
    if (region === globalPseudoRegion(partition)) return partition;
    // No region of one partition begins like those of another.
    if (partition.regionPrefix !== "" && region.startsWith(partition.regionPrefix)) {
      if (/^\w+-\d+$/.test(region.slice(partition.regionPrefix.length))) found = partition;
    }
  }
  return found;
}

/** The name that stands for no region in particular, such as `aws-cn-global`. */
export function globalPseudoRegion(partition: Partition): string {
  return `${partition.id}-global`;
}

const COMMERCIAL: Partition = {
  id: "aws",
  dnsSuffix: "amazonaws.com",
  dualStackSuffix: "api.aws",
  globalRegion: "us-east-1",
  regionPrefix: "",
  isIsolated: false,
};

// AWS publishes this table as `partitions.json` with every SDK; botocore's is the one followed here.
const PARTITIONS: readonly Partition[] = [
  COMMERCIAL,
  {
    id: "aws-cn",
    dnsSuffix: "amazonaws.com.cn",
    dualStackSuffix: "api.amazonwebservices.com.cn",
    globalRegion: "cn-northwest-1",
    regionPrefix: "cn-",
    isIsolated: false,
  },
  {
    id: "aws-us-gov",
    dnsSuffix: "amazonaws.com",
    dualStackSuffix: "api.aws",
    globalRegion: "us-gov-west-1",
    regionPrefix: "us-gov-",
    isIsolated: false,
  },
  {
    id: "aws-eusc",
    dnsSuffix: "amazonaws.eu",
    dualStackSuffix: "api.amazonwebservices.eu",
    globalRegion: "eusc-de-east-1",
    regionPrefix: "eusc-de-",
    isIsolated: false,
  },
  {
    id: "aws-iso",
    dnsSuffix: "c2s.ic.gov",
    dualStackSuffix: "api.aws.ic.gov",
    globalRegion: "us-iso-east-1",
    regionPrefix: "us-iso-",
    isIsolated: true,
  },
  {
    id: "aws-iso-b",
    dnsSuffix: "sc2s.sgov.gov",
    dualStackSuffix: "api.aws.scloud",
    globalRegion: "us-isob-east-1",
    regionPrefix: "us-isob-",
    isIsolated: true,
  },
  {
    id: "aws-iso-e",
    dnsSuffix: "cloud.adc-e.uk",
    dualStackSuffix: "api.cloud-aws.adc-e.uk",
    globalRegion: "eu-isoe-west-1",
    regionPrefix: "eu-isoe-",
    isIsolated: true,
  },
  {
    id: "aws-iso-f",
    dnsSuffix: "csp.hci.ic.gov",
    dualStackSuffix: "api.aws.hci.ic.gov",
    globalRegion: "us-isof-south-1",
    regionPrefix: "us-isof-",
    isIsolated: true,
  },
];
