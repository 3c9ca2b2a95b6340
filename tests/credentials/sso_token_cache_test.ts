/**
 * The token file that eksauth and the AWS CLI share.
 *
 * @module
 */

import assert from "node:assert/strict";
import { parseJsonFields } from "../../src/credentials/sso_cache_file.ts";
import {
  assertSsoTokenWritable,
  foreignTokenState,
  parseSsoToken,
  readSsoToken,
  type SsoToken,
  writeSsoToken,
} from "../../src/credentials/sso_token_cache.ts";
import { LEGACY, SESSION, ssoWorld, START_URL, tokenFields } from "./_sso_world.ts";

Deno.test("writeSsoToken() writes the AWS CLI's fields, 0600 in 0700", async () => {
  using world = ssoWorld();
  const path = `${world.home.path}/${await world.tokenFile()}`;
  const token = parsed(tokenFields())!;
  writeSsoToken({ path, session: SESSION, token });
  assert.deepEqual(
    Object.entries(await world.readToken()),
    Object.entries(tokenFields()).toSorted(byOrder),
  );
  assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
  assert.equal(Deno.statSync(`${world.home.path}/.aws/sso/cache`).mode! & 0o777, 0o700);
  assert.deepEqual(await readSsoToken(path, world.runtime), { token });
});

Deno.test("writeSsoToken() leaves out what there is not, and keeps what others put there", async () => {
  using world = ssoWorld();
  const path = `${world.home.path}/${await world.tokenFile(LEGACY)}`;
  const token = parsed({
    accessToken: "access-0",
    expiresAt: "2026-01-02T04:04:05Z",
    note: "ü",
    __proto__: null,
  })!;
  writeSsoToken({ path, session: LEGACY, token });
  assert.equal(
    Deno.readTextFileSync(path),
    `{"startUrl":"${START_URL}","region":"us-east-1","accessToken":"access-0",` +
      `"expiresAt":"2026-01-02T04:04:05Z","note":"\\u00fc"}`,
  );
});

Deno.test("parseSsoToken() reads every spelling of a time", () => {
  for (
    const expiresAt of [
      "2026-01-02T04:04:05Z",
      "2026-01-02T04:04:05UTC",
      "2026-01-02T04:04:05+00:00",
      "2026-01-02T05:04:05+01:00",
      "2026-01-02T04:04:05.000Z",
    ]
  ) {
    const token = parsed(tokenFields({ expiresAt, registrationExpiresAt: expiresAt }));
    assert.equal(token?.expiresAt.toISOString(), "2026-01-02T04:04:05.000Z", expiresAt);
    assert.equal(token?.client?.expiresAt.toISOString(), "2026-01-02T04:04:05.000Z", expiresAt);
  }
});

Deno.test("parseSsoToken() takes half a registration for none", () => {
  for (const key of ["clientId", "clientSecret", "registrationExpiresAt"]) {
    assert.equal(parsed(tokenFields({ [key]: undefined }))?.client, undefined, key);
  }
});

/** What may lie in the place of a token file. */
const NO_TOKENS: readonly string[] = [
  "",
  "   ",
  "{",
  "null",
  "[]",
  '"text"',
  "{}",
  "not JSON",
  JSON.stringify(tokenFields()).slice(0, -1),
  JSON.stringify(tokenFields()) + "}",
  JSON.stringify(tokenFields()) + '"}',
  JSON.stringify(tokenFields({ accessToken: undefined })),
  JSON.stringify(tokenFields({ accessToken: 5 })),
  JSON.stringify(tokenFields({ accessToken: "" })),
  JSON.stringify(tokenFields({ accessToken: "a\r\nb" })),
  JSON.stringify(tokenFields({ expiresAt: undefined })),
  JSON.stringify(tokenFields({ expiresAt: "soon" })),
  JSON.stringify(tokenFields({ expiresAt: 1767326645 })),
  JSON.stringify({ clientId: "c", clientSecret: "s", expiresAt: "2026-01-02T04:04:05Z" }),
  JSON.stringify({ identityToken: "gitlab", expiresAt: "2026-01-02T04:04:05Z" }),
  " ".repeat(1024 * 1024) + JSON.stringify(tokenFields()),
];

Deno.test("readSsoToken() takes whatever is no token for nothing at all", async () => {
  using world = ssoWorld();
  for (const text of NO_TOKENS) {
    const path = world.home.write("token.json", text);
    assert.equal(await readSsoToken(path, world.runtime), undefined, text.slice(0, 80));
  }
  assert.equal(await readSsoToken(`${world.home.path}/none.json`, world.runtime), undefined);
});

Deno.test("readSsoToken() looks again at a file that is just being written, and at no other", async () => {
  using world = ssoWorld();
  const path = world.home.write("token.json", "");
  const pauses: number[] = [];
  const runtime = {
    now: () => new Date(),
    sleep(milliseconds: number): Promise<void> {
      pauses.push(milliseconds);
      if (pauses.length === 2) world.home.write("token.json", JSON.stringify(tokenFields()));
      return Promise.resolve();
    },
  };
  const found = await readSsoToken(path, runtime);
  assert.deepEqual(pauses, [5, 20]);
  assert.ok(found !== undefined && "token" in found);
  assert.equal(found.token.accessToken, "access-0");

  world.home.write("token.json", "{");
  assert.equal(await readSsoToken(path, runtime), undefined);
  assert.deepEqual(pauses.splice(0), [5, 20, 5, 20, 75, 200, 300, 400]);
  const anHourAgo = new Date(Date.now() - 3_600_000);
  Deno.utimeSync(path, anHourAgo, anHourAgo);
  assert.equal(await readSsoToken(path, runtime), undefined);
  assert.deepEqual(pauses, []);
});

Deno.test("readSsoToken() refuses a file that others can touch, not one in a folder of the group", async () => {
  using world = ssoWorld();
  const path = world.home.write("cache/token.json", JSON.stringify(tokenFields()));
  Deno.chmodSync(`${world.home.path}/cache`, 0o775);
  assert.ok("token" in (await readSsoToken(path, world.runtime))!);
  for (const mode of [0o640, 0o604, 0o660, 0o644]) {
    Deno.chmodSync(path, mode);
    assert.deepEqual(await readSsoToken(path, world.runtime), {
      refused: "other users can read or write it",
    });
  }
  assert.deepEqual(await readSsoToken(`${world.home.path}/cache`, world.runtime), {
    refused: "it is not a regular file",
  });
});

Deno.test("assertSsoTokenWritable() leaves nothing behind", async () => {
  using world = ssoWorld();
  const path = `${world.home.path}/${await world.tokenFile()}`;
  assertSsoTokenWritable(path);
  assert.deepEqual([...Deno.readDirSync(`${world.home.path}/.aws/sso/cache`)], []);
  world.home.write("file", "");
  assert.throws(() => assertSsoTokenWritable(`${world.home.path}/file/token.json`), {
    code: "file_unwritable",
  });
});

Deno.test("foreignTokenState() tells a token of another portal or region", () => {
  const rows: readonly (readonly [Record<string, unknown>, string | undefined])[] = [
    [{}, undefined],
    [{ startUrl: `${START_URL}/` }, undefined],
    [{ startUrl: `${START_URL}/#/` }, undefined],
    [{ startUrl: START_URL.toUpperCase() }, undefined],
    [{ startUrl: undefined, region: undefined }, undefined],
    [
      { startUrl: "https://x.awsapps.com/start" },
      'the sign-in is for start URL "https://x.awsapps.com/start"',
    ],
    [{ region: "eu-west-1" }, "the sign-in is for region eu-west-1, and the config says us-east-1"],
  ];
  for (const [change, state] of rows) {
    assert.equal(foreignTokenState(parsed(tokenFields(change))!, SESSION), state);
  }
});

function parsed(fields: Record<string, unknown>): SsoToken | undefined {
  return parseSsoToken(parseJsonFields(JSON.stringify(fields))!);
}

/** In the order in which the AWS CLI writes fields. */
function byOrder([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  const order = Object.keys(tokenFields());
  return order.indexOf(a) - order.indexOf(b);
}
