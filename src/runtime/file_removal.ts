/**
 * Finding files in a folder, and taking them away.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { isMissing, reasonOf } from "./files.ts";
import { folderOf } from "./paths.ts";

/**
 * The names of the files in a folder, sorted; none when there is no such folder. Folders and links are left out.
 *
 * @throws `file_unreadable` when the folder cannot be listed
 */
export function listFiles(folder: string): readonly string[] {
  try {
    return [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile).map(({ name }) => name)
      .sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw new EksauthError("file_unreadable", `Cannot list "${folder}": ${reasonOf(error)}`, {
      hint: `ls -ld "${folder}"`,
      cause: error,
    });
  }
}

/**
 * Removes a file, and tells whether there was one.
 *
 * @throws `file_unwritable` when it has to stay
 */
export function removeFile(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw new EksauthError("file_unwritable", `Cannot remove "${path}": ${reasonOf(error)}`, {
      hint: `ls -ld "${folderOf(path)}" "${path}"`,
      cause: error,
    });
  }
}
