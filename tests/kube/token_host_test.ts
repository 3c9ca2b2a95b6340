import assert from "node:assert/strict";

import { checkTokenHost, type TokenPartition } from "../../src/kube/token_host.ts";

/** Partition of the cluster, host in the token, and the region of the cluster where it matters. */
type Row = readonly [partition: TokenPartition, host: string, clusterRegion?: string];

const FOLLOWED: readonly Row[] = [
  ["aws", "sts.amazonaws.com"],
  ["aws", "sts.us-east-1.amazonaws.com"],
  ["aws", "sts.us-east-2.amazonaws.com"],
  ["aws", "sts.us-west-1.amazonaws.com"],
  ["aws", "sts.us-west-2.amazonaws.com"],
  ["aws", "sts.ca-central-1.amazonaws.com"],
  ["aws", "sts.sa-east-1.amazonaws.com"],
  ["aws", "sts.eu-west-1.amazonaws.com"],
  ["aws", "sts.eu-central-1.amazonaws.com"],
  ["aws", "sts.eu-north-1.amazonaws.com"],
  ["aws", "sts.ap-south-1.amazonaws.com"],
  ["aws", "sts.ap-northeast-2.amazonaws.com"],
  ["aws", "sts.af-south-1.amazonaws.com"],
  ["aws", "sts.il-central-1.amazonaws.com"],
  ["aws", "sts.mx-central-1.amazonaws.com"],
  ["aws", "sts-fips.us-east-1.amazonaws.com"],
  ["aws", "sts-fips.us-west-2.amazonaws.com"],
  ["aws", "sts.us-west-2.api.aws"],
  ["aws", "sts-fips.us-west-2.api.aws"],
  // Well formed is enough: the cluster holds no list of regions.
  ["aws", "sts.not-a-region.amazonaws.com"],
  ["aws", "sts.not-a-region.amazonaws.com", "not-a-region"],
  ["aws", "sts.not-a-region.amazonaws.com", "us-west-2"],
  ["aws", "sts.x.amazonaws.com"],
  // One domain for two partitions: STS tells them apart by the keys.
  ["aws", "sts.us-gov-west-1.amazonaws.com"],
  ["aws-us-gov", "sts.us-east-1.amazonaws.com"],
  ["aws-us-gov", "sts.us-gov-east-1.amazonaws.com"],
  ["aws-us-gov", "sts.us-gov-west-1.amazonaws.com"],
  ["aws-us-gov", "sts.us-gov-west-1.api.aws"],
  ["aws-us-gov", "sts-fips.us-gov-west-1.api.aws"],
  ["aws-cn", "sts.cn-north-1.amazonaws.com.cn"],
  ["aws-cn", "sts.cn-northwest-1.amazonaws.com.cn"],
  ["aws-cn", "sts-fips.cn-north-1.amazonaws.com.cn"],
  ["aws-cn", "sts.cn-north-1.api.amazonwebservices.com.cn"],
  // The cluster's own region counts although it looks foreign, or is not known anywhere.
  ["aws-cn", "sts.not-a-region.amazonaws.com.cn", "not-a-region"],
  ["aws-cn", "sts.not-a-region.api.amazonwebservices.com.cn", "not-a-region"],
  ["aws-cn", "sts.us-isob-east-1.amazonaws.com.cn", "us-isob-east-1"],
  ["aws-iso", "sts.us-iso-east-1.c2s.ic.gov"],
  ["aws-iso", "sts-fips.us-iso-west-1.c2s.ic.gov"],
  ["aws-iso-b", "sts.us-isob-east-1.sc2s.sgov.gov"],
  ["aws-iso-e", "sts.eu-isoe-west-1.cloud.adc-e.uk"],
  ["aws-iso-f", "sts.us-isof-south-1.csp.hci.ic.gov"],
  ["aws-iso-f", "sts.us-isof-east-1.csp.hci.ic.gov"],
  ["aws-eusc", "sts.eusc-de-east-1.amazonaws.eu"],
  ["aws-eusc", "sts-fips.eusc-de-east-1.amazonaws.eu"],
  ["aws-eusc", "sts.eusc-de-east-1.api.amazonwebservices.eu"],
];

const REFUSED: readonly Row[] = [
  // The global host belongs to one partition.
  ["aws-cn", "sts.amazonaws.com"],
  ["aws-us-gov", "sts.amazonaws.com"],
  ["aws-iso", "sts.amazonaws.com"],
  ["aws-iso-b", "sts.amazonaws.com"],
  ["aws-iso-e", "sts.amazonaws.com"],
  ["aws-iso-f", "sts.amazonaws.com"],
  ["aws-eusc", "sts.amazonaws.com"],
  ["aws", "sts.amazonaws.com.cn"],
  ["aws-cn", "sts.amazonaws.com.cn"],
  // GovCloud's plain hosts are its FIPS hosts.
  ["aws-us-gov", "sts-fips.us-gov-west-1.amazonaws.com"],
  ["aws-us-gov", "sts-fips.us-gov-east-1.amazonaws.com"],
  ["aws", "sts-fips.us-gov-west-1.amazonaws.com"],
  ["aws-us-gov", "sts-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
  // Another partition.
  ["aws", "sts.cn-north-1.amazonaws.com.cn"],
  ["aws", "sts.cn-north-1.amazonaws.com"],
  ["aws", "sts.cn-north-1.api.amazonwebservices.com.cn"],
  ["aws", "sts.eusc-de-east-1.amazonaws.eu"],
  ["aws", "sts.us-iso-east-1.c2s.ic.gov"],
  ["aws-cn", "sts.us-east-1.amazonaws.com"],
  ["aws-cn", "sts-fips.us-east-1.amazonaws.com"],
  ["aws-cn", "sts.us-iso-east-1.c2s.ic.gov"],
  ["aws-cn", "sts.us-isob-east-1.amazonaws.com.cn"],
  ["aws-cn", "sts.not-a-region.amazonaws.com.cn"],
  ["aws-cn", "sts.not-a-region.amazonaws.com.cn", "us-west-2"],
  ["aws-cn", "sts-fips.not-a-region.amazonaws.com.cn", "not-a-region"],
  ["aws-iso", "sts.cn-north-1.amazonaws.com.cn"],
  ["aws-iso-b", "sts.us-iso-east-1.c2s.ic.gov"],
  ["aws-iso-b", "sts.us-isob-east-1.amazonaws.com.cn", "us-isob-east-1"],
  ["aws-iso-e", "sts.eu-west-1.amazonaws.com"],
  ["aws-eusc", "sts.eu-central-1.amazonaws.com"],
  // The ISO partitions have no dual-stack host that a cluster knows.
  ["aws-iso", "sts.us-iso-east-1.api.aws.ic.gov"],
  ["aws-iso-b", "sts.us-isob-east-1.api.aws.scloud"],
  ["aws-iso-e", "sts.eu-isoe-west-1.api.cloud-aws.adc-e.uk"],
  ["aws-iso-f", "sts.us-isof-south-1.api.aws.hci.ic.gov"],
  // Not the public name of STS.
  ["aws", ""],
  ["aws", "google.com"],
  ["aws", "localhost:4566"],
  ["aws", "website.amazonaws.com"],
  ["aws", "eks.us-east-2.amazonaws.com"],
  ["aws", "sts.us-east-2.amazonaws.com.evil.example"],
  ["aws", "sts.us-east-2.amazonaws.com:443"],
  ["aws", "STS.us-east-2.amazonaws.com"],
  ["aws", "sts.us-east-2.amazonaws.COM"],
  ["aws", "sts.us-east-2.amazonaws.com."],
  ["aws", "user@sts.us-east-2.amazonaws.com"],
  ["aws", "vpce-1.sts.us-east-2.vpce.amazonaws.com"],
  ["aws", "sts.-us-east-2.amazonaws.com"],
  ["aws", "sts.us-east-2-.amazonaws.com"],
  ["aws", "sts.us_east_2.amazonaws.com"],
  ["aws", "sts..amazonaws.com"],
  ["aws", "sts.aws-global.amazonaws.com"],
];

Deno.test("checkTokenHost() follows the STS hosts of the cluster's partition", () => {
  for (const [partition, host, clusterRegion] of FOLLOWED) {
    const region = host === "sts.amazonaws.com" ? undefined : host.split(".")[1];
    assert.deepEqual(
      checkTokenHost(host, { partition, region: clusterRegion }),
      { region },
      `${partition} ${host}`,
    );
  }
});

Deno.test("checkTokenHost() refuses every other host", () => {
  for (const [partition, host, clusterRegion] of REFUSED) {
    const verdict = checkTokenHost(host, { partition, region: clusterRegion });
    assert.ok("refused" in verdict, `${partition} ${host}`);
  }
});

Deno.test("checkTokenHost() says which of the three reasons it has", () => {
  const refusals = ["sts.amazonaws.com", "google.com", "sts.a_b.amazonaws.com.cn", "sts.a.b.c"];
  assert.deepEqual(refusals.map((host) => checkTokenHost(host, { partition: "aws-cn" })), [
    { refused: "Clusters of partition aws-cn do not follow the global host" },
    { refused: '"google.com" is not the name of a public STS host' },
    { refused: '"a_b" is not a region' },
    { refused: 'Clusters of partition aws-cn do not follow "sts.a.b.c"' },
  ]);
});
