/**
 * Sign-ins as `~/.aws/config` declares them.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type AwsConfig, loadAwsConfig } from "../../src/config/aws_config.ts";
import { selectProfile } from "../../src/config/aws_profile.ts";
import { type SsoProfile, ssoProfileOf } from "../../src/config/sso_profile.ts";
import {
  namedSsoSession,
  type ProfileInConfig,
  type SsoSession,
  ssoSessionOf,
  ssoSessions,
  typedSsoSession,
} from "../../src/config/sso_session.ts";
import { EksauthError } from "../../src/errors.ts";
import { capturingRuntime, temporaryHome } from "../world/run_program.ts";

const START_URL = "https://d-9067012345.awsapps.com/start";

const SESSION = `[sso-session dev]
sso_start_url = ${START_URL}
sso_region = us-east-1
sso_registration_scopes = sso:account:access, codewhisperer:completions,
`;

const PROFILE = `[profile dev-admin]
sso_session = dev
sso_account_id = 012345678901
sso_role_name = Admin
`;

const LEGACY = `[profile old]
sso_start_url = ${START_URL}/
sso_region = eu-west-1
sso_account_id = 012345678901
sso_role_name = Admin
`;

Deno.test("ssoProfileOf() reads a profile and its session", () => {
  assert.deepEqual(profileIn(SESSION + PROFILE, "dev-admin"), {
    profileName: "dev-admin",
    session: {
      sessionName: "dev",
      startUrl: START_URL,
      region: "us-east-1",
      origin: "CONFIG:2",
      registrationScopes: ["sso:account:access", "codewhisperer:completions"],
    },
    accountId: "012345678901",
    roleName: "Admin",
    origin: "CONFIG:7",
  });
});

Deno.test("ssoProfileOf() reads a profile of the older kind, its start URL to the letter", () => {
  assert.deepEqual(profileIn(LEGACY, "old")?.session, {
    startUrl: `${START_URL}/`,
    region: "eu-west-1",
    origin: "CONFIG:2",
  });
});

Deno.test("ssoProfileOf() leaves profiles alone that name neither account nor role", () => {
  const rows = [
    "[profile p]\nregion = us-east-1\n",
    `${SESSION}[profile p]\nsso_session = dev\n`,
    `[profile p]\nsso_start_url = ${START_URL}\nsso_region = us-east-1\n`,
    // Not even a broken session matters to a profile that does not use it for credentials.
    "[profile p]\nsso_session = nowhere\n",
  ];
  for (const config of rows) assert.equal(profileIn(config, "p"), undefined, config);
});

Deno.test("ssoSessionOf() finds the session of a profile that names no role", () => {
  assert.equal(sessionIn(`${SESSION}[profile p]\nsso_session = dev\n`, "p")?.sessionName, "dev");
  assert.equal(sessionIn("[profile p]\nregion = x\n", "p"), undefined);
});

Deno.test("ssoProfileOf() takes equal duplicates", () => {
  const config = `${SESSION}${PROFILE}sso_start_url = ${START_URL}\nsso_region = us-east-1\n`;
  assert.equal(profileIn(config, "dev-admin")?.session.sessionName, "dev");
});

Deno.test("ssoProfileOf() lets a quoted session name hold blanks", () => {
  const config = SESSION.replace("sso-session dev", 'sso-session "my dev"') +
    PROFILE.replace("= dev\n", "= my dev\n");
  assert.equal(profileIn(config, "dev-admin")?.session.sessionName, "my dev");
});

/** A config, the error for its profile `dev-admin`, and the hint. */
const BROKEN: readonly (readonly [config: string, message: string, hint: string])[] = [
  [
    PROFILE,
    'Cannot find SSO session "dev" of "CONFIG:2": CONFIG does not have it',
    "Add [sso-session dev] with sso_start_url and sso_region to the file",
  ],
  [
    SESSION.replace("dev]", "development]") + PROFILE,
    'Cannot find SSO session "dev" of "CONFIG:6": CONFIG does not have it',
    'Did you mean "development"?',
  ],
  [
    SESSION + PROFILE.replace(/sso_role_name.*\n/, ""),
    'Cannot use profile "dev-admin" in "CONFIG:7": sso_role_name is missing',
    "Add sso_role_name = … below CONFIG:7",
  ],
  [
    SESSION + PROFILE.replace(/sso_account_id.*\n/, "sso_account_id =\n"),
    'Cannot use profile "dev-admin" in "CONFIG:7": sso_account_id is missing',
    "Add sso_account_id = … below CONFIG:7",
  ],
  [
    "[profile dev-admin]\nsso_role_name = Admin\n",
    'Cannot use profile "dev-admin" in "CONFIG:2": sso_account_id and sso_session are missing',
    "Add sso_account_id = … and sso_session = … below CONFIG:2",
  ],
  [
    "[profile dev-admin]\nsso_region = us-east-1\nsso_role_name = Admin\nsso_account_id = 012345678901\n",
    'Cannot use profile "dev-admin" in "CONFIG:4": sso_start_url is missing',
    "Add sso_start_url = … below CONFIG:4",
  ],
  [
    LEGACY.replace("old", "dev-admin").replace(/sso_region.*\n/, ""),
    'Cannot use profile "dev-admin" in "CONFIG:2": sso_region is missing',
    "Add sso_region = … below CONFIG:2",
  ],
  [
    `[sso-session dev]\n${PROFILE}`,
    'Cannot use SSO session "dev" in "CONFIG:1": sso_start_url and sso_region are missing',
    "Add sso_start_url = … and sso_region = … below CONFIG:1",
  ],
  [
    `${SESSION}${PROFILE}sso_region = eu-west-1\n`,
    'Cannot use sso_region of profile "dev-admin": "CONFIG:9" says "eu-west-1" and "CONFIG:3" says "us-east-1"',
    "Remove the line CONFIG:9",
  ],
  [
    `${SESSION}sso_account_id = 999999999999\n${PROFILE}`,
    'Cannot use sso_account_id of profile "dev-admin": "CONFIG:8" says "012345678901" and "CONFIG:5" says "999999999999"',
    "Remove the line CONFIG:8",
  ],
  [
    SESSION + PROFILE.replace("012345678901", "12345678901"),
    'Cannot use sso_account_id "12345678901" in "CONFIG:7": it does not have 12 digits',
    "Write the account id without blanks and hyphens, and with its leading zeros",
  ],
  [
    SESSION.replace("us-east-1", "us east 1") + PROFILE,
    'Cannot use SSO region "us east 1" in "CONFIG:3": it is not a region name',
    "Give the region in which IAM Identity Center is, such as us-east-1",
  ],
];

Deno.test("ssoProfileOf() tells what is wrong, with file, line and next step", () => {
  for (const [config, message, hint] of BROKEN) {
    assert.throws(
      () => profileIn(config, "dev-admin"),
      new EksauthError("config_invalid", message, { hint }),
      message,
    );
  }
});

const COPY_HINT =
  "Copy the address of your AWS access portal, such as https://d-9067012345.awsapps.com/start";

Deno.test("start URLs are https, or on this machine", () => {
  const rows: readonly (readonly [startUrl: string, message: string | undefined])[] = [
    [START_URL, undefined],
    [`${START_URL}#/`, undefined],
    ["https://sso.example.com", undefined],
    ["http://127.0.0.1:8080/start", undefined],
    ["http://localhost/start", undefined],
    ["http://[::1]:1/", undefined],
    [
      "http://d-9067012345.awsapps.com/start",
      'Cannot use start URL "http://d-9067012345.awsapps.com/start": it is http and has to be https',
    ],
    [
      "d-9067012345.awsapps.com/start",
      'Cannot use start URL "d-9067012345.awsapps.com/start": it is not an https URL',
    ],
    ["ftp://x/", 'Cannot use start URL "ftp://x/": it is not an https URL'],
    ["https://u:p@x/", "Cannot use start URL: it holds a user name or password"],
  ];
  for (const [startUrl, message] of rows) {
    const typed = (): SsoSession => typedSsoSession({ startUrl, region: "us-east-1" });
    if (message === undefined) assert.deepEqual(typed(), { startUrl, region: "us-east-1" });
    else assert.throws(typed, new EksauthError("config_invalid", message, { hint: COPY_HINT }));
  }
  assert.throws(() => typedSsoSession({ startUrl: START_URL, region: "-" }), {
    code: "config_invalid",
    message: 'Cannot use SSO region "-": it is not a region name',
  });
});

Deno.test("ssoSessions() lists each sign-in once, and broken ones apart", () => {
  const config = `${SESSION}
[sso-session broken]
sso_region = us-east-1
[profile a]
sso_session = dev
[profile b]
sso_session = nowhere
[default]
region = us-east-1
${LEGACY}
[profile older]
sso_start_url = ${START_URL}/
sso_region = eu-west-1
[profile elsewhere]
sso_start_url = ${START_URL}
sso_region = us-east-1
`;
  const { sessions, faults } = ssoSessions(load(config));
  assert.deepEqual(
    sessions.map(({ sessionName, startUrl, region }) => [sessionName, startUrl, region]),
    [
      ["dev", START_URL, "us-east-1"],
      [undefined, `${START_URL}/`, "eu-west-1"],
      [undefined, START_URL, "us-east-1"],
    ],
  );
  assert.deepEqual(faults.map(({ message }) => message.replace(/"\/.*config/, '"CONFIG')), [
    'Cannot use SSO session "broken" in "CONFIG:6": sso_start_url is missing',
  ]);
});

Deno.test("namedSsoSession() finds a session by name, or says which there is", () => {
  assert.equal(namedSsoSession("dev", load(SESSION)).startUrl, START_URL);
  assert.throws(() => namedSsoSession("dve", load(SESSION)), {
    code: "config_invalid",
    message: /^Cannot find SSO session "dve": \/.*\/\.aws\/config does not have it$/,
    hint: 'Did you mean "dev"?',
  });
});

function profileIn(config: string, profileName: string): SsoProfile | undefined {
  return read(config, profileName, ssoProfileOf);
}

function sessionIn(config: string, profileName: string): SsoSession | undefined {
  return read(config, profileName, ssoSessionOf);
}

/** The config file is called CONFIG in what comes back. */
function read<T>(config: string, profileName: string, reader: (declared: ProfileInConfig) => T): T {
  using home = temporaryHome();
  const path = home.write(".aws/config", config);
  const { runtime } = capturingRuntime([], { env: home.env });
  const profile = selectProfile({ profile: profileName }, runtime);
  const withoutPath = (text: string): string => text.replaceAll(path, "CONFIG");
  try {
    const value = reader({ profile, awsConfig: profile.awsConfig });
    return value === undefined ? value : JSON.parse(withoutPath(JSON.stringify(value)));
  } catch (error) {
    if (!(error instanceof EksauthError)) throw error;
    throw new EksauthError(error.code, withoutPath(error.message), {
      hint: error.hint && withoutPath(error.hint),
    });
  }
}

function load(config: string): AwsConfig {
  using home = temporaryHome();
  home.write(".aws/config", config);
  return loadAwsConfig(capturingRuntime([], { env: home.env }).runtime);
}
