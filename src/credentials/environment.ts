/**
 * Credentials from environment variables. On the token path.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";
import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { isUsable } from "./expiry.ts";
import { parseIsoTime } from "./iso_time.ts";
import type { CredentialSource, Finding } from "./source.ts";

/** The first source of the chain. A profile named for this very call switches it off. */
export const environmentSource: CredentialSource = {
  sourceName: "environment",
  load({ profile }, runtime): Finding {
    const credentials = profile.choice.isExplicit ? undefined : environmentCredentials(runtime);
    return credentials &&
      { credentials, kind: "environment", source: "AWS_ACCESS_KEY_ID in the environment" };
  },
};

/**
 * The keys in `AWS_ACCESS_KEY_ID` and its sisters, `undefined` when that variable is unset or empty.
 *
 * @throws `credentials_partial` when the secret key is missing
 * @throws `credentials_expired` when `AWS_CREDENTIAL_EXPIRATION` has come, or comes within the next minute
 * @throws `config_invalid` when `AWS_CREDENTIAL_EXPIRATION` is not a time
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 */
export function environmentCredentials(
  runtime: Pick<Runtime, "env" | "now">,
): AwsCredentials | undefined {
  const accessKeyId = runtime.env("AWS_ACCESS_KEY_ID");
  if (!accessKeyId) return undefined;
  const secretAccessKey = runtime.env("AWS_SECRET_ACCESS_KEY");
  if (!secretAccessKey) {
    throw new EksauthError(
      "credentials_partial",
      "Cannot use the AWS keys in the environment: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not",
      { hint: "Set both, or unset AWS_ACCESS_KEY_ID" },
    );
  }
  // The older name first, as in the AWS CLI.
  const sessionToken = runtime.env("AWS_SECURITY_TOKEN") || runtime.env("AWS_SESSION_TOKEN") ||
    undefined;
  const expiresAt = environmentExpiresAt(runtime);
  if (!isUsable({ expiresAt }, runtime.now())) {
    throw new EksauthError(
      "credentials_expired",
      `Cannot use the AWS keys in the environment: AWS_CREDENTIAL_EXPIRATION is ${expiresAt?.toISOString()}`,
      { hint: "Get new ones, or unset AWS_ACCESS_KEY_ID" },
    );
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt };
}

function environmentExpiresAt(runtime: Pick<Runtime, "env">): Date | undefined {
  const text = runtime.env("AWS_CREDENTIAL_EXPIRATION");
  if (!text) return undefined;
  const expiresAt = parseIsoTime(text);
  if (expiresAt !== undefined) return expiresAt;
  throw new EksauthError(
    "config_invalid",
    `Cannot read AWS_CREDENTIAL_EXPIRATION "${text}": it is not an ISO 8601 time`,
    { hint: "Set it to a time such as 2026-01-02T03:04:05Z, or unset it" },
  );
}
