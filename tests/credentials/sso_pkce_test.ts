/**
 * Signing in by browser.
 *
 * @module
 */

import assert from "node:assert/strict";
import { ssoAccessToken } from "../../src/credentials/sso_access_token.ts";
import { REDIRECT_PATH } from "../../src/credentials/sso_client.ts";
import { rememberSsoFailure } from "../../src/credentials/sso_failure_memo.ts";
import { ssoSessionFiles } from "../../src/credentials/sso_files.ts";
import {
  type BrowserSignInRequest,
  canSignInByBrowser,
  type CodeSource,
  newPkceProof,
  signInByBrowser,
} from "../../src/credentials/sso_pkce.ts";
import { ssoRegistrationFile } from "../../src/credentials/sso_registration_cache.ts";
import type { SsoSignedIn } from "../../src/credentials/sso_sign_in.ts";
import { EksauthError } from "../../src/errors.ts";
import { oidcRefusal } from "./_sso_double.ts";
import { LEGACY, REQUEST, SESSION, type SsoWorld, ssoWorld, START_URL } from "./_sso_world.ts";

const REDIRECT_URI = `http://127.0.0.1:40001${REDIRECT_PATH}`;

Deno.test("signInByBrowser() registers, sends the browser out, exchanges the code and keeps the tokens", async () => {
  using world = ssoWorld();
  const { signedIn, urls } = await signIn(world);
  assert.deepEqual(signedIn, {
    expiresAt: new Date("2026-01-02T04:04:05Z"),
    isRenewable: true,
    tokenPath: `${world.home.path}/${await world.tokenFile()}`,
  });
  assert.deepEqual(world.sso.calls.map(({ operation, host }) => `${operation} ${host}`), [
    "RegisterClient oidc.us-east-1.amazonaws.com",
    "CreateToken oidc.us-east-1.amazonaws.com",
  ]);
  assert.deepEqual(world.sso.calls[0]?.body, {
    clientName: "eksauth",
    clientType: "public",
    scopes: ["sso:account:access"],
    grantTypes: ["authorization_code", "refresh_token"],
    redirectUris: ["http://127.0.0.1/oauth/callback"],
    issuerUrl: START_URL,
  });
  assert.equal(urls.length, 1);
  const url = new URL(urls[0]!);
  assert.equal(`${url.origin}${url.pathname}`, "https://oidc.us-east-1.amazonaws.com/authorize");
  const { state, code_challenge: challenge, ...parameters } = Object.fromEntries(url.searchParams);
  assert.deepEqual(parameters, {
    response_type: "code",
    client_id: "client-2",
    redirect_uri: REDIRECT_URI,
    code_challenge_method: "S256",
    scopes: "sso:account:access",
  });
  assert.match(state!, /^[\w-]{32}$/);
  assert.match(challenge!, /^[\w-]{43}$/);
  assert.deepEqual(await world.readToken(), {
    startUrl: START_URL,
    region: "us-east-1",
    accessToken: "access-1",
    expiresAt: "2026-01-02T04:04:05Z",
    clientId: "client-2",
    clientSecret: "client-secret-2",
    registrationExpiresAt: "2026-04-02T03:04:05Z",
    refreshToken: "refresh-1",
  });
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-1");
});

Deno.test("signInByBrowser() asks for the scopes that the session names", async () => {
  using world = ssoWorld();
  const session = { ...SESSION, registrationScopes: ["sso:account:access", "other:scope"] };
  const { urls } = await signIn(world, { session });
  assert.equal(new URL(urls[0]!).searchParams.get("scopes"), "sso:account:access other:scope");
  assert.deepEqual(world.sso.calls[0]?.body["scopes"], session.registrationScopes);
});

Deno.test("signInByBrowser() registers once", async () => {
  using world = ssoWorld();
  await signIn(world);
  await signIn(world);
  assert.equal(world.sso.count("RegisterClient"), 1);
  assert.equal((await world.readToken())["accessToken"], "access-2");
});

Deno.test("signInByBrowser() begins with a new client after a sign-in that failed with the old one", async () => {
  using world = ssoWorld();
  await signIn(world);
  world.sso.forgetClients();
  // The browser shows AWS's page, and nobody comes back.
  await assert.rejects(
    signIn(world, { codeSources: () => [() => Promise.reject(tooLate())] }),
    { code: "sign_in_expired" },
  );
  await signIn(world);
  assert.equal(world.sso.count("RegisterClient"), 2);
});

Deno.test("signInByBrowser() takes the first code, and ends the other waits", async () => {
  using world = ssoWorld();
  const ended: boolean[] = [];
  const never: CodeSource = (signal) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        ended.push(true);
        reject(signal.reason);
      });
    });
  await signIn(world, { codeSources: (code) => [never, code, never] });
  assert.deepEqual(ended, [true, true]);
});

Deno.test("signInByBrowser() ends the moment it is told to, even if nobody listens", async () => {
  using world = ssoWorld();
  const interrupt = new AbortController();
  const deaf: CodeSource = () => new Promise(() => {});
  const signingIn = signIn(world, {
    signal: interrupt.signal,
    codeSources: () => [deaf],
    onAuthorizeUrl: () => interrupt.abort(),
  });
  await assert.rejects(
    signingIn,
    { code: "interrupted", message: 'Cannot sign in to SSO session "dev-sso": interrupted' },
  );
  const own = new EksauthError("interrupted", "Cannot go on: somebody pressed Ctrl-C");
  await assert.rejects(signIn(world, { signal: AbortSignal.abort(own) }), own);
});

/** What the browser brings, and what it is called here. */
const BROUGHT: readonly (readonly [brought: EksauthError, code: string, hint: string])[] = [
  [
    new EksauthError("access_denied", "Cannot sign in: access_denied", { hint: "h" }),
    "sign_in_denied",
    "h",
  ],
  [
    new EksauthError("aws_error", "Cannot sign in: server_error", { hint: "h" }),
    "sign_in_failed",
    "h",
  ],
  [
    tooLate(),
    "sign_in_expired",
    "Sign in again: eksauth login --sso-session dev-sso; where AWS showed an error instead, check " +
    "the start URL and the SSO region us-east-1; where the browser is on another machine, add --device-code",
  ],
];

Deno.test("signInByBrowser() has words of its own for what the browser brings", async () => {
  for (const [error, code, hint] of BROUGHT) {
    using world = ssoWorld();
    await assert.rejects(
      signIn(world, { codeSources: () => [() => Promise.reject(error)] }),
      { code, message: error.message, hint },
    );
    assert.equal(world.home.exists(await world.tokenFile()), false);
  }
});

/** A call that AWS refuses, how, and what is told. */
const REFUSALS: readonly (readonly [string, Response, Partial<EksauthError>])[] = [
  [
    "RegisterClient",
    oidcRefusal("invalid_request"),
    {
      code: "sign_in_failed",
      message:
        'Cannot sign in to SSO session "dev-sso": AWS refused RegisterClient: invalid_request: No (request id 1b2c3d4e)',
      hint:
        `Check that ${START_URL} is the start URL of your Identity Center and us-east-1 its region (config:2)`,
    },
  ],
  [
    "RegisterClient",
    oidcRefusal("invalid_scope"),
    {
      code: "sign_in_failed",
      hint: "Check sso_registration_scopes of [sso-session dev-sso]",
    },
  ],
  [
    "CreateToken",
    oidcRefusal("invalid_grant"),
    {
      code: "sign_in_failed",
      message:
        'Cannot sign in to SSO session "dev-sso": AWS refused CreateToken: invalid_grant: No (request id 1b2c3d4e)',
      hint: "Sign in again: eksauth login --sso-session dev-sso",
    },
  ],
  [
    "CreateToken",
    oidcRefusal("access_denied"),
    {
      code: "sign_in_denied",
      message: 'Cannot sign in to SSO session "dev-sso": the request was denied in the browser',
      hint: "Sign in again: eksauth login --sso-session dev-sso",
    },
  ],
  [
    "CreateToken",
    oidcRefusal("expired_token"),
    {
      code: "sign_in_expired",
      message: 'Cannot sign in to SSO session "dev-sso": nobody allowed the request in time',
    },
  ],
];

Deno.test("signInByBrowser() tells a refusal with the session and the next step", async () => {
  for (const [operation, refusal, error] of REFUSALS) {
    using world = ssoWorld();
    world.sso.script(operation, refusal);
    const session = { ...SESSION, origin: "config:2" };
    await assert.rejects(signIn(world, { session }), error);
  }
});

Deno.test("signInByBrowser() doubts the region when no such host is known", async () => {
  using world = ssoWorld();
  const down = (): Error =>
    new TypeError("fetch failed", { cause: new Error("client error (Connect): dns error") });
  world.sso.script("RegisterClient", down(), down(), down());
  await assert.rejects(
    signIn(world, { session: { ...SESSION, region: "us-esat-1", origin: "config:3" } }),
    {
      code: "network_unreachable",
      message: "Cannot reach oidc.us-esat-1.amazonaws.com: no such host is known here (3 attempts)",
      hint: "Check that Identity Center is in us-esat-1 (config:3), the network and HTTPS_PROXY",
    },
  );
});

Deno.test("signInByBrowser() sends nobody out when the tokens could not be kept", async () => {
  using world = ssoWorld();
  world.home.write(".aws", "a file where a folder should be");
  await assert.rejects(signIn(world), { code: "file_unwritable" });
  assert.deepEqual(world.sso.calls, []);
});

Deno.test("signInByBrowser() keeps the tokens even if another process is stuck with the lock", async () => {
  using world = ssoWorld();
  const { lockPath } = await ssoSessionFiles(SESSION, world.runtime);
  world.home.write(lockPath.slice(world.home.path.length + 1), "");
  using other = Deno.openSync(lockPath, { read: true, write: true });
  other.lockSync(true);
  const impatient = { ...world, runtime: { ...world.runtime, sleep: () => Promise.resolve() } };
  await signIn(impatient);
  assert.equal((await world.readToken())["accessToken"], "access-1");
});

Deno.test("signInByBrowser() is not for sessions of older profiles", async () => {
  using world = ssoWorld();
  assert.equal(canSignInByBrowser(SESSION), true);
  assert.equal(canSignInByBrowser(LEGACY), false);
  await assert.rejects(signIn(world, { session: LEGACY }), {
    code: "usage",
    message: `Cannot sign in to "${START_URL}" by browser: it has no SSO session`,
    hint: `eksauth login --start-url ${START_URL} --sso-region us-east-1 --device-code`,
  });
});

Deno.test("signInByBrowser() makes a failure forgotten that others remember", async () => {
  using world = ssoWorld();
  const { failurePath } = await ssoSessionFiles(SESSION, world.runtime);
  const error = new EksauthError("sign_in_needed", "Cannot use it: it has ended");
  await rememberSsoFailure(
    failurePath,
    { scope: "session", accessToken: "access-0", error },
    world.runtime,
  );
  await assert.rejects(ssoAccessToken(REQUEST, world.runtime), { message: error.message });
  await signIn(world);
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-1");
  assert.throws(() => Deno.statSync(failurePath), Deno.errors.NotFound);
});

Deno.test("newPkceProof() is never the same", async () => {
  const [one, other] = [await newPkceProof(), await newPkceProof()];
  assert.match(one.codeVerifier, /^[\w-]{64}$/);
  assert.notEqual(one.codeVerifier, other.codeVerifier);
  assert.notEqual(one.state, other.state);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(one.codeVerifier));
  assert.equal(
    one.codeChallenge,
    new Uint8Array(digest).toBase64({ alphabet: "base64url", omitPadding: true }),
  );
});

Deno.test("signInByBrowser() writes its registration where the AWS CLI looks", async () => {
  using world = ssoWorld();
  await signIn(world);
  const path = await ssoRegistrationFile(SESSION, world.runtime);
  assert.deepEqual(JSON.parse(Deno.readTextFileSync(path)), {
    clientId: "client-2",
    clientSecret: "client-secret-2",
    expiresAt: "2026-04-02T03:04:05Z",
    scopes: ["sso:account:access"],
    grantTypes: ["authorization_code", "refresh_token"],
  });
});

interface Wishes extends Omit<Partial<BrowserSignInRequest>, "codeSources"> {
  /** Made from the source that brings the approved code. */
  readonly codeSources?: (code: CodeSource) => readonly CodeSource[];
}

/** Signs in as a person does who approves at once. */
async function signIn(
  world: SsoWorld,
  { codeSources = (code) => [code], ...wishes }: Wishes = {},
): Promise<{ readonly signedIn: SsoSignedIn; readonly urls: readonly string[] }> {
  const urls: string[] = [];
  const approved: CodeSource = () => Promise.resolve({ code: world.sso.approve(urls.at(-1)!) });
  const signedIn = await signInByBrowser({
    ...REQUEST,
    proof: await newPkceProof(),
    redirectUri: REDIRECT_URI,
    onAuthorizeUrl: (url) => void urls.push(url),
    codeSources: codeSources(approved),
    ...wishes,
  }, world.runtime);
  return { signedIn, urls };
}

function tooLate(): EksauthError {
  return new EksauthError("deadline_exceeded", "Cannot finish: too late", { hint: "h" });
}
