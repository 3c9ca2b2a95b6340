/**
 * One change of a session's tokens at a time.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { withLockFile } from "../runtime/file_lock.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** A little longer than a call to AWS may take: the process before us is either done by then or stuck. */
const LOCK_WAIT_MS = 35_000;

/**
 * Runs `action` while no other eksauth changes the session's tokens, and gives its result. Where nothing can be
 * locked, as in a read-only home, it runs all the same.
 *
 * @throws `file_locked` when the wait was in vain
 */
export async function withSsoSessionLock<T>(
  lockPath: string,
  action: () => Promise<T>,
  runtime: Pick<Runtime, "sleep">,
): Promise<T> {
  let isLocked = false;
  try {
    return await withLockFile({ path: lockPath, waitMs: LOCK_WAIT_MS }, () => {
      isLocked = true;
      return action();
    }, runtime);
  } catch (error) {
    const canLock = !(error instanceof EksauthError) || error.code !== "file_unwritable";
    if (isLocked || canLock) throw error;
    return await action();
  }
}
