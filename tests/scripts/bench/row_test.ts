/**
 * How the benchmark judges.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  atMostMoreMiB,
  atMostTimes,
  type Goal,
  onlyToKnow,
  timesFaster,
  toRow,
  within,
} from "../../../scripts/bench/row.ts";

interface Case {
  readonly what: string;
  readonly goal: Goal;
  readonly eksauth: readonly number[];
  readonly other: readonly number[];
  readonly text: string;
  readonly isMet: boolean | undefined;
}

const CASES: readonly Case[] = [
  {
    what: "a ratio at its limit",
    goal: atMostTimes(1.5),
    eksauth: [15],
    other: [10],
    text: "1.50×",
    isMet: true,
  },
  {
    what: "a ratio above",
    goal: atMostTimes(1.5),
    eksauth: [16],
    other: [10],
    text: "1.60×",
    isMet: false,
  },
  {
    what: "a speed-up",
    goal: timesFaster(20),
    eksauth: [10],
    other: [250],
    text: "25.0× faster",
    isMet: true,
  },
  {
    what: "too little",
    goal: timesFaster(20),
    eksauth: [10],
    other: [190],
    text: "19.0× faster",
    isMet: false,
  },
  {
    what: "as fast is not faster",
    goal: timesFaster(1),
    eksauth: [5],
    other: [5],
    text: "1.0× faster",
    isMet: false,
  },
  {
    what: "slower by less",
    goal: within(0.03),
    eksauth: [102],
    other: [100],
    text: "+2.0 %",
    isMet: true,
  },
  {
    what: "faster by more",
    goal: within(0.03),
    eksauth: [96],
    other: [100],
    text: "−4.0 %",
    isMet: false,
  },
  {
    what: "more memory",
    goal: atMostMoreMiB(8),
    eksauth: [34.5],
    other: [27],
    text: "+7.5 MiB",
    isMet: true,
  },
  {
    what: "too much",
    goal: atMostMoreMiB(8),
    eksauth: [36],
    other: [27],
    text: "+9.0 MiB",
    isMet: false,
  },
  {
    what: "no goal",
    goal: onlyToKnow(atMostTimes(1)),
    eksauth: [2],
    other: [1],
    text: "2.00×",
    isMet: undefined,
  },
];

for (const { what, goal, eksauth, other, text, isMet } of CASES) {
  Deno.test(`toRow() judges: ${what}`, () => {
    const row = toRow({
      what,
      unit: "ms",
      eksauth: { name: "eksauth", values: eksauth },
      other: { name: "other", values: other },
    }, goal);
    assert.equal(row.resultText, text);
    assert.equal(row.isMet, isMet);
  });
}

Deno.test("toRow() compares within the rounds, so that a slow second spoils nothing", () => {
  const row = toRow({
    what: "",
    unit: "ms",
    eksauth: { name: "eksauth", values: [20, 200, 22] },
    other: { name: "other", values: [10, 100, 11] },
  }, atMostTimes(2));
  assert.deepEqual(row, {
    what: "",
    unit: "ms",
    eksauth: { name: "eksauth", median: 22, min: 20, max: 200 },
    other: { name: "other", median: 11, min: 10, max: 100 },
    result: 2,
    resultText: "2.00×",
    goal: "≤ 2×",
    isMet: true,
  });
});
