/**
 * Holding back the signals that end a program.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";

/** Signals that are held back. */
export interface CaughtSignals {
  /** @throws `interrupted` when a signal has come */
  throwIfCaught(doing: string): void;
  /** Lets signals end the program again. */
  release(): void;
}

/** The signals by which a person or the system ends a program; Windows knows no others than its two. */
export const ENDING_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Keeps signals from ending the program until {@linkcode CaughtSignals.release}.
 *
 * They arrive between turns of the event loop, never within synchronous code.
 */
export function catchSignals(): CaughtSignals {
  let caught: Deno.Signal | undefined;
  const listeners = ENDING_SIGNALS.map((signal) => ({
    signal,
    listener: () => void (caught ??= signal),
  }));
  for (const { signal, listener } of listeners) Deno.addSignalListener(signal, listener);
  return {
    throwIfCaught(doing: string): void {
      if (caught === undefined) return;
      throw new EksauthError("interrupted", `Cannot finish ${doing}: interrupted by ${caught}`);
    },
    release(): void {
      for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}

/** Work that a person can call off. */
export interface Interruptible extends Disposable {
  /** Aborted when a signal comes that would have ended the program. */
  readonly signal: AbortSignal;
}

/** Turns the first signal that comes into an abort; from then on signals end the program again. */
export function interruptible(): Interruptible {
  const controller = new AbortController();
  const release = (): void => {
    for (const signal of ENDING_SIGNALS) Deno.removeSignalListener(signal, interrupt);
  };
  const interrupt = (): void => {
    release();
    controller.abort();
  };
  for (const signal of ENDING_SIGNALS) Deno.addSignalListener(signal, interrupt);
  return { signal: controller.signal, [Symbol.dispose]: release };
}
