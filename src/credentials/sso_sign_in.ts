/**
 * What both ways to sign in have in common: how they begin, and how the tokens are kept where eksauth and the AWS
 * CLI find them.
 *
 * @module
 */

import type { CreatedTokens, RegisteredClient } from "../aws/sso_oidc.ts";
import { loadAwsConfig } from "../config/aws_config.ts";
import type { SsoSession } from "../config/sso_session.ts";
import { EksauthError } from "../errors.ts";
import { removeFile } from "../runtime/file_removal.ts";
import { forgetSsoFailure } from "./sso_failure_memo.ts";
import { type SsoSessionFiles, ssoSessionFiles } from "./sso_files.ts";
import { findSsoRemnants } from "./sso_remnants.ts";
import { withSsoSessionLock } from "./sso_session_lock.ts";
import type { SsoAccessRequest, SsoRuntime } from "./sso_settings.ts";
import { resolveStartUrl } from "./sso_start_url.ts";
import { assertSsoTokenWritable, writeSsoToken } from "./sso_token_cache.ts";

/** A sign-in that a person has asked for. */
export interface SsoSignInRequest extends SsoAccessRequest {
  /** Ends the sign-in at any time. */
  readonly signal?: AbortSignal | undefined;
}

/** A sign-in that worked. */
export interface SsoSignedIn {
  /** When the access token ends. */
  readonly expiresAt: Date;
  /** Whether it is renewed by itself, as long as AWS's session lives. */
  readonly isRenewable: boolean;
  /** Where the tokens are. */
  readonly tokenPath: string;
}

/** What is known before anybody is sent to a browser. */
export interface PreparedSignIn {
  readonly files: SsoSessionFiles;
  /** The start URL as AWS knows it. */
  readonly startUrl: string;
}

/**
 * Checks all that can be checked before a person is asked for anything.
 *
 * @throws `file_unwritable` when the tokens could not be kept
 * @throws what is wrong with the start URL
 */
export async function prepareSsoSignIn(
  request: SsoSignInRequest,
  runtime: SsoRuntime,
): Promise<PreparedSignIn> {
  const files = await ssoSessionFiles(request.session, runtime);
  assertSsoTokenWritable(files.tokenPath);
  return { files, startUrl: await resolveStartUrl(request, runtime) };
}

/** The tokens of a new sign-in. */
export interface GrantedSignIn {
  readonly request: SsoSignInRequest;
  readonly files: SsoSessionFiles;
  readonly client: RegisteredClient;
  readonly tokens: CreatedTokens;
  /** When the tokens were asked for: their time began no earlier. */
  readonly askedAt: Date;
}

/**
 * Keeps the tokens of a sign-in, and forgets what came of the one before it: its failures, and its role credentials.
 * Those may be another person's, or have been made before a role was changed.
 *
 * @throws `file_unwritable` when the tokens cannot be kept, or the older role credentials have to stay
 */
export async function keepSsoSignIn(
  { request: { session }, files, client, tokens, askedAt }: GrantedSignIn,
  runtime: SsoRuntime,
): Promise<SsoSignedIn> {
  const { accessToken, expiresInSeconds } = tokens;
  const expiresAt = new Date(askedAt.getTime() + expiresInSeconds * 1000);
  // Nobody would ever use that of an older profile, so it is not left lying about.
  const refreshToken = session.sessionName === undefined ? undefined : tokens.refreshToken;
  const keep = (): Promise<void> => {
    const token = { accessToken, expiresAt, refreshToken, client, otherFields: new Map() };
    writeSsoToken({ path: files.tokenPath, session, token });
    forgetSsoFailure(files.failurePath);
    return Promise.resolve();
  };
  await withSsoSessionLock(files.lockPath, keep, runtime).catch((error: unknown) => {
    // A person has just signed in: that counts more than whoever is stuck with the old tokens.
    if (error instanceof EksauthError && error.code === "file_locked") return keep();
    throw error;
  });
  await removeEarlierRoles(session, runtime);
  return { expiresAt, isRenewable: refreshToken !== undefined, tokenPath: files.tokenPath };
}

async function removeEarlierRoles(session: SsoSession, runtime: SsoRuntime): Promise<void> {
  const remnants = await findSsoRemnants({ session, awsConfig: loadAwsConfig(runtime) }, runtime);
  for (const { kind, path } of remnants) if (kind !== "token") removeFile(path);
}
