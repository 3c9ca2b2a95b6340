/**
 * The sources of credentials that the AWS CLI has and eksauth does not. Each stands in the chain at its place, so
 * that a profile which asks for it never silently gets the credentials of another source.
 *
 * @module
 */

import { profileValue, type SelectedProfile } from "../config/aws_profile.ts";
import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CredentialSource } from "./source.ts";

/** A role that the profile assumes with the credentials of another. */
export const assumeRoleSource: CredentialSource = unsupported({
  sourceName: "assumed role",
  keys: ["role_arn"],
  unlessKey: "web_identity_token_file",
});

/** A role assumed with an OIDC token, as in pods of EKS and in CI. */
export const webIdentitySource: CredentialSource = unsupported({
  sourceName: "web identity",
  variables: ["AWS_WEB_IDENTITY_TOKEN_FILE"],
  keys: ["web_identity_token_file"],
});

/** The session of `aws login`. */
export const loginSource: CredentialSource = unsupported({
  sourceName: "console sign-in",
  keys: ["login_session"],
});

/** A program that prints credentials. */
export const processSource: CredentialSource = unsupported({
  sourceName: "credential process",
  keys: ["credential_process"],
});

/** The endpoint inside containers of ECS and EKS. */
export const containerSource: CredentialSource = unsupported({
  sourceName: "container endpoint",
  variables: ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"],
  keys: [],
});

/** What tells that a source is configured. */
interface UnsupportedSource {
  readonly sourceName: string;
  /** Environment variables; a profile named for this very call makes them void. */
  readonly variables?: readonly string[];
  /** Keys of the profile, in either file. */
  readonly keys: readonly string[];
  /** A key that makes the profile another source's business. */
  readonly unlessKey?: string;
}

function unsupported(source: UnsupportedSource): CredentialSource {
  const { sourceName } = source;
  return {
    sourceName,
    load({ profile }, runtime): undefined {
      refuseVariables({ source, profile }, runtime);
      refuseKeys({ source, profile });
    },
  };
}

interface Configured {
  readonly source: UnsupportedSource;
  readonly profile: SelectedProfile;
}

function refuseVariables({ source, profile }: Configured, runtime: Pick<Runtime, "env">): void {
  const variable = profile.choice.isExplicit
    ? undefined
    : source.variables?.find((each) => runtime.env(each));
  if (variable === undefined) return;
  throw new EksauthError(
    "config_invalid",
    `Cannot get credentials from ${variable}: eksauth does not support this source yet`,
    { hint: "aws configure export-credentials --format env" },
  );
}

function refuseKeys({ source, profile }: Configured): void {
  const { keys, unlessKey } = source;
  if (unlessKey !== undefined && profileValue(profile, unlessKey) !== undefined) return;
  for (const key of keys) {
    const found = profileValue(profile, key);
    if (found === undefined) continue;
    const place = `${found.path}:${found.line}`;
    throw new EksauthError(
      "config_invalid",
      `Cannot get credentials for profile "${profile.profileName}" from ${key} in "${place}": ` +
        "eksauth does not support this source yet",
      { hint: `aws configure export-credentials --format env --profile "${profile.profileName}"` },
    );
  }
}
