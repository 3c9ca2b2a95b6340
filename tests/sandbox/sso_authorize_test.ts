import assert from "node:assert/strict";

import { CreateTokenCommand } from "@aws-sdk/client-sso-oidc";

import { NOW } from "./cast.ts";
import {
  authorizeUrl,
  BROWSER_CLIENT,
  type ClientSecret,
  CODE_VERIFIER,
  DEVICE_CLIENT,
  exceptionOf,
  oidcClient,
  REDIRECT_URI,
  register,
} from "./sso/official_clients.ts";
import { type Sandbox, startSandbox } from "./world.ts";

function parametersOf(url: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(url).searchParams);
}

/** What came of exchanging a code: the name of an exception, or `none`. */
async function exchange(
  sandbox: Sandbox,
  fields: ClientSecret & {
    readonly code: string | undefined;
    readonly redirectUri?: string;
    readonly codeVerifier?: string;
  },
): Promise<string> {
  using client = oidcClient(sandbox);
  return await exceptionOf(client.send(
    new CreateTokenCommand({
      grantType: "authorization_code",
      redirectUri: REDIRECT_URI,
      codeVerifier: CODE_VERIFIER,
      ...fields,
    }),
  ));
}

Deno.test("A code comes with the state, and is good for one exchange", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  const secret = await register(client, BROWSER_CLIENT);
  const url = await sandbox.sso.approveElsewhere(authorizeUrl({ sandbox, ...secret }));
  assert.ok(url.startsWith(`${REDIRECT_URI}?code=`));
  const { code, state, ...rest } = parametersOf(url);
  assert.deepEqual([state, rest], ["state-1", {}]);
  assert.equal(await exchange(sandbox, { ...secret, code }), "none");
  assert.equal(await exchange(sandbox, { ...secret, code }), "InvalidGrantException");
  assert.deepEqual(sandbox.requests.counts, {
    "sso-oidc:RegisterClient": 1,
    "sign-in:OpenAuthorizePage": 1,
    "sign-in:DecideAuthorization": 1,
    "sso-oidc:CreateToken": 2,
  });
  assert.equal(sandbox.sso.signInCount, 1);
});

Deno.test("A code is lost on whoever cannot show what belongs to it", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  const secret = await register(client, BROWSER_CLIENT);
  const other = await register(client, BROWSER_CLIENT);
  const wrong: readonly (readonly [Partial<Parameters<typeof exchange>[1]>, string])[] = [
    [{ codeVerifier: CODE_VERIFIER.replace("d", "e") }, "InvalidGrantException"],
    [{ codeVerifier: "too-short" }, "InvalidRequestException"],
    [{ redirectUri: "http://127.0.0.1:2/oauth/callback" }, "InvalidGrantException"],
    [other, "InvalidGrantException"],
    [{ ...secret, clientSecret: "guess" }, "InvalidClientException"],
    [{ code: "guess" }, "InvalidGrantException"],
    [{ code: undefined }, "InvalidRequestException"],
  ];
  for (const [change, exception] of wrong) {
    const url = await sandbox.sso.approveElsewhere(authorizeUrl({ sandbox, ...secret }));
    const { code } = parametersOf(url);
    assert.equal(await exchange(sandbox, { ...secret, code, ...change }), exception);
  }
  const late = await sandbox.sso.approveElsewhere(authorizeUrl({ sandbox, ...secret }));
  sandbox.clock.advance(600);
  assert.equal(
    await exchange(sandbox, { ...secret, code: parametersOf(late)["code"] }),
    "ExpiredTokenException",
  );
});

/** What is wrong with a request that the client hears of, and the error that it hears. */
const SENT_BACK: readonly (readonly [Readonly<Record<string, string | undefined>>, string])[] = [
  [{ response_type: "token" }, "unsupported_response_type"],
  [{ state: undefined }, "invalid_request"],
  [{ code_challenge_method: "plain" }, "invalid_request"],
  [{ code_challenge: undefined }, "invalid_request"],
  [{ code_challenge: CODE_VERIFIER + "=" }, "invalid_request"],
  [{ scopes: undefined, scope: "sso:account:access" }, "invalid_scope"],
  [{ scopes: "sso:account:access codewhisperer:completions" }, "invalid_scope"],
];

/** What is wrong with a request whose sender must not get the browser. */
const KEPT: readonly (readonly [Readonly<Record<string, string | undefined>>, RegExp])[] = [
  [{ client_id: "guess" }, /invalid_client/],
  [{ redirect_uri: undefined }, /Invalid callback URL/],
  [{ redirect_uri: "http://127.0.0.1:1/other" }, /Invalid callback URL/],
  [{ redirect_uri: "http://localhost:1/oauth/callback" }, /Invalid callback URL/],
  [{ redirect_uri: "https://127.0.0.1:1/oauth/callback" }, /Invalid callback URL/],
  [{ redirect_uri: "http://127.0.0.1:1@evil.example/oauth/callback" }, /Invalid callback URL/],
];

Deno.test("The authorize page sends the browser back with what is wrong, but not just anywhere", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  const { clientId } = await register(client, BROWSER_CLIENT);
  for (const [changes, error] of SENT_BACK) {
    const url = authorizeUrl({ sandbox, clientId, changes });
    const back = parametersOf(await sandbox.sso.approveElsewhere(url));
    assert.deepEqual([back["error"], back["code"]], [error, undefined], JSON.stringify(changes));
    assert.equal(back["state"], "state" in changes ? undefined : "state-1");
  }
  for (const [changes, page] of KEPT) {
    const visit = await sandbox.sso.approve(authorizeUrl({ sandbox, clientId, changes }));
    assert.match(visit.page, page, JSON.stringify(changes));
    assert.ok(visit.status === 400 || visit.status === 401);
  }
  const twice = await sandbox.sso.approve(`${authorizeUrl({ sandbox, clientId })}&state=state-2`);
  assert.match(twice.page, /The query is malformed/);
  const forDevices = await register(client, DEVICE_CLIENT);
  const visit = await sandbox.sso.approve(authorizeUrl({ sandbox, ...forDevices }));
  assert.match(visit.page, /invalid_client/);
});

Deno.test("The browser takes the news to the client, on whatever port it listens", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  const { clientId } = await register(client, BROWSER_CLIENT);
  const heard: string[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    (request) => {
      heard.push(request.url);
      return new Response("Back at the client");
    },
  );
  const redirectUri = `http://127.0.0.1:${server.addr.port}/oauth/callback`;
  const url = authorizeUrl({ sandbox, clientId, changes: { redirect_uri: redirectUri } });
  assert.equal((await sandbox.sso.approve(url)).page, "Back at the client");
  assert.equal((await sandbox.sso.deny(url)).page, "Back at the client");
  sandbox.sso.settings.approval = "auto";
  assert.equal(await (await fetch(url)).text(), "Back at the client");
  const [approved = "", denied = "", automatic = ""] = heard;
  assert.ok(approved.startsWith(`${redirectUri}?code=`));
  assert.deepEqual(parametersOf(denied), {
    error: "access_denied",
    error_description: "The request was denied",
    state: "state-1",
  });
  assert.ok(automatic.startsWith(`${redirectUri}?code=`));
});

Deno.test("In the wrong region the authorize page cannot be approved", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const region = "eu-west-1";
  using client = oidcClient(sandbox, region);
  const { clientId } = await register(client, BROWSER_CLIENT);
  const visit = await sandbox.sso.approve(authorizeUrl({ sandbox, clientId, region }));
  assert.equal(visit.status, 400);
  assert.match(visit.page, /invalid_grant.*Invalid grant provided/s);
  sandbox.sso.settings.wrongRegion = "at_once";
  assert.equal(
    await exceptionOf(register(client, BROWSER_CLIENT)),
    "InvalidRequestException",
  );
});
