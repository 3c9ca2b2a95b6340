import assert from "node:assert/strict";
import { EksauthError } from "../../src/errors.ts";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import {
  listenOnLoopback,
  type LoopbackListener,
  type LoopbackRequest,
} from "../../src/runtime/loopback_listener.ts";

const STATE = "3f1c9a52-7d0e-4c1b-9a55-0b6f2f6f3a10";
const PATH = "/oauth/callback";
const GOOD = `${PATH}?code=abc.def&state=${STATE}`;

/** Time stands still: a wait ends only when something else ends it. */
const frozen = {
  sleep: (_: number, signal?: AbortSignal): Promise<void> =>
    new Promise((_resolve, reject) => {
      if (signal?.aborted) reject(signal.reason);
      signal?.addEventListener("abort", () => reject(signal.reason));
    }),
};

function listen(request: Partial<LoopbackRequest> = {}, runtime = frozen): LoopbackListener {
  return listenOnLoopback({
    path: PATH,
    state: STATE,
    pages: {
      wrongState: "<style>b{}</style>WRONG STATE",
      failed: ({ message }) => `FAILED ${message}`,
    },
    ...request,
  }, runtime);
}

/** What came back over a connection of its own, until the listener closed it. */
async function send(port: number, text: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const bytes = new TextEncoder().encode(text);
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
  return await receive(connection);
}

async function receive(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(4_096);
  let received = "";
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) return received;
    received += decoder.decode(buffer.subarray(0, count), { stream: true });
  }
}

function get(port: number, target: string, host = `127.0.0.1:${port}`): Promise<string> {
  return send(port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: keep-alive\r\n\r\n`);
}

function statusOf(response: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(response)?.[1]);
}

/**
 * Nobody listens on `port` any more. Tests that run beside this one start programs, and a program that is just
 * being started has a copy of every socket for a moment.
 */
async function assertGone(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch {
      return;
    }
    await denoRuntime().sleep(10);
  }
  assert.fail(`something still listens on port ${port}`);
}

/** Signs in with the listener, to show that what came before has done no harm. */
async function assertStillWaiting(listener: LoopbackListener): Promise<void> {
  const page = get(listener.port, GOOD);
  const redirect = await listener.waitForRedirect();
  assert.equal(redirect.code, "abc.def");
  await redirect.answer("SIGNED IN");
  assert.match(await page, /SIGNED IN$/);
}

Deno.test("listenOnLoopback() gives the code, shows the page and is gone", async () => {
  await using listener = listen();
  assert.equal(listener.redirectUri, `http://127.0.0.1:${listener.port}/oauth/callback`);
  const page = fetch(`${listener.redirectUri}?code=a%2Bb&state=${STATE}`);
  const redirect = await listener.waitForRedirect();
  assert.equal(redirect.code, "a+b");
  await redirect.answer("<!doctype html><style>p{color:red}</style><p>Signed in");
  const response = await page;
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "<!doctype html><style>p{color:red}</style><p>Signed in");
  assert.deepEqual(Object.fromEntries(response.headers), {
    "cache-control": "no-store",
    "connection": "close",
    "content-length": "54",
    // printf 'p{color:red}' | openssl dgst -sha256 -binary | base64
    "content-security-policy":
      "default-src 'none'; style-src 'sha256-p0bF+un5yUb9MBO6xRb8kPHlY2BdpHVtLiFkDrZPF64='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
  });
  await assertGone(listener.port);
});

Deno.test("listenOnLoopback() takes the code while nobody waits for it yet", async () => {
  await using listener = listen();
  const page = get(listener.port, GOOD);
  await get(listener.port, "/");
  const { code, answer } = await listener.waitForRedirect();
  assert.equal(code, "abc.def");
  await answer("SIGNED IN");
  assert.match(await page, /SIGNED IN$/);
});

/** Requests that are not the redirect, whatever they carry; `PORT` stands for the port. */
const REFUSED: readonly (readonly [name: string, request: string, status: number])[] = [
  ["another path", `GET /?code=abc&state=${STATE} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`, 404],
  ["a favicon", "GET /favicon.ico HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n", 404],
  [
    "a longer path",
    `GET ${PATH}/?code=abc&state=${STATE} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`,
    404,
  ],
  [
    "dots in the path",
    `GET /oauth/./callback?state=${STATE} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`,
    404,
  ],
  [
    "an encoded path",
    `GET /oauth%2Fcallback?state=${STATE} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`,
    404,
  ],
  ["a POST", `POST ${GOOD} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 2\r\n\r\nhi`, 405],
  ["a HEAD", `HEAD ${GOOD} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`, 405],
  ["an OPTIONS", `OPTIONS ${GOOD} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`, 405],
  ["another host", `GET ${GOOD} HTTP/1.1\r\nHost: rebound.example:PORT\r\n\r\n`, 421],
  ["another port", `GET ${GOOD} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, 421],
  ["no host", `GET ${GOOD} HTTP/1.1\r\nAccept: */*\r\n\r\n`, 421],
  [
    "two hosts",
    `GET ${GOOD} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nhost: 127.0.0.1:PORT\r\n\r\n`,
    421,
  ],
  ["a whole URL", `GET http://127.0.0.1:PORT${GOOD} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`, 400],
  ["a folded header", `GET ${GOOD} HTTP/1.1\r\nX: a\r\n Host: 127.0.0.1:PORT\r\n\r\n`, 400],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400],
  ["HTTP/0.9", `GET ${GOOD}\r\n\r\n`, 400],
  ["noise", "\x16\x03\x01\r\n\r\n", 400],
  ["a long URL", `GET ${GOOD}${"a".repeat(33_000)} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`, 431],
  ["endless headers", `GET ${GOOD} HTTP/1.1\r\n${"X: y\r\n".repeat(10_000)}`, 431],
  ["another state", `GET ${PATH}?code=abc&state=x HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`, 403],
  ["no state", `GET ${PATH}?code=abc HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`, 403],
  [
    "an error without the state",
    `GET ${PATH}?error=access_denied HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`,
    403,
  ],
];

for (const [name, request, status] of REFUSED) {
  Deno.test(`listenOnLoopback() answers ${status} to ${name}, and waits on`, async () => {
    await using listener = listen();
    const response = await send(listener.port, request.replaceAll("PORT", String(listener.port)));
    assert.equal(statusOf(response), status);
    assert.match(response, /\r\nCache-Control: no-store\r\n/);
    assert.match(response, /\r\nConnection: close\r\n/);
    assert.equal(/\r\nAllow: GET\r\n/.test(response), status === 405);
    assert.equal(response.endsWith("WRONG STATE"), status === 403);
    await assertStillWaiting(listener);
  });
}

Deno.test("listenOnLoopback() may be called localhost, in any case", async () => {
  await using listener = listen();
  const page = get(listener.port, GOOD, `LocalHost:${listener.port}`);
  const { code, answer } = await listener.waitForRedirect();
  assert.equal(code, "abc.def");
  await answer("");
  assert.equal(statusOf(await page), 200);
});

Deno.test("listenOnLoopback() reads a request that comes in pieces", async () => {
  await using listener = listen();
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  for (
    const part of [`GET ${GOOD} HTT`, "P/1.1\r\nHost: 127.0.0.1", `:${listener.port}\r\n\r`, "\n"]
  ) {
    await connection.write(new TextEncoder().encode(part));
    // A round trip, so that the pieces arrive one by one.
    await get(listener.port, "/");
  }
  const { answer } = await listener.waitForRedirect();
  await answer("SIGNED IN");
  assert.match(await receive(connection), /SIGNED IN$/);
});

Deno.test("listenOnLoopback() shows the same page to a browser that asks twice, and keeps the first code", async () => {
  await using listener = listen();
  const first = get(listener.port, GOOD);
  await listener.waitForRedirect();
  const second = get(listener.port, `${PATH}?code=other&state=${STATE}`);
  await get(listener.port, "/");
  const { code, answer } = await listener.waitForRedirect();
  assert.equal(code, "abc.def");
  await answer("SIGNED IN");
  assert.match(await first, /SIGNED IN$/);
  assert.match(await second, /SIGNED IN$/);
});

Deno.test("listenOnLoopback() shows an error of AWS in the browser, throws it and is gone", async () => {
  await using listener = listen();
  const page = get(
    listener.port,
    `${PATH}?error=access_denied&error_description=No&state=${STATE}`,
  );
  const message = "Cannot sign in: IAM Identity Center answered with access_denied (No)";
  await assert.rejects(listener.waitForRedirect(), { code: "access_denied", message });
  assert.match(await page, /^HTTP\/1\.1 200 OK\r\n/);
  assert.ok((await page).endsWith(`FAILED ${message}`));
  await assertGone(listener.port);
});

Deno.test("listenOnLoopback() counts down, and gives up", async () => {
  const sleeps: number[] = [];
  const sleep = (milliseconds: number): Promise<void> => {
    sleeps.push(milliseconds);
    return Promise.resolve();
  };
  await using listener = listen({}, { sleep });
  const shown: number[] = [];
  await assert.rejects(
    listener.waitForRedirect({ timeoutSeconds: 3, onRemaining: (seconds) => shown.push(seconds) }),
    {
      code: "deadline_exceeded",
      message: "Cannot finish the sign-in: the browser did not come back within 3 s",
    },
  );
  assert.deepEqual(shown, [3, 2, 1]);
  assert.deepEqual(sleeps, [1_000, 1_000, 1_000]);
  await assert.rejects(listener.waitForRedirect(), {
    message: "Cannot finish the sign-in: the browser did not come back within 10 min",
  });
  assert.equal(sleeps.length, 3 + 600);
});

Deno.test("listenOnLoopback() stops counting when the browser has come back", async () => {
  let sleeping: AbortSignal | undefined;
  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    sleeping = signal;
    return frozen.sleep(milliseconds, signal);
  };
  await using listener = listen({}, { sleep });
  await assertStillWaiting(listener);
  assert.equal(sleeping?.aborted, true);
});

Deno.test("listenOnLoopback() stops waiting when it is told to", async () => {
  await using listener = listen();
  const controller = new AbortController();
  const wait = listener.waitForRedirect({ signal: controller.signal });
  controller.abort(new EksauthError("interrupted", "Cannot finish the sign-in: interrupted"));
  await assert.rejects(wait, { code: "interrupted" });
  await assert.rejects(listener.waitForRedirect({ signal: controller.signal }), {
    code: "interrupted",
  });
});

Deno.test("listenOnLoopback(): closing ends the wait, and every connection", async () => {
  const listener = listen();
  using idle = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  // A round trip: by now the idle connection has been accepted.
  await get(listener.port, "/");
  const wait = assert.rejects(listener.waitForRedirect(), { code: "interrupted" });
  await listener.close();
  await wait;
  assert.equal(await receive(idle).catch(() => ""), "");
  await listener.close();
  await assertGone(listener.port);
});

Deno.test("listenOnLoopback(): closing tells a browser that still waits", async () => {
  const listener = listen();
  const page = get(listener.port, GOOD);
  await listener.waitForRedirect();
  await listener.close();
  assert.match(
    await page,
    /FAILED Cannot finish the sign-in: eksauth stopped waiting for the browser$/,
  );
});

Deno.test("listenOnLoopback() survives a browser that goes away before its page", async () => {
  await using listener = listen();
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: listener.port });
  const request = `GET ${GOOD} HTTP/1.1\r\nHost: 127.0.0.1:${listener.port}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const { code, answer } = await listener.waitForRedirect();
  connection.close();
  assert.equal(code, "abc.def");
  await answer("SIGNED IN".repeat(100_000));
});

Deno.test("listenOnLoopback() cuts the oldest of too many connections", async () => {
  await using listener = listen();
  const { port } = listener;
  using oldest = await Deno.connect({ hostname: "127.0.0.1", port });
  const isCut = receive(oldest).then(() => "cut", () => "cut");
  const others: Deno.Conn[] = [];
  while (others.length < 64) others.push(await Deno.connect({ hostname: "127.0.0.1", port }));
  // By the time of this round trip they have all been accepted.
  assert.equal(await Promise.race([isCut, get(port, "/").then(() => "open")]), "cut");
  await assertStillWaiting(listener);
  for (const connection of others) connection.close();
});

Deno.test("denoRuntime() listens on loopback, by the real clock", async () => {
  const pages = { wrongState: "", failed: () => "" };
  await using listener = await denoRuntime().listenOnLoopback({ path: PATH, state: STATE, pages });
  await assertStillWaiting(listener);
});

Deno.test("listenOnLoopback() says so when its port is taken", async () => {
  await using other = listen();
  assert.throws(() => listen({ port: other.port }), {
    code: "port_unavailable",
    message: `Cannot listen on 127.0.0.1 port ${other.port}: another program is using it`,
    hint: "Leave out --callback-port to take any free port, or use --device-code",
  });
});

Deno.test("listenOnLoopback() takes the port that it is given, and leaves it free", async () => {
  const unused = listen();
  await unused.close();
  await assertGone(unused.port);
  const first = listen({ port: unused.port });
  assert.equal(first.port, unused.port);
  // The side that closes a connection first keeps its port for a minute, which must not be in the way.
  await assertStillWaiting(first);
  await assertGone(first.port);
  await using second = listen({ port: first.port });
  assert.equal(second.port, first.port);
});

// Only Linux gives every machine the whole of 127.0.0.0/8.
const onLinux = { ignore: Deno.build.os !== "linux" };

Deno.test("listenOnLoopback() is on 127.0.0.1 only", onLinux, async () => {
  await using listener = listen();
  await assert.rejects(Deno.connect({ hostname: "127.0.0.2", port: listener.port }));
});
