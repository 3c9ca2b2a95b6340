/**
 * When credentials count as gone.
 *
 * @module
 */

import assert from "node:assert/strict";
import { isUsable } from "../../src/credentials/expiry.ts";

const NOW = new Date("2026-01-02T03:04:05Z");

const CASES: readonly (readonly [expiresAt: string, isUsable: boolean])[] = [
  ["2026-01-02T03:05:05.000Z", true],
  ["2026-01-02T03:05:04.999Z", false],
  ["2026-01-02T03:04:05Z", false],
  ["2025-01-02T03:04:05Z", false],
  ["2099-01-02T03:04:05Z", true],
];

Deno.test("isUsable() asks for a minute of life", () => {
  for (const [expiresAt, expected] of CASES) {
    assert.equal(isUsable({ expiresAt: new Date(expiresAt) }, NOW), expected, expiresAt);
  }
});

Deno.test("isUsable() trusts keys without an expiry", () => {
  assert.equal(isUsable({}, NOW), true);
});
