/**
 * Whether somebody is signed in.
 *
 * @module
 */

import assert from "node:assert/strict";
import { rememberSsoFailure } from "../../src/credentials/sso_failure_memo.ts";
import { ssoSessionFiles } from "../../src/credentials/sso_files.ts";
import { type SsoStatus, ssoStatus } from "../../src/credentials/sso_status.ts";
import { EksauthError } from "../../src/errors.ts";
import { LEGACY, SESSION, ssoWorld, tokenFields } from "./_sso_world.ts";

/** A change of the token file, `null` for none at all, and what is said of it. */
const STATES: readonly (readonly [Record<string, unknown> | null, Partial<SsoStatus>])[] = [
  [null, { state: "signed_out", isRenewable: false }],
  [{}, { state: "signed_in", isRenewable: true, expiresAt: new Date("2026-01-02T04:04:05Z") }],
  [{ refreshToken: undefined }, { state: "signed_in", isRenewable: false }],
  [{ expiresAt: "2026-01-02T03:00:00Z" }, { state: "signed_in", isRenewable: true }],
  [
    { expiresAt: "2026-01-02T03:04:05Z", refreshToken: undefined },
    { state: "expired", isRenewable: false, expiresAt: new Date("2026-01-02T03:04:05Z") },
  ],
  [{ accessToken: 5 }, { state: "signed_out" }],
  [
    { region: "eu-west-1" },
    {
      state: "signed_out",
      reason: "the sign-in is for region eu-west-1, and the config says us-east-1",
    },
  ],
];

Deno.test("ssoStatus() tells the state of a session, and asks nobody", async () => {
  for (const [change, expected] of STATES) {
    using world = ssoWorld();
    if (change !== null) await world.signIn(change);
    const status = await ssoStatus(SESSION, world.runtime);
    assert.deepEqual({ ...status, ...expected }, status, JSON.stringify(change));
    assert.equal(status.tokenPath, `${world.home.path}/${await world.tokenFile()}`);
    assert.deepEqual(world.sso.calls, []);
  }
});

Deno.test("ssoStatus() renews no session of an older profile", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" }, LEGACY);
  assert.equal((await ssoStatus(LEGACY, world.runtime)).state, "expired");
});

Deno.test("ssoStatus() knows what others have just found out", async () => {
  using world = ssoWorld();
  await world.signIn();
  const { failurePath } = await ssoSessionFiles(SESSION, world.runtime);
  const failure = { accessToken: "access-0", error: new EksauthError("sign_in_needed", "m") };
  await rememberSsoFailure(failurePath, { scope: "renewal", ...failure }, world.runtime);
  const { state, isRenewable } = await ssoStatus(SESSION, world.runtime);
  assert.deepEqual([state, isRenewable], ["signed_in", false]);
  await rememberSsoFailure(failurePath, { scope: "session", ...failure }, world.runtime);
  assert.equal((await ssoStatus(SESSION, world.runtime)).state, "expired");
});

Deno.test("ssoStatus() tells why it does not read a file", async () => {
  using world = ssoWorld();
  Deno.chmodSync(world.home.write(await world.tokenFile(), JSON.stringify(tokenFields())), 0o640);
  const { state, reason } = await ssoStatus(SESSION, world.runtime);
  assert.deepEqual([state, reason], ["unreadable", "other users can read or write it"]);
});
