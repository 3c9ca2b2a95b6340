/**
 * Points in time as AWS's tools write them.
 *
 * @module
 */

import assert from "node:assert/strict";
import { parseIsoTime } from "../../src/credentials/iso_time.ts";

const CASES: readonly (readonly [text: string, time: string | undefined])[] = [
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05UTC", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05+02:30", "2026-01-02T00:34:05.000Z"],
  ["2026-01-02T03:04:05-08:00", "2026-01-02T11:04:05.000Z"],
  ["2026-01-02T03:04:05", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02 03:04:05 UTC", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02t03:04:05z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123Z"],
  [" 2026-01-02T03:04:05Z\n", "2026-01-02T03:04:05.000Z"],
  ["", undefined],
  ["tomorrow", undefined],
  ["2026-01-02", undefined],
  ["2026-01-02T03:04Z", undefined],
  ["2026-13-02T03:04:05Z", undefined],
  ["2026-01-02T25:04:05Z", undefined],
  ["2026-01-02T03:04:05CET", undefined],
  ["1767323045", undefined],
];

Deno.test("parseIsoTime() reads what AWS's tools write, and nothing vague", () => {
  for (const [text, time] of CASES) {
    assert.equal(parseIsoTime(text)?.toISOString(), time, JSON.stringify(text));
  }
});
