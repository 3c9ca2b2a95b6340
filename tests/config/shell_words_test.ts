/**
 * Splitting words as a POSIX shell does.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { splitShellWords } from "../../src/config/shell_words.ts";

/** As `shlex.split` of Python splits them; `undefined` where it raises. */
const CASES: readonly (readonly [text: string, words: readonly string[] | undefined])[] = [
  ["", []],
  ["  \t\n\r ", []],
  ["a", ["a"]],
  [" a  b\tc\nd ", ["a", "b", "c", "d"]],
  ["''", [""]],
  ['"" x', ["", "x"]],
  ["a''b", ["ab"]],
  ["'a b'", ["a b"]],
  ['"a b"c', ["a bc"]],
  ["'a\"b'", ['a"b']],
  ['"a\'b"', ["a'b"]],
  ["a\\ b", ["a b"]],
  ["\\a", ["a"]],
  ["'a\\b'", ["a\\b"]],
  ['"a\\b"', ["a\\b"]],
  ['"a\\\\b"', ["a\\b"]],
  ['"a\\"b"', ['a"b']],
  ['"a\\\'b"', ["a\\'b"]],
  ["a#b #c", ["a#b", "#c"]],
  ["$A `b` *", ["$A", "`b`", "*"]],
  ["a\u00a0b\vc", ["a\u00a0b\vc"]],
  ["a\\\nb", ["a\nb"]],
  ["'a", undefined],
  ['"a', undefined],
  ["a\\", undefined],
  ['"a\\', undefined],
  ["it's", undefined],
];

Deno.test("splitShellWords() splits as Python's shlex does", () => {
  for (const [text, words] of CASES) {
    assert.deepEqual(splitShellWords(text), words, JSON.stringify(text));
  }
});

Deno.test("splitShellWords() gives back what was quoted", () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: "binary" })), (words) => {
    const quoted = words.map((word) => `'${word.replaceAll("'", `'"'"'`)}'`).join(" ");
    assert.deepEqual(splitShellWords(quoted), words);
  }));
});
