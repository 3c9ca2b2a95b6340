import assert from "node:assert/strict";

import { SignatureV4 } from "@smithy/signature-v4";

import { ADMIN_ROLE_ARN, NOW, OPS_ROLE_ARN, REGION } from "../cast.ts";
import { type Sandbox, startSandbox } from "../world.ts";
import type { AccessKey } from "./accounts.ts";
import { Sha256 } from "./sha256.ts";

/** A request as a client would send it, before and after it is signed. */
interface Draft {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a case departs from a good request. */
interface Departure {
  readonly key?: Partial<AccessKey>;
  readonly signedAt?: Date;
  readonly region?: string;
  readonly signingName?: string;
  /** Changes the request before it is signed. */
  readonly prepare?: (draft: Draft) => Partial<Draft>;
  /** Changes it afterwards. */
  readonly tamper?: (signed: Draft) => Partial<Draft>;
}

const GET_CALLER_IDENTITY = "Action=GetCallerIdentity&Version=2011-06-15";

function stsDraft(sandbox: Sandbox): Draft {
  return {
    method: "POST",
    path: "/",
    query: {},
    headers: {
      "host": new URL(sandbox.url).host,
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "accept": "application/json",
    },
    body: GET_CALLER_IDENTITY,
  };
}

function eksDraft(sandbox: Sandbox): Draft {
  const headers = { host: new URL(sandbox.url).host };
  return { method: "GET", path: "/clusters", query: { maxResults: "5" }, headers, body: "" };
}

/** Signs with AWS's own signer, sends, and gives the status and the error code. */
async function send(
  sandbox: Sandbox,
  draft: Draft,
  departure: Departure = {},
): Promise<readonly [status: number, awsCode: string | undefined]> {
  const key = { ...sandbox.devAdmin, ...departure.key };
  const prepared: Draft = { ...draft, ...departure.prepare?.(draft) };
  const service = departure.signingName ?? (draft.path === "/" ? "sts" : "eks");
  const { accessKeyId, secretAccessKey, sessionToken } = key;
  const signer = new SignatureV4({
    service,
    region: departure.region ?? REGION,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    sha256: Sha256,
    applyChecksum: false,
  });
  const request = { ...prepared, query: { ...prepared.query }, headers: { ...prepared.headers } };
  const signed = await signer.sign({ protocol: "http:", hostname: "127.0.0.1", ...request }, {
    signingDate: departure.signedAt ?? sandbox.clock.now(),
  });
  const asSigned: Draft = { ...prepared, headers: signed.headers };
  const { method, path, query, headers, body } = { ...asSigned, ...departure.tamper?.(asSigned) };
  const search = new URLSearchParams(query).toString();
  const response = await fetch(`${sandbox.url}${path}${search === "" ? "" : `?${search}`}`, {
    method,
    headers: Object.entries(headers).filter(([header]) => header !== "host"),
    ...(body === "" ? {} : { body }),
  });
  const text = await response.text();
  const header = response.headers.get("x-amzn-errortype")?.split(":", 1)[0];
  return [response.status, header ?? /"Code":"(\w+)"/.exec(text)?.[1]];
}

const minutesFrom = (instant: Date, minutes: number): Date =>
  new Date(instant.getTime() + minutes * 60_000);

/** What STS and EKS call the same problem. */
const CODES = {
  mismatch: { sts: [403, "SignatureDoesNotMatch"], eks: [403, "InvalidSignatureException"] },
  unknown_key: { sts: [403, "InvalidClientTokenId"], eks: [403, "UnrecognizedClientException"] },
  incomplete: { sts: [400, "IncompleteSignature"], eks: [403, "IncompleteSignatureException"] },
} as const;

const REFUSED: readonly (readonly [string, Departure, keyof typeof CODES])[] = [
  ["a wrong secret", { key: { secretAccessKey: "wrong" } }, "mismatch"],
  ["an unknown key", { key: { accessKeyId: "AKIDNOBODY" } }, "unknown_key"],
  ["a session token for a key that has none", {
    key: { sessionToken: "made-up" },
  }, "unknown_key"],
  ["the key of another partition", { region: "cn-north-1" }, "unknown_key"],
  ["sixteen minutes ago", {
    signedAt: minutesFrom(NOW, -16),
  }, "mismatch"],
  ["six minutes ahead", { signedAt: minutesFrom(NOW, 6) }, "mismatch"],
  ["another service", { signingName: "s3" }, "mismatch"],
  ["a header that was changed", {
    tamper: ({ headers }) => ({ headers: { ...headers, "x-amz-date": "20260102T030406Z" } }),
  }, "mismatch"],
  ["an X-Amz header that was added", {
    tamper: ({ headers }) => ({ headers: { ...headers, "x-amz-target": "Evil" } }),
  }, "mismatch"],
  ["a hash that is not the body's", {
    prepare: ({ headers }) => ({
      headers: { ...headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    }),
  }, "mismatch"],
  ["a host that is not signed", {
    prepare: ({ headers: { host: _, ...headers } }) => ({ headers }),
  }, "mismatch"],
  ["a signed header that is missing", {
    tamper: ({ headers }) => ({
      headers: {
        ...headers,
        authorization: (headers["authorization"] ?? "").replace("host;", "host;x-a;"),
      },
    }),
  }, "mismatch"],
  ["another algorithm", {
    tamper: ({ headers }) => ({
      headers: {
        ...headers,
        authorization: (headers["authorization"] ?? "").replace("SHA256", "SHA1"),
      },
    }),
  }, "incomplete"],
  ["no date", {
    tamper: ({ headers: { "x-amz-date": _, ...headers } }) => ({ headers }),
  }, "incomplete"],
];

Deno.test("verifySignature() accepts what AWS's signer signed", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const session = sandbox.accounts.issueSession({ roleArn: ADMIN_ROLE_ARN, sessionName: "ann" });
  for (const key of [sandbox.devAdmin, session]) {
    for (const minutes of [0, -15, 5]) {
      const departure = { key, signedAt: minutesFrom(NOW, minutes) };
      assert.deepEqual(await send(sandbox, stsDraft(sandbox), departure), [200, undefined]);
      assert.deepEqual(await send(sandbox, eksDraft(sandbox), departure), [200, undefined]);
    }
  }
  assert.deepEqual(sandbox.requests.counts, { "sts:GetCallerIdentity": 6, "eks:ListClusters": 6 });
  assert.equal(sandbox.requests.all.at(-1)?.callerArn, session.principal.arn);
  assert.equal(sandbox.requests.all.at(-1)?.region, "us-east-2");
});

Deno.test("verifySignature() refuses everything else with the code of the service", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  for (const [what, departure, problem] of REFUSED) {
    const { sts, eks } = CODES[problem];
    assert.deepEqual(await send(sandbox, stsDraft(sandbox), departure), sts, what);
    assert.deepEqual(await send(sandbox, eksDraft(sandbox), departure), eks, what);
  }
});

Deno.test("verifySignature() covers the body, the path, the query and the method", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const tampered: readonly (readonly [Draft, Partial<Draft>])[] = [
    [stsDraft(sandbox), { body: `${GET_CALLER_IDENTITY}&X=1` }],
    [eksDraft(sandbox), { path: "/clusters/dev-cluster" }],
    [eksDraft(sandbox), { query: { maxResults: "6" } }],
    [eksDraft(sandbox), { query: { maxResults: "5", nextToken: "x" } }],
    [{ ...eksDraft(sandbox), path: "/clusters/a/access-entries/b" }, { method: "DELETE" }],
  ];
  for (const [draft, change] of tampered) {
    const [status, awsCode] = await send(sandbox, draft, { tamper: () => change });
    assert.equal(status, 403, JSON.stringify(change));
    assert.match(awsCode ?? "", /^(?:SignatureDoesNotMatch|InvalidSignatureException)$/);
  }
});

Deno.test("verifySignature() refuses temporary keys without their token, with another, and too late", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const session = sandbox.accounts.issueSession({ roleArn: ADMIN_ROLE_ARN, sessionName: "ann" });
  const other = sandbox.accounts.issueSession({ roleArn: OPS_ROLE_ARN, sessionName: "bob" });
  const { sessionToken: _, ...withoutToken } = session;
  const { accessKeyId, secretAccessKey } = session;
  const mixed = { accessKeyId, secretAccessKey, sessionToken: other.sessionToken ?? "" };
  const draft = stsDraft(sandbox);
  assert.deepEqual(await send(sandbox, draft, { key: withoutToken }), [
    403,
    "InvalidClientTokenId",
  ]);
  assert.deepEqual(await send(sandbox, draft, { key: mixed }), [403, "InvalidClientTokenId"]);
  sandbox.clock.advance(3599);
  assert.deepEqual(await send(sandbox, draft, { key: session }), [200, undefined]);
  sandbox.clock.advance(1);
  assert.deepEqual(await send(sandbox, draft, { key: session }), [403, "ExpiredToken"]);
  assert.deepEqual(await send(sandbox, eksDraft(sandbox), { key: session }), [
    403,
    "ExpiredTokenException",
  ]);
  sandbox.accounts.deleteKey(session.accessKeyId);
  assert.deepEqual(await send(sandbox, draft, { key: session }), [403, "InvalidClientTokenId"]);
});

Deno.test("verifySignature() refuses an unsigned request, and the record calls it unexpected", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const unsigned = ({ headers: { authorization: _, ...headers } }: Draft): Partial<Draft> => ({
    headers,
  });
  assert.deepEqual(await send(sandbox, stsDraft(sandbox), { tamper: unsigned }), [
    403,
    "MissingAuthenticationToken",
  ]);
  assert.deepEqual(await send(sandbox, eksDraft(sandbox), { tamper: unsigned }), [
    403,
    "MissingAuthenticationTokenException",
  ]);
  assert.deepEqual(sandbox.requests.takeUnexpected().map((one) => one.unexpected), [
    "GetCallerIdentity has to be signed",
    "ListClusters has to be signed",
  ]);
});
