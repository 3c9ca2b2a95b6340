import assert from "node:assert/strict";
import { AwsV4Signer } from "aws4fetch";
import fc from "fast-check";
import {
  amzTimestamp,
  percentEncode,
  presignGetCallerIdentity,
  type PresignRequest,
} from "../../src/aws/presign.ts";
import vectors from "../testdata/token-vectors.json" with { type: "json" };
import { CLUSTER_NAME, NOW } from "../sandbox/cast.ts";
import { KEYS, SESSION_KEYS } from "./_cast.ts";

const REQUEST: PresignRequest = {
  url: "https://sts.us-east-2.amazonaws.com",
  signingRegion: "us-east-2",
  clusterId: CLUSTER_NAME,
  credentials: KEYS,
  signedAt: NOW,
};

const VECTORS = [...vectors.vectors, ...vectors.extra_vectors];

Deno.test("presignGetCallerIdentity() writes the URL of aws eks get-token, byte for byte", async () => {
  assert.equal(VECTORS.length, 19);
  for (const vector of VECTORS) {
    const { expected } = vector;
    const presigned = await presignGetCallerIdentity({
      url: `${expected.scheme}://${expected.host}`,
      signingRegion: scopeOf(expected.url).split("/")[2] ?? "",
      clusterId: vector.cluster_name ?? vector.cluster_id ?? "",
      credentials: {
        accessKeyId: vector.access_key_id,
        secretAccessKey: vector.secret_access_key,
        sessionToken: vector.session_token ?? undefined,
      },
      signedAt: new Date(vector.time),
    });
    assert.equal(presigned, expected.url, vector.name);
  }
});

Deno.test("presignGetCallerIdentity() signs as the authenticator's own client does", async () => {
  const presigned = await presignGetCallerIdentity({
    url: "https://sts.us-west-2.amazonaws.com",
    signingRegion: "us-west-2",
    clusterId: "test-cluster",
    // The keys of TestGetWithSTS in aws-iam-authenticator, in base64 so that no scanner takes them for real.
    credentials: {
      accessKeyId: atob("QVNJQVIyVEc0NFY2QVMzWlpFN0M="),
      secretAccessKey: atob("NEtENWNudEdjVm1MV1JkRjV3dk5SdXpOTDVReG1wNk9LVlk2RnovUQ=="),
    },
    signedAt: new Date(1_682_640_000_000),
  });
  assert.match(
    presigned,
    /X-Amz-Date=20230428T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id&X-Amz-Signature=e211dba7[0-9a-f]{52}f5ce$/,
  );
});

Deno.test("presignGetCallerIdentity() sends only parameters that the authenticator knows, once each", async () => {
  const allowed = [
    "Action",
    "Version",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-SignedHeaders",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
  ];
  const url = new URL(await presignGetCallerIdentity({ ...REQUEST, credentials: SESSION_KEYS }));
  assert.deepEqual([...url.searchParams.keys()], allowed);
  assert.equal(url.pathname, "/");
});

Deno.test("presignGetCallerIdentity() takes an empty session token for none", async () => {
  const empty = { ...REQUEST, credentials: { ...KEYS, sessionToken: "" } };
  assert.equal(await presignGetCallerIdentity(empty), await presignGetCallerIdentity(REQUEST));
});

Deno.test("presignGetCallerIdentity() binds the URL to cluster, region, time and keys", async () => {
  const variations: readonly Partial<PresignRequest>[] = [
    {},
    { clusterId: "other-cluster" },
    { signingRegion: "us-west-2" },
    { url: "https://sts.us-west-2.amazonaws.com" },
    { signedAt: new Date(NOW.getTime() + 1000) },
    { credentials: { ...KEYS, secretAccessKey: "other" } },
    { credentials: { ...KEYS, sessionToken: "other" } },
  ];
  const signatures = await Promise.all(
    variations.map(async (variation) =>
      (await presignGetCallerIdentity({ ...REQUEST, ...variation })).slice(-64)
    ),
  );
  assert.equal(new Set(signatures).size, variations.length);
});

Deno.test("presignGetCallerIdentity() gives the signature that aws4fetch gives", async () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });
  const label = fc.stringMatching(/^[a-z0-9]{1,12}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        // A header cannot carry control characters or anything beyond Latin-1, so aws4fetch cannot sign them.
        clusterId: fc.stringMatching(/^[!-~][ -~]{0,99}$/),
        signingRegion: label,
        host: label,
        port: fc.option(fc.integer({ min: 1024, max: 65_535 })),
        accessKeyId: text,
        secretAccessKey: text,
        sessionToken: fc.option(text, { nil: undefined }),
        signedAt: fc.date({
          min: new Date("2000-01-01"),
          max: new Date("2099-12-31"),
          noInvalidDate: true,
        }),
      }),
      async ({ host, port, ...rest }) => {
        const url = `https://${host}.example${port === null ? "" : `:${port}`}`;
        const { accessKeyId, secretAccessKey, sessionToken } = rest;
        const request = {
          ...rest,
          url,
          credentials: { accessKeyId, secretAccessKey, sessionToken },
        };
        const presigned = new URL(await presignGetCallerIdentity(request));
        assert.equal(
          presigned.searchParams.get("X-Amz-Signature"),
          await aws4fetchSignature(request),
        );
      },
    ),
    { numRuns: 200 },
  );
});

Deno.test("amzTimestamp() drops separators and fractions of seconds", () => {
  assert.equal(amzTimestamp(NOW), "20260102T030405Z");
  assert.equal(amzTimestamp(new Date("2026-12-31T23:59:59.999Z")), "20261231T235959Z");
});

Deno.test("percentEncode() leaves only the unreserved characters of RFC 3986", () => {
  assert.equal(percentEncode("AZaz09-._~"), "AZaz09-._~");
  assert.equal(percentEncode("!'()* /:é+&="), "%21%27%28%29%2A%20%2F%3A%C3%A9%2B%26%3D");
});

function scopeOf(url: string): string {
  return new URL(url).searchParams.get("X-Amz-Credential")?.replace(/^[^/]*/, "scope") ?? "";
}

async function aws4fetchSignature(request: PresignRequest): Promise<string | null> {
  const { accessKeyId, secretAccessKey, sessionToken } = request.credentials;
  const signed = await new AwsV4Signer({
    url: `${request.url}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60`,
    headers: { "x-k8s-aws-id": request.clusterId },
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    service: "sts",
    region: request.signingRegion,
    datetime: amzTimestamp(request.signedAt),
    signQuery: true,
  }).sign();
  return signed.url.searchParams.get("X-Amz-Signature");
}
