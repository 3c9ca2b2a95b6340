/**
 * What is wrong with a command line that cannot be read, in eksauth's words instead of the framework's.
 *
 * @module
 */

import {
  AliasNotFoundError,
  ArgumentParseError,
  EnumValidationError,
  FlagNotFoundError,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from "@stricli/core";
import { suggestName } from "../config/suggest.ts";
import { EksauthError, messageOf } from "../errors.ts";

/** The command that was typed. */
export interface TypedCommand {
  /** As it was typed: `kubeconfig` or `update-kubeconfig`. */
  readonly verb: string;
  /** The flags that it knows, without dashes. */
  readonly flagNames: readonly string[];
  /** The whole command line. */
  readonly args: readonly string[];
}

/** The error for what the framework found wrong; anything else that was thrown is given back as it is. */
export function usageError(error: unknown, command: TypedCommand): unknown {
  const explained = explain(error, command);
  if (explained === undefined) return error;
  const hint = explained.hint ?? `eksauth ${command.verb} --help`;
  return new EksauthError("usage", explained.message, { hint, cause: error });
}

/**
 * The error for a first word that is no command.
 *
 * @param verbs all words that are
 */
export function unknownCommand(word: string, verbs: readonly string[]): EksauthError {
  if (word.startsWith("-")) {
    return new EksauthError("usage", `Cannot use "${word}": a command has to stand before it`, {
      hint: "eksauth --help",
    });
  }
  const meant = suggestName(word, verbs);
  return new EksauthError("usage", `Cannot run "${word}": eksauth has no such command`, {
    hint: meant === undefined ? "eksauth --help" : `Did you mean eksauth ${meant}?`,
  });
}

interface Explained {
  readonly message: string;
  readonly hint?: string | undefined;
}

function explain(error: unknown, command: TypedCommand): Explained | undefined {
  if (error instanceof FlagNotFoundError) return unknownFlag(error.input, command);
  if (error instanceof AliasNotFoundError) {
    return { message: `Cannot use "-${error.input}": eksauth ${command.verb} has no such flag` };
  }
  if (error instanceof UnsatisfiedFlagError) {
    const flag = `--${error.externalFlagName}`;
    return {
      message: `Cannot use ${flag}: it needs a value`,
      hint: `${flag} VALUE, or ${flag}=VALUE where the value begins with a dash`,
    };
  }
  if (error instanceof UnexpectedFlagError) {
    return { message: `Cannot use --${error.externalFlagName}: it is given twice` };
  }
  if (error instanceof UnexpectedPositionalError) return surplus(error, command);
  if (error instanceof UnsatisfiedPositionalError) {
    const argument = error.placeholder.toUpperCase();
    return { message: `Cannot run eksauth ${command.verb}: ${argument} is missing` };
  }
  if (error instanceof EnumValidationError) return noneOf(error);
  if (error instanceof ArgumentParseError) return unreadable(error);
  return undefined;
}

/** What the commands themselves and other programs call a thing that is another flag here. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ["cluster-name", "name"],
  ["cluster", "name"],
  ["name", "cluster-name"],
  ["context", "alias"],
  ["user", "user-alias"],
]);

function unknownFlag(typed: string, { verb, flagNames }: TypedCommand): Explained {
  const otherWord = OTHER_WORDS.get(typed);
  const meant = otherWord !== undefined && flagNames.includes(otherWord)
    ? otherWord
    : suggestName(typed, flagNames);
  return {
    message: `Cannot use "--${typed}": eksauth ${verb} has no such flag`,
    hint: meant === undefined ? undefined : `Did you mean --${meant}?`,
  };
}

function surplus(
  { input, expectedCount }: UnexpectedPositionalError,
  { verb, flagNames, args }: TypedCommand,
): Explained {
  // The framework takes neither an empty value nor one with a line break for the value of a flag.
  const [flag, value] = /^--([a-z-]+)=([^]*)$/.exec(input)?.slice(1) ?? [];
  if (flag !== undefined && flagNames.includes(flag)) {
    const state = value === "" ? "its value is empty" : "its value has a line break";
    return { message: `Cannot use --${flag}: ${state}` };
  }
  if (expectedCount > 0) {
    const allowed = expectedCount === 1 ? "one argument" : `${expectedCount} arguments`;
    return { message: `Cannot use "${input}": eksauth ${verb} takes ${allowed} besides flags` };
  }
  const likely = ["name", "cluster-name"].find((each) => flagNames.includes(each));
  const isGiven = args.some((arg) => arg.split("=", 1)[0] === `--${likely}`);
  const isGuess = likely !== undefined && !isGiven && !input.startsWith("-");
  return {
    message: `Cannot use "${input}": eksauth ${verb} takes nothing but flags`,
    hint: isGuess ? `Did you mean --${likely} "${input}"?` : undefined,
  };
}

function noneOf({ externalFlagName, input, values }: EnumValidationError): Explained {
  const meant = suggestName(input, values);
  return {
    message: `Cannot use --${externalFlagName} "${input}": ${noneIn(values)}`,
    hint: meant === undefined ? undefined : `Did you mean --${externalFlagName}=${meant}?`,
  };
}

function noneIn(values: readonly string[]): string {
  return values.length === 1 ? `it is not ${values[0]}` : `it is none of ${values.join(", ")}`;
}

function unreadable(
  { externalFlagNameOrPlaceholder: flagName, input, exception }: ArgumentParseError,
): Explained {
  return {
    // The framework's own parser of switches throws SyntaxErrors, those of the commands throw RangeErrors.
    message: `Cannot use --${flagName} "${input}": ` +
      (exception instanceof SyntaxError ? "it is neither true nor false" : messageOf(exception)),
    hint: exception instanceof EksauthError ? exception.hint : undefined,
  };
}
