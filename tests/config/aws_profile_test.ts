/**
 * Which profile a call uses, and what is said when there is none.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  profileValue,
  sectionBlock,
  type SelectedProfile,
  selectProfile,
} from "../../src/config/aws_profile.ts";
import { EksauthError } from "../../src/errors.ts";
import { capturingRuntime, type Home, temporaryHome } from "../world/run_program.ts";

const CONFIG = "[default]\nk = v\n[profile dev-admin]\nregion = us-east-2\n[profile qa]\nk = v\n";

Deno.test("selectProfile() follows flag, EKSAUTH_PROFILE, AWS_PROFILE, AWS_DEFAULT_PROFILE", () => {
  using home = temporaryHome();
  home.write(".aws/config", ["a", "b", "c", "d"].map((each) => `[profile ${each}]\n`).join(""));
  const env = { EKSAUTH_PROFILE: "b", AWS_PROFILE: "c", AWS_DEFAULT_PROFILE: "d" };
  const rows:
    readonly (readonly [flag: string | undefined, env: object, name: string, origin: string])[] = [
      ["a", env, "a", "--profile"],
      [undefined, env, "b", "EKSAUTH_PROFILE"],
      [undefined, { ...env, EKSAUTH_PROFILE: undefined }, "c", "AWS_PROFILE"],
      [undefined, { AWS_DEFAULT_PROFILE: "d" }, "d", "AWS_DEFAULT_PROFILE"],
    ];
  for (const [profile, variables, profileName, origin] of rows) {
    const selected = select({ home, profile, env: variables as Record<string, string> });
    assert.equal(selected.profileName, profileName);
    assert.equal(selected.choice.origin, origin);
  }
});

Deno.test("selectProfile() takes default when nobody names one, and does without it", () => {
  using home = temporaryHome();
  const none = select({ home });
  assert.deepEqual(
    [none.profileName, none.config, none.credentials, none.choice.origin],
    ["default", undefined, undefined, undefined],
  );
  home.write(".aws/config", CONFIG);
  assert.equal(select({ home }).config?.line, 1);
});

const HINTS: readonly {
  readonly files: Readonly<Record<string, string>>;
  readonly wanted: string;
  readonly hint: string;
}[] = [
  { files: { config: CONFIG }, wanted: "dve-admin", hint: 'Did you mean --profile="dev-admin"?' },
  { files: { config: CONFIG }, wanted: "", hint: 'Choose one of "default", "dev-admin", "qa"' },
  {
    files: { config: CONFIG + "[staging]\n" },
    wanted: "staging",
    hint: "Write [profile staging] instead of [staging] in HOME/.aws/config:7",
  },
  {
    files: { credentials: "[profile staging]\n" },
    wanted: "staging",
    hint: "Write [staging] instead of [profile staging] in HOME/.aws/credentials:1",
  },
  {
    files: {
      config: "abcdefg".split("").map((each) => `[profile ${each}${each}${each}]\n`).join(""),
    },
    wanted: "staging",
    hint: 'Choose one of "aaa", "bbb", "ccc", "ddd", "eee" and 2 more',
  },
  {
    files: {},
    wanted: "staging",
    hint: "Neither file has a profile; set AWS_CONFIG_FILE if yours are somewhere else",
  },
];

Deno.test("selectProfile() says where it looked and what is likeliest wrong", () => {
  for (const { files, wanted, hint } of HINTS) {
    using home = temporaryHome();
    for (const [file, text] of Object.entries(files)) home.write(`.aws/${file}`, text);
    assert.throws(
      () => select({ home, profile: wanted }),
      new EksauthError(
        "profile_not_found",
        `Cannot find profile "${wanted}": it is neither in ${home.path}/.aws/config nor in ${home.path}/.aws/credentials`,
        { hint: hint.replace("HOME", home.path) },
      ),
    );
  }
});

Deno.test("selectProfile() names the variable that names a missing profile", () => {
  using home = temporaryHome();
  assert.throws(
    () => select({ home, env: { AWS_PROFILE: "staging" } }),
    /^EksauthError: Cannot find profile "staging" \(from AWS_PROFILE\): it is neither in /,
  );
});

Deno.test("profileValue() looks into the credentials file first and says where it found a value", () => {
  using home = temporaryHome();
  const config = home.write(
    ".aws/config",
    "[default]\nregion = us-east-1\noutput = json\nempty =\n",
  );
  const credentials = home.write(".aws/credentials", "[default]\n\nregion = us-east-2\n");
  const profile = select({ home });
  assert.deepEqual(profileValue(profile, "region"), {
    value: "us-east-2",
    path: credentials,
    line: 3,
  });
  assert.deepEqual(profileValue(profile, "output"), { value: "json", path: config, line: 3 });
  assert.deepEqual(profileValue(profile, "empty"), { value: "", path: config, line: 4 });
  assert.equal(profileValue(profile, "missing"), undefined);
  assert.equal(profileValue(profile, "__proto__"), undefined);
});

Deno.test("profileValue() explains a value that swallowed the next line", () => {
  for (
    const text of [
      "[default]\nregion = us-east-2\n output = json\n",
      "[default]\nregion =\n  x = y\n",
    ]
  ) {
    using home = temporaryHome();
    const path = home.write(".aws/config", text);
    assert.throws(
      () => profileValue(select({ home }), "region"),
      new EksauthError(
        "config_invalid",
        `Cannot use "region" in "${path}:2": the indented line below it is a part of its value`,
        { hint: `Begin the line below ${path}:2 without blanks` },
      ),
    );
  }
});

Deno.test("sectionBlock() gives a block, nothing, or explains a plain value", () => {
  using home = temporaryHome();
  const path = home.write(
    ".aws/config",
    "[services s]\nsts =\n  endpoint_url = u\neks = u\nsso =\n",
  );
  const section = select({ home }).awsConfig.services.get("s")!;
  assert.deepEqual(sectionBlock(section, "sts")?.get("endpoint_url"), { value: "u", line: 3 });
  assert.equal(sectionBlock(section, "sso"), undefined);
  assert.equal(sectionBlock(section, "ecr"), undefined);
  assert.throws(
    () => sectionBlock(section, "eks"),
    new EksauthError(
      "config_invalid",
      `Cannot use "eks" in "${path}:4": it has a value and needs a block`,
      { hint: 'End the line after "eks =" and set its keys below, each on an indented line' },
    ),
  );
});

interface Situation {
  readonly home: Home;
  readonly profile?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

function select({ home, profile, env }: Situation): SelectedProfile {
  const { runtime } = capturingRuntime([], { env: { ...home.env, ...env } });
  return selectProfile({ profile }, runtime);
}
