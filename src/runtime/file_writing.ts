/**
 * Writing files so that every reader sees the old content or the new, whatever kills the writer.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { isMissing, reasonOf } from "./files.ts";
import { folderOf, followSymlinks, joinPath } from "./paths.ts";

/** A file to be written whole. */
export interface FileToWrite {
  readonly path: string;
  readonly text: string;
  /** The most that anybody may do with the file. An existing file keeps what it forbids beyond that. */
  readonly mode: number;
  /** Mode of the folders that have to be made on the way; 0700 when absent. */
  readonly folderMode?: number;
}

/**
 * Writes a file whole, or not at all: into a temporary file beside it, to the disk, then renamed over it.
 *
 * A symbolic link stays one: the file it points to is replaced. The owner and group of an existing file stay,
 * and its mode is never widened. What is read-only stays as it is.
 *
 * @throws `file_unwritable` when the old content had to stay
 */
export function replaceFile(file: FileToWrite): void {
  try {
    const target = followSymlinks(file.path);
    const existing = existingFile(target);
    const folder = folderOf(target);
    Deno.mkdirSync(folder, { recursive: true, mode: file.folderMode ?? 0o700 });
    const temporary = joinPath(folder, temporaryName());
    try {
      writeTemporary({ ...file, path: temporary, existing });
      rename(temporary, target);
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    }
    syncFolder(folder);
  } catch (error) {
    if (error instanceof EksauthError) throw error;
    throw unwritable({ path: file.path, reason: reasonOf(error), cause: error });
  }
}

/** What must outlive the replacement of a file. */
interface ExistingFile {
  /** Permission bits, `undefined` where the system has none. */
  readonly mode: number | undefined;
  readonly uid: number | null;
  readonly gid: number | null;
}

function existingFile(path: string): ExistingFile | undefined {
  let info: Deno.FileInfo;
  try {
    info = Deno.statSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  if (!info.isFile) {
    // Renaming over a device such as /dev/null would remove it for everybody.
    throw unwritable({
      path,
      reason: info.isDirectory ? "it is a folder" : "it is not a regular file",
    });
  }
  const hasModes = Deno.build.os !== "windows" && info.mode !== null;
  const mode = hasModes ? info.mode! & 0o777 : undefined;
  if (mode !== undefined && (mode & 0o200) === 0) {
    // A rename would not ask the file, but its owner took the write permission away on purpose.
    throw unwritable({ path, reason: "it is read-only", hint: `chmod u+w "${path}"` });
  }
  return { mode, uid: info.uid, gid: info.gid };
}

/** 64 random bits: two writers never meet, and no one can lay a file in the way. */
function temporaryName(): string {
  return `.eksauth-${crypto.getRandomValues(new Uint8Array(8)).toHex()}.tmp`;
}

interface TemporaryFile extends FileToWrite {
  readonly existing: ExistingFile | undefined;
}

function writeTemporary({ path, text, mode, existing }: TemporaryFile): void {
  const finalMode = mode & (existing?.mode ?? 0o777);
  const file = Deno.openSync(path, { write: true, createNew: true, mode: finalMode });
  try {
    let rest = new TextEncoder().encode(text);
    while (rest.length > 0) rest = rest.subarray(file.writeSync(rest));
    if (existing?.mode !== undefined) keepOwner({ path, file, existing, finalMode });
    // Said again, because the umask had a word in it when the file was made.
    if (Deno.build.os !== "windows") Deno.chmodSync(path, finalMode);
    // The content must reach the disk before the name does, or a power cut leaves an empty file.
    file.syncSync();
  } finally {
    file.close();
  }
}

interface OwnedFile {
  readonly path: string;
  readonly file: Deno.FsFile;
  readonly existing: ExistingFile;
  readonly finalMode: number;
}

/** Under sudo the new file would belong to root, and its owner could not read it any more. */
function keepOwner({ path, file, existing, finalMode }: OwnedFile): void {
  const { uid, gid } = file.statSync();
  if (uid === existing.uid && gid === existing.gid) return;
  try {
    Deno.chownSync(path, existing.uid, existing.gid);
  } catch (error) {
    // Another group harms nobody where the group may do nothing.
    if (uid === existing.uid && (finalMode & 0o070) === 0) return;
    throw new Error("it belongs to another user or group", { cause: error });
  }
}

/** Waits in milliseconds between tries; about one second in all, after which a virus scanner has let go. */
const RENAME_PAUSES_MS = [10, 20, 40, 80, 160, 320, 370];

/** Renames; Windows refuses while somebody has either file open, which passes. */
function rename(from: string, to: string): void {
  if (Deno.build.os !== "windows") return Deno.renameSync(from, to);
  for (const pauseMs of RENAME_PAUSES_MS) {
    try {
      return Deno.renameSync(from, to);
    } catch (error) {
      if (!isTransientOnWindows(error)) throw error;
    }
    // Blocks: the caller may hold a lock in a section that must not be interleaved.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
  }
  Deno.renameSync(from, to);
}

function isTransientOnWindows(error: unknown): boolean {
  return error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.Busy ||
    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION, which Deno gives no class of their own.
    (error instanceof Error && /os error (32|33)\b/.test(error.message));
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // What stopped the write is the error to tell.
  }
}

/** Puts the new name on the disk too. Windows cannot, some network file systems neither: then it is as good as it gets. */
function syncFolder(folder: string): void {
  let handle: Deno.FsFile | undefined;
  try {
    handle = Deno.openSync(folder, { read: true });
    handle.syncSync();
  } catch {
    // The file itself is whole either way.
  } finally {
    handle?.close();
  }
}

function unwritable(
  refusal: {
    readonly path: string;
    readonly reason: string;
    readonly hint?: string;
    readonly cause?: unknown;
  },
): EksauthError {
  return new EksauthError("file_unwritable", `Cannot write "${refusal.path}": ${refusal.reason}`, {
    hint: refusal.hint ?? `ls -ld "${folderOf(refusal.path)}" "${refusal.path}"`,
    cause: refusal.cause,
  });
}

/**
 * Makes `path` a folder that only this user can look into, whether it was there or not.
 *
 * @throws `file_unwritable` when it cannot be made, or belongs to somebody else
 */
export function makePrivateFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    const { mode } = Deno.statSync(path);
    // Windows has no modes.
    if (mode !== null && (mode & 0o077) !== 0 && Deno.build.os !== "windows") {
      Deno.chmodSync(path, 0o700);
    }
  } catch (error) {
    throw new EksauthError("file_unwritable", `Cannot use folder "${path}": ${reasonOf(error)}`, {
      hint: `ls -ld "${path}"`,
      cause: error,
    });
  }
}
