/**
 * Signing in by device code.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  type DeviceCode,
  type DeviceCodeSignInRequest,
  signInByDeviceCode,
} from "../../src/credentials/sso_device_code.ts";
import type { SsoSignedIn } from "../../src/credentials/sso_sign_in.ts";
import type { EksauthError } from "../../src/errors.ts";
import { type Answer, oidcRefusal } from "./_sso_double.ts";
import { LEGACY, REQUEST, type SsoWorld, ssoWorld, START_URL } from "./_sso_world.ts";

const pending = (): Response => oidcRefusal("authorization_pending");
const slowDown = (): Response => oidcRefusal("slow_down");
const down = (): Error =>
  new TypeError("fetch failed", { cause: new Error("client error (Connect): connection refused") });

Deno.test("signInByDeviceCode() shows the code, waits, and keeps the tokens", async () => {
  using world = ssoWorld();
  const { signedIn, shown } = await signIn(world, { polls: [pending(), pending()] });
  assert.deepEqual(shown, [{
    userCode: "ABCD-EFGH",
    verificationUri: "https://d-9067012345.awsapps.com/start/#/device",
    verificationUriComplete: "https://d-9067012345.awsapps.com/start/#/device?user_code=ABCD-EFGH",
    expiresInSeconds: 600,
  }]);
  assert.deepEqual(world.slept, [5_000, 5_000, 5_000]);
  assert.equal(signedIn.isRenewable, true);
  assert.deepEqual(world.sso.calls[0]?.body, {
    clientName: "eksauth",
    clientType: "public",
    scopes: ["sso:account:access"],
  });
  assert.deepEqual(world.sso.calls.at(-1)?.body, {
    grantType: "urn:ietf:params:oauth:grant-type:device_code",
    clientId: "client-2",
    clientSecret: "client-secret-2",
    deviceCode: "device-code-1",
  });
  assert.equal((await world.readToken())["refreshToken"], "refresh-1");
});

Deno.test("signInByDeviceCode() slows down for good each time it is told to", async () => {
  using world = ssoWorld();
  await signIn(world, { polls: [slowDown(), pending(), slowDown(), pending()] });
  assert.deepEqual(world.slept, [5_000, 10_000, 10_000, 15_000, 15_000]);
});

Deno.test("signInByDeviceCode() sits out a network that is away, ever more patiently", async () => {
  using world = ssoWorld();
  const polls = [down(), oidcRefusal("server_error", 500), down(), down(), down(), pending()];
  const { troubles } = await signIn(world, { polls });
  assert.deepEqual(world.slept, [5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 5_000]);
  assert.deepEqual(troubles.map(({ code }) => code), [
    "network_unreachable",
    "aws_error",
    "network_unreachable",
    "network_unreachable",
    "network_unreachable",
  ]);
});

Deno.test("signInByDeviceCode() gives up when the code has expired, by its own count or AWS's", async () => {
  using world = ssoWorld();
  const expired = {
    code: "sign_in_expired",
    message: 'Cannot sign in to SSO session "dev-sso": nobody allowed the request in time',
    hint:
      "Sign in again: eksauth login --sso-session dev-sso; where AWS showed an error instead, " +
      "check the start URL and the SSO region us-east-1",
  };
  await assert.rejects(signIn(world, { polls: Array.from({ length: 200 }, pending) }), expired);
  assert.equal(world.sso.count("CreateToken"), 120);
  await assert.rejects(signIn(world, { polls: [oidcRefusal("expired_token")] }), expired);
});

Deno.test("signInByDeviceCode() tells the network's failure when that lasted to the end", async () => {
  using world = ssoWorld();
  await assert.rejects(signIn(world, { polls: Array.from({ length: 200 }, down) }), {
    code: "network_unreachable",
    message: "Cannot reach oidc.us-east-1.amazonaws.com: connection refused",
  });
});

Deno.test("signInByDeviceCode() ends when the person says no", async () => {
  using world = ssoWorld();
  await assert.rejects(signIn(world, { polls: [pending(), oidcRefusal("access_denied")] }), {
    code: "sign_in_denied",
    message: 'Cannot sign in to SSO session "dev-sso": the request was denied in the browser',
  });
  assert.equal(world.home.exists(await world.tokenFile()), false);
});

Deno.test("signInByDeviceCode() does not blame a person for a missing key", async () => {
  using world = ssoWorld();
  const body = { error: "access_denied", error_description: "KMS key is disabled" };
  await assert.rejects(signIn(world, { polls: [Response.json(body, { status: 400 })] }), {
    code: "sign_in_failed",
    message:
      'Cannot sign in to SSO session "dev-sso": AWS refused CreateToken: access_denied: KMS key is disabled',
  });
});

Deno.test("signInByDeviceCode() ends in the middle of a pause", async () => {
  using world = ssoWorld();
  const interrupt = new AbortController();
  const sleep: SsoWorld["runtime"]["sleep"] = (_milliseconds, signal) => {
    interrupt.abort();
    return Promise.reject(signal?.reason);
  };
  await assert.rejects(
    signIn({ ...world, runtime: { ...world.runtime, sleep } }, { signal: interrupt.signal }),
    { code: "interrupted", message: 'Cannot sign in to SSO session "dev-sso": interrupted' },
  );
  assert.equal(world.sso.count("CreateToken"), 0);
});

Deno.test("signInByDeviceCode() registers anew when AWS has forgotten the client", async () => {
  using world = ssoWorld();
  await signIn(world);
  world.sso.forgetClients();
  await signIn(world);
  assert.deepEqual(world.sso.calls.map(({ operation }) => operation), [
    ...["RegisterClient", "StartDeviceAuthorization", "CreateToken"],
    ...["StartDeviceAuthorization", "RegisterClient", "StartDeviceAuthorization", "CreateToken"],
  ]);
});

Deno.test("signInByDeviceCode() registers anew once and no more", async () => {
  using world = ssoWorld();
  await signIn(world);
  const forgotten = (): Response => oidcRefusal("invalid_client", 401);
  world.sso.script("StartDeviceAuthorization", forgotten(), forgotten());
  await assert.rejects(signIn(world), {
    code: "sign_in_failed",
    hint: "Sign in again: eksauth login --sso-session dev-sso",
  });
  assert.equal(world.sso.count("RegisterClient"), 2);
});

Deno.test("signInByDeviceCode() doubts start URL and region when AWS does not know them", async () => {
  using world = ssoWorld();
  world.sso.script("StartDeviceAuthorization", oidcRefusal("invalid_request"));
  await assert.rejects(signIn(world), {
    code: "sign_in_failed",
    hint:
      `Check that ${START_URL} is the start URL of your Identity Center and us-east-1 its region`,
  });
});

Deno.test("signInByDeviceCode() signs older profiles in as the AWS CLI does, without scopes and refresh token", async () => {
  using world = ssoWorld();
  const { signedIn } = await signIn(world, { session: LEGACY });
  assert.equal(signedIn.isRenewable, false);
  assert.deepEqual(world.sso.calls[0]?.body, { clientName: "eksauth", clientType: "public" });
  const token = await world.readToken(LEGACY);
  assert.equal(token["accessToken"], "access-1");
  assert.equal(token["refreshToken"], undefined);
});

interface Wishes extends Partial<DeviceCodeSignInRequest> {
  readonly polls?: readonly Answer[];
}

/** Signs in as a person does who approves after `polls`. */
async function signIn(
  world: SsoWorld,
  { polls = [], ...wishes }: Wishes = {},
): Promise<{
  readonly signedIn: SsoSignedIn;
  readonly shown: readonly DeviceCode[];
  readonly troubles: readonly EksauthError[];
}> {
  const shown: DeviceCode[] = [];
  const troubles: EksauthError[] = [];
  world.sso.script("CreateToken", ...polls);
  const signedIn = await signInByDeviceCode({
    ...REQUEST,
    onDeviceCode: (code) => void shown.push(code),
    onTrouble: (error) => void troubles.push(error),
    ...wishes,
  }, world.runtime);
  return { signedIn, shown, troubles };
}
