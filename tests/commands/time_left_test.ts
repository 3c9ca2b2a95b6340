import assert from "node:assert/strict";

import { timeLeft } from "../../src/commands/_time_left.ts";
import { NOW } from "../world/run_program.ts";

const HOUR = 3600;

const CASES: readonly (readonly [seconds: number, text: string])[] = [
  [-1, "expired"],
  [0.9, "expired"],
  [1, "for 1 s"],
  [59.9, "for 59 s"],
  [60, "for 1 min"],
  [89, "for 1 min"],
  [90, "for 2 min"],
  [HOUR - 31, "for 59 min"],
  [HOUR - 1, "for 1 h"],
  [HOUR, "for 1 h"],
  [HOUR + 60, "for 1 h 1 min"],
  [8 * HOUR - 0.5, "for 8 h"],
  [48 * HOUR - 60, "for 47 h 59 min"],
  [48 * HOUR, "for 2 days"],
  [90 * 24 * HOUR, "for 90 days"],
];

Deno.test("timeLeft() tells a time as people think of it", () => {
  for (const [seconds, text] of CASES) {
    const expiresAt = new Date(NOW.getTime() + seconds * 1000);
    assert.equal(timeLeft(expiresAt, { now: () => NOW }), text, String(seconds));
  }
});
