/**
 * Reading the report of a coverage run.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { PROJECT } from "../../scripts/bundle.ts";
import { parseLcov } from "../../scripts/coverage.ts";

Deno.test("parseLcov() gives the lines of every file", () => {
  const report = [
    ...[`SF:${join(PROJECT, "src", "output.ts")}`, "FN:3,note", "FNF:1", "DA:3,1", "LH:7", "LF:9"],
    "end_of_record",
    ...[`SF:${join(PROJECT, "src", "aws", "presign.ts")}`, "LH:0", "LF:12", "end_of_record", ""],
  ];
  assert.deepEqual(parseLcov(report.join("\n")), [
    { path: "src/output.ts", lines: 9, hit: 7 },
    { path: "src/aws/presign.ts", lines: 12, hit: 0 },
  ]);
});

Deno.test("parseLcov() gives nothing for an empty report", () => {
  assert.deepEqual(parseLcov(""), []);
});
