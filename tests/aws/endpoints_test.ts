import assert from "node:assert/strict";
import { resolveEndpoint } from "../../src/aws/endpoints.ts";
import { partitionOfRegion } from "../../src/aws/partitions.ts";
import { assertRegion, realRegion } from "../../src/aws/region_name.ts";
import { stsTokenEndpoint } from "../../src/aws/sts_token_endpoint.ts";
import type { Service } from "../../src/aws/settings.ts";
import { checkTokenHost, type TokenPartition } from "../../src/kube/token_host.ts";
import vectors from "../testdata/endpoint-vectors.json" with { type: "json" };

const PLAIN = { region: "us-east-2", useFips: false, useDualStack: false } as const;

Deno.test("resolveEndpoint() gives the endpoint of the AWS CLI in 380 recorded resolutions", () => {
  assert.equal(vectors.vectors.length, 380);
  for (const row of vectors.vectors) {
    const endpoint = resolveEndpoint({
      service: row.service.replace("-", "_") as Service,
      region: row.region,
      useFips: row.fips,
      useDualStack: row.dualstack,
    });
    assert.equal(endpoint.url, row.url, JSON.stringify(row));
    assert.equal(endpoint.signingRegion, row.signingRegion, JSON.stringify(row));
    assert.equal(endpoint.isOverride, false);
  }
});

Deno.test("resolveEndpoint() names the service to sign for", () => {
  const names: Record<Service, string> = {
    sts: "sts",
    eks: "eks",
    ecr: "ecr",
    sso: "awsssoportal",
    sso_oidc: "sso-oauth",
  };
  for (const [service, signingName] of Object.entries(names)) {
    const endpoint = resolveEndpoint({ ...PLAIN, service: service as Service });
    assert.equal(endpoint.signingName, signingName);
  }
});

Deno.test("resolveEndpoint() takes FIPS from a pseudo region", () => {
  for (const region of ["fips-us-west-2", "us-west-2-fips"]) {
    const endpoint = resolveEndpoint({ ...PLAIN, service: "eks", region });
    assert.equal(endpoint.url, "https://fips.eks.us-west-2.amazonaws.com");
    assert.equal(endpoint.signingRegion, "us-west-2");
  }
});

Deno.test("resolveEndpoint() lets an override win over FIPS and dual-stack, and keeps its path", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["http://localhost:4566", "http://localhost:4566"],
    ["http://localhost:4566/", "http://localhost:4566"],
    ["https://proxy.example/aws/eks//", "https://proxy.example/aws/eks"],
    [
      " https://vpce-1.eks.us-east-2.vpce.amazonaws.com:443 ",
      "https://vpce-1.eks.us-east-2.vpce.amazonaws.com",
    ],
  ];
  for (const [endpointUrl, url] of rows) {
    assert.deepEqual(
      resolveEndpoint({
        service: "eks",
        region: "us-east-2",
        useFips: true,
        useDualStack: true,
        endpointUrl,
      }),
      { url, signingRegion: "us-east-2", signingName: "eks", isOverride: true },
    );
  }
});

Deno.test("resolveEndpoint() refuses an override that is no plain http or https URL", () => {
  const rows: readonly (readonly [string, string])[] = [
    [
      "localhost:4566",
      `Cannot use the eks endpoint URL "localhost:4566": it is neither http nor https`,
    ],
    ["", `Cannot use the eks endpoint URL "": it is not an absolute URL`],
    ["/clusters", `Cannot use the eks endpoint URL "/clusters": it is not an absolute URL`],
    ["ftp://x", `Cannot use the eks endpoint URL "ftp://x": it is neither http nor https`],
    [
      "https://x/?a=b",
      `Cannot use the eks endpoint URL "https://x/?a=b": it has a query or a fragment`,
    ],
    [
      "https://x/#a",
      `Cannot use the eks endpoint URL "https://x/#a": it has a query or a fragment`,
    ],
    // Not shown, because of the password.
    ["https://dev:hunter2@x", "Cannot use the eks endpoint URL: it holds a user name or password"],
  ];
  for (const [endpointUrl, message] of rows) {
    assert.throws(() => resolveEndpoint({ ...PLAIN, service: "eks", endpointUrl }), {
      code: "config_invalid",
      message,
    });
  }
});

Deno.test("assertRegion() takes what AWS takes for a region", () => {
  for (const region of ["us-east-2", "moon-1", "a", "US-EAST-2", "1a", "a".repeat(63)]) {
    assertRegion(region);
  }
  const bad = [
    "",
    "-us",
    "us-",
    "123",
    "us_east",
    "us-east-2.evil.example",
    "us/east",
    "us-east-2\n",
    "é",
    "a".repeat(64),
  ];
  for (const region of bad) {
    assert.throws(() => assertRegion(region), { code: "region_invalid" }, region);
    assert.throws(() => resolveEndpoint({ ...PLAIN, service: "sts", region }), {
      code: "region_invalid",
    });
    assert.throws(() => stsTokenEndpoint({ ...PLAIN, region }), { code: "region_invalid" });
  }
});

Deno.test("realRegion() finds the region behind a FIPS pseudo region", () => {
  assert.deepEqual(realRegion("us-east-2"), { region: "us-east-2", isFips: false });
  assert.deepEqual(realRegion("fips-us-east-2"), { region: "us-east-2", isFips: true });
  assert.deepEqual(realRegion("us-gov-west-1-fips"), { region: "us-gov-west-1", isFips: true });
  assert.deepEqual(realRegion("fips"), { region: "fips", isFips: false });
  for (const region of ["fips-", "-fips", "fips--us"]) {
    assert.throws(() => realRegion(region), { code: "region_invalid" }, region);
  }
});

/** Region, FIPS, dual-stack, host, signing region. */
const TOKEN_HOSTS: readonly (readonly [string, boolean, boolean, string, string])[] = [
  ["us-east-2", false, false, "sts.us-east-2.amazonaws.com", "us-east-2"],
  ["us-east-1", false, false, "sts.us-east-1.amazonaws.com", "us-east-1"],
  ["us-east-2", true, false, "sts-fips.us-east-2.amazonaws.com", "us-east-2"],
  ["us-east-2", false, true, "sts.us-east-2.api.aws", "us-east-2"],
  ["us-east-2", true, true, "sts-fips.us-east-2.api.aws", "us-east-2"],
  ["us-east-2-fips", false, false, "sts-fips.us-east-2.amazonaws.com", "us-east-2"],
  // `sts-fips` does not exist in GovCloud but for dual-stack.
  ["us-gov-west-1", true, false, "sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
  ["us-gov-west-1", true, true, "sts-fips.us-gov-west-1.api.aws", "us-gov-west-1"],
  ["cn-north-1", false, true, "sts.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1"],
  ["eusc-de-east-1", false, false, "sts.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"],
  // No authenticator of an isolated partition follows a dual-stack host.
  ["us-iso-east-1", false, true, "sts.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"],
  ["us-isob-east-1", true, true, "sts-fips.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"],
  ["eu-isoe-west-1", false, true, "sts.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"],
  ["us-isof-south-1", false, true, "sts.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"],
  // Pseudo regions have no hosts of their own, save the one global host.
  ["aws-global", false, false, "sts.amazonaws.com", "us-east-1"],
  ["aws-global", true, false, "sts-fips.us-east-1.amazonaws.com", "us-east-1"],
  ["aws-global", false, true, "sts.us-east-1.api.aws", "us-east-1"],
  ["aws-cn-global", false, false, "sts.cn-northwest-1.amazonaws.com.cn", "cn-northwest-1"],
  ["aws-us-gov-global", false, false, "sts.us-gov-west-1.amazonaws.com", "us-gov-west-1"],
  ["aws-iso-global", false, false, "sts.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"],
];

Deno.test("stsTokenEndpoint() gives the public host of the region's partition", () => {
  for (const [region, useFips, useDualStack, host, signingRegion] of TOKEN_HOSTS) {
    assert.deepEqual(
      stsTokenEndpoint({ region, useFips, useDualStack }),
      { host, signingRegion },
      host,
    );
  }
});

Deno.test("stsTokenEndpoint() gives only hosts that a cluster of the partition follows", () => {
  const regions = new Set(vectors.vectors.map(({ region }) => region));
  assert.equal(regions.size, 19);
  for (const region of regions) {
    for (
      const [useFips, useDualStack] of [[false, false], [false, true], [true, false], [
        true,
        true,
      ]] as const
    ) {
      const { host } = stsTokenEndpoint({ region, useFips, useDualStack });
      const partition = partitionOfRegion(region).id as TokenPartition;
      assert.ok("region" in checkTokenHost(host, { partition }), `${partition} ${host}`);
    }
  }
});

Deno.test("stsTokenEndpoint() is the plain endpoint of STS wherever clusters accept that", () => {
  let compared = 0;
  for (const { service, region, fips, dualstack, url } of vectors.vectors) {
    // Clusters of isolated partitions know no dual-stack hosts, and a pseudo region has no host of its own there.
    const isRefused = partitionOfRegion(region).isIsolated && dualstack;
    if (service !== "sts" || isRefused || region.endsWith("-global")) continue;
    const { host } = stsTokenEndpoint({ region, useFips: fips, useDualStack: dualstack });
    assert.equal(`https://${host}`, url);
    compared++;
  }
  assert.ok(compared > 50, `${compared} rows`);
});
