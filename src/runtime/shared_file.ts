/**
 * Reading secrets that other programs of this user write too, such as the AWS CLI.
 *
 * @module
 */

import { isMissing, type PrivateText, reasonOf } from "./files.ts";

/** A file to read. */
export interface SharedFile {
  readonly path: string;
  /** What is larger counts as missing: it is something else. */
  readonly maxBytes: number;
}

/**
 * Reads a file that only this user may read or write.
 *
 * Its folder is not looked at: the AWS CLI leaves that to the umask, which on many systems lets the user's own
 * group write. And root may read what belongs to somebody: in containers a user's home is often mounted so.
 *
 * @returns `undefined` when there is no such file
 */
export function readSharedFile({ path, maxBytes }: SharedFile): PrivateText {
  try {
    const info = Deno.statSync(path);
    const refused = refusalOf(info);
    if (refused !== undefined) return { refused };
    return info.size > maxBytes ? undefined : { text: Deno.readTextFileSync(path) };
  } catch (error) {
    return isMissing(error) ? undefined : { refused: reasonOf(error) };
  }
}

/** Whether something is at `path`, of whatever kind. */
export function pathExists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether a pipe is at `path`, or where a link there leads: who reads it may wait for ever. */
export function isPipe(path: string): boolean {
  try {
    return Deno.statSync(path).isFifo ?? false;
  } catch {
    return false;
  }
}

function refusalOf(info: Deno.FileInfo): string | undefined {
  if (!info.isFile) return "it is not a regular file";
  if (info.mode === null || Deno.build.os === "windows") return undefined;
  const uid = Deno.uid();
  if (info.uid !== uid && uid !== 0) return "it belongs to another user";
  return (info.mode & 0o077) === 0 ? undefined : "other users can read or write it";
}
