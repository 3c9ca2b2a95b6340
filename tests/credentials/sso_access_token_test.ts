/**
 * The access token of a session: from the cache, renewed in time and once.
 *
 * @module
 */

import assert from "node:assert/strict";
import { ssoAccessToken } from "../../src/credentials/sso_access_token.ts";
import { ssoSessionFiles } from "../../src/credentials/sso_files.ts";
import { EksauthError } from "../../src/errors.ts";
import { oidcRefusal } from "./_sso_double.ts";
import {
  LEGACY,
  REQUEST,
  SESSION,
  SETTINGS,
  ssoWorld,
  START_URL,
  tokenFields,
} from "./_sso_world.ts";

const MINUTE_MS = 60_000;
const HINT = "eksauth login --sso-session dev-sso";

Deno.test("ssoAccessToken() takes the token from the cache, and asks nobody", async () => {
  using world = ssoWorld();
  await world.signIn();
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-0");
  // Fifteen minutes are enough; one second less is not.
  world.advance(45 * MINUTE_MS);
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-0");
  assert.deepEqual(world.sso.calls, []);
});

Deno.test("ssoAccessToken() renews a token in its last quarter of an hour", async () => {
  using world = ssoWorld();
  await world.signIn({ toolName: "somebody else's" });
  world.advance(45 * MINUTE_MS + 1000);
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-1");
  assert.deepEqual(world.sso.calls.map(({ host, body }) => ({ host, body })), [{
    host: "oidc.us-east-1.amazonaws.com",
    body: {
      grantType: "refresh_token",
      clientId: "client-0",
      clientSecret: "client-secret-0",
      refreshToken: "refresh-0",
    },
  }]);
  assert.deepEqual(
    await world.readToken(),
    tokenFields({
      accessToken: "access-1",
      refreshToken: "refresh-1",
      expiresAt: "2026-01-02T04:49:06Z",
      toolName: "somebody else's",
    }),
  );
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-1");
  assert.equal(world.sso.count("CreateToken"), 1);
});

Deno.test("ssoAccessToken() keeps the refresh token when AWS gives no new one", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  world.sso.script("CreateToken", Response.json({ accessToken: "access-9", expiresIn: 3600 }));
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-9");
  assert.equal((await world.readToken())["refreshToken"], "refresh-0");
});

Deno.test("ssoAccessToken() never renews the session of an older profile", async () => {
  using world = ssoWorld();
  const request = { session: LEGACY, settings: SETTINGS };
  await world.signIn({ expiresAt: "2026-01-02T03:04:06Z" }, LEGACY);
  assert.equal(await ssoAccessToken(request, world.runtime), "access-0");
  world.advance(1000);
  await assert.rejects(
    ssoAccessToken(request, world.runtime),
    new EksauthError(
      "sign_in_needed",
      `Cannot use start URL "${START_URL}": the sign-in expired at 2026-01-02T03:04:06Z`,
      { hint: `eksauth login --start-url ${START_URL} --sso-region us-east-1` },
    ),
  );
  assert.deepEqual(world.sso.calls, []);
});

/** A token file that cannot be renewed, because of what it lacks. */
const UNRENEWABLE: readonly Readonly<Record<string, unknown>>[] = [
  { refreshToken: undefined },
  { clientId: undefined },
  { clientSecret: "" },
  { registrationExpiresAt: undefined },
  { registrationExpiresAt: "2026-01-02T03:04:05Z" },
];

Deno.test("ssoAccessToken() uses up a token that cannot be renewed, then asks for a sign-in", async () => {
  for (const change of UNRENEWABLE) {
    using world = ssoWorld();
    await world.signIn({ expiresAt: "2026-01-02T03:04:06Z", ...change });
    assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-0");
    world.advance(1000);
    await assert.rejects(
      ssoAccessToken(REQUEST, world.runtime),
      new EksauthError(
        "sign_in_needed",
        'Cannot use SSO session "dev-sso": the sign-in expired at 2026-01-02T03:04:06Z',
        { hint: HINT },
      ),
    );
    assert.deepEqual(world.sso.calls, [], JSON.stringify(change));
  }
});

/** A token file, and what is said of it. */
const UNUSABLE: readonly (readonly [text: string | undefined, state: string])[] = [
  [undefined, "nobody is signed in"],
  ["", "nobody is signed in"],
  [JSON.stringify(tokenFields()) + "}", "nobody is signed in"],
  [
    JSON.stringify(tokenFields({ startUrl: "https://other.awsapps.com/start" })),
    'the sign-in is for start URL "https://other.awsapps.com/start"',
  ],
  [
    JSON.stringify(tokenFields({ region: "eu-west-1" })),
    "the sign-in is for region eu-west-1, and the config says us-east-1",
  ],
];

Deno.test("ssoAccessToken() says why a sign-in is needed, and what to type", async () => {
  for (const [text, state] of UNUSABLE) {
    using world = ssoWorld();
    if (text !== undefined) world.home.write(await world.tokenFile(), text);
    await assert.rejects(
      ssoAccessToken({ ...REQUEST, profileName: "dev-admin" }, world.runtime),
      new EksauthError("sign_in_needed", `Cannot use SSO session "dev-sso": ${state}`, {
        hint: "eksauth login --profile dev-admin",
      }),
    );
    assert.deepEqual(world.sso.calls, []);
  }
});

Deno.test("ssoAccessToken() refuses a token that others can read, and says how to mend it", async () => {
  using world = ssoWorld();
  await world.signIn();
  const path = `${world.home.path}/${await world.tokenFile()}`;
  Deno.chmodSync(path, 0o644);
  await assert.rejects(
    ssoAccessToken(REQUEST, world.runtime),
    new EksauthError(
      "file_unreadable",
      `Cannot use the sign-in in "${path}": other users can read or write it`,
      { hint: `Make the file your own and private: chmod 600 "${path}"` },
    ),
  );
});

Deno.test("ssoAccessToken() a hundred times at once renews once", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  const all = await Promise.all(
    Array.from({ length: 100 }, () => ssoAccessToken(REQUEST, world.runtime)),
  );
  assert.deepEqual(new Set(all), new Set(["access-1"]));
  assert.equal(world.sso.count("CreateToken"), 1);
});

Deno.test("ssoAccessToken() renews once for all even where AWS gives minutes only", async () => {
  using world = ssoWorld({ expiresInSeconds: 300 });
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  await Promise.all(Array.from({ length: 20 }, () => ssoAccessToken(REQUEST, world.runtime)));
  assert.equal(world.sso.count("CreateToken"), 1);
});

Deno.test("ssoAccessToken() takes over what another program has got for the same refresh token", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  world.sso.script("CreateToken", oidcRefusal("invalid_grant"));
  const others = JSON.stringify(tokenFields({ accessToken: "access-cli", refreshToken: "r" }));
  const file = await world.tokenFile();
  const sleep = (milliseconds: number): Promise<void> => {
    // The AWS CLI gets round to writing only now.
    if (milliseconds === 250) world.home.write(file, others);
    return Promise.resolve();
  };
  assert.equal(await ssoAccessToken(REQUEST, { ...world.runtime, sleep }), "access-cli");
  assert.equal(world.home.read(file), others);
});

Deno.test("ssoAccessToken() asks for a sign-in when AWS renews no more, and remembers it", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  world.sso.revoke();
  const refused = new EksauthError(
    "sign_in_needed",
    'Cannot use SSO session "dev-sso": IAM Identity Center no longer renews the sign-in (invalid_grant)',
    { hint: HINT },
  );
  await assert.rejects(ssoAccessToken(REQUEST, world.runtime), matching(refused));
  // Another process, with a profile of its own: the same sentence, the own command, no call.
  await assert.rejects(
    ssoAccessToken({ ...REQUEST, profileName: "ops" }, world.runtime),
    new EksauthError("sign_in_needed", refused.message, { hint: "eksauth login --profile ops" }),
  );
  world.advance(19_999);
  await assert.rejects(ssoAccessToken(REQUEST, world.runtime), refused);
  assert.equal(world.sso.count("CreateToken"), 1);
  world.advance(1);
  await assert.rejects(ssoAccessToken(REQUEST, world.runtime), matching(refused));
  assert.equal(world.sso.count("CreateToken"), 2);
});

Deno.test("ssoAccessToken() goes on at once when the token file changes", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  world.sso.revoke();
  await assert.rejects(ssoAccessToken(REQUEST, world.runtime), { code: "sign_in_needed" });
  await world.signIn({ accessToken: "access-new" });
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-new");
});

Deno.test("ssoAccessToken() uses the old token while it lives, whatever keeps AWS from renewing it", async () => {
  const failures = [
    () => oidcRefusal("invalid_grant"),
    () => oidcRefusal("invalid_client", 401),
    () => oidcRefusal("server_error", 500),
    () =>
      new Response("<html>sign in to the hotel</html>", {
        headers: { "content-type": "text/html" },
      }),
    () => new TypeError("fetch failed", { cause: new Error("client error (Connect): dns error") }),
  ];
  for (const failure of failures) {
    using world = ssoWorld();
    await world.signIn({ expiresAt: "2026-01-02T03:05:05Z" });
    world.sso.script("CreateToken", failure(), failure(), failure());
    assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-0");
    // Sent once: an attempt without an answer may have used up the refresh token.
    assert.equal(world.sso.count("CreateToken"), 1);
    // Nobody tries again for a moment.
    assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-0");
    assert.equal(world.sso.count("CreateToken"), 1);
    assert.deepEqual(await world.readToken(), tokenFields({ expiresAt: "2026-01-02T03:05:05Z" }));
  }
});

Deno.test("ssoAccessToken() tells what keeps AWS from renewing a token that has expired", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  const down = (): Error =>
    new TypeError("fetch failed", { cause: new Error("client error (Connect): dns error") });
  world.sso.script("CreateToken", down(), down(), down());
  const unreachable = {
    code: "network_unreachable",
    message: "Cannot reach oidc.us-east-1.amazonaws.com: no such host is known here (3 attempts)",
  };
  await assert.rejects(ssoAccessToken(REQUEST, world.runtime), unreachable);
  world.advance(4_999);
  await assert.rejects(ssoAccessToken(REQUEST, world.runtime), unreachable);
  assert.equal(world.sso.count("CreateToken"), 3);
  world.advance(1);
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-1");
});

Deno.test("ssoAccessToken() names the session when AWS fails", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  world.sso.script("CreateToken", ...[1, 2, 3].map(() => oidcRefusal("server_error", 500)));
  await assert.rejects(ssoAccessToken(REQUEST, world.runtime), {
    code: "aws_error",
    message:
      /^Cannot renew SSO session "dev-sso": AWS failed at CreateToken: server_error: No \(3 attempts/,
  });
});

Deno.test("ssoAccessToken() does not spend a refresh token whose successor it could not keep", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:05:05Z" });
  // As in a home that is mounted read-only, for root as well: nothing can be made beside the file.
  world.home.write(`${await world.tokenFile()}.probe/x`, "");
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-0");
  world.advance(MINUTE_MS);
  await assert.rejects(ssoAccessToken(REQUEST, world.runtime), { code: "file_unwritable" });
  assert.deepEqual(world.sso.calls, []);
});

Deno.test("ssoAccessToken() waits for no lock longer than the token lives", async () => {
  using world = ssoWorld();
  const { lockPath } = await ssoSessionFiles(SESSION, world.runtime);
  world.home.write(lockPath.slice(world.home.path.length + 1), "");
  using other = Deno.openSync(lockPath, { read: true, write: true });
  other.lockSync(true);
  await world.signIn({ expiresAt: "2026-01-02T03:05:05Z" });
  const impatient = { ...world.runtime, sleep: () => Promise.resolve() };
  assert.equal(await ssoAccessToken(REQUEST, impatient), "access-0");
  world.advance(MINUTE_MS);
  await assert.rejects(ssoAccessToken(REQUEST, impatient), { code: "file_locked" });
  assert.deepEqual(world.sso.calls, []);
});

Deno.test("ssoAccessToken() renews where no lock can be made", async () => {
  using world = ssoWorld();
  await world.signIn({ expiresAt: "2026-01-02T03:00:00Z" });
  world.home.write(".local/state/eksauth", "a file where a folder should be");
  assert.equal(await ssoAccessToken(REQUEST, world.runtime), "access-1");
});

/** `cause` is for programmers, and differs between the first failure and its echo. */
function matching(
  { code, message, hint }: EksauthError,
): Pick<EksauthError, "code" | "message" | "hint"> {
  return { code, message, hint };
}
