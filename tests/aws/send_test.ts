import assert from "node:assert/strict";
import { type AwsCall, sendToAws } from "../../src/aws/send.ts";
import { AwsServiceError } from "../../src/aws/service_error.ts";
import { EksauthError } from "../../src/errors.ts";
import { VERSION } from "../../src/version.ts";
import { NOW } from "../sandbox/cast.ts";
import { KEYS, SESSION_KEYS, SETTINGS } from "./_cast.ts";
import {
  fetchFailure,
  jsonReply,
  refusalReply,
  type Reply,
  type ScriptedRuntime,
  scriptedRuntime,
} from "./_scripted_runtime.ts";

const CALL: AwsCall = {
  service: "eks",
  operation: "DescribeCluster",
  method: "GET",
  path: "/clusters/dev-cluster",
  credentials: KEYS,
  settings: SETTINGS,
};

const OK = (): Response => jsonReply({ fine: true });
const RESET = fetchFailure("client error (SendRequest): Connection reset by peer (os error 104)");

Deno.test("sendToAws() sends one signed request and reads the answer", async () => {
  const runtime = scriptedRuntime([OK]);
  const answer = await sendToAws(
    {
      ...CALL,
      path: "/clusters",
      query: { nextToken: "a/b c", include: undefined, maxResults: "100" },
    },
    runtime,
  );
  assert.deepEqual(answer.document, { fine: true });
  assert.equal(answer.status, 200);
  assert.equal(answer.host, "eks.us-east-2.amazonaws.com");
  runtime.assertPlayedOut();
  const [request] = runtime.requests;
  assert.equal(
    request?.url,
    "https://eks.us-east-2.amazonaws.com/clusters?nextToken=a%2Fb%20c&maxResults=100",
  );
  assert.equal(request.method, "GET");
  assert.equal(request.body, undefined);
  assert.match(request.headers["authorization"] ?? "", /SignedHeaders=host;x-amz-date,/);
  assert.equal(request.headers["x-amz-date"], "20260102T030405Z");
});

Deno.test("sendToAws() adds headers of its own and leaves them out of the signature", async () => {
  const runtime = scriptedRuntime([OK]);
  const headers = { "content-type": "application/json", "x-extra": "1" };
  await sendToAws(
    { ...CALL, method: "POST", headers, body: "{}", credentials: SESSION_KEYS },
    runtime,
  );
  const sent = runtime.requests[0]?.headers ?? {};
  assert.match(
    sent["authorization"] ?? "",
    /SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-extra,/,
  );
  assert.equal(sent["user-agent"], `eksauth/${VERSION}`);
  assert.equal(sent["amz-sdk-request"], "attempt=1; max=3");
  assert.match(sent["amz-sdk-invocation-id"] ?? "", /^[0-9a-f-]{36}$/);
  assert.equal(runtime.requests[0]?.body, "{}");
});

Deno.test("sendToAws() sends a call without credentials unsigned", async () => {
  const runtime = scriptedRuntime([OK]);
  await sendToAws(
    { ...CALL, credentials: undefined, headers: { "x-amz-sso_bearer_token": "s" } },
    runtime,
  );
  const headers = runtime.requests[0]?.headers ?? {};
  assert.equal("authorization" in headers, false);
  assert.equal("x-amz-date" in headers, false);
  assert.equal(headers["x-amz-sso_bearer_token"], "s");
});

Deno.test("sendToAws() goes by the settings: override, FIPS, CA", async () => {
  const runtime = scriptedRuntime([OK, OK]);
  await sendToAws({
    ...CALL,
    settings: {
      ...SETTINGS,
      endpointUrls: { eks: "http://localhost:4566/eks/" },
      caCertificates: "PEM",
    },
  }, runtime);
  await sendToAws({ ...CALL, settings: { ...SETTINGS, useFips: true } }, runtime);
  assert.deepEqual(runtime.requests.map(({ url, caCertificates }) => [url, caCertificates]), [
    ["http://localhost:4566/eks/clusters/dev-cluster", "PEM"],
    ["https://fips.eks.us-east-2.amazonaws.com/clusters/dev-cluster", undefined],
  ]);
});

interface RetryRow {
  readonly label: string;
  readonly replies: readonly Reply[];
  readonly pausesMs: readonly number[];
  readonly maxAttempts?: number;
  /** Message of the error in the end; absent when the last reply is an answer. */
  readonly failure?: RegExp;
}

const THROTTLED = (): Response =>
  refusalReply(400, { awsCode: "ThrottlingException", message: "Rate exceeded" });
const UNAVAILABLE = (): Response =>
  new Response("<html>", { status: 503, headers: { "content-type": "text/html" } });

/** Every pause is the longest that the jitter allows. */
const RETRIES: readonly RetryRow[] = [
  { label: "throttling", replies: [THROTTLED, THROTTLED, OK], pausesMs: [1000, 2000] },
  {
    label: "throttling until the attempts are used up",
    replies: [THROTTLED, THROTTLED, THROTTLED],
    pausesMs: [1000, 2000],
    failure:
      /^AWS refused DescribeCluster: ThrottlingException: Rate exceeded \(3 attempts, request id 1b2c3d4e\)$/,
  },
  {
    label: "as many attempts as are set",
    replies: [THROTTLED, THROTTLED, THROTTLED, THROTTLED, OK],
    pausesMs: [1000, 2000, 4000, 8000],
    maxAttempts: 5,
  },
  {
    label: "no second attempt when one is set",
    replies: [THROTTLED],
    pausesMs: [],
    maxAttempts: 1,
    failure: /Rate/,
  },
  { label: "a connection that is reset", replies: [RESET, OK], pausesMs: [1000] },
  {
    label: "a host that refuses",
    replies: [RESET, RESET, fetchFailure("tcp connect error: Connection refused (os error 111)")],
    pausesMs: [1000, 2000],
    failure: /^Cannot reach eks\.us-east-2\.amazonaws\.com: connection refused \(3 attempts\)$/,
  },
  {
    label: "a body that breaks off",
    replies: [
      (): Response =>
        new Response(
          new ReadableStream({
            pull: (stream): void =>
              stream.error(new TypeError("error reading a body from connection")),
          }),
        ),
      OK,
    ],
    pausesMs: [1000],
  },
  {
    label: "JSON that breaks off",
    replies: [(): Response => new Response('{"cluster":'), OK],
    pausesMs: [1000],
  },
  {
    label: "JSON that breaks off each time",
    replies: [1, 2, 3].map(() => () => new Response('{"cluster":')),
    pausesMs: [1000, 2000],
    failure:
      /^Cannot read the answer of eks\.us-east-2\.amazonaws\.com to DescribeCluster: its JSON is broken$/,
  },
  { label: "HTTP 503 of a load balancer", replies: [UNAVAILABLE, OK], pausesMs: [1000] },
  {
    label: "HTTP 500 of AWS",
    replies: [(): Response => refusalReply(500, { awsCode: "ServerException" }), OK],
    pausesMs: [1000],
  },
  {
    label: "HTTP 429 without more",
    replies: [(): Response => new Response(null, { status: 429 }), OK],
    pausesMs: [1000],
  },
  {
    label: "Retry-After in seconds",
    replies: [
      (): Response => new Response(null, { status: 429, headers: { "retry-after": "7" } }),
      OK,
    ],
    pausesMs: [7000],
  },
  {
    label: "Retry-After as a date",
    replies: [
      (): Response =>
        new Response(null, {
          status: 503,
          headers: { "retry-after": "Fri, 02 Jan 2026 03:04:10 GMT" },
        }),
      OK,
    ],
    pausesMs: [5000],
  },
  {
    label: "no pause below the backoff for Retry-After: 0",
    replies: [
      (): Response => new Response(null, { status: 429, headers: { "retry-after": "0" } }),
      OK,
    ],
    pausesMs: [1000],
  },
  {
    label: "no pause that outlasts the deadline",
    replies: [
      (): Response =>
        refusalReply(429, {
          awsCode: "TooManyRequestsException",
          headers: { "retry-after": "30" },
        }),
    ],
    pausesMs: [],
    failure: /^AWS refused DescribeCluster: TooManyRequestsException/,
  },
  {
    label: "no repetition of a refusal",
    replies: [(): Response => refusalReply(403, { awsCode: "ExpiredTokenException" })],
    pausesMs: [],
    failure: /^AWS refused DescribeCluster: ExpiredTokenException/,
  },
  {
    label: "no repetition for a certificate",
    replies: [fetchFailure("client error (Connect): invalid peer certificate: UnknownIssuer")],
    pausesMs: [],
    failure: /^Cannot trust eks\.us-east-2\.amazonaws\.com: /,
  },
  {
    label: "no repetition for a page of HTML",
    replies: [(): Response => new Response("<html>", { headers: { "content-type": "text/html" } })],
    pausesMs: [],
    failure: /to DescribeCluster: it is text\/html, not JSON$/,
  },
  {
    label: "no repetition for a redirect",
    replies: [
      (): Response =>
        new Response(null, { status: 302, headers: { location: "https://login.example/a?b" } }),
    ],
    pausesMs: [],
    failure: /to DescribeCluster: HTTP 302 redirects to login\.example$/,
  },
];

for (const { label, replies, pausesMs, maxAttempts, failure } of RETRIES) {
  Deno.test(`sendToAws() on retries: ${label}`, async () => {
    const runtime = scriptedRuntime(replies);
    const settings = { ...SETTINGS, maxAttempts: maxAttempts ?? SETTINGS.maxAttempts };
    const sending = sendToAws({ ...CALL, settings }, runtime);
    if (failure === undefined) assert.deepEqual((await sending).document, { fine: true });
    else await assert.rejects(sending, { message: failure });
    assert.deepEqual(runtime.pausesMs, pausesMs);
    runtime.assertPlayedOut();
  });
}

Deno.test("sendToAws() takes a random share of each pause", async () => {
  const runtime = scriptedRuntime([THROTTLED, THROTTLED, OK], { random: 0.25 });
  await sendToAws(CALL, runtime);
  assert.deepEqual(runtime.pausesMs, [250, 500]);
});

Deno.test("sendToAws() signs each attempt anew, under one invocation id", async () => {
  const runtime = scriptedRuntime([RESET, OK]);
  await sendToAws(CALL, runtime);
  const [first, second] = runtime.requests.map(({ headers }) => headers);
  assert.equal(first?.["x-amz-date"], "20260102T030405Z");
  assert.equal(second?.["x-amz-date"], "20260102T030406Z");
  assert.notEqual(second["authorization"], first["authorization"]);
  assert.equal(second["amz-sdk-invocation-id"], first["amz-sdk-invocation-id"]);
  assert.equal(second["amz-sdk-request"], "attempt=2; max=3");
});

Deno.test("sendToAws() stops when the deadline is over, however many attempts are left", async () => {
  const settings = { ...SETTINGS, maxAttempts: 10 };
  // 10 s for each lost attempt, and pauses of 1 and 2 s: the third attempt has 7 s left.
  const lost = (runtime: () => ScriptedRuntime): Reply => () => {
    runtime().advance(10_000);
    throw new DOMException("timeout", "TimeoutError");
  };
  const runtime: ScriptedRuntime = scriptedRuntime([
    lost(() => runtime),
    lost(() => runtime),
    lost(() => runtime),
  ]);
  await assert.rejects(sendToAws({ ...CALL, settings }, runtime), {
    code: "deadline_exceeded",
    message:
      "Cannot reach eks.us-east-2.amazonaws.com: no answer to DescribeCluster within 30 s (3 attempts)",
  });
  assert.deepEqual(runtime.pausesMs, [1000, 2000]);
  runtime.assertPlayedOut();
});

Deno.test("sendToAws() gives up an attempt that hangs", async () => {
  const runtime = scriptedRuntime([hang, OK], { random: 0 });
  const answer = await sendToAws({ ...CALL, attemptTimeoutMs: 5 }, runtime);
  assert.deepEqual(answer.document, { fine: true });
  runtime.assertPlayedOut();
});

Deno.test("sendToAws() gives up a call that hangs", async () => {
  const runtime = scriptedRuntime([hang]);
  await assert.rejects(sendToAws({ ...CALL, deadlineMs: 5 }, runtime), {
    code: "deadline_exceeded",
    message:
      "Cannot reach eks.us-east-2.amazonaws.com: no answer to DescribeCluster within 0.005 s",
  });
});

Deno.test("sendToAws() ends at once when it is interrupted, before, during and between attempts", async () => {
  const interrupted = {
    code: "interrupted",
    message: "Cannot finish DescribeCluster: interrupted",
  };
  const before = scriptedRuntime([]);
  await assert.rejects(sendToAws({ ...CALL, signal: AbortSignal.abort() }, before), interrupted);
  before.assertPlayedOut();

  const stop = new AbortController();
  const during = scriptedRuntime([(request): Promise<Response> => {
    queueMicrotask(() => stop.abort());
    return hang(request);
  }]);
  await assert.rejects(sendToAws({ ...CALL, signal: stop.signal }, during), interrupted);
  assert.equal(during.requests[0]?.signal?.aborted, true);
  during.assertPlayedOut();

  const pause = new AbortController();
  const between = scriptedRuntime([THROTTLED]);
  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    assert.equal(signal, pause.signal);
    pause.abort("stop");
    return between.sleep(milliseconds, signal);
  };
  await assert.rejects(
    sendToAws({ ...CALL, signal: pause.signal }, { ...between, sleep }),
    interrupted,
  );
  between.assertPlayedOut();
});

Deno.test("sendToAws() makes a refusal an AwsServiceError with all its facts", async () => {
  const message = "User: dev-admin is not authorized";
  const runtime = scriptedRuntime([
    refusalReply(403, { awsCode: "AccessDeniedException", message }),
  ]);
  const error = await rejection(sendToAws(CALL, runtime));
  assert.ok(error instanceof AwsServiceError);
  assert.equal(error.code, "access_denied");
  assert.equal(error.service, "eks");
  assert.equal(error.operation, "DescribeCluster");
  assert.equal(error.status, 403);
  assert.equal(error.awsCode, "AccessDeniedException");
  assert.equal(error.awsMessage, message);
  assert.equal(error.requestId, "1b2c3d4e");
});

Deno.test("sendToAws() blames the clock when AWS's own shows another time", async () => {
  const date = new Date(NOW.getTime() + 20 * 60_000).toUTCString();
  const runtime = scriptedRuntime([
    refusalReply(403, { awsCode: "InvalidSignatureException", headers: { date } }),
  ]);
  await assert.rejects(sendToAws(CALL, runtime), {
    code: "aws_error",
    hint: "Set the clock of this computer: it is 20 minutes behind AWS",
  });
});

Deno.test("sendToAws() takes an error that is not AWS's for one of something in between", async () => {
  const runtime = scriptedRuntime([
    new Response("<html>Blocked</html>", { status: 403, headers: { "content-type": "text/html" } }),
  ]);
  await assert.rejects(sendToAws(CALL, runtime), {
    code: "aws_answer_invalid",
    message: "Cannot read the answer of eks.us-east-2.amazonaws.com to DescribeCluster: " +
      "HTTP 403 without the error that AWS would give",
  });
});

Deno.test("sendToAws() believes a request id where the error has no code", async () => {
  const runtime = scriptedRuntime([
    new Response(null, { status: 404, headers: { "x-amzn-requestid": "1b2c3d4e" } }),
  ]);
  await assert.rejects(sendToAws(CALL, runtime), {
    awsCode: "HTTP 404",
    message: "AWS refused DescribeCluster: HTTP 404 (request id 1b2c3d4e)",
  });
});

Deno.test("sendToAws() keeps every secret out of what it throws", async () => {
  const ssoAccessToken = "sso-access-token-of-dev-admin";
  const secrets = [SESSION_KEYS.secretAccessKey, SESSION_KEYS.sessionToken ?? "", ssoAccessToken];
  const message = `Wrong: ${secrets.join(" ")}\n\n${secrets.join("\n")}`;
  const replies: readonly Reply[] = [
    refusalReply(403, { awsCode: "SignatureDoesNotMatch", message }),
    jsonReply({ Error: { Code: "X", Message: message } }, { status: 400 }),
    new Response(`{"a":"${secrets.join()}`),
    new Response(secrets.join()),
    new Response(secrets.join(), { status: 403 }),
    new Response(null, { status: 302, headers: { location: `https://x.example/?${secrets[2]}` } }),
    fetchFailure(`client error (${secrets.join()})`),
  ];
  for (const reply of replies) {
    const error = await rejection(sendToAws({
      ...CALL,
      credentials: SESSION_KEYS,
      headers: { "x-amz-sso_bearer_token": ssoAccessToken },
      settings: { ...SETTINGS, maxAttempts: 1 },
    }, scriptedRuntime([reply])));
    assert.ok(error instanceof EksauthError);
    for (const secret of secrets) {
      assert.equal(`${error.message} ${error.hint}`.includes(secret), false, error.message);
    }
  }
});

/** A server that takes a request and says nothing. */
function hang({ signal }: { readonly signal: AbortSignal | undefined }): Promise<Response> {
  return new Promise((_, reject) => {
    // The timer of AbortSignal.timeout() does not keep a process alive, so this one does.
    const patience = setTimeout(() => reject(new Error("nobody gave up")), 5000);
    const giveUp = (): void => {
      clearTimeout(patience);
      reject(signal?.reason);
    };
    if (signal?.aborted) giveUp();
    signal?.addEventListener("abort", giveUp);
  });
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new assert.AssertionError({ message: "Nothing was thrown" });
}
