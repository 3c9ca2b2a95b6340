/**
 * Who hears what: data goes to stdout, talk to stderr with the program's name before it.
 *
 * @module
 */

import { exitCodeOf, isEksauthError, messageOf } from "./errors.ts";
import type { Runtime } from "./runtime/runtime.ts";

type Stderr = Pick<Runtime, "stderr">;

/** Says `text` to the person at the terminal, on stderr. */
export function note(text: string, runtime: Stderr): void {
  runtime.stderr.write(`eksauth: ${oneLine(text)}\n`);
}

/** Warns of something that did not stop the command. */
export function warn(text: string, runtime: Stderr): void {
  note(`warning: ${text}`, runtime);
}

/** Warns of an error that did not stop the command, and tells its hint. */
export function warnOfError(error: unknown, runtime: Stderr): void {
  warn(messageOf(error), runtime);
  if (isEksauthError(error) && error.hint !== undefined) note(`hint: ${error.hint}`, runtime);
}

/** Tells an error on stderr, for kubectl shows a plugin's stderr and nothing else, and gives its exit code. */
export function reportFailure(error: unknown, runtime: Stderr): number {
  runtime.stderr.write(describeError(error) + "\n");
  return exitCodeOf(error);
}

/**
 * An error in one line, and its hint in another.
 *
 * What is not an `EksauthError` is a fault of this program and says so; never a stack trace.
 */
export function describeError(error: unknown): string {
  const { message, hint } = isEksauthError(error) ? error : {
    message: `Unexpected failure: ${messageOf(error)}`,
    hint: "This is a bug in eksauth; please report it with the command you typed",
  };
  const line = `eksauth: error: ${oneLine(message)}`;
  return hint === undefined ? line : `${line}\neksauth: hint: ${oneLine(hint)}`;
}

/** Names come from files, flags and servers: control characters in them could forge lines, or steer a terminal. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
