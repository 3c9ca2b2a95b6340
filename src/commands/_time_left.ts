/**
 * Times as people think of them: how long something still lasts.
 *
 * @module
 */

import type { Runtime } from "../runtime/runtime.ts";

/** `for 7 h 59 min`, or `expired` when `expiresAt` is over. To the nearest minute; below one, seconds are told. */
export function timeLeft(expiresAt: Date, runtime: Pick<Runtime, "now">): string {
  const seconds = Math.floor((expiresAt.getTime() - runtime.now().getTime()) / 1000);
  if (seconds <= 0) return "expired";
  if (seconds < 60) return `for ${seconds} s`;
  // What was given for an hour a moment ago is given for an hour.
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `for ${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `for ${Math.floor(hours / 24)} days`;
  return minutes % 60 === 0 ? `for ${hours} h` : `for ${hours} h ${minutes % 60} min`;
}
