/**
 * How the demo looks: numbered steps, the commands as a person would type them, and what they print.
 *
 * @module
 */

import { print, ScriptError } from "../script.ts";

/** A home folder and an environment in which the demo's programs run; the user's own stay untouched. */
export interface Stage {
  /** Announces the next step. */
  step(title: string): void;
  /** Tells something about the step. */
  say(line: string): void;
  /** Shows `shown` as if it was typed, runs `command`, shows what it prints, and gives its stdout. */
  run(shown: string, command: readonly string[], options?: RunOptions): Promise<string>;
}

/** Wishes about one command. */
export interface RunOptions {
  /** Show this instead of the stdout. */
  readonly summary?: (stdout: string) => string;
  /** Show what it said on stderr before its stdout, and not after it. */
  readonly talk?: "first";
}

/** Addresses for a browser are longer than anybody wants to see. */
const MAX_TALK_LENGTH = 100;

/** Opens a stage; `env` is everything that its programs see. */
export function openStage(env: Readonly<Record<string, string>>): Stage {
  let steps = 0;
  const paint = Deno.noColor || !Deno.stdout.isTerminal()
    ? (_: number, text: string) => text
    : (color: number, text: string) => `\x1b[${color}m${text}\x1b[0m`;
  const say = (line: string): void => print(`   ${paint(90, line)}`);
  return {
    step(title): void {
      print(`\n${paint(36, `${++steps}.`)} ${paint(1, title)}`);
    },
    say,
    async run(shown, [program = "", ...args], { summary, talk } = {}): Promise<string> {
      print(`   ${paint(32, "$")} ${shown}`);
      const { code, stdout, stderr } = await new Deno.Command(program, {
        args,
        env,
        clearEnv: true,
        stdin: "null",
      }).output();
      const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
      if (code !== 0) {
        throw new ScriptError(`"${shown}" ended with ${code}: ${text(stderr).trim()}`);
      }
      const told = summary === undefined ? text(stdout) : summary(text(stdout));
      const sayAll = (): void => {
        for (const line of text(stderr).split("\n")) if (line !== "") say(shorten(line));
      };
      if (talk === "first") sayAll();
      for (const line of told.trimEnd().split("\n")) print(`   ${line}`);
      if (talk !== "first") sayAll();
      return text(stdout);
    },
  };
}

function shorten(line: string): string {
  return line.length <= MAX_TALK_LENGTH ? line : `${line.slice(0, MAX_TALK_LENGTH - 1)}…`;
}
