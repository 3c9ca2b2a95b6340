/**
 * Credentials of a role that is assigned to a person in IAM Identity Center.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";
import { AwsServiceError } from "../aws/service_error.ts";
import { getRoleCredentials } from "../aws/sso.ts";
import { resolveAwsSettings } from "../config/aws_settings.ts";
import { type SsoProfile, ssoProfileOf } from "../config/sso_profile.ts";
import { ssoSessionLabel } from "../config/sso_session.ts";
import { EksauthError } from "../errors.ts";
import { type FileFingerprint, fingerprintFile } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { isUsable } from "./expiry.ts";
import type { CredentialContext, CredentialSource, FoundCredentials } from "./source.ts";
import { ssoAccessToken } from "./sso_access_token.ts";
import { ssoSessionFiles } from "./sso_files.ts";
import { dropRefusedToken } from "./sso_refused_token.ts";
import { readAwsCliRole } from "./sso_role_cache.ts";
import { type SsoAccessRequest, type SsoRuntime, ssoSettings } from "./sso_settings.ts";
import { readSsoToken } from "./sso_token_cache.ts";

/** A permission set of IAM Identity Center. A start URL or an SSO session alone does not make it one. */
export const ssoSource: CredentialSource = {
  sourceName: "IAM Identity Center",
  async load(
    { profile }: CredentialContext,
    runtime: Runtime,
  ): Promise<FoundCredentials | undefined> {
    const ssoProfile = ssoProfileOf({ profile, awsConfig: profile.awsConfig });
    if (ssoProfile === undefined) return undefined;
    const { session, roleName, accountId, profileName } = ssoProfile;
    const { settings } = resolveAwsSettings({ region: session.region, profile }, runtime);
    const { key, tokenPath } = await ssoSessionFiles(session, runtime);
    const before = fingerprintFile(tokenPath);
    const { credentials, accessToken } = await ssoRoleCredentials(
      { profile: ssoProfile, settings },
      runtime,
    );
    // Whoever signs in as somebody else, or out, with whatever tool, changes the file of the session: what was
    // made for the one before is then used no more.
    const tokenFile = accessToken === undefined
      ? before
      : await fingerprintOfToken({ tokenPath, accessToken }, runtime);
    return {
      credentials,
      kind: "profile",
      profile: profileName,
      source: `role ${roleName} in account ${accountId}, ${ssoSessionLabel(session)}`,
      ssoSession: key,
      madeFrom: [tokenFile],
    };
  },
};

/** The fingerprint of the file while it has this token; one that fits no file when it has another already. */
async function fingerprintOfToken(
  { tokenPath, accessToken }: { readonly tokenPath: string; readonly accessToken: string },
  runtime: SsoRuntime,
): Promise<FileFingerprint> {
  const fingerprint = fingerprintFile(tokenPath);
  const file = await readSsoToken(tokenPath, runtime);
  const isSame = file !== undefined && "token" in file && file.token.accessToken === accessToken;
  return isSame ? fingerprint : { ...fingerprint, size: -2 };
}

/** Role credentials, and the token that the portal gave them for; absent where the AWS CLI had them. */
export interface SsoRoleCredentials {
  readonly credentials: AwsCredentials;
  readonly accessToken?: string | undefined;
}

/** A role, and how AWS is reached. */
export interface SsoRoleRequest extends Pick<SsoAccessRequest, "settings"> {
  readonly profile: SsoProfile;
}

/**
 * Credentials of a profile's role: those that the AWS CLI has, or new ones. Nobody is ever asked to sign in here.
 *
 * @throws `sign_in_needed` when nobody is signed in, or AWS has ended the session
 * @throws `access_denied` when the account or the role is not assigned
 */
export async function ssoRoleCredentials(
  { profile, settings }: SsoRoleRequest,
  runtime: SsoRuntime,
): Promise<SsoRoleCredentials> {
  const kept = await readAwsCliRole(profile, runtime);
  if (kept !== undefined) return { credentials: kept };
  const { session, profileName } = profile;
  const access = { session, profileName, settings };
  for (;;) {
    const accessToken = await ssoAccessToken(access, runtime);
    try {
      return {
        credentials: await askPortal({ profile, access, accessToken }, runtime),
        accessToken,
      };
    } catch (error) {
      if (!isUnauthorized(error)) throw error;
      // Ends the loop, unless somebody has signed in meanwhile.
      await dropRefusedToken({ request: access, accessToken, error }, runtime);
    }
  }
}

interface PortalQuestion {
  readonly profile: SsoProfile;
  readonly access: SsoAccessRequest;
  readonly accessToken: string;
}

async function askPortal(
  { profile, access, accessToken }: PortalQuestion,
  runtime: SsoRuntime,
): Promise<AwsCredentials> {
  const { accountId, roleName } = profile;
  const settings = ssoSettings(access);
  const credentials = await getRoleCredentials(
    { accessToken, settings, accountId, roleName },
    runtime,
  ).catch((error: unknown) => {
    const isToBeTold = error instanceof AwsServiceError && !isUnauthorized(error);
    throw isToBeTold ? retell(error, profile) : error;
  });
  if (isUsable(credentials, runtime.now())) return credentials;
  throw new EksauthError(
    "aws_error",
    `Cannot use the credentials of ${describe(profile)}: they expired at ` +
      `${credentials.expiresAt.toISOString()}, and this computer says it is ${runtime.now().toISOString()}`,
    { hint: "Set the clock of this computer" },
  );
}

function isUnauthorized(error: unknown): error is AwsServiceError {
  return error instanceof AwsServiceError && error.status === 401;
}

function retell(error: AwsServiceError, profile: SsoProfile): AwsServiceError {
  const cannot = `get credentials for ${describe(profile)}`;
  // AWS says 403 to what is not assigned; 404 would mean the same to the one who asks.
  if (error.status !== 403 && error.status !== 404) return error.retold({ cannot });
  return error.retold({
    cannot,
    code: "access_denied",
    state: "the account or the role is not assigned to you",
    hint: `Check sso_account_id and sso_role_name at ${profile.origin}, ` +
      "or ask for the permission set to be assigned to you in IAM Identity Center",
  });
}

function describe({ roleName, accountId }: SsoProfile): string {
  return `role "${roleName}" in account ${accountId}`;
}
