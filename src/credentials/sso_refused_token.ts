/**
 * What becomes of an access token that AWS no longer knows: somebody signed out, or an administrator ended the
 * session.
 *
 * @module
 */

import type { EksauthError } from "../errors.ts";
import { removeFile } from "../runtime/file_removal.ts";
import { rememberSsoFailure } from "./sso_failure_memo.ts";
import { ssoSessionFiles } from "./sso_files.ts";
import { withSsoSessionLock } from "./sso_session_lock.ts";
import type { SsoAccessRequest, SsoRuntime } from "./sso_settings.ts";
import { signInNeeded } from "./sso_sign_in_needed.ts";
import { readSsoToken } from "./sso_token_cache.ts";

/** An access token that AWS answered with 401. */
export interface RefusedToken {
  readonly request: SsoAccessRequest;
  readonly accessToken: string;
  readonly error: EksauthError;
}

/**
 * Removes the token file, unless another token has taken its place, and tells everybody for a while that a sign-in
 * is needed. When it returns, there is another token to try.
 *
 * @throws `sign_in_needed` when there is none
 */
export async function dropRefusedToken(
  { request, accessToken, error }: RefusedToken,
  runtime: SsoRuntime,
): Promise<void> {
  const { lockPath, tokenPath, failurePath } = await ssoSessionFiles(request.session, runtime);
  // Under the lock, or the file of somebody who is just renewing the session might be the one removed.
  await withSsoSessionLock(lockPath, async () => {
    const file = await readSsoToken(tokenPath, runtime);
    const current = file !== undefined && "token" in file ? file.token.accessToken : undefined;
    if (current !== undefined && current !== accessToken) return;
    const state = "IAM Identity Center has ended the sign-in";
    const needed = signInNeeded(request, { state, cause: error });
    if (current !== undefined) removeIfPossible(tokenPath);
    const failure = { scope: "session", accessToken, error: needed } as const;
    await rememberSsoFailure(failurePath, failure, runtime);
    throw needed;
  }, runtime);
}

function removeIfPossible(path: string): void {
  try {
    removeFile(path);
  } catch {
    // In a read-only home it stays; the memo keeps others from trying it.
  }
}
