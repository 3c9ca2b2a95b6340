/**
 * Profiles that get their credentials from IAM Identity Center.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import type { AwsProfile } from "./aws_config.ts";
import { type Located, profileValue } from "./aws_profile.ts";
import {
  incompleteSso,
  type ProfileInConfig,
  type SsoSession,
  ssoSessionOf,
} from "./sso_session.ts";

/** A role that a sign-in gives. */
export interface SsoProfile {
  readonly profileName: string;
  readonly session: SsoSession;
  /** 12 digits. */
  readonly accountId: string;
  /** Name of the permission set. */
  readonly roleName: string;
  /** Where account and role stand, `path:line`, for people. */
  readonly origin: string;
}

/**
 * What a profile says about Identity Center; `undefined` unless it names an account or a role, as in the AWS
 * CLI: a session alone gives no credentials.
 *
 * @throws `config_invalid` when it is incomplete or contradicts itself
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 */
export function ssoProfileOf({ profile, awsConfig }: ProfileInConfig): SsoProfile | undefined {
  const accountId = profileValue(profile, "sso_account_id");
  const roleName = profileValue(profile, "sso_role_name");
  const named = accountId ?? roleName;
  if (named === undefined) return undefined;
  const session = ssoSessionOf({ profile, awsConfig });
  const { profileName } = profile;
  const missing = [
    ...accountId?.value ? [] : ["sso_account_id"],
    ...roleName?.value ? [] : ["sso_role_name"],
    ...session === undefined ? [missingSessionKey(profile)] : [],
  ];
  const origin = place(named);
  if (session === undefined || !accountId?.value || !roleName?.value) {
    throw incompleteSso({ owner: `profile "${profileName}"`, origin, missing });
  }
  assertAccountId(accountId);
  return { profileName, session, accountId: accountId.value, roleName: roleName.value, origin };
}

/** Half a session of the older kind wants its other half; otherwise the newer kind is the one to set up. */
function missingSessionKey(profile: AwsProfile): string {
  return profileValue(profile, "sso_region") === undefined ? "sso_session" : "sso_start_url";
}

function assertAccountId(accountId: Located): void {
  if (/^\d{12}$/.test(accountId.value)) return;
  throw new EksauthError(
    "config_invalid",
    `Cannot use sso_account_id "${accountId.value}" in "${
      place(accountId)
    }": it does not have 12 digits`,
    { hint: "Write the account id without blanks and hyphens, and with its leading zeros" },
  );
}

function place({ path, line }: Pick<Located, "path" | "line">): string {
  return `${path}:${line}`;
}
