/**
 * Reading files. Small and synchronous, because the token path reads through it: writing, renaming and
 * locking live in `file_writing.ts` and `file_lock.ts`.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";

/** What tells that a file has not changed: its size in bytes and its modification time. */
export interface FileFingerprint {
  readonly path: string;
  /** −1 when there is no such file. */
  readonly size: number;
  /** Milliseconds since the epoch, 0 when there is no such file. */
  readonly modifiedMs: number;
}

/** The fingerprint of the file at `path`, which need not exist. */
export function fingerprintFile(path: string): FileFingerprint {
  try {
    const info = Deno.statSync(path);
    return { path, size: info.size, modifiedMs: info.mtime?.getTime() ?? 0 };
  } catch {
    return { path, size: -1, modifiedMs: 0 };
  }
}

/**
 * The bytes of a file, `undefined` when there is none.
 *
 * @throws `file_unreadable` when the file exists and cannot be read
 */
export function readFileBytes(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new EksauthError("file_unreadable", `Cannot read "${path}": ${reasonOf(error)}`, {
      hint: `ls -ld "${path}"`,
      cause: error,
    });
  }
}

/** The text of a private file, or why it was not read. */
export type PrivateText =
  | { readonly text: string }
  | { readonly refused: string }
  | undefined;

/**
 * Reads a file that only this user may read or write.
 *
 * A file that belongs to somebody else, or that others may read or write, is refused: its content may be
 * forged. Windows has no such modes; there the folder's access list protects it.
 *
 * @returns `undefined` when there is no such file
 */
export function readPrivateFile(path: string): PrivateText {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch (error) {
    return isMissing(error) ? undefined : { refused: reasonOf(error) };
  }
  try {
    // Looked at through the open file, so that nobody can swap it in between.
    const info = file.statSync();
    if (!info.isFile) return { refused: "it is not a regular file" };
    if (info.mode !== null && Deno.build.os !== "windows") {
      if (info.uid !== Deno.uid()) return { refused: "it belongs to another user" };
      if ((info.mode & 0o077) !== 0) return { refused: "other users can read or write it" };
    }
    const bytes = new Uint8Array(info.size);
    let length = 0;
    while (length < bytes.length) {
      const count = file.readSync(bytes.subarray(length));
      if (count === null) break;
      length += count;
    }
    return { text: new TextDecoder().decode(bytes.subarray(0, length)) };
  } finally {
    file.close();
  }
}

/** Whether `error` says that a file, or a folder on the way to it, is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** Why the operating system refused, in a few words and without the path. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file or folder";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotCapable) return "eksauth was started without permission for it";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.NotADirectory) return "a part of the path is not a folder";
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/: [a-z ]+ '[^']*'.*$/, "");
}
