import assert from "node:assert/strict";
import {
  buildApplication,
  buildCommand,
  type Command,
  type CommandContext,
  run,
  text_en,
} from "@stricli/core";

import { unknownCommand, usageError } from "../../src/commands/_usage_error.ts";
import { EksauthError } from "../../src/errors.ts";

/** A command with everything that a command may have. */
const COMMAND: Command<CommandContext> = buildCommand<
  { readonly size?: number; readonly quiet?: boolean },
  [identity: string]
>({
  func(): void {},
  parameters: {
    flags: {
      size: {
        kind: "parsed",
        parse: (text: string): number => {
          if (text === "huge") {
            throw new EksauthError("usage", "it is too much", { hint: "--size 1" });
          }
          throw new RangeError("it is not a number");
        },
        optional: true,
        brief: "",
      },
      quiet: { kind: "boolean", optional: true, withNegated: false, brief: "" },
    },
    positional: {
      kind: "tuple",
      parameters: [{ parse: String, brief: "", placeholder: "identity" }],
    },
  },
  docs: { brief: "" },
});

/** What the framework throws at `line`, in our words. */
async function explained(line: string): Promise<unknown> {
  let thrown: unknown;
  const application = buildApplication(COMMAND, {
    name: "eksauth",
    localization: {
      loadText: () => ({
        ...text_en,
        exceptionWhileParsingArguments: (error) => {
          thrown ??= error;
          return "";
        },
      }),
    },
  });
  const args = line.split(" ").filter((word) => word !== "");
  const silent = { write: () => {} };
  await run(application, args, { process: { stdout: silent, stderr: silent } });
  const error = usageError(thrown, { verb: "login", flagNames: ["size", "quiet"], args });
  assert.ok(error instanceof EksauthError);
  assert.deepEqual([error.code, error.cause], ["usage", thrown]);
  return [error.message, error.hint];
}

const HELP = "eksauth login --help";

/** What is wrong with a command line, and what to do. */
const LINES: readonly (readonly [line: string, message: string, hint: string])[] = [
  ["", "Cannot run eksauth login: IDENTITY is missing", HELP],
  ["a b", 'Cannot use "b": eksauth login takes one argument besides flags', HELP],
  ["a --sise 1", 'Cannot use "--sise": eksauth login has no such flag', "Did you mean --size?"],
  ["a --zzz", 'Cannot use "--zzz": eksauth login has no such flag', HELP],
  ["a --no-quiet", 'Cannot use "--no-quiet": eksauth login has no such flag', HELP],
  ["a -q", 'Cannot use "-q": eksauth login has no such flag', HELP],
  ["a --size big", 'Cannot use --size "big": it is not a number', HELP],
  ["a --size huge", 'Cannot use --size "huge": it is too much', "--size 1"],
  [
    "a --size",
    "Cannot use --size: it needs a value",
    "--size VALUE, or --size=VALUE where the value begins with a dash",
  ],
  [
    "a --size --quiet",
    "Cannot use --size: it needs a value",
    "--size VALUE, or --size=VALUE where the value begins with a dash",
  ],
  ["a --quiet --quiet", "Cannot use --quiet: it is given twice", HELP],
  ["a --quiet=so-so", 'Cannot use --quiet "so-so": it is neither true nor false', HELP],
];

for (const [line, message, hint] of LINES) {
  Deno.test(`usageError() explains "login ${line}"`, async () => {
    assert.deepEqual(await explained(line), [message, hint]);
  });
}

Deno.test("usageError() gives back what the framework did not find", () => {
  const command = { verb: "token", flagNames: [], args: [] };
  for (
    const error of [new TypeError("boom"), new EksauthError("internal", "x"), "text", undefined]
  ) {
    assert.equal(usageError(error, command), error);
  }
});

const VERBS = ["kubeconfig", "update-kubeconfig", "token"];

const WORDS: readonly (readonly [word: string, message: string, hint: string])[] = [
  ["tokn", 'Cannot run "tokn": eksauth has no such command', "Did you mean eksauth token?"],
  ["kube", 'Cannot run "kube": eksauth has no such command', "Did you mean eksauth kubeconfig?"],
  ["ecr", 'Cannot run "ecr": eksauth has no such command', "eksauth --help"],
  ["", 'Cannot run "": eksauth has no such command', "eksauth --help"],
  ["--tokn", 'Cannot use "--tokn": a command has to stand before it', "eksauth --help"],
];

for (const [word, message, hint] of WORDS) {
  Deno.test(`unknownCommand() explains "${word}"`, () => {
    const error = unknownCommand(word, VERBS);
    assert.deepEqual([error.code, error.message, error.hint], ["usage", message, hint]);
  });
}
