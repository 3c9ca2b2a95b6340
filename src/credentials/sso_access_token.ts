/**
 * The access token of a sign-in: from the cache, renewed before it expires.
 *
 * AWS gives a new refresh token with each renewal, and the old one may be dead from then on. So one process at
 * a time renews, holding the lock of the session; those behind it find the result in the file. The AWS CLI
 * knows no such lock: where it was quicker, its tokens are taken over.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { recallSsoFailure, rememberSsoFailure } from "./sso_failure_memo.ts";
import { type SsoSessionFiles, ssoSessionFiles } from "./sso_files.ts";
import { isRenewable, renewSsoToken } from "./sso_renewal.ts";
import { withSsoSessionLock } from "./sso_session_lock.ts";
import type { SsoAccessRequest, SsoRuntime } from "./sso_settings.ts";
import { signInCommand, signInNeeded } from "./sso_sign_in_needed.ts";
import { cacheTime, foreignTokenState, readSsoToken, type SsoToken } from "./sso_token_cache.ts";

/**
 * An access token that works as far as can be told without asking AWS.
 *
 * A session with a name is renewed when less than a quarter of an hour is left; when that fails, the old
 * token serves until it expires. Sessions of older profiles are never renewed, as in the AWS CLI.
 *
 * @throws `sign_in_needed` when nobody is signed in, or not any more
 * @throws what keeps AWS from renewing a token that has expired
 */
export async function ssoAccessToken(
  request: SsoAccessRequest,
  runtime: SsoRuntime,
): Promise<string> {
  const files = await ssoSessionFiles(request.session, runtime);
  const token = await loadToken({ request, files }, runtime);
  if (!await isToBeRenewed({ request, files, token }, runtime)) return token.accessToken;
  try {
    return await withSsoSessionLock(
      files.lockPath,
      () => renewOnce({ request, files, seen: token }, runtime),
      runtime,
    );
  } catch (error) {
    // Whoever holds the lock for that long will not make this token any better.
    if (isLocked(error) && isAlive(token, runtime)) return token.accessToken;
    throw error;
  }
}

/** A session on this machine. */
interface Place {
  readonly request: SsoAccessRequest;
  readonly files: SsoSessionFiles;
}

/** From when on a token is renewed: the AWS CLI's own margin, so that both renew the same one once. */
const RENEWAL_WINDOW_MS = 15 * 60_000;

/** Under the lock: somebody else may have done it by now, or failed at it. */
async function renewOnce(
  { seen, ...place }: Place & { readonly seen: SsoToken },
  runtime: SsoRuntime,
): Promise<string> {
  const token = await loadToken(place, runtime);
  // However short its life: where AWS gives no longer ones, everybody behind us would renew again.
  const isNew = token.accessToken !== seen.accessToken && isAlive(token, runtime);
  if (isNew || !await isToBeRenewed({ ...place, token }, runtime)) return token.accessToken;
  const { request, files } = place;
  const renewal = await renewSsoToken({ request, token, path: files.tokenPath }, runtime);
  if ("token" in renewal) return renewal.token.accessToken;
  const { failure } = renewal;
  if (failure.code === "interrupted") throw failure;
  const { accessToken } = token;
  await rememberSsoFailure(
    files.failurePath,
    { scope: "renewal", accessToken, error: failure },
    runtime,
  );
  if (isAlive(token, runtime)) return accessToken;
  throw failure;
}

/** @throws `sign_in_needed` when there is no token, or one that is known to be of no use */
async function loadToken({ request, files }: Place, runtime: SsoRuntime): Promise<SsoToken> {
  const file = await readSsoToken(files.tokenPath, runtime);
  const failure = recallSsoFailure(files.failurePath, runtime);
  const token = file !== undefined && "token" in file ? file.token : undefined;
  if (
    failure?.scope === "session" &&
    (token === undefined || await failure.concerns(token.accessToken))
  ) {
    throw askedBy(request, failure.error);
  }
  if (token !== undefined) {
    const state = foreignTokenState(token, request.session);
    if (state !== undefined) throw signInNeeded(request, { state });
    return token;
  }
  if (file !== undefined && "refused" in file) throw refused(files.tokenPath, file.refused);
  throw signInNeeded(request, { state: "nobody is signed in" });
}

/**
 * Whether the token has to be renewed before it is used.
 *
 * @throws `sign_in_needed` when it has expired and cannot be renewed
 */
async function isToBeRenewed(
  { request, files, token }: Place & { readonly token: SsoToken },
  runtime: SsoRuntime,
): Promise<boolean> {
  const now = runtime.now().getTime();
  if (token.expiresAt.getTime() - now >= RENEWAL_WINDOW_MS) return false;
  if (!isRenewable({ session: request.session, token }, runtime)) {
    if (isAlive(token, runtime)) return false;
    throw signInNeeded(request, { state: `the sign-in expired at ${cacheTime(token.expiresAt)}` });
  }
  const failure = recallSsoFailure(files.failurePath, runtime);
  if (failure === undefined || !await failure.concerns(token.accessToken)) return true;
  if (isAlive(token, runtime)) return false;
  throw askedBy(request, failure.error);
}

function isAlive(token: SsoToken, runtime: Pick<Runtime, "now">): boolean {
  return token.expiresAt > runtime.now();
}

function isLocked(error: unknown): boolean {
  return error instanceof EksauthError && error.code === "file_locked";
}

/** The error of another process, with the command of this one's profile. */
function askedBy(request: SsoAccessRequest, error: EksauthError): EksauthError {
  const hint = error.code === "sign_in_needed" ? signInCommand(request) : error.hint;
  return new EksauthError(error.code, error.message, { hint });
}

function refused(path: string, reason: string): EksauthError {
  return new EksauthError("file_unreadable", `Cannot use the sign-in in "${path}": ${reason}`, {
    hint: `Make the file your own and private: chmod 600 "${path}"`,
  });
}
