/**
 * Asking a person to choose, on stderr: stdout is data.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { paint } from "../runtime/terminal.ts";
import type { Runtime } from "../runtime/runtime.ts";

type Terminal = Pick<Runtime, "stdin" | "stderr" | "env">;

/** A question with numbered answers. */
export interface Question {
  readonly question: string;
  readonly choices: readonly string[];
}

/**
 * The index of the choice that was made. Asks again after an answer that is none.
 *
 * Call it only where {@linkcode isInteractive} says that somebody is there.
 *
 * @throws `interrupted` when the input ends
 */
export async function pickOne({ question, choices }: Question, runtime: Terminal): Promise<number> {
  runtime.stderr.write(`${paint({ style: "bold", text: question }, runtime)}\n`);
  choices.forEach((choice, index) => runtime.stderr.write(`  ${index + 1}) ${choice}\n`));
  for (;;) {
    const answer = await ask(`1 to ${choices.length}, or a name: `, runtime);
    const index = /^\d+$/.test(answer) ? Number(answer) - 1 : choices.indexOf(answer);
    if (index >= 0 && index < choices.length) return index;
  }
}

/** Whether the person says yes; an empty answer does. */
export async function confirm(question: string, runtime: Terminal): Promise<boolean> {
  for (;;) {
    const answer = (await ask(`${question} [Y/n] `, runtime)).toLowerCase();
    if (["", "y", "yes"].includes(answer)) return true;
    if (["n", "no"].includes(answer)) return false;
  }
}

async function ask(prompt: string, runtime: Terminal): Promise<string> {
  runtime.stderr.write(prompt);
  const line = await runtime.stdin.readLine();
  if (line !== undefined) return line.trim();
  runtime.stderr.write("\n");
  throw new EksauthError("interrupted", "Cannot ask: the input has ended", {
    hint: "Name what you want with a flag",
  });
}
