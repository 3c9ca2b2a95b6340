/**
 * The kinds of flags and arguments that commands are made of, as the command tree takes them.
 *
 * @module
 */

import { parseText } from "./_flag_values.ts";

/** A flag with a text, which may be left out. */
export interface TextFlag {
  readonly kind: "parsed";
  readonly parse: (value: string) => string;
  readonly optional: true;
  readonly brief: string;
  readonly placeholder: string;
}

/** A {@linkcode TextFlag}; an empty text is refused. */
export function textFlag(brief: string, placeholder: string): TextFlag {
  return { kind: "parsed", parse: parseText, optional: true, brief, placeholder };
}

/** A flag without a value. */
export interface Switch {
  readonly kind: "boolean";
  readonly optional: true;
  readonly withNegated: false;
  readonly brief: string;
}

/** A {@linkcode Switch}; absent is off. */
export function switchFlag(brief: string): Switch {
  return { kind: "boolean", optional: true, withNegated: false, brief };
}

/** `--output`. */
export interface OutputFlag {
  readonly kind: "enum";
  readonly values: readonly ["text", "json"];
  readonly default: "text";
  readonly brief: string;
}

/** The {@linkcode OutputFlag} of a command that reports. */
export function outputFlag(brief: string): OutputFlag {
  return { kind: "enum", values: ["text", "json"], default: "text", brief };
}

/** The first word behind a command, which may be left out. */
export interface IdentityArgument {
  readonly kind: "tuple";
  readonly parameters: readonly [{
    readonly brief: string;
    readonly placeholder: "identity";
    readonly parse: (value: string) => string;
    readonly optional: true;
  }];
}

/** The {@linkcode IdentityArgument} that names a profile without a flag. */
export function identityArgument(brief: string): IdentityArgument {
  return {
    kind: "tuple",
    parameters: [{ brief, placeholder: "identity", parse: parseText, optional: true }],
  };
}
