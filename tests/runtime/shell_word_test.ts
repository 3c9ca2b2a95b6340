/**
 * Words for a shell, as a shell reads them.
 *
 * @module
 */

import assert from "node:assert/strict";
import { shellWord } from "../../src/runtime/shell_word.ts";

const WORDS: readonly (readonly [text: string, word: string])[] = [
  ["dev-admin", "dev-admin"],
  ["arn:aws:eks:us-east-2:1:cluster/dev", "arn:aws:eks:us-east-2:1:cluster/dev"],
  ["a b", "'a b'"],
  ["it's", `'it'\\''s'`],
  ["{a,b}", "'{a,b}'"],
  ["$HOME", "'$HOME'"],
  ["", "''"],
];

Deno.test("shellWord() quotes what a shell would not leave alone", () => {
  for (const [text, word] of WORDS) assert.equal(shellWord(text), word);
});

Deno.test("shellWord() is read back by a shell", async () => {
  const line = `printf '%s\\n' ${WORDS.map(([text]) => shellWord(text)).join(" ")}`;
  const { stdout } = await new Deno.Command("sh", { args: ["-c", line] }).output();
  const texts = WORDS.map(([text]) => `${text}\n`).join("");
  assert.equal(new TextDecoder().decode(stdout), texts);
});
