/**
 * Signing out: at AWS, and of everything on this machine that came of the sign-in.
 *
 * @module
 */

import { AwsServiceError } from "../aws/service_error.ts";
import { logout } from "../aws/sso.ts";
import { EksauthError } from "../errors.ts";
import { removeFile } from "../runtime/file_removal.ts";
import { forgetSsoFailure } from "./sso_failure_memo.ts";
import { filesOfKey } from "./sso_files.ts";
import { withSsoSessionLock } from "./sso_session_lock.ts";
import type { SsoAccessRequest, SsoRuntime } from "./sso_settings.ts";
import type { SsoRemnant, SsoTokenRemnant } from "./sso_remnants.ts";
import { readSsoToken, type SsoToken } from "./sso_token_cache.ts";

/** What to remove, and how AWS is reached. */
export interface SignOutRequest extends Pick<SsoAccessRequest, "settings"> {
  readonly remnants: readonly SsoRemnant[];
}

/** How a sign-out went. */
export interface SignedOut {
  /** What is gone now. */
  readonly removed: readonly SsoRemnant[];
  /** What did not work. The rest was done all the same. */
  readonly failures: readonly EksauthError[];
}

/**
 * Ends the sessions at AWS and removes the files, in their order. `findSsoRemnants()` tells first what there is; to
 * show that and stop there is a dry run.
 *
 * Role credentials that AWS has given out live on there until they expire, at most some hours.
 */
export async function signOutOfSso(
  { remnants, settings }: SignOutRequest,
  runtime: SsoRuntime,
): Promise<SignedOut> {
  const removed: SsoRemnant[] = [];
  const failures: EksauthError[] = [];
  for (const remnant of remnants) {
    try {
      const { isRemoved, failure } = remnant.kind === "token"
        ? await removeToken({ remnant, settings }, runtime)
        : { isRemoved: removeFile(remnant.path) };
      if (isRemoved) removed.push(remnant);
      if (failure !== undefined) failures.push(failure);
    } catch (error) {
      if (!(error instanceof EksauthError)) throw error;
      failures.push(error);
    }
  }
  return { removed, failures };
}

interface TokenRemoval extends Pick<SsoAccessRequest, "settings"> {
  readonly remnant: SsoTokenRemnant;
}

interface RemovedToken {
  readonly isRemoved: boolean;
  /** Why AWS's side of the session may live on. */
  readonly failure?: EksauthError | undefined;
}

/** Under the lock, so that nobody who is just renewing the session writes the file anew. */
async function removeToken(
  { remnant, settings }: TokenRemoval,
  runtime: SsoRuntime,
): Promise<RemovedToken> {
  const { lockPath, tokenPath, failurePath } = filesOfKey(remnant.key, runtime);
  return await withSsoSessionLock(lockPath, async () => {
    const file = await readSsoToken(tokenPath, runtime);
    const failure = file === undefined
      ? undefined
      : "refused" in file
      ? unread(remnant, file.refused)
      : await endSession({ remnant, settings, token: file.token }, runtime);
    forgetSsoFailure(failurePath);
    return { isRemoved: removeFile(tokenPath), failure };
  }, runtime);
}

async function endSession(
  { remnant, settings, token }: TokenRemoval & { readonly token: SsoToken },
  runtime: SsoRuntime,
): Promise<EksauthError | undefined> {
  const region = token.region ?? remnant.region;
  // A token that does not say where it belongs cannot be taken back there.
  if (region === undefined) return undefined;
  try {
    const { accessToken } = token;
    await logout({ accessToken, settings: { ...settings, region } }, runtime);
    return undefined;
  } catch (error) {
    if (!(error instanceof EksauthError)) throw error;
    if (!(error instanceof AwsServiceError)) return error;
    // 401: it has ended already.
    return error.status === 401
      ? undefined
      : error.retold({ cannot: `end ${remnant.label} at AWS` });
  }
}

function unread({ label, path }: SsoTokenRemnant, reason: string): EksauthError {
  return new EksauthError("file_unreadable", `Cannot end ${label} at AWS: ${reason}`, {
    hint: `Whoever has read "${path}" may be signed in until the session ends by itself`,
  });
}
