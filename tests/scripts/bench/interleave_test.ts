/**
 * The race itself: who runs when, and what is made of the times.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  type Contestant,
  interleave,
  median,
  medianRatio,
} from "../../../scripts/bench/interleave.ts";
import { temporaryFolder } from "../../_scripts.ts";

Deno.test("interleave() runs everybody in every round, and times all but the warm-ups", () => {
  using folder = temporaryFolder();
  const order: string[] = [];
  const script = folder.write("empty.js", "");
  const contestants = ["a", "b"].map((name): Contestant => ({
    name,
    command: [Deno.execPath(), "run", "--no-config", "--no-lock", script],
    env: Deno.env.toObject(),
    prepare: () => void order.push(name),
  }));
  const times = interleave(contestants, { warmups: 1, counted: 2 });

  // The warm-up is round −1: odd rounds run backwards.
  assert.equal(order.join(""), "ba" + "ab" + "ba");
  assert.deepEqual([...times].map(([name, values]) => [name, values.length]), [["a", 2], ["b", 2]]);
  assert.ok([...times.values()].flat().every((milliseconds) => milliseconds > 0));
});

Deno.test("interleave() does not time a program that fails", () => {
  const failing = { name: "failing", command: [Deno.execPath(), "no-such-verb"], env: {} };
  assert.throws(() => interleave([failing], { warmups: 0, counted: 1 }), {
    message: /^Cannot time "failing": it ended with exit code [1-9]/,
  });
});

Deno.test("median() is the middle, or the mean of the two in the middle", () => {
  assert.equal(median([30, 1, 2]), 2);
  assert.equal(median([4, 1, 30, 2]), 3);
  assert.equal(median([7]), 7);
});

Deno.test("medianRatio() takes the ratio within each round", () => {
  assert.equal(medianRatio([2, 30, 8], [1, 10, 2]), 3);
});
