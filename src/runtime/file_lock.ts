/**
 * The lock between eksauth processes: it dies with its holder.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { reasonOf } from "./files.ts";
import { folderOf } from "./paths.ts";
import { poll } from "./poll.ts";
import type { Runtime } from "./runtime.ts";

/** A lock of eksauth's own. */
export interface LockFile {
  /** A file that is only ever a lock, beside what it guards. Made when missing, with its folder, and left there. */
  readonly path: string;
  /** How long to wait for another holder, in milliseconds. */
  readonly waitMs: number;
}

/**
 * Runs `action` while no other process holds the lock, and gives its result.
 *
 * The lock is an advisory `flock`: the system releases it when its holder dies, so it never goes stale.
 * The file stays, because removing it would let two processes lock two files of one name.
 *
 * @throws `file_locked` when the wait was in vain
 * @throws `file_unwritable` when the lock file cannot be made
 */
export async function withLockFile<T>(
  lock: LockFile,
  action: () => Promise<T>,
  runtime: Pick<Runtime, "sleep">,
): Promise<T> {
  const file = openLockFile(lock.path);
  try {
    if (!await poll({ attempt: () => tryLock(lock.path, file), waitMs: lock.waitMs }, runtime)) {
      const seconds = Math.ceil(lock.waitMs / 1000);
      throw new EksauthError(
        "file_locked",
        `Cannot lock "${lock.path}": another eksauth still holds it after ${seconds} s`,
        { hint: "Wait for the other eksauth to finish, or end it, and try again" },
      );
    }
    return await action();
  } finally {
    // Closing releases the lock.
    file.close();
  }
}

function openLockFile(path: string): Deno.FsFile {
  try {
    Deno.mkdirSync(folderOf(path), { recursive: true, mode: 0o700 });
    return Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (error) {
    throw unlockable(path, error);
  }
}

function tryLock(path: string, file: Deno.FsFile): boolean {
  try {
    return file.tryLockSync(true);
  } catch (error) {
    // Some network file systems have no locks.
    throw unlockable(path, error);
  }
}

function unlockable(path: string, error: unknown): EksauthError {
  return new EksauthError("file_unwritable", `Cannot lock "${path}": ${reasonOf(error)}`, {
    hint: `ls -ld "${folderOf(path)}" "${path}"`,
    cause: error,
  });
}
