/**
 * The lines of an INI file, as Python sees them.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";

/** One line of a file. */
export interface IniLine {
  /** From 1. */
  readonly number: number;
  /** Blanks before the text, in characters. */
  readonly indent: number;
  /** Without the blanks around it; empty for a blank line. */
  readonly text: string;
}

/** 5 MiB: five times a file of 5,000 SSO profiles, and still read in a blink. */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * The lines of a file in UTF-8, ended by LF, CR LF or CR.
 *
 * @throws `config_invalid` for a byte order mark, other encodings, and more than 5 MiB
 */
export function decodeIni(
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
): readonly IniLine[] {
  if (bytes.length > MAX_BYTES) {
    throw new EksauthError(
      "config_invalid",
      `Cannot read "${path}": it has ${bytes.length} bytes, and the limit is ${MAX_BYTES}`,
      { hint: "Point AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE at the files of the AWS CLI" },
    );
  }
  const text = decodeUtf8({ path, bytes });
  return text.split(/\r\n|\r|\n/).map((line, index) => {
    const indent = blanksBefore(line);
    return { number: index + 1, indent, text: stripBlanks(line.slice(indent)) };
  });
}

/** `text` without the blanks around it: those of Python's `str.strip`, which are not those of `trim`. */
export function stripBlanks(text: string): string {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(Math.min(blanksBefore(text), end), end);
}

function blanksBefore(text: string): number {
  let count = 0;
  while (count < text.length && isBlank(text.charCodeAt(count))) count++;
  return count;
}

/** What Python's `str.isspace` says: Unicode's white space and the four separators of ASCII, no U+FEFF. */
function isBlank(code: number): boolean {
  if (code < 0x80) {
    return code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
  }
  return code === 0x85 || (code !== 0xfeff && /\s/.test(String.fromCharCode(code)));
}

function decodeUtf8(
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
): string {
  const hint = "Save the file as UTF-8 without a byte order mark";
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    const position = `${path}:${firstBrokenPosition(bytes)}`;
    throw new EksauthError("config_invalid", `Cannot read "${position}": it is not UTF-8`, {
      hint,
      cause: error,
    });
  }
  if (!text.startsWith("\uFEFF")) return text;
  throw new EksauthError(
    "config_invalid",
    `Cannot read "${path}:1:1": it begins with a byte order mark`,
    { hint },
  );
}

/** Line and column of the first byte that is not UTF-8. */
function firstBrokenPosition(bytes: Uint8Array): string {
  // What cannot be decoded becomes U+FFFD; one that the file itself holds may stand before it.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const before = text.slice(0, text.indexOf("\uFFFD")).split(/\r\n|\r|\n/);
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
