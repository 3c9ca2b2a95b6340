import assert from "node:assert/strict";

import fc from "fast-check";

import { TOKEN_PREFIX } from "../../src/kube/eks_token.ts";
import type { TokenPartition } from "../../src/kube/token_host.ts";
import { type TokenRule, type VerifierRules, verifyToken } from "../../src/kube/verify_token.ts";

const NOW = new Date("2026-01-02T03:04:05Z");
const RULES: VerifierRules = { partition: "aws", now: NOW };

/** Every parameter that a signer with temporary keys sends, in the order in which the AWS CLI sends them. */
const PARAMETERS: Readonly<Record<string, string>> = {
  "Action": "GetCallerIdentity",
  "Version": "2011-06-15",
  "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
  "X-Amz-Credential": "AKIDEXAMPLE%2F20260102%2Fus-east-2%2Fsts%2Faws4_request",
  "X-Amz-Date": "20260102T030405Z",
  "X-Amz-Expires": "60",
  "X-Amz-SignedHeaders": "host%3Bx-k8s-aws-id",
  "X-Amz-Security-Token": "IQoJb3JpZ2luX2VjE%2B%2F%3D%3D",
  "X-Amz-Signature": "0".repeat(64),
};

/** What {@linkcode urlWith} changes; `undefined` leaves a parameter out. */
interface Changes {
  readonly origin?: string;
  readonly path?: string;
  readonly parameters?: Readonly<Record<string, string | undefined>>;
  /** Appended to the query as it stands. */
  readonly suffix?: string;
}

function urlWith(changes: Changes = {}): string {
  const { origin = "https://sts.us-east-2.amazonaws.com", path = "/", suffix = "" } = changes;
  const pairs = Object.entries({ ...PARAMETERS, ...changes.parameters })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}`);
  return `${origin}${path}?${pairs.join("&")}${suffix}`;
}

function tokenOf(url: string): string {
  const encoded = new TextEncoder().encode(url)
    .toBase64({ alphabet: "base64url", omitPadding: true });
  return TOKEN_PREFIX + encoded;
}

function ruleBroken(eksToken: string, rules: VerifierRules = RULES): TokenRule | "none" {
  return verifyToken(eksToken, rules).rejected?.rule ?? "none";
}

const REJECTED_TOKENS: readonly (readonly [TokenRule, string, string])[] = [
  ["size", "4097 bytes", TOKEN_PREFIX + "A".repeat(4097 - TOKEN_PREFIX.length)],
  ["size", "4097 bytes of something else", "\0".repeat(4097)],
  ["size", "few characters of many bytes", "€".repeat(1366)],
  ["prefix", "nothing", ""],
  ["prefix", "version 2", tokenOf(urlWith()).replace("-v1.", "-v2.")],
  ["prefix", "capitals", tokenOf(urlWith()).replace("k8s", "K8S")],
  ["prefix", "a space before", ` ${tokenOf(urlWith())}`],
  ["prefix", "a service account token", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"],
  ["encoding", "an impossible length", `${TOKEN_PREFIX}decodingerror`],
  ["encoding", "padding", `${TOKEN_PREFIX}aHR0cHM6Ly8=`],
  ["encoding", "the other alphabet, plus", `${TOKEN_PREFIX}ab+d`],
  ["encoding", "the other alphabet, slash", `${TOKEN_PREFIX}ab/d`],
  ["encoding", "a line feed", `${tokenOf(urlWith())}\n`],
  ["encoding", "a dot", `${TOKEN_PREFIX}ab.d`],
  ["url", "no URL at all", TOKEN_PREFIX],
  ["url", "not text", `${TOKEN_PREFIX}__79`],
];

const REJECTED_URLS: readonly (readonly [TokenRule, string])[] = [
  ["url", ":ab:cd.af:/asda"],
  ["url", "//sts.us-east-2.amazonaws.com/"],
  ["url", "https:/sts.us-east-2.amazonaws.com/"],
  ["url", ` ${urlWith()}`],
  ["url", `${urlWith()}\n`],
  ["url", `\ufeff${urlWith()}`],
  ["url", urlWith({ suffix: "#fragment" })],
  ["url", urlWith({ parameters: { "X-Amz-Security-Token": "é" } })],
  ["scheme", "http://"],
  ["scheme", urlWith({ origin: "http://sts.us-east-2.amazonaws.com" })],
  ["scheme", urlWith({ origin: "HTTPS://sts.us-east-2.amazonaws.com" })],
  ["host", "https://google.com"],
  ["host", urlWith({ origin: "https://google.com" })],
  ["host", urlWith({ origin: "https://" })],
  ["host", urlWith({ origin: "https://sts.us-east-2.amazonaws.com:443" })],
  ["host", urlWith({ origin: "https://sts.us-east-2.amazonaws.com\\@google.com" })],
  ["host", urlWith({ origin: "https://sts.us-east-2.amazonaws.com@google.com" })],
  ["host", urlWith({ origin: "https://user:pass@sts.us-east-2.amazonaws.com" })],
  ["host", urlWith({ origin: "https://STS.us-east-2.amazonaws.com" })],
  ["host", urlWith({ origin: "https://sts.cn-north-1.amazonaws.com.cn" })],
  ["path", urlWith({ path: "" })],
  ["path", urlWith({ path: "//" })],
  ["path", urlWith({ path: "/abc" })],
  ["path", urlWith({ path: "/%2e" })],
  ["path", urlWith({ path: "/./" })],
  ["path", urlWith({ origin: "https://sts.amazonaws.com", path: "/abc" })],
  ["query", urlWith({ parameters: { "X-Amz-Expires": "60%gh" } })],
  ["query", urlWith({ parameters: { "X-Amz-Expires": "60%" } })],
  ["query", urlWith({ parameters: { "X-Amz-SignedHeaders": "host;x-k8s-aws-id" } })],
  ["query", urlWith({ suffix: "&%zz=1" })],
  ["query", urlWith({ suffix: "&Unknown=1&a;b" })],
  ["query", urlWith({ suffix: "&Action=GetCallerIdentity&%" })],
  ["duplicate_parameter", urlWith({ suffix: "&Action=GetCallerIdentity" })],
  ["duplicate_parameter", urlWith({ suffix: "&action=AssumeRole" })],
  ["duplicate_parameter", urlWith({ suffix: "&x-amz-credential=eve" })],
  ["duplicate_parameter", urlWith({ suffix: "&X-Amz-Signed%48eaders=host" })],
  ["unknown_parameter", urlWith({ suffix: "&NoInWhiteList=abc" })],
  ["unknown_parameter", urlWith({ suffix: "&x-id=GetCallerIdentity" })],
  ["unknown_parameter", urlWith({ suffix: "&=1" })],
  ["unknown_parameter", urlWith({ suffix: "&__proto__=1" })],
  ["action", "https://sts.us-east-2.amazonaws.com/"],
  ["action", "https://sts.us-east-2.amazonaws.com/?"],
  ["action", urlWith({ parameters: { Action: undefined } })],
  ["action", urlWith({ parameters: { Action: "getCallerIdentity" } })],
  ["action", urlWith({ parameters: { Action: "AssumeRole" } })],
  ["signed_headers", urlWith({ parameters: { "X-Amz-SignedHeaders": undefined } })],
  ["signed_headers", urlWith({ parameters: { "X-Amz-SignedHeaders": "host" } })],
  ["signed_headers", urlWith({ parameters: { "X-Amz-SignedHeaders": "abc%3Bx-k8s-aws-i%3Bdef" } })],
  ["signed_headers", urlWith({ parameters: { "X-Amz-SignedHeaders": "host%3B+x-k8s-aws-id" } })],
  ["expires", urlWith({ parameters: { "X-Amz-Expires": undefined } })],
  ["expires", urlWith({ parameters: { "X-Amz-Expires": "" } })],
  ["expires", urlWith({ parameters: { "X-Amz-Expires": "901" } })],
  ["expires", urlWith({ parameters: { "X-Amz-Expires": "9999999" } })],
  ["expires", urlWith({ parameters: { "X-Amz-Expires": "-1" } })],
  ["expires", urlWith({ parameters: { "X-Amz-Expires": "60s" } })],
  ["expires", urlWith({ parameters: { "X-Amz-Expires": "6e1" } })],
  ["expires", urlWith({ parameters: { "X-Amz-Expires": "%2B60" } })],
  ["date", urlWith({ parameters: { "X-Amz-Date": undefined } })],
  ["date", urlWith({ parameters: { "X-Amz-Date": "xxxxxxx" } })],
  ["date", urlWith({ parameters: { "X-Amz-Date": "2026-01-02T03:04:05Z" } })],
  ["date", urlWith({ parameters: { "X-Amz-Date": "20260102T030405" } })],
  ["date", urlWith({ parameters: { "X-Amz-Date": "20260102T030405.5Z" } })],
  ["date", urlWith({ parameters: { "X-Amz-Date": "20260230T030405Z" } })],
  ["date", urlWith({ parameters: { "X-Amz-Date": "20260102T240000Z" } })],
  ["age", urlWith({ parameters: { "X-Amz-Date": "19900422T010203Z" } })],
  ["age", urlWith({ parameters: { "X-Amz-Date": "20260102T024904Z" } })],
];

const ACCEPTED_URLS: readonly string[] = [
  urlWith(),
  ...["us-east-2", "ap-northeast-2", "ca-central-1", "eu-west-1", "sa-east-1"].map((region) =>
    urlWith({ origin: `https://sts.${region}.amazonaws.com` })
  ),
  urlWith({ origin: "https://sts.amazonaws.com" }),
  urlWith({ parameters: { "X-Amz-Security-Token": undefined } }),
  urlWith({ parameters: { Version: undefined } }),
  urlWith({ parameters: { "X-Amz-Expires": "0" } }),
  urlWith({ parameters: { "X-Amz-Expires": "900" } }),
  urlWith({ parameters: { "X-Amz-SignedHeaders": "X-K8s-Aws-Id" } }),
  // Exactly fifteen minutes old; and ahead of the cluster's clock, which only STS refuses.
  urlWith({ parameters: { "X-Amz-Date": "20260102T024905Z" } }),
  urlWith({ parameters: { "X-Amz-Date": "20260102T040405Z" } }),
  urlWith({ suffix: "&" }),
  // Names count in any spelling.
  "https://sts.us-east-2.amazonaws.com/?action=GetCallerIdentity&x-amz-signedheaders=x-k8s-aws-id" +
  "&x-amz-date=20260102T030405Z&x-amz-expires=60",
];

Deno.test("verifyToken() reads out what the token claims", () => {
  const stsUrl = urlWith();
  assert.deepEqual(verifyToken(tokenOf(stsUrl), RULES), {
    verified: {
      stsUrl,
      host: "sts.us-east-2.amazonaws.com",
      region: "us-east-2",
      accessKeyId: "AKIDEXAMPLE",
      signedAt: NOW,
      expiresInSeconds: 60,
      acceptedUntil: new Date("2026-01-02T03:19:05Z"),
      signedHeaders: ["host", "x-k8s-aws-id"],
      hasSessionToken: true,
    },
  });
});

Deno.test("verifyToken() accepts what clusters accept", () => {
  for (const url of ACCEPTED_URLS) assert.equal(ruleBroken(tokenOf(url)), "none", url);
});

/** Regions of the vectors that lie outside the partition `aws`. */
const PARTITIONS: Readonly<Record<string, TokenPartition>> = {
  "us-gov-west-1": "aws-us-gov",
  "us-gov-east-1": "aws-us-gov",
  "cn-north-1": "aws-cn",
  "eusc-de-east-1": "aws-eusc",
  "us-iso-east-1": "aws-iso",
};

/** Vectors that the AWS CLI signed for an endpoint of the user's own, which no cluster follows. */
const OVERRIDDEN: Readonly<Record<string, TokenRule>> = {
  "endpoint-override-port": "scheme",
  "endpoint-override-default-port": "host",
};

Deno.test("verifyToken() accepts the tokens of the AWS CLI, except for endpoint overrides", () => {
  const path = new URL("../testdata/token-vectors.json", import.meta.url);
  const { vectors, extra_vectors } = JSON.parse(Deno.readTextFileSync(path));
  for (const { name, region, time, access_key_id, expected } of [...vectors, ...extra_vectors]) {
    const partition = PARTITIONS[region] ?? "aws";
    const verdict = verifyToken(expected.token, { partition, now: new Date(time) });
    assert.equal(verdict.rejected?.rule, OVERRIDDEN[name], name);
    if (verdict.verified === undefined) continue;
    assert.equal(verdict.verified.stsUrl, expected.url, name);
    assert.equal(verdict.verified.host, expected.host, name);
    assert.equal(verdict.verified.accessKeyId, access_key_id, name);
  }
});

Deno.test("verifyToken() reads a plus sign as a space, as the authenticator does", () => {
  const url = urlWith({ parameters: { "X-Amz-Credential": "AKID+EXAMPLE%2F20260102" } });
  assert.equal(verifyToken(tokenOf(url), RULES).verified?.accessKeyId, "AKID EXAMPLE");
});

Deno.test("verifyToken() names the first rule that a token breaks", () => {
  for (const [rule, what, eksToken] of REJECTED_TOKENS) {
    assert.equal(ruleBroken(eksToken), rule, what);
  }
  for (const [rule, url] of REJECTED_URLS) assert.equal(ruleBroken(tokenOf(url)), rule, url);
});

Deno.test("verifyToken() accepts 4096 bytes, prefix included", () => {
  const room = urlWith({ parameters: { "X-Amz-Security-Token": "" } }).length;
  // 4085 characters of base64url carry 3063 bytes.
  const url = urlWith({ parameters: { "X-Amz-Security-Token": "t".repeat(3063 - room) } });
  const eksToken = tokenOf(url);
  assert.equal(eksToken.length, 4095);
  assert.equal(ruleBroken(eksToken), "none");
  assert.equal(ruleBroken(tokenOf(`${url}t`)), "size");
});

Deno.test("verifyToken() goes by the partition of the cluster", () => {
  const url = urlWith({ origin: "https://sts.cn-north-1.amazonaws.com.cn" });
  assert.equal(ruleBroken(tokenOf(url), { partition: "aws-cn", now: NOW }), "none");
  assert.equal(ruleBroken(tokenOf(url), { partition: "aws", now: NOW }), "host");
  const path = url.replace("/?", "/abc?");
  assert.equal(ruleBroken(tokenOf(path), { partition: "aws-cn", now: NOW }), "path");
});

Deno.test("verifyToken() refuses a token from the moment it is fifteen minutes old", () => {
  const eksToken = tokenOf(urlWith());
  const at = (now: string) => ruleBroken(eksToken, { partition: "aws", now: new Date(now) });
  assert.equal(at("2026-01-02T03:19:05.000Z"), "none");
  assert.equal(at("2026-01-02T03:19:05.001Z"), "age");
});

Deno.test("verifyToken() shows the URL of a refused token, never its secrets in the reason", () => {
  const url = urlWith({ suffix: "&x-id=1" });
  assert.deepEqual(verifyToken(tokenOf(url), RULES), {
    rejected: {
      rule: "unknown_parameter",
      reason: 'No token may hold the parameter "x-id"',
      stsUrl: url,
    },
  });
  for (const [, refused] of REJECTED_URLS) {
    const reason = verifyToken(tokenOf(refused), RULES).rejected?.reason ?? "";
    assert.doesNotMatch(reason, /0{64}|IQoJ/, refused);
    assert.match(reason, /^(?:"|[A-Z]).*[^.]$/s, refused);
  }
});

Deno.test("verifyToken() never throws, whatever it is given", () => {
  const anything = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.string().map((text) => TOKEN_PREFIX + text),
    fc.string({ unit: "binary" }).map(tokenOf),
    fc.string().map((suffix) => tokenOf(urlWith({ suffix }))),
    fc.webUrl({ withQueryParameters: true, withFragments: true }).map(tokenOf),
  );
  fc.assert(fc.property(anything, (eksToken) => {
    const { verified, rejected } = verifyToken(eksToken, RULES);
    assert.equal(verified === undefined, rejected !== undefined);
  }));
});

Deno.test("verifyToken() refuses every parameter that it does not know", () => {
  const names = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/)
    .filter((name) =>
      !Object.keys(PARAMETERS).some((known) => known.toLowerCase() === name.toLowerCase())
    );
  fc.assert(fc.property(names, fc.constantFrom("&", "&&"), (name, separator) => {
    const eksToken = tokenOf(urlWith({ suffix: `${separator}${name}=1` }));
    assert.equal(ruleBroken(eksToken), "unknown_parameter");
  }));
});
