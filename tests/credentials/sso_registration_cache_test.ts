/**
 * The registration file that eksauth and the AWS CLI share.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  forgetSsoRegistration,
  readSsoRegistration,
  type RegistrationQuestion,
  ssoRegistrationFile,
  writeSsoRegistration,
} from "../../src/credentials/sso_registration_cache.ts";
import { SESSION, type SsoWorld, ssoWorld } from "./_sso_world.ts";

const REGISTRATION = {
  clientId: "client-1",
  clientSecret: "client-secret-1",
  expiresAt: new Date("2026-04-02T03:04:05Z"),
  scopes: ["sso:account:access"],
  grantTypes: ["authorization_code", "refresh_token"],
};

Deno.test("writeSsoRegistration() writes the AWS CLI's fields, 0600", async () => {
  using world = ssoWorld();
  const path = await ssoRegistrationFile(SESSION, world.runtime);
  writeSsoRegistration(path, REGISTRATION);
  assert.equal(
    Deno.readTextFileSync(path),
    '{"clientId":"client-1","clientSecret":"client-secret-1","expiresAt":"2026-04-02T03:04:05Z",' +
      '"scopes":["sso:account:access"],"grantTypes":["authorization_code","refresh_token"]}',
  );
  assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
  writeSsoRegistration(path, { ...REGISTRATION, scopes: undefined, grantTypes: undefined });
  assert.equal(
    Deno.readTextFileSync(path),
    '{"clientId":"client-1","clientSecret":"client-secret-1","expiresAt":"2026-04-02T03:04:05Z"}',
  );
});

Deno.test("readSsoRegistration() gives a client for the flow it was registered for", async () => {
  using world = ssoWorld();
  assert.deepEqual(await read(world, REGISTRATION, "authorization_code"), REGISTRATION);
  assert.equal(await read(world, REGISTRATION, "device_code"), undefined);
  const forDevice = { ...REGISTRATION, grantTypes: undefined };
  assert.equal((await read(world, forDevice, "device_code"))?.clientId, "client-1");
  assert.equal(await read(world, forDevice, "authorization_code"), undefined);
});

Deno.test("readSsoRegistration() wants a quarter of an hour at least", async () => {
  using world = ssoWorld();
  for (
    const [expiresAt, isGood] of [
      ["2026-01-02T03:19:05Z", true],
      ["2026-01-02T03:19:04Z", false],
      ["2026-01-02T03:19:05UTC", true],
      ["2020-01-01T00:00:00UTC", false],
      ["never", false],
    ]
  ) {
    const found = await read(world, { ...REGISTRATION, expiresAt }, "authorization_code");
    assert.equal(found !== undefined, isGood, String(expiresAt));
  }
});

Deno.test("readSsoRegistration() takes broken files for nothing", async () => {
  using world = ssoWorld();
  for (
    const registration of [
      {},
      { ...REGISTRATION, clientId: "" },
      { ...REGISTRATION, clientSecret: undefined },
      { ...REGISTRATION, grantTypes: "authorization_code" },
      { ...REGISTRATION, grantTypes: [1] },
    ]
  ) {
    assert.equal(await read(world, registration, "authorization_code"), undefined);
  }
});

Deno.test("forgetSsoRegistration() leaves another client's file alone", async () => {
  using world = ssoWorld();
  const path = await ssoRegistrationFile(SESSION, world.runtime);
  await forgetSsoRegistration({ path, clientId: "client-1" }, world.runtime);
  writeSsoRegistration(path, REGISTRATION);
  await forgetSsoRegistration({ path, clientId: "client-0" }, world.runtime);
  assert.ok(Deno.statSync(path).isFile);
  await forgetSsoRegistration({ path, clientId: "client-1" }, world.runtime);
  assert.throws(() => Deno.statSync(path), Deno.errors.NotFound);
});

function read(
  world: SsoWorld,
  registration: unknown,
  flow: RegistrationQuestion["flow"],
): ReturnType<typeof readSsoRegistration> {
  const path = world.home.write("registration.json", JSON.stringify(registration));
  return readSsoRegistration({ path, flow }, world.runtime);
}
