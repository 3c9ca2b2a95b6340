/**
 * Waiting for what gives no sign when it is free.
 *
 * @module
 */

import type { Runtime } from "./runtime.ts";

/** Something to try until it succeeds. */
export interface Poll {
  /** Tells whether it succeeded. Tried at once, then after each pause. */
  attempt(): boolean;
  /** All pauses together, in milliseconds. */
  readonly waitMs: number;
}

/** The first pause: most holders are done within it. */
const FIRST_PAUSE_MS = 5;
/** The longest: short enough that nobody sees it, long enough that a hundred waiting processes cost nothing. */
const LONGEST_PAUSE_MS = 50;

/**
 * Whether an attempt succeeded before the time was up. What an attempt throws ends it.
 *
 * Pauses are counted, not the clock, which may be set while we wait.
 */
export async function poll(
  { attempt, waitMs }: Poll,
  runtime: Pick<Runtime, "sleep">,
): Promise<boolean> {
  let waitedMs = 0;
  let pauseMs = FIRST_PAUSE_MS;
  while (!attempt()) {
    if (waitedMs >= waitMs) return false;
    await runtime.sleep(pauseMs);
    waitedMs += pauseMs;
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
  }
  return true;
}
