/**
 * Which section of the shared files means what.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type AwsConfig, loadAwsConfig } from "../../src/config/aws_config.ts";
import { EksauthError } from "../../src/errors.ts";
import { capturingRuntime, type Home, temporaryHome } from "../world/run_program.ts";

/** A section header of the config file, and what botocore 1.43.11 takes it for. */
interface HeaderGolden {
  readonly header: string;
  readonly kind: "profile" | "sso-session" | "services" | "other" | "none";
  readonly name?: string;
}

const HEADERS: readonly HeaderGolden[] = JSON.parse(
  Deno.readTextFileSync(new URL("../testdata/aws_config/headers.json", import.meta.url)),
);

Deno.test("loadAwsConfig() takes every header for what botocore takes it for", () => {
  assert.ok(HEADERS.length >= 70);
  for (const { header, kind, name } of HEADERS) {
    using home = temporaryHome();
    home.write(".aws/config", `[${header}]\nk = v\n[other]\n`);
    const config = load(home);
    const kinds = {
      profile: config.profiles,
      "sso-session": config.ssoSessions,
      services: config.services,
      other: config.otherSections,
    };
    const found = Object.entries(kinds).flatMap(([kind, sections]) =>
      [...sections.keys()].filter((each) => each !== "other").map((name) => ({ kind, name }))
    );
    assert.deepEqual(found, kind === "none" ? [] : [{ kind, name }], JSON.stringify(header));
  }
});

Deno.test("loadAwsConfig() lets the later of two sections replace a profile entirely", () => {
  for (
    const [first, second] of [
      ["default", "profile default"],
      ["profile default", "default"],
      ["profile dev-admin", 'profile "dev-admin"'],
    ]
  ) {
    using home = temporaryHome();
    home.write(
      ".aws/config",
      `[${first}]\nregion = us-east-1\noutput = text\n[${second}]\nk = v\n`,
    );
    const [profile] = [...load(home).profiles.values()];
    assert.deepEqual([...(profile?.config?.values.keys() ?? [])], ["k"]);
    assert.equal(profile?.config?.line, 4);
  }
});

Deno.test("loadAwsConfig() takes sections of the credentials file by their whole name", () => {
  using home = temporaryHome();
  home.write(".aws/config", "[profile dev-admin]\nregion = us-east-2\n");
  home.write(".aws/credentials", "[dev-admin]\nk = v\n[profile ops]\nk = v\n[sso-session s]\n");
  const { profiles, ssoSessions } = load(home);
  assert.deepEqual([...profiles.keys()], ["dev-admin", "profile ops", "sso-session s"]);
  assert.equal(ssoSessions.size, 0);
  assert.deepEqual(
    [profiles.get("dev-admin")?.config?.path, profiles.get("dev-admin")?.credentials?.path],
    [`${home.path}/.aws/config`, `${home.path}/.aws/credentials`],
  );
  assert.equal(profiles.get("profile ops")?.config, undefined);
});

Deno.test("loadAwsConfig() does without either file, and fingerprints both", () => {
  using home = temporaryHome();
  const none = load(home);
  assert.equal(none.profiles.size, 0);
  assert.deepEqual(none.fingerprints, [
    { path: `${home.path}/.aws/config`, size: -1, modifiedMs: 0, inode: 0 },
    { path: `${home.path}/.aws/credentials`, size: -1, modifiedMs: 0, inode: 0 },
  ]);

  const path = home.write(".aws/credentials", "[dev-admin]\nk = v\n");
  Deno.utimeSync(path, 1_700_000_000, 1_700_000_000);
  assert.deepEqual(load(home).fingerprints[1], {
    path,
    size: 18,
    modifiedMs: 1_700_000_000_000,
    inode: Deno.statSync(path).ino,
  });
});

Deno.test("loadAwsConfig() reads the files that the environment names", () => {
  using home = temporaryHome();
  home.write("a.ini", "[profile a]\nk = v\n");
  home.write("b.ini", "[b]\nk = v\n");
  const env = { AWS_CONFIG_FILE: "~/a.ini", AWS_SHARED_CREDENTIALS_FILE: "$HOME/b.ini" };
  assert.deepEqual([...load(home, env).profiles.keys()], ["a", "b"]);
});

Deno.test("loadAwsConfig() explains a file that it cannot read", () => {
  using home = temporaryHome();
  home.write(".aws/credentials", "[a]\n[a]\n");
  assert.throws(
    () => load(home),
    new EksauthError(
      "config_invalid",
      `Cannot read "${home.path}/.aws/credentials:2:1": section [a] is already on line 1`,
      { hint: "Merge the two sections, or rename one" },
    ),
  );
});

Deno.test("loadAwsConfig() takes a profile named __proto__ for a profile", () => {
  using home = temporaryHome();
  home.write(".aws/config", "[profile __proto__]\nregion = polluted\n");
  const { profiles } = load(home);
  assert.equal(profiles.get("__proto__")?.config?.values.get("region")?.value, "polluted");
  assert.equal(({} as Record<string, unknown>).region, undefined);
});

function load(home: Home, env: Readonly<Record<string, string>> = {}): AwsConfig {
  return loadAwsConfig(capturingRuntime([], { env: { ...home.env, ...env } }).runtime);
}
