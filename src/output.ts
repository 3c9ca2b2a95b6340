/**
 * Who hears what: data goes to stdout, talk to stderr with the program's name before it.
 *
 * @module
 */

import { EksauthError, messageOf } from "./errors.ts";
import type { Runtime } from "./runtime/runtime.ts";

type Stderr = Pick<Runtime, "stderr">;

/** Says `text` to the person at the terminal, on stderr. */
export function note(text: string, runtime: Stderr): void {
  runtime.stderr.write(`eksauth: ${text}\n`);
}

/** Warns of something that did not stop the command. */
export function warn(text: string, runtime: Stderr): void {
  note(`warning: ${text}`, runtime);
}

/**
 * Tells an error in one line, and its hint in another: kubectl shows a plugin's stderr and nothing else.
 *
 * What is not an {@linkcode EksauthError} is a fault of this program and says so; never a stack trace.
 */
export function reportError(error: unknown, runtime: Stderr): void {
  if (error instanceof EksauthError) {
    note(`error: ${error.message}`, runtime);
    if (error.hint !== undefined) note(`hint: ${error.hint}`, runtime);
    return;
  }
  note(`error: Unexpected failure: ${messageOf(error)}`, runtime);
  note("hint: This is a bug in eksauth; please report it with the command you typed", runtime);
}
