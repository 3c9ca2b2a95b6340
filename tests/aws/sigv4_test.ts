import assert from "node:assert/strict";
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { percentEncode } from "../../src/aws/presign.ts";
import { signRequest, type UnsignedRequest } from "../../src/aws/sigv4.ts";
import { NOW } from "../sandbox/cast.ts";
import { KEYS, SESSION_KEYS } from "./_cast.ts";

const PRINCIPAL_ARN = "arn:aws:iam::123456789012:role/my+role/dev-admin";
const POLICY_ARN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";
const ACCESS_ENTRY_PATH = `/clusters/dev-cluster/access-entries/${percentEncode(PRINCIPAL_ARN)}`;

const GET: UnsignedRequest = {
  method: "GET",
  url: "https://eks.us-east-2.amazonaws.com/clusters/dev-cluster",
  headers: {},
  credentials: KEYS,
  signingRegion: "us-east-2",
  signingName: "eks",
  signedAt: NOW,
};

const POST: UnsignedRequest = {
  ...GET,
  method: "POST",
  url: "https://sts.us-east-2.amazonaws.com/",
  headers: {
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    accept: "application/json",
  },
  body: "Action=GetCallerIdentity&Version=2011-06-15",
  credentials: SESSION_KEYS,
  signingName: "sts",
};

const REQUESTS: readonly (readonly [string, UnsignedRequest])[] = [
  ["a GET without session token", GET],
  ["a GET with session token", { ...GET, credentials: SESSION_KEYS }],
  ["a POST with a form", POST],
  ["a query out of order", {
    ...GET,
    url:
      "https://eks.us-east-2.amazonaws.com/clusters?nextToken=a%2Fb%20c%3D&include=all&maxResults=100",
  }],
  ["an ARN as a path label", {
    ...GET,
    url: `https://eks.us-east-2.amazonaws.com${ACCESS_ENTRY_PATH}`,
  }],
  ["two ARNs as path labels", {
    ...GET,
    method: "DELETE",
    url: `https://eks.us-east-2.amazonaws.com${ACCESS_ENTRY_PATH}/access-policies/${
      percentEncode(POLICY_ARN)
    }`,
  }],
  ["a JSON body that is not ASCII", {
    ...GET,
    method: "POST",
    url: "https://eks.us-east-2.amazonaws.com/clusters/dev-cluster/access-entries",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ principalArn: PRINCIPAL_ARN, username: "zoë" }),
  }],
  ["an override with port and path", {
    ...GET,
    url: "http://localhost:4566/aws/clusters/dev-cluster",
  }],
];

for (const [label, request] of REQUESTS) {
  Deno.test(`signRequest() signs ${label} as the AWS SDK does`, async () => {
    const signed = await signRequest(request);
    assert.equal(signed.headers["authorization"], await smithyAuthorization(request));
  });
}

Deno.test("signRequest() signs whatever it is given as the AWS SDK does", async () => {
  const label = fc.string({ unit: "binary", minLength: 1, maxLength: 20 })
    // URLs fold dots away and AWS's names have none of them alone.
    .filter((text) => !/^\.+$/.test(text));
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        labels: fc.array(label, { minLength: 1, maxLength: 4 }),
        query: fc.dictionary(fc.stringMatching(/^[a-z_-]{1,8}$/), label, { maxKeys: 4 }),
        body: fc.string({ unit: "binary" }),
        sessionToken: fc.stringMatching(/^[!-~]{1,60}$/),
      }),
      async ({ labels, query, body, sessionToken }) => {
        const search = Object.entries(query).map((pair) => pair.map(percentEncode).join("=")).join(
          "&",
        );
        const request: UnsignedRequest = {
          ...POST,
          url: `https://eks.us-east-2.amazonaws.com/${
            labels.map(percentEncode).join("/")
          }?${search}`,
          body,
          credentials: { ...KEYS, sessionToken },
        };
        const signed = await signRequest(request);
        assert.equal(signed.headers["authorization"], await smithyAuthorization(request));
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("signRequest() encodes the path of an ARN once more for the signature, not for the wire", async () => {
  const request = { ...GET, url: `https://eks.us-east-2.amazonaws.com${ACCESS_ENTRY_PATH}` };
  const { url } = await signRequest(request);
  assert.equal(
    url,
    "https://eks.us-east-2.amazonaws.com/clusters/dev-cluster/access-entries/" +
      "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fmy%2Brole%2Fdev-admin",
  );
});

Deno.test("signRequest() signs content-type, as botocore does, and gives every header back", async () => {
  const { headers, ...rest } = await signRequest(POST);
  const { authorization, ...others } = headers;
  assert.match(
    authorization ?? "",
    /^AWS4-HMAC-SHA256 Credential=ASIDEXAMPLE\/20260102\/us-east-2\/sts\/aws4_request, SignedHeaders=accept;content-type;host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
  );
  assert.deepEqual(others, {
    accept: "application/json",
    "content-type": "application/x-www-form-urlencoded; charset=utf-8",
    "x-amz-date": "20260102T030405Z",
    "x-amz-security-token": SESSION_KEYS.sessionToken,
  });
  assert.deepEqual(rest, { url: POST.url, method: "POST", body: POST.body });
});

Deno.test("signRequest() takes an empty session token for none", async () => {
  const signed = await signRequest({ ...GET, credentials: { ...KEYS, sessionToken: "" } });
  assert.deepEqual(signed, await signRequest(GET));
});

Deno.test("signRequest() refuses keys that no header can carry, without showing them", async () => {
  const rows: readonly (readonly [Partial<typeof SESSION_KEYS>, string])[] = [
    [{ accessKeyId: "" }, "the access key id is empty"],
    [{ secretAccessKey: "" }, "the secret access key is empty"],
    [
      { sessionToken: "hunter2\nx" },
      "the session token holds a space, a line break or a character that is not ASCII",
    ],
    [
      { accessKeyId: "AKID EXAMPLE" },
      "the access key id holds a space, a line break or a character that is not ASCII",
    ],
  ];
  for (const [change, state] of rows) {
    await assert.rejects(signRequest({ ...GET, credentials: { ...SESSION_KEYS, ...change } }), {
      code: "credentials_rejected",
      message: `Cannot sign with these credentials: ${state}`,
    });
  }
});

/** The `Authorization` header that the signer of AWS's own SDK makes for the same request. */
async function smithyAuthorization(request: UnsignedRequest): Promise<string | undefined> {
  const url = new URL(request.url);
  const signer = new SignatureV4({
    service: request.signingName,
    region: request.signingRegion,
    // exactOptionalPropertyTypes: the SDK has no `undefined` there.
    credentials: { ...KEYS, ...JSON.parse(JSON.stringify(request.credentials)) },
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign({
    method: request.method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...request.headers, host: url.host },
    body: request.body,
  }, { signingDate: request.signedAt });
  return signed.headers["authorization"];
}

/** The hash that the SDK wants handed in. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined
      ? createHash("sha256")
      : createHmac("sha256", bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") return new TextEncoder().encode(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
