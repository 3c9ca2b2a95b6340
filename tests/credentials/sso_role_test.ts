/**
 * Role credentials of a sign-in, as a source of the chain.
 *
 * @module
 */

import assert from "node:assert/strict";
import { selectProfile } from "../../src/config/aws_profile.ts";
import { obtainCredentials } from "../../src/credentials/obtain.ts";
import { ssoRoleKey, ssoTokenKey } from "../../src/credentials/sso_cache_key.ts";
import { ssoSource } from "../../src/credentials/sso_role.ts";
import type { FoundCredentials } from "../../src/credentials/source.ts";
import { EksauthError } from "../../src/errors.ts";
import { ACCOUNT_ID } from "../sandbox/cast.ts";
import { portalRefusal } from "./_sso_double.ts";
import {
  CONFIG,
  LEGACY,
  LEGACY_CONFIG,
  SESSION,
  type SsoWorld,
  ssoWorld,
  START_URL,
} from "./_sso_world.ts";

const ENDED = new EksauthError(
  "sign_in_needed",
  'Cannot use SSO session "dev-sso": IAM Identity Center has ended the sign-in',
  { hint: "eksauth login --profile dev-admin" },
);

Deno.test("ssoSource gives the role's credentials, and says of which sign-in", async () => {
  using world = worldWith(CONFIG);
  await world.signIn();
  const found = await load(world);
  assert.deepEqual(found, {
    madeFrom: found?.madeFrom,
    credentials: {
      accessKeyId: `ASID${ACCOUNT_ID}`,
      secretAccessKey: "secret of access-0",
      sessionToken: "session of access-0",
      expiresAt: new Date("2026-01-02T04:04:05Z"),
    },
    kind: "profile",
    profile: "dev-admin",
    source: `role Admin in account ${ACCOUNT_ID}, SSO session "dev-sso"`,
    ssoSession: await ssoTokenKey(SESSION),
  });
  assert.match(found?.madeFrom?.[0]?.path ?? "", /\/\.aws\/sso\/cache\/[0-9a-f]{40}\.json$/);
  assert.deepEqual(world.sso.calls, [{
    operation: "GetRoleCredentials",
    host: "portal.sso.us-east-1.amazonaws.com",
    body: {},
    query: { role_name: "Admin", account_id: ACCOUNT_ID },
    accessToken: "access-0",
  }]);
});

Deno.test("ssoSource serves profiles of the older kind", async () => {
  using world = worldWith(LEGACY_CONFIG);
  await world.signIn({}, LEGACY);
  const found = await load(world);
  assert.equal(found?.source, `role Admin in account ${ACCOUNT_ID}, start URL "${START_URL}"`);
});

Deno.test("ssoSource is none of the business of a profile without account and role", async () => {
  using world = worldWith("[profile dev-admin]\nregion = us-east-2\n");
  assert.equal(await load(world), undefined);
});

/** An entry of the AWS CLI's cache, whether it is taken, and why. */
const CLI_ENTRIES: readonly (readonly [text: string, isTaken: boolean])[] = [
  [cliEntry({}), true],
  [cliEntry({ Expiration: "2026-01-02T03:19:05+00:00" }), true],
  [cliEntry({ Expiration: "2026-01-02T03:19:05UTC" }), true],
  [cliEntry({ Expiration: "2026-01-02T03:19:04Z" }), false],
  [cliEntry({ SessionToken: undefined }), false],
  [cliEntry({ AccessKeyId: 5 }), false],
  [cliEntry({ Expiration: "later" }), false],
  [`${cliEntry({})}}`, false],
  ["{}", false],
  ["", false],
  ['{"Credentials": "none"}', false],
];

Deno.test("ssoSource uses what the AWS CLI has, while it is fresh and whole", async () => {
  for (const [text, isTaken] of CLI_ENTRIES) {
    using world = worldWith(CONFIG);
    await world.signIn();
    world.home.write(`.aws/cli/cache/${await roleKey()}.json`, text);
    const found = await load(world);
    assert.equal(found?.credentials.accessKeyId, isTaken ? "ASIACLI" : `ASID${ACCOUNT_ID}`, text);
    assert.equal(world.sso.count("GetRoleCredentials"), isTaken ? 0 : 1);
  }
});

Deno.test("ssoSource drops a token that AWS has ended, and asks for a sign-in", async () => {
  using world = worldWith(CONFIG);
  await world.signIn();
  world.sso.revoke();
  await assert.rejects(load(world), alike(ENDED));
  assert.equal(world.home.exists(await world.tokenFile()), false);
  // Somebody else's attempt fails the same way, without a call.
  await assert.rejects(load(world), alike(ENDED));
  assert.equal(world.sso.count("GetRoleCredentials"), 1);
  world.advance(20_000);
  await assert.rejects(load(world), {
    message: 'Cannot use SSO session "dev-sso": nobody is signed in',
  });
});

Deno.test("ssoSource fails at once in a hundred places when the session has ended", async () => {
  using world = worldWith(CONFIG);
  await world.signIn();
  world.sso.revoke();
  const outcomes = await Promise.allSettled(Array.from({ length: 100 }, () => {
    const place = { path: `${world.home.path}/cache/entry.json`, key: "the key" };
    return obtainCredentials({ place, profile: "dev-admin" }, world.runtime);
  }));
  for (const outcome of outcomes) {
    assert.equal(outcome.status, "rejected");
    assert.equal(outcome.reason.message, ENDED.message);
    assert.equal(outcome.reason.hint, ENDED.hint);
  }
  assert.deepEqual(world.sso.calls.map(({ operation }) => operation), ["GetRoleCredentials"]);
});

Deno.test("ssoSource keeps failing at once where the token file cannot be removed", async () => {
  using world = worldWith(CONFIG);
  await world.signIn();
  world.sso.revoke();
  const path = `${world.home.path}/${await world.tokenFile()}`;
  const text = Deno.readTextFileSync(path);
  await assert.rejects(load(world), alike(ENDED));
  // As if it had stayed; another program may also have put the same token back.
  world.home.write(await world.tokenFile(), text);
  await assert.rejects(load(world), alike(ENDED));
  assert.equal(world.sso.count("GetRoleCredentials"), 1);
});

Deno.test("ssoSource goes on with the token of a sign-in that happened meanwhile", async () => {
  using world = worldWith(CONFIG);
  await world.signIn({ accessToken: "access-old" });
  const fetch: SsoWorld["runtime"]["fetch"] = async (url, request) => {
    const response = await world.sso.fetch(url, request);
    if (response.status === 401) await world.signIn();
    return response;
  };
  const found = await load(world, fetch);
  assert.equal(found?.credentials.sessionToken, "session of access-0");
  assert.equal((await world.readToken())["accessToken"], "access-0");
});

Deno.test("ssoSource renews the token that took the place of a refused one, if it has to", async () => {
  using world = worldWith(CONFIG);
  await world.signIn({ accessToken: "access-old" });
  const fetch: SsoWorld["runtime"]["fetch"] = async (url, request) => {
    const response = await world.sso.fetch(url, request);
    if (response.status === 401) await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
    return response;
  };
  const found = await load(world, fetch);
  assert.equal(found?.credentials.sessionToken, "session of access-1");
  assert.equal((await world.readToken())["refreshToken"], "refresh-1");
});

Deno.test("ssoSource tells that a role is not assigned, and where it is named", async () => {
  for (
    const [status, awsCode] of [
      [403, "ForbiddenException"],
      [404, "ResourceNotFoundException"],
    ] as const
  ) {
    using world = worldWith(CONFIG);
    await world.signIn();
    world.sso.script("GetRoleCredentials", portalRefusal(status, awsCode));
    await assert.rejects(load(world), {
      code: "access_denied",
      message:
        `Cannot get credentials for role "Admin" in account ${ACCOUNT_ID}: the account or the role is not assigned to you`,
      hint: `Check sso_account_id and sso_role_name at ${world.home.path}/.aws/config:7, ` +
        "or ask for the permission set to be assigned to you in IAM Identity Center",
    });
    // The sign-in itself is good.
    assert.equal(world.home.exists(await world.tokenFile()), true);
  }
});

Deno.test("ssoSource passes on whatever else AWS says", async () => {
  using world = worldWith(CONFIG);
  await world.signIn();
  world.sso.script("GetRoleCredentials", portalRefusal(400, "InvalidRequestException"));
  await assert.rejects(load(world), {
    code: "aws_error",
    message:
      `Cannot get credentials for role "Admin" in account ${ACCOUNT_ID}: AWS refused GetRoleCredentials: InvalidRequestException: No (request id 1b2c3d4e)`,
  });
});

Deno.test("ssoSource waits for a portal that is asked too often", async () => {
  using world = worldWith(CONFIG);
  await world.signIn();
  world.sso.script("GetRoleCredentials", portalRefusal(429, "TooManyRequestsException"));
  assert.equal((await load(world))?.credentials.accessKeyId, `ASID${ACCOUNT_ID}`);
  assert.equal(world.sso.count("GetRoleCredentials"), 2);
});

Deno.test("ssoSource blames the clock when new credentials have already expired", async () => {
  using world = worldWith(CONFIG);
  await world.signIn({ expiresAt: "2026-01-03T03:04:05Z" });
  const fetch: SsoWorld["runtime"]["fetch"] = async (url, request) => {
    const response = await world.sso.fetch(url, request);
    world.advance(2 * 3_600_000);
    return response;
  };
  await assert.rejects(load(world, fetch), {
    code: "aws_error",
    message:
      `Cannot use the credentials of role "Admin" in account ${ACCOUNT_ID}: they expired at ` +
      "2026-01-02T04:04:05.000Z, and this computer says it is 2026-01-02T05:04:05.000Z",
    hint: "Set the clock of this computer",
  });
});

Deno.test("obtainCredentials() at expiry renews once and asks for the role once, for a hundred callers", async () => {
  using world = worldWith(CONFIG);
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  const place = { path: `${world.home.path}/cache/entry.json`, key: "the key" };
  const all = await Promise.all(
    Array.from(
      { length: 100 },
      () => obtainCredentials({ place, profile: "dev-admin" }, world.runtime),
    ),
  );
  assert.deepEqual(
    new Set(all.map(({ credentials }) => credentials.sessionToken)),
    new Set(["session of access-1"]),
  );
  assert.deepEqual(world.sso.calls.map(({ operation }) => operation), [
    "CreateToken",
    "GetRoleCredentials",
  ]);
});

function worldWith(config: string): SsoWorld {
  const world = ssoWorld();
  world.home.write(".aws/config", config);
  return world;
}

async function load(
  world: SsoWorld,
  fetch = world.runtime.fetch,
): Promise<FoundCredentials | undefined> {
  const profile = selectProfile({ profile: "dev-admin" }, world.runtime);
  return await ssoSource.load({ profile }, { ...world.runtime, fetch });
}

function roleKey(): Promise<string> {
  const profile = { accountId: ACCOUNT_ID, roleName: "Admin", session: SESSION };
  return ssoRoleKey({ ...profile, profileName: "dev-admin", origin: "" });
}

function cliEntry(change: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    ProviderType: "sso",
    Credentials: {
      AccessKeyId: "ASIACLI",
      SecretAccessKey: "secret",
      SessionToken: "session",
      Expiration: "2026-01-02T04:04:05Z",
      AccountId: ACCOUNT_ID,
      ...change,
    },
  });
}

function alike(
  { code, message, hint }: EksauthError,
): Pick<EksauthError, "code" | "message" | "hint"> {
  return { code, message, hint };
}
