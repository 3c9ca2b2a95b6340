/**
 * One line of the benchmark's table: two measurements, what lies between them, and the goal.
 *
 * @module
 */

import { median, medianRatio } from "./interleave.ts";

/** A comparison that was made. */
export interface Row {
  readonly what: string;
  readonly unit: "ms" | "MiB";
  readonly eksauth: Measured;
  readonly other: Measured;
  /** The ratio or the difference that the goal is about; its meaning stands in `resultText`. */
  readonly result: number;
  readonly resultText: string;
  /** What the design asks for; absent where a row only informs. */
  readonly goal?: string;
  readonly isMet?: boolean;
}

/** What one contestant needed. */
export interface Measured {
  readonly name: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** How two measurements become a result, and when that is good. */
export interface Goal {
  readonly text?: string;
  result(values: readonly number[], others: readonly number[]): number;
  resultText(result: number): string;
  isMet(result: number): boolean;
}

/** At most `limit` times as long as the other. */
export function atMostTimes(limit: number): Goal {
  return {
    text: `≤ ${limit}×`,
    result: medianRatio,
    resultText: (ratio) => `${ratio.toFixed(2)}×`,
    isMet: (ratio) => ratio <= limit,
  };
}

/** At least `limit` times as fast as the other. */
export function timesFaster(limit: number): Goal {
  return {
    text: limit === 1 ? "faster" : `≥ ${limit}× faster`,
    result: (values, others) => medianRatio(others, values),
    resultText: (ratio) => `${ratio.toFixed(1)}× faster`,
    isMet: (ratio) => limit === 1 ? ratio > 1 : ratio >= limit,
  };
}

/** As long as the other, give or take `share` of it. */
export function within(share: number): Goal {
  return {
    text: `± ${share * 100} %`,
    result: medianRatio,
    resultText: (ratio) => `${ratio < 1 ? "−" : "+"}${Math.abs(100 * (ratio - 1)).toFixed(1)} %`,
    isMet: (ratio) => Math.abs(ratio - 1) <= share,
  };
}

/** At most `limit` MiB more than the other. */
export function atMostMoreMiB(limit: number): Goal {
  return {
    text: `≤ +${limit} MiB`,
    result: (values, others) => median(values) - median(others),
    resultText: (difference) =>
      `${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(1)} MiB`,
    isMet: (difference) => difference <= limit,
  };
}

/** The same comparison without a goal: the row informs. */
export function onlyToKnow({ result, resultText, isMet }: Goal): Goal {
  return { result, resultText, isMet };
}

/** Two lists of measurements, taken in the same rounds. */
export interface Measurements {
  readonly what: string;
  readonly unit: Row["unit"];
  readonly eksauth: { readonly name: string; readonly values: readonly number[] };
  readonly other: { readonly name: string; readonly values: readonly number[] };
}

/** The row of `measurements`, judged by `goal`. */
export function toRow({ what, unit, eksauth, other }: Measurements, goal: Goal): Row {
  const result = goal.result(eksauth.values, other.values);
  return {
    what,
    unit,
    eksauth: toMeasured(eksauth),
    other: toMeasured(other),
    result,
    resultText: goal.resultText(result),
    ...(goal.text === undefined ? {} : { goal: goal.text, isMet: goal.isMet(result) }),
  };
}

function toMeasured({ name, values }: Measurements["eksauth"]): Measured {
  return { name, median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
