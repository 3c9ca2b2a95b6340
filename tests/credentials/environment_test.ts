/**
 * Credentials in environment variables. What botocore makes of them is in resolve_test.ts.
 *
 * @module
 */

import assert from "node:assert/strict";
import { environmentCredentials } from "../../src/credentials/environment.ts";
import { EksauthError } from "../../src/errors.ts";
import { capturingRuntime } from "../world/run_program.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

Deno.test("environmentCredentials() gives the keys, the session token and the expiry", () => {
  assert.deepEqual(
    credentialsOf({
      ...KEYS,
      AWS_SESSION_TOKEN: "session",
      AWS_CREDENTIAL_EXPIRATION: "2026-01-02T04:04:05Z",
    }),
    {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "secret",
      sessionToken: "session",
      expiresAt: new Date("2026-01-02T04:04:05Z"),
    },
  );
});

Deno.test("environmentCredentials() gives nothing without an access key ID", () => {
  assert.equal(
    credentialsOf({ AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "t" }),
    undefined,
  );
});

Deno.test("environmentCredentials() names the variable that is missing", () => {
  assert.throws(
    () => credentialsOf({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE" }),
    new EksauthError(
      "credentials_partial",
      "Cannot use the AWS keys in the environment: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not",
      { hint: "Set both, or unset AWS_ACCESS_KEY_ID" },
    ),
  );
});

Deno.test("environmentCredentials() refuses keys with less than a minute left", () => {
  assert.throws(
    () => credentialsOf({ ...KEYS, AWS_CREDENTIAL_EXPIRATION: "2026-01-02T03:05:04Z" }),
    new EksauthError(
      "credentials_expired",
      "Cannot use the AWS keys in the environment: AWS_CREDENTIAL_EXPIRATION is 2026-01-02T03:05:04.000Z",
      { hint: "Get new ones, or unset AWS_ACCESS_KEY_ID" },
    ),
  );
});

Deno.test("environmentCredentials() explains an expiry that is no time", () => {
  assert.throws(
    () => credentialsOf({ ...KEYS, AWS_CREDENTIAL_EXPIRATION: "soon" }),
    new EksauthError(
      "config_invalid",
      'Cannot read AWS_CREDENTIAL_EXPIRATION "soon": it is not an ISO 8601 time',
      { hint: "Set it to a time such as 2026-01-02T03:04:05Z, or unset it" },
    ),
  );
});

function credentialsOf(
  env: Readonly<Record<string, string>>,
): ReturnType<typeof environmentCredentials> {
  return environmentCredentials(capturingRuntime([], { env }).runtime);
}
