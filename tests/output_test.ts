import assert from "node:assert/strict";

import { EksauthError } from "../src/errors.ts";
import { describeError, note, reportFailure, warn } from "../src/output.ts";

function stderrOf(talk: (runtime: Parameters<typeof note>[1]) => void): string {
  let written = "";
  talk({ stderr: { write: (text) => void (written += text), isTerminal: () => true } });
  return written;
}

Deno.test("note() and warn() begin with the program's name and end the line", () => {
  assert.equal(stderrOf((runtime) => note("signed in", runtime)), "eksauth: signed in\n");
  assert.equal(stderrOf((runtime) => warn("odd", runtime)), "eksauth: warning: odd\n");
});

/** What may be thrown, and what is told of it. */
const ERRORS: readonly (readonly [error: unknown, told: string])[] = [
  [new EksauthError("usage", "Cannot do it"), "eksauth: error: Cannot do it"],
  [
    new EksauthError("usage", "Cannot do it", { hint: "Do this" }),
    "eksauth: error: Cannot do it\neksauth: hint: Do this",
  ],
  [
    new TypeError("x is undefined"),
    "eksauth: error: Unexpected failure: x is undefined\n" +
    "eksauth: hint: This is a bug in eksauth; please report it with the command you typed",
  ],
  [
    "thrown text",
    "eksauth: error: Unexpected failure: thrown text\n" +
    "eksauth: hint: This is a bug in eksauth; please report it with the command you typed",
  ],
];

for (const [error, told] of ERRORS) {
  Deno.test(`describeError() tells ${JSON.stringify(told)}`, () => {
    assert.equal(describeError(error), told);
    assert.equal(stderrOf((runtime) => reportFailure(error, runtime)), `${told}\n`);
  });
}

Deno.test("names can neither forge a line nor steer the terminal", () => {
  const hostile = "a\nb\r\u001b[31m\u0007\u009b\u2028\u202e\u2066\u007f é 日";
  const tame = "a\\u000ab\\u000d\\u001b[31m\\u0007\\u009b\\u2028\\u202e\\u2066\\u007f é 日";
  assert.equal(
    describeError(new EksauthError("usage", hostile, { hint: hostile })),
    `eksauth: error: ${tame}\neksauth: hint: ${tame}`,
  );
  assert.equal(stderrOf((runtime) => note(hostile, runtime)), `eksauth: ${tame}\n`);
  assert.equal(stderrOf((runtime) => warn(hostile, runtime)), `eksauth: warning: ${tame}\n`);
});
