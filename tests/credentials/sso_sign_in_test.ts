/**
 * What a new sign-in keeps, and what it takes away.
 *
 * @module
 */

import assert from "node:assert/strict";
import { ssoRoleKey, ssoTokenKey } from "../../src/credentials/sso_cache_key.ts";
import { ssoSessionFiles } from "../../src/credentials/sso_files.ts";
import { keepSsoSignIn } from "../../src/credentials/sso_sign_in.ts";
import { ACCOUNT_ID, NOW } from "../sandbox/cast.ts";
import { CLIENT_ID, CLIENT_SECRET } from "./_sso_double.ts";
import { CONFIG, REQUEST, SESSION, ssoWorld } from "./_sso_world.ts";

Deno.test("keepSsoSignIn() removes the role credentials of who was signed in before, and no others", async () => {
  using world = ssoWorld();
  const { home, runtime } = world;
  home.write(".aws/config", CONFIG);
  await world.signIn({ accessToken: "access-of-somebody-else" });
  const profile = { profileName: "dev-admin", accountId: ACCOUNT_ID, roleName: "Admin" };
  const roleKey = await ssoRoleKey({ ...profile, session: SESSION, origin: "" });
  const ofSession = [`.aws/cli/cache/${roleKey}.json`, ".cache/eksauth/credentials/a.json"];
  const others = [".aws/cli/cache/assumed.json", ".cache/eksauth/credentials/b.json"];
  const session = await ssoTokenKey(SESSION);
  home.write(ofSession[0]!, '{"ProviderType":"sso","Credentials":{}}');
  home.write(ofSession[1]!, JSON.stringify({ version: 1, ssoSession: session }));
  home.write(others[0]!, '{"Credentials":{}}');
  home.write(others[1]!, JSON.stringify({ version: 1, ssoSession: "0".repeat(40) }));

  await keepSsoSignIn({
    request: REQUEST,
    files: await ssoSessionFiles(SESSION, runtime),
    client: {
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      expiresAt: new Date("2026-03-02T03:04:05Z"),
    },
    tokens: { accessToken: "access-new", expiresInSeconds: 3600, refreshToken: "refresh-new" },
    askedAt: NOW,
  }, runtime);

  assert.equal((await world.readToken())["accessToken"], "access-new");
  assert.deepEqual(ofSession.filter((path) => home.exists(path)), []);
  assert.deepEqual(others.filter((path) => home.exists(path)), others);
});
