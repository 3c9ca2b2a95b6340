/**
 * Which source of credentials wins, held against botocore.
 *
 * @module
 */

import assert from "node:assert/strict";
import { selectProfile } from "../../src/config/aws_profile.ts";
import { resolveCredentials } from "../../src/credentials/resolve.ts";
import type { FoundCredentials } from "../../src/credentials/source.ts";
import { EksauthError, type ErrorCode } from "../../src/errors.ts";
import { capturingRuntime, temporaryHome } from "../world/run_program.ts";

/** Environment, files and `--profile`. */
interface Situation {
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly credentials?: string;
  readonly profile?: string;
}

/** A situation, and what botocore 1.43.11 makes of it with the variables of AWS CLI v2. */
interface Golden extends Situation {
  readonly name: string;
  readonly expected: {
    readonly failure?: string;
    readonly accessKeyId?: string;
    readonly secretAccessKey?: string;
    readonly sessionToken?: string;
  };
}

const GOLDENS: readonly Golden[] = JSON.parse(
  Deno.readTextFileSync(new URL("../testdata/aws_config/credentials.json", import.meta.url)),
);

/** What eksauth calls the ways in which botocore fails. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  None: "credentials_missing",
  PartialCredentialsError: "credentials_partial",
  ProfileNotFound: "profile_not_found",
  ConfigParseError: "config_invalid",
  ParserError: "config_invalid",
  "RuntimeError: Credentials were refreshed, but the refreshed credentials are still expired":
    "credentials_expired",
};

for (const golden of GOLDENS) {
  Deno.test(`resolveCredentials() chooses what botocore chooses: ${golden.name}`, async () => {
    const { expected } = golden;
    const outcome = await found(golden).then(
      ({ credentials: { accessKeyId, secretAccessKey, sessionToken } }) => ({
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
      }),
      (error: unknown) => ({ code: error instanceof EksauthError ? error.code : error }),
    );
    assert.deepEqual(
      outcome,
      expected.failure === undefined ? expected : { code: CODES[expected.failure] },
    );
  });
}

const KEYS = "aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n";
const ENVIRONMENT = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "secret" };

Deno.test("resolveCredentials() says where the credentials came from", async () => {
  const { credentials: _keys, ...environment } = await found({ env: ENVIRONMENT });
  assert.deepEqual(environment, {
    kind: "environment",
    source: "AWS_ACCESS_KEY_ID in the environment",
  });
  const { credentials, ...profile } = await found({
    credentials: `[dev-admin]\n\n${KEYS}`,
    profile: "dev-admin",
  });
  assert.deepEqual(profile, {
    kind: "profile",
    profile: "dev-admin",
    source: "profile dev-admin in HOME/.aws/credentials:3",
  });
  assert.equal(credentials.expiresAt, undefined);
});

Deno.test("resolveCredentials() lets EKSAUTH_PROFILE beat the keys in the environment, as --profile does", async () => {
  const { credentials } = await found({
    env: { ...ENVIRONMENT, EKSAUTH_PROFILE: "dev-admin" },
    credentials: `[dev-admin]\n${KEYS}`,
  });
  assert.equal(credentials.accessKeyId, "AKIDEXAMPLE");
});

const ROLE = "role_arn = arn:aws:iam::123456789012:role/r\n";

/** Each stands where the chain would go on to other credentials, were it not for that source. */
const UNSUPPORTED: readonly (readonly [situation: Situation, message: string, hint: string])[] = [
  [
    { config: `[default]\n${ROLE}${KEYS}`, credentials: `[default]\n${KEYS}` },
    'for profile "default" from role_arn in "HOME/.aws/config:2": eksauth does not support this source yet',
    '--profile "default"',
  ],
  [
    { config: `[profile p]\nregion = x\n`, credentials: `[p]\n${ROLE}${KEYS}`, profile: "p" },
    'for profile "p" from role_arn in "HOME/.aws/credentials:2": eksauth does not support this source yet',
    '--profile "p"',
  ],
  [
    { config: `[default]\n${ROLE}web_identity_token_file = /t\n${KEYS}` },
    'for profile "default" from web_identity_token_file in "HOME/.aws/config:3": eksauth does not support this source yet',
    '--profile "default"',
  ],
  [
    { env: { AWS_WEB_IDENTITY_TOKEN_FILE: "/t" }, credentials: `[default]\n${KEYS}` },
    "from AWS_WEB_IDENTITY_TOKEN_FILE: eksauth does not support this source yet",
    "",
  ],
  [
    { config: `[default]\nlogin_session = a\n${KEYS}` },
    'for profile "default" from login_session in "HOME/.aws/config:2": eksauth does not support this source yet',
    '--profile "default"',
  ],
  [
    { config: `[default]\ncredential_process = p\n${KEYS}` },
    'for profile "default" from credential_process in "HOME/.aws/config:2": eksauth does not support this source yet',
    '--profile "default"',
  ],
  [
    { env: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" } },
    "from AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: eksauth does not support this source yet",
    "",
  ],
  [
    { env: { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://x" } },
    "from AWS_CONTAINER_CREDENTIALS_FULL_URI: eksauth does not support this source yet",
    "",
  ],
];

Deno.test("resolveCredentials() never passes over a source that it does not support", async () => {
  for (const [situation, message, hint] of UNSUPPORTED) {
    await assert.rejects(
      found(situation),
      new EksauthError("config_invalid", `Cannot get credentials ${message}`, {
        hint: `aws configure export-credentials --format env ${hint}`.trimEnd(),
      }),
    );
  }
});

Deno.test("resolveCredentials() does not hear the environment's web identity beside --profile", async () => {
  const { credentials } = await found({
    env: { AWS_WEB_IDENTITY_TOKEN_FILE: "/t" },
    credentials: `[p]\n${KEYS}`,
    profile: "p",
  });
  assert.equal(credentials.accessKeyId, "AKIDEXAMPLE");
});

const PARTIAL: readonly (readonly [credentials: string, state: string])[] = [
  ["aws_access_key_id = A\n", "aws_secret_access_key is missing"],
  ["aws_access_key_id = A\naws_secret_access_key =\n", "aws_secret_access_key is empty"],
  ["aws_access_key_id =\naws_secret_access_key = s\n", "aws_access_key_id is empty"],
  ["aws_access_key_id =\naws_secret_access_key =\n", "aws_access_key_id is empty"],
  ["aws_access_key_id =\n", "aws_access_key_id is empty"],
];

Deno.test("resolveCredentials() explains half a pair of keys", async () => {
  for (const [keys, state] of PARTIAL) {
    await assert.rejects(
      found({ credentials: `[default]\n${keys}` }),
      new EksauthError(
        "credentials_partial",
        `Cannot use the keys of profile "default" in "HOME/.aws/credentials:2": ${state}`,
        { hint: "Set both keys in section [default] of HOME/.aws/credentials" },
      ),
    );
  }
});

Deno.test("resolveCredentials() says where it looked in vain, and what to do", async () => {
  const nowhere = "neither HOME/.aws/config nor HOME/.aws/credentials has";
  const rows: readonly (readonly [situation: Situation, state: string, hint: string])[] = [
    [
      {},
      `AWS_ACCESS_KEY_ID is not set in the environment, and ${nowhere} profile "default"`,
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name another profile with --profile",
    ],
    [
      { config: "[profile dev-admin]\nk = v\n" },
      `AWS_ACCESS_KEY_ID is not set in the environment, and ${nowhere} profile "default"`,
      '--profile "dev-admin"',
    ],
    [
      { config: "[default]\nk = v\n", credentials: "[default]\nk = v\n", profile: "default" },
      'profile "default" has none in HOME/.aws/config:1 or HOME/.aws/credentials:1',
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name another profile with --profile",
    ],
    [
      { env: ENVIRONMENT, config: "[profile p]\nk = v\n", profile: "p" },
      'profile "p" has none in HOME/.aws/config:1',
      "Leave out --profile to use the keys in the environment",
    ],
  ];
  for (const [situation, state, hint] of rows) {
    await assert.rejects(
      found(situation),
      new EksauthError("credentials_missing", `Cannot find AWS credentials: ${state}`, { hint }),
    );
  }
});

/** The home folder is called HOME in what comes back. */
async function found(situation: Situation): Promise<FoundCredentials> {
  using home = temporaryHome();
  const { config, credentials, env, profile } = situation;
  if (config !== undefined) home.write(".aws/config", config);
  if (credentials !== undefined) home.write(".aws/credentials", credentials);
  const { runtime } = capturingRuntime([], { env: { ...home.env, ...env } });
  const withoutHome = (text: string): string => text.replaceAll(home.path, "HOME");
  try {
    const selected = selectProfile({ profile }, runtime);
    const found = await resolveCredentials({ profile: selected }, runtime);
    return { ...found, source: withoutHome(found.source) };
  } catch (error) {
    if (!(error instanceof EksauthError)) throw error;
    throw new EksauthError(error.code, withoutHome(error.message), {
      hint: error.hint && withoutHome(error.hint),
    });
  }
}
