/**
 * What is known of a profile without asking anybody.
 *
 * @module
 */

import type { AwsConfig, AwsProfile } from "../config/aws_config.ts";
import { profileValue } from "../config/aws_profile.ts";
import { ssoProfileOf } from "../config/sso_profile.ts";
import { ssoSessionLabel } from "../config/sso_session.ts";
import { ssoStatus } from "../credentials/sso_status.ts";
import { isEksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** A profile as `status` shows it. */
export interface ProfileStatus {
  readonly identity: string;
  readonly state:
    | "signed_in"
    | "expired"
    | "signed_out"
    | "unreadable"
    | "unsupported"
    | "no_credentials";
  /** Where its credentials come from, for people. */
  readonly source: string;
  readonly expiresAt?: Date | undefined;
  readonly isRenewable?: boolean | undefined;
  readonly ssoSession?: string | undefined;
  readonly accountId?: string | undefined;
  readonly roleName?: string | undefined;
}

/** The state of one profile. Never throws for a profile that is broken: its source then tells why. */
export async function describeProfile(
  { profile, awsConfig }: { readonly profile: AwsProfile; readonly awsConfig: AwsConfig },
  runtime: Runtime,
): Promise<ProfileStatus> {
  const identity = profile.profileName;
  try {
    const sso = ssoProfileOf({ profile, awsConfig });
    if (sso !== undefined) {
      const { session, accountId, roleName } = sso;
      const { state, expiresAt, isRenewable } = await ssoStatus(session, runtime);
      const source = `${roleName} in account ${accountId}, ${ssoSessionLabel(session)}`;
      return {
        identity,
        state,
        source,
        expiresAt,
        isRenewable,
        ssoSession: session.sessionName,
        accountId,
        roleName,
      };
    }
    return { identity, ...otherSource(profile) };
  } catch (error) {
    if (!isEksauthError(error)) throw error;
    return { identity, state: "no_credentials", source: error.message };
  }
}

/** Keys that say that a profile gets its credentials in a way that eksauth does not know yet. */
const UNSUPPORTED: readonly (readonly [key: string, source: string])[] = [
  ["role_arn", "a role"],
  ["web_identity_token_file", "a web identity"],
  ["login_session", "aws login"],
  ["credential_process", "a credential_process"],
];

function otherSource(profile: AwsProfile): Pick<ProfileStatus, "state" | "source"> {
  const place = ({ path, line }: { readonly path: string; readonly line: number }): string =>
    `${path}:${line}`;
  for (const [key, source] of UNSUPPORTED) {
    const found = profileValue(profile, key);
    if (found !== undefined) return { state: "unsupported", source: `${source} (${place(found)})` };
  }
  const accessKey = profileValue(profile, "aws_access_key_id");
  if (accessKey?.value) return { state: "signed_in", source: `keys in ${place(accessKey)}` };
  return { state: "no_credentials", source: "none configured" };
}
