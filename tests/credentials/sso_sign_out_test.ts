/**
 * Signing out: what there is to remove, and removing it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { loadAwsConfig } from "../../src/config/aws_config.ts";
import { ssoRoleKey, ssoTokenKey } from "../../src/credentials/sso_cache_key.ts";
import { rememberSsoFailure } from "../../src/credentials/sso_failure_memo.ts";
import { ssoSessionFiles } from "../../src/credentials/sso_files.ts";
import {
  findAllSsoRemnants,
  findSsoRemnants,
  type SsoRemnant,
} from "../../src/credentials/sso_remnants.ts";
import { signOutOfSso } from "../../src/credentials/sso_sign_out.ts";
import { EksauthError } from "../../src/errors.ts";
import { ACCOUNT_ID } from "../sandbox/cast.ts";
import { portalRefusal } from "./_sso_double.ts";
import {
  CONFIG,
  LEGACY,
  SESSION,
  SETTINGS,
  type SsoWorld,
  ssoWorld,
  START_URL,
  tokenFields,
} from "./_sso_world.ts";

const OTHER = { sessionName: "other", startUrl: START_URL, region: "us-east-1" };

Deno.test("findSsoRemnants() finds what came of one session, and nothing of another", async () => {
  using world = await lived();
  assert.deepEqual(named(world, await remnantsOf(world)), [
    ["token", await world.tokenFile(), 'SSO session "dev-sso"'],
    [
      "aws_cli_credentials",
      `.aws/cli/cache/${await roleKey()}.json`,
      `role Admin in account ${ACCOUNT_ID}`,
    ],
    ["eksauth_credentials", ".cache/eksauth/credentials/a.json", "role Admin"],
  ]);
});

Deno.test("findSsoRemnants() finds nothing where nobody was signed in", async () => {
  using world = ssoWorld();
  world.home.write(".aws/config", CONFIG);
  assert.deepEqual(await remnantsOf(world), []);
  assert.deepEqual(await findAllSsoRemnants(world.runtime), []);
});

Deno.test("findAllSsoRemnants() finds what came of any session, and leaves other programs' files", async () => {
  using world = await lived();
  assert.deepEqual(named(world, await findAllSsoRemnants(world.runtime)), [
    ...[
      ["token", await world.tokenFile(), 'SSO session "dev-sso"'],
      ["token", await world.tokenFile(LEGACY), `start URL "${START_URL}"`],
      ["token", await world.tokenFile(OTHER), `start URL "${START_URL}"`],
    ].toSorted(([, a = ""], [, b = ""]) => a < b ? -1 : 1),
    [
      "aws_cli_credentials",
      `.aws/cli/cache/${await roleKey()}.json`,
      "role credentials of the AWS CLI",
    ],
    ["eksauth_credentials", ".cache/eksauth/credentials/a.json", "role Admin"],
    ["eksauth_credentials", ".cache/eksauth/credentials/b.json", "role Ops"],
  ]);
});

Deno.test("findAllSsoRemnants() does without a config file that cannot be read", async () => {
  using world = await lived();
  world.home.write(".aws/config", "[broken\n");
  const [token] = await findAllSsoRemnants(world.runtime);
  assert.equal(token?.label, `start URL "${START_URL}"`);
});

Deno.test("signOutOfSso() ends the session at AWS, then removes the files", async () => {
  using world = await lived();
  const remnants = await remnantsOf(world);
  assert.deepEqual(await signOut(world, remnants), { removed: remnants, failures: [] });
  assert.deepEqual(
    world.sso.calls.map(({ operation, host, accessToken }) => [operation, host, accessToken]),
    [
      ["Logout", "portal.sso.us-east-1.amazonaws.com", "access-0"],
    ],
  );
  assert.deepEqual(await remnantsOf(world), []);
  assert.equal((await findAllSsoRemnants(world.runtime)).length, 3);
});

Deno.test("signOutOfSso() forgets the failures of the session", async () => {
  using world = await lived();
  const { failurePath } = await ssoSessionFiles(SESSION, world.runtime);
  const error = new EksauthError("sign_in_needed", "ended");
  await rememberSsoFailure(
    failurePath,
    { scope: "session", accessToken: "access-0", error },
    world.runtime,
  );
  await signOut(world, await remnantsOf(world));
  assert.throws(() => Deno.statSync(failurePath), Deno.errors.NotFound);
});

Deno.test("signOutOfSso() says nothing of a session that AWS has ended already", async () => {
  using world = await lived();
  world.sso.revoke();
  const remnants = await remnantsOf(world);
  assert.deepEqual(await signOut(world, remnants), { removed: remnants, failures: [] });
});

Deno.test("signOutOfSso() removes the files whatever AWS says, and tells", async () => {
  using world = await lived();
  world.sso.script("Logout", portalRefusal(400, "InvalidRequestException"));
  const remnants = await remnantsOf(world);
  const { removed, failures } = await signOut(world, remnants);
  assert.deepEqual(removed, remnants);
  assert.deepEqual(failures.map(({ message }) => message), [
    'Cannot end SSO session "dev-sso" at AWS: AWS refused Logout: InvalidRequestException: No (request id 1b2c3d4e)',
  ]);
});

Deno.test("signOutOfSso() works where there is no network, and tells", async () => {
  using world = await lived();
  const down = (): Error => new TypeError("x", { cause: new Error("client error: dns error") });
  world.sso.script("Logout", down(), down(), down());
  const remnants = await remnantsOf(world);
  const { removed, failures } = await signOut(world, remnants);
  assert.deepEqual(removed, remnants);
  assert.deepEqual(failures.map(({ code }) => code), ["network_unreachable"]);
});

Deno.test("signOutOfSso() removes token files that are of no use, and does not send what others could read", async () => {
  for (
    const [text, mode, failures] of [
      ["", 0o600, 0],
      ["{", 0o600, 0],
      [JSON.stringify(tokenFields()), 0o644, 1],
    ] as const
  ) {
    using world = ssoWorld();
    world.home.write(".aws/config", CONFIG);
    Deno.chmodSync(world.home.write(await world.tokenFile(), text), mode);
    const signedOut = await signOut(world, await remnantsOf(world));
    assert.equal(signedOut.removed.length, 1);
    assert.equal(signedOut.failures.length, failures);
    assert.deepEqual(world.sso.calls, []);
    assert.equal(world.home.exists(await world.tokenFile()), false);
  }
});

Deno.test("signOutOfSso() asks the region that a token names, and none for one that names none", async () => {
  using world = ssoWorld();
  await world.signIn({ region: "eu-west-1" });
  await world.signIn({ region: undefined, accessToken: "access-x" }, OTHER);
  await signOut(world, await findAllSsoRemnants(world.runtime));
  assert.deepEqual(world.sso.calls.map(({ host }) => host), ["portal.sso.eu-west-1.amazonaws.com"]);
  assert.deepEqual(await findAllSsoRemnants(world.runtime), []);
});

Deno.test("signOutOfSso() goes on when a file has to stay", async () => {
  using world = await lived();
  const folder: SsoRemnant = {
    kind: "aws_cli_credentials",
    path: `${world.home.path}/.aws`,
    label: "x",
  };
  const remnants = await remnantsOf(world);
  const { removed, failures } = await signOut(world, [folder, ...remnants]);
  assert.deepEqual(removed, remnants);
  assert.deepEqual(failures.map(({ code }) => code), ["file_unwritable"]);
});

/** A home with three sign-ins, role credentials, and files of other programs. */
async function lived(): Promise<SsoWorld> {
  const world = ssoWorld();
  world.home.write(".aws/config", CONFIG + "[profile broken]\nsso_role_name = x\n");
  await world.signIn();
  await world.signIn({ accessToken: "access-legacy" }, LEGACY);
  await world.signIn({ accessToken: "access-other" }, OTHER);
  const cache = ".aws/sso/cache";
  world.home.write(`${cache}/kiro-auth-token.json`, JSON.stringify(tokenFields()));
  world.home.write(`${cache}/${"a".repeat(40)}.json`, '{"clientId":"c","clientSecret":"s"}');
  world.home.write(`${cache}/${"b".repeat(40)}.json`, "{");
  world.home.write(`${cache}/session.db`, "SQLite");
  world.home.write(
    `.aws/cli/cache/${await roleKey()}.json`,
    '{"ProviderType":"sso","Credentials":{}}',
  );
  world.home.write(".aws/cli/cache/assumed.json", '{"Credentials":{}}');
  const entry = (ssoSession: string | undefined, source: string): string =>
    JSON.stringify({ version: 1, source, ssoSession });
  const own = ".cache/eksauth/credentials";
  world.home.write(`${own}/a.json`, entry(await ssoTokenKey(SESSION), "role Admin"));
  world.home.write(`${own}/a.json.lock`, "");
  world.home.write(`${own}/b.json`, entry(await ssoTokenKey(OTHER), "role Ops"));
  world.home.write(`${own}/c.json`, entry(undefined, "profile static"));
  return world;
}

function remnantsOf(world: SsoWorld): Promise<readonly SsoRemnant[]> {
  return findSsoRemnants(
    { session: SESSION, awsConfig: loadAwsConfig(world.runtime) },
    world.runtime,
  );
}

function signOut(
  world: SsoWorld,
  remnants: readonly SsoRemnant[],
): ReturnType<typeof signOutOfSso> {
  return signOutOfSso({ remnants, settings: SETTINGS }, world.runtime);
}

function roleKey(): Promise<string> {
  const profile = { accountId: ACCOUNT_ID, roleName: "Admin", session: SESSION };
  return ssoRoleKey({ ...profile, profileName: "dev-admin", origin: "" });
}

function named(world: SsoWorld, remnants: readonly SsoRemnant[]): readonly (readonly string[])[] {
  return remnants.map((
    { kind, path, label },
  ) => [kind, path.slice(world.home.path.length + 1), label]);
}
