/**
 * "Did you mean?"
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { suggestName } from "../../src/config/suggest.ts";

const KNOWN = ["dev-admin", "dev-readonly", "prod-admin", "qa", "Sandbox"];

const CASES: readonly (readonly [wanted: string, suggestion: string | undefined])[] = [
  ["dev-admni", "dev-admin"],
  ["devadmin", "dev-admin"],
  ["dev_admin", "dev-admin"],
  ["dev-admin ", "dev-admin"],
  ["dev-admn1", "dev-admin"],
  ["DEV-ADMIN", "dev-admin"],
  ["sandbox", "Sandbox"],
  ["prd-admin", "prod-admin"],
  ["q", "qa"],
  ["aq", "qa"],
  ["prod", "prod-admin"],
  ["prod-admin-old", "prod-admin"],
  ["dev", undefined],
  ["staging", undefined],
  ["", undefined],
  ["x".repeat(101), undefined],
];

Deno.test("suggestName() finds what was most likely meant", () => {
  for (const [wanted, suggestion] of CASES) {
    assert.equal(suggestName(wanted, KNOWN), suggestion, JSON.stringify(wanted));
  }
});

Deno.test("suggestName() suggests nothing where there is nothing", () => {
  assert.equal(suggestName("dev-admin", []), undefined);
});

Deno.test("suggestName() forgives one slip in any name", () => {
  const name = fc.stringMatching(/^[a-z]{1,30}$/);
  const slip = fc.tuple(name, fc.nat(), fc.constantFrom("drop", "double", "swap", "replace"));
  fc.assert(fc.property(slip, ([name, at, kind]) => {
    const index = at % name.length;
    const [head, letter, tail] = [name.slice(0, index), name[index]!, name.slice(index + 1)];
    const wanted = {
      drop: head + tail,
      double: head + letter + letter + tail,
      swap: head + tail.slice(0, 1) + letter + tail.slice(1),
      replace: `${head}9${tail}`,
    }[kind];
    assert.equal(suggestName(wanted, [name]), wanted === "" ? undefined : name);
  }));
});
