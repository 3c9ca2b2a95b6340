/**
 * Talking to a person at a terminal: whether there is one, colours, and a line that changes in place.
 *
 * @module
 */

import { isContinuousIntegration } from "./browser_availability.ts";
import type { Runtime } from "./runtime.ts";

/** What the command line says about asking. */
export interface Interactivity {
  /** `--no-input`: never ask. */
  readonly noInput?: boolean | undefined;
}

/** Whether a question would be seen, and answered. */
export function isInteractive(
  { noInput = false }: Interactivity,
  runtime: Pick<Runtime, "env" | "stdin" | "stderr">,
): boolean {
  return !noInput && !isContinuousIntegration(runtime) && runtime.stdin.isTerminal() &&
    runtime.stderr.isTerminal();
}

/** The SGR code of each style, as in ECMA-48 §8.3.117. */
const STYLES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** `text` for stderr in a style, where stderr shows styles. */
export function paint(
  { style, text }: { readonly style: keyof typeof STYLES; readonly text: string },
  runtime: Pick<Runtime, "env" | "stderr">,
): string {
  return hasColour(runtime) ? `\x1b[${STYLES[style]}m${text}\x1b[0m` : text;
}

/**
 * Whether stderr shows colours.
 *
 * @see https://no-color.org
 */
export function hasColour(runtime: Pick<Runtime, "env" | "stderr">): boolean {
  if (runtime.env("NO_COLOR")) return false;
  const forced = runtime.env("FORCE_COLOR");
  if (forced) return forced !== "0" && forced !== "false";
  return isScreen(runtime);
}

/** One line on stderr that changes in place. */
export interface ProgressLine {
  /** Shows `text`, without styles, in place of what the line shows. Nothing happens where it cannot change. */
  show(text: string): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

/** Shows `text` on a line that can change. Where it cannot, `text` is one plain line and stays alone. */
export function startProgress(
  text: string,
  runtime: Pick<Runtime, "env" | "stderr">,
): ProgressLine {
  const { stderr } = runtime;
  if (!isScreen(runtime)) {
    stderr.write(`eksauth: ${text}\n`);
    return { show: () => {}, clear: () => {} };
  }
  const show = (line: string): void => {
    // A line that wraps could not be taken back. The last column stays free: some terminals wrap after it.
    const width = Math.max(1, (stderr.columns?.() ?? 80) - 1);
    stderr.write(`${ERASE_LINE}${`eksauth: ${line}`.slice(0, width)}`);
  };
  show(text);
  return { show, clear: () => stderr.write(ERASE_LINE) };
}

/** Back to the first column, and erase to the end of the line. */
const ERASE_LINE = "\r\x1b[K";

/** Seconds as a countdown shows them: `9:05`. */
export function formatCountdown(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function isScreen(runtime: Pick<Runtime, "env" | "stderr">): boolean {
  return runtime.stderr.isTerminal() && runtime.env("TERM") !== "dumb";
}
