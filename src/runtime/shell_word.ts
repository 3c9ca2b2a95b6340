/**
 * Command lines that a person can copy into a shell.
 *
 * @module
 */

/** `text` as one word of a POSIX shell. Nearly everything can be typed as it is; the rest is quoted. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
