import assert from "node:assert/strict";

import { EksauthError, type ErrorCode, EXIT_CODES, exitCodeOf, messageOf } from "../src/errors.ts";

Deno.test("exitCodeOf() is what the table says, and 1 for everything else", () => {
  for (const [code, exitCode] of Object.entries(EXIT_CODES)) {
    assert.equal(exitCodeOf(new EksauthError(code as ErrorCode, "Cannot do it")), exitCode);
    assert.ok([1, 2, 4, 130].includes(exitCode), code);
  }
  for (const thrown of [new Error("x"), "x", undefined, null]) assert.equal(exitCodeOf(thrown), 1);
});

Deno.test("EksauthError keeps its code, its hint and its cause", () => {
  const cause = new Error("below");
  const error = new EksauthError("aws_error", "Cannot do it", { hint: "Try again", cause });
  assert.deepEqual([error.name, error.code, error.message, error.hint, error.cause], [
    "EksauthError",
    "aws_error",
    "Cannot do it",
    "Try again",
    cause,
  ]);
  const bare = new EksauthError("internal", "Cannot do it");
  assert.deepEqual([bare.hint, "cause" in bare], [undefined, false]);
});

Deno.test("messageOf() makes one line of whatever was thrown", () => {
  assert.equal(messageOf(new TypeError("boom")), "boom");
  assert.equal(messageOf("boom"), "boom");
  assert.equal(messageOf(undefined), "undefined");
});
