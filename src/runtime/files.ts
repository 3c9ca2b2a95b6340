/**
 * Reading files. Small and synchronous, because the token path reads through it: writing, renaming and
 * locking live in `file_writing.ts` and `file_lock.ts`.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { folderOf } from "./paths.ts";

/** What tells that a file has not changed. */
export interface FileFingerprint {
  /** The file, or the folder that it is not in. */
  readonly path: string;
  /** In bytes; −1 when there is no such folder either. */
  readonly size: number;
  /** Milliseconds since the epoch, 0 when there is nothing. */
  readonly modifiedMs: number;
  /**
   * Its number in the file system, 0 where there is none. Another file in its place may have the same size and time:
   * Nix sets all times to 1, and a link is turned to another file without touching either.
   */
  readonly inode: number;
}

/**
 * The fingerprint of the file at `path`. Where there is none, that of its folder, which changes when the file
 * appears: to ask for a missing file again and again costs more than to read one.
 */
export function fingerprintFile(path: string): FileFingerprint {
  return fingerprintOf(path) ?? fingerprintOf(folderOf(path)) ??
    { path, size: -1, modifiedMs: 0, inode: 0 };
}

function fingerprintOf(path: string): FileFingerprint | undefined {
  try {
    const { size, mtime, ino } = Deno.statSync(path);
    return { path, size, modifiedMs: mtime?.getTime() ?? 0, inode: ino ?? 0 };
  } catch {
    return undefined;
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
 * Reads a file that only this user may read or write, in a folder that only this user may change.
 *
 * Anything else is refused: its content may be forged, or somebody else has read it. Windows has no such
 * modes; there the folder's access list protects it.
 *
 * @returns `undefined` when there is no such file
 */
export function readPrivateFile(path: string): PrivateText {
  try {
    const refused = refusalOf(Deno.statSync(path), 0o077) ??
      refusalOf(Deno.statSync(folderOf(path)), 0o022);
    return refused === undefined ? { text: Deno.readTextFileSync(path) } : { refused };
  } catch (error) {
    if (isMissing(error)) return undefined;
    // In the system's words: to have better ones here would cost every token.
    return { refused: `it cannot be read (${error instanceof Error ? error.name : error})` };
  }
}

function refusalOf(info: Deno.FileInfo, forbidden: number): string | undefined {
  if (info.mode === null || Deno.build.os === "windows") return undefined;
  const what = info.isFile ? "it" : "its folder";
  if (info.uid !== Deno.uid()) return `${what} belongs to another user`;
  if ((info.mode & forbidden) === 0) return undefined;
  return info.isFile ? "other users can read or write it" : "other users can write to its folder";
}

/** Whether `error` says that a file, or a folder on the way to it, is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

/** Why the operating system refused, in a few words and without the path. */
export function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "no such file or folder";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotCapable) {
    return "eksauth was started without permission for it";
  }
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.NotADirectory) return "a part of the path is not a folder";
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/: [a-z ]+ '[^']*'.*$/, "");
}
