/**
 * Reading what a person types, a line at a time, shown or hidden.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import type { Input } from "./runtime.ts";
import { ENDING_SIGNALS } from "./signals.ts";

/** The parts of `Deno.stdin` that lines are read with. */
export type InputDevice = Pick<typeof Deno.stdin, "isTerminal" | "read" | "setRaw">;

/** Longer lines answer no question, in characters. */
const MAX_LINE = 65_536;

/**
 * Reads lines from `device`.
 *
 * A read cannot be taken back: one that was given up stays under way, and what it brings belongs to the next
 * line that is read from the same {@linkcode Input}. So a process reads stdin through one of them only.
 */
export function openInput(device: InputDevice): Input {
  const decoder = new TextDecoder();
  let text = "";
  let isEnded = false;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const bytes = new Uint8Array(4_096);
    const count = await device.read(bytes);
    if (count === null) isEnded = true;
    else text += decoder.decode(bytes.subarray(0, count), { stream: true });
  }

  async function next(find: LineFinder, signal?: AbortSignal): Promise<string | undefined> {
    for (;;) {
      signal?.throwIfAborted();
      const found = find(text, isEnded);
      if (found !== undefined) {
        text = found.rest;
        if (found.isInterrupted) throw interruption();
        return found.line;
      }
      if (text.length > MAX_LINE) {
        text = "";
        throw new EksauthError("usage", "Cannot read the answer: its line is too long");
      }
      reading ??= read().finally(() => reading = undefined);
      await unlessAborted(reading, signal);
    }
  }

  return {
    isTerminal: () => device.isTerminal(),
    readLine: (signal) => next(findLine, signal),
    readHiddenLine: (signal) =>
      device.isTerminal()
        ? inRawMode(device, (end) => next(findTypedLine, anyOf(end, signal)))
        : next(findLine, signal),
  };
}

/** A line at the beginning of what has been read. */
export interface FoundLine {
  /** Without its end; `undefined` when the input has ended. */
  readonly line: string | undefined;
  /** What comes after it. */
  readonly rest: string;
  /** Whether Ctrl-C was typed in it. */
  readonly isInterrupted?: boolean;
}

/** Finds the first line of `text`; `undefined` while it is not complete. */
type LineFinder = (text: string, isEnded: boolean) => FoundLine | undefined;

/** The first line of what a pipe, or a terminal that edits lines by itself, gives. */
function findLine(text: string, isEnded: boolean): FoundLine | undefined {
  const end = text.indexOf("\n");
  if (end !== -1) return { line: text.slice(0, end).replace(/\r$/, ""), rest: text.slice(end + 1) };
  return isEnded ? { line: text === "" ? undefined : text, rest: "" } : undefined;
}

/**
 * The first line of what is typed on a terminal in raw mode, where the editing keys come as they are.
 *
 * All keys are gone through again after each one: lines are short, and nothing has to be remembered.
 */
export function findTypedLine(keys: string, isEnded: boolean): FoundLine | undefined {
  let line = "";
  for (let index = 0; index < keys.length; index++) {
    const key = keys.charAt(index);
    const rest = keys.slice(index + 1);
    if (key === ENTER || key === "\n") return { line, rest: rest.replace(/^\n/, "") };
    if (key === CTRL_C) return { line: undefined, rest, isInterrupted: true };
    if (key === CTRL_D && line === "") return { line: undefined, rest };
    if (key === DELETE || key === BACKSPACE) line = [...line].slice(0, -1).join("");
    else if (key === CTRL_U) line = "";
    else if (key === ESCAPE) index = endOfEscape(keys, index);
    else if (key >= " ") line += key;
  }
  return isEnded ? { line: undefined, rest: "" } : undefined;
}

const ENTER = "\r";
const CTRL_C = "\x03";
const CTRL_D = "\x04";
const BACKSPACE = "\b";
const CTRL_U = "\x15";
const ESCAPE = "\x1b";
const DELETE = "\x7f";

/** Where the escape sequence of an arrow or function key ends, as in ECMA-48 §5.4. */
function endOfEscape(keys: string, start: number): number {
  const introducer = keys.charAt(start + 1);
  if (introducer === "O") return start + 2;
  if (introducer !== "[") return start;
  let end = start + 2;
  while (end < keys.length && (keys.charAt(end) < "@" || keys.charAt(end) > "~")) end++;
  return end;
}

/**
 * Runs `action` while the terminal neither shows nor edits what is typed, and has it back as it was however
 * `action` ends. Raw mode also lifts the limit on a line (1,024 characters on macOS), which redirects exceed.
 *
 * A signal that would end the process aborts `action` instead: a terminal that stays dumb is of no use.
 */
async function inRawMode<T>(
  device: InputDevice,
  action: (end: AbortSignal) => Promise<T>,
): Promise<T> {
  const ending = new AbortController();
  const end = (): void => ending.abort(interruption());
  for (const signal of ENDING_SIGNALS) Deno.addSignalListener(signal, end);
  try {
    device.setRaw(true);
    return await action(ending.signal);
  } finally {
    for (const signal of ENDING_SIGNALS) Deno.removeSignalListener(signal, end);
    restore(device);
  }
}

function restore(device: InputDevice): void {
  try {
    device.setRaw(false);
  } catch {
    // The terminal is gone, and its mode with it.
  }
}

function interruption(): EksauthError {
  return new EksauthError("interrupted", "Cannot read from the terminal: interrupted");
}

function anyOf(end: AbortSignal, signal: AbortSignal | undefined): AbortSignal {
  return signal === undefined ? end : AbortSignal.any([end, signal]);
}

/** What is awaited, or the signal's reason as soon as it is aborted. */
async function unlessAborted<T>(awaited: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (signal === undefined) return awaited;
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([awaited, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
