/**
 * The INI grammar, held against goldens that botocore made.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";
import { type IniFile, type IniSection, iniValue, parseIni } from "../../src/config/ini.ts";
import { EksauthError } from "../../src/errors.ts";

/** A file, and what botocore 1.43.11 on Python 3.11 makes of it. */
interface Golden {
  readonly name: string;
  readonly text?: string;
  readonly base64?: string;
  readonly sections?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly error?: string;
  readonly line?: number;
}

const GOLDENS: readonly Golden[] = JSON.parse(
  Deno.readTextFileSync(new URL("../testdata/aws_config/ini.json", import.meta.url)),
);

/** eksauth refuses this one: a block that is broken for everybody is not worth a special case. */
const STRICTER = "DEFAULT with a broken block that is overridden";

for (const golden of GOLDENS.filter(({ name }) => name !== STRICTER)) {
  Deno.test(`parseIni() reads what botocore reads: ${golden.name}`, () => {
    const bytes = golden.base64 === undefined
      ? new TextEncoder().encode(golden.text)
      : Uint8Array.fromBase64(golden.base64);
    if (golden.error === undefined) {
      assert.deepEqual(plainSections(parseIni({ path: "/h/config", bytes })), golden.sections);
      return;
    }
    const error = errorOf(bytes);
    assert.equal(error.code, "config_invalid");
    assert.match(error.message, /^Cannot read "\/h\/config:\d+:\d+": /);
    if (golden.line !== undefined) {
      assert.match(error.message, new RegExp(`config:${golden.line}:`));
    }
    assert.ok(error.hint);
  });
}

Deno.test("the goldens hold at least 120 files, a fifth of them broken", () => {
  assert.ok(GOLDENS.length >= 120);
  assert.ok(GOLDENS.filter(({ error }) => error).length >= GOLDENS.length / 5);
});

const MESSAGES: readonly (readonly [text: string, message: string])[] = [
  ["[a]\nk = v\n\n  [b]\n[a]\n", 'Cannot read "/h/config:5:1": section [a] is already on line 1'],
  ["[a]\n  k = v\n  K = w\n", 'Cannot read "/h/config:3:3": key "k" is already set on line 2'],
  ["[a]\n\tsecret\n", 'Cannot read "/h/config:2:2": the line has no "="'],
  ["[a]\n : secret\n", 'Cannot read "/h/config:2:2": the line has no key before the "="'],
  [" k = v\n", 'Cannot read "/h/config:1:2": the line stands before the first section'],
  [
    "[a]\ns3 =\n  x = 1\n    secret\n",
    'Cannot read "/h/config:4:5": the line of an indented block has no "="',
  ],
  ["\uFEFF[a]\n", 'Cannot read "/h/config:1:1": it begins with a byte order mark'],
];

Deno.test("parseIni() names file, line and column, and never shows the line", () => {
  for (const [text, message] of MESSAGES) {
    assert.equal(errorOf(new TextEncoder().encode(text)).message, message);
  }
});

Deno.test("parseIni() points at the first byte that is not UTF-8", () => {
  const bytes = new Uint8Array([...new TextEncoder().encode("[a]\r\nk = é"), 0xe9, 0x0a]);
  assert.equal(errorOf(bytes).message, 'Cannot read "/h/config:2:6": it is not UTF-8');
});

Deno.test("parseIni() keeps the line of every header, key and nested key", () => {
  const text = "# c\n[a]\nk = v\n\ns3 =\n\n  # c\n  x = 1\n[b]\n";
  const { sections } = parseText(text);
  const block = sections.get("a")?.values.get("s3")?.value;
  assert.equal(sections.get("a")?.line, 2);
  assert.equal(sections.get("b")?.line, 9);
  assert.deepEqual(sections.get("a")?.values.get("k"), { value: "v", line: 3 });
  assert.ok(block instanceof Map);
  assert.deepEqual(block.get("x"), { value: "1", line: 8 });
});

Deno.test("iniValue() looks into [DEFAULT] last, and keeps its line", () => {
  const section = parseText("[DEFAULT]\nk = v\nl = w\n[a]\nk = x\n").sections.get("a")!;
  assert.deepEqual(iniValue(section, "k"), { value: "x", line: 5 });
  assert.deepEqual(iniValue(section, "l"), { value: "w", line: 3 });
  assert.equal(iniValue(section, "m"), undefined);
});

Deno.test("parseIni() refuses more than 5 MiB", () => {
  const limit = 5 * 1024 * 1024;
  assert.deepEqual(parseIni({ path: "/h/config", bytes: blanks(limit) }).sections.size, 0);
  assert.equal(
    errorOf(blanks(limit + 1)).message,
    'Cannot read "/h/config": it has 5242881 bytes, and the limit is 5242880',
  );
});

const LINE = fc.constantFrom(
  "[a]",
  "[__proto__]",
  "[DEFAULT]",
  "k = v",
  "K : w",
  "__proto__ = x",
  "s3 =",
  "  x = 1",
  "\ty",
  "# c",
  "",
  " ",
  "=",
  "]",
  "[",
  "\u00a0",
  "\uFEFF",
);

Deno.test("parseIni() throws nothing but EksauthError, whatever the file holds", () => {
  const text = fc.array(fc.oneof({ weight: 5, arbitrary: LINE }, fc.string({ unit: "binary" })))
    .chain((lines) => fc.constantFrom("\n", "\r\n", "\r").map((end) => lines.join(end)));
  const bytes = fc.oneof(text.map((each) => new TextEncoder().encode(each)), fc.uint8Array());
  fc.assert(fc.property(bytes, (each) => {
    try {
      parseIni({ path: "/h/config", bytes: each });
    } catch (error) {
      assert.ok(error instanceof EksauthError);
      assert.equal(error.code, "config_invalid");
    }
    assert.equal(({} as Record<string, unknown>).k, undefined);
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
  }));
});

Deno.test("parseIni() gives back what was written, for plain keys and values", () => {
  const word = fc.stringMatching(/^[a-z_][a-z0-9_]{0,12}$/);
  const value = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/);
  const sections = fc.dictionary(word, fc.dictionary(word, value, { noNullPrototype: true }), {
    noNullPrototype: true,
  });
  fc.assert(fc.property(sections, (each) => {
    const text = Object.entries(each).map(([header, keys]) =>
      [`[profile ${header}]`, ...Object.entries(keys).map(([key, value]) => `${key} = ${value}`)]
        .join("\n")
    ).join("\n\n");
    const expected = Object.fromEntries(
      Object.entries(each).map(([header, keys]) => [`profile ${header}`, keys]),
    );
    assert.deepEqual(plainSections(parseText(text)), expected);
  }));
});

function parseText(text: string): IniFile {
  return parseIni({ path: "/h/config", bytes: new TextEncoder().encode(text) });
}

function errorOf(bytes: Uint8Array): EksauthError {
  try {
    parseIni({ path: "/h/config", bytes });
  } catch (error) {
    assert.ok(error instanceof EksauthError);
    return error;
  }
  throw new Error("the file was read");
}

function plainSections(file: IniFile): unknown {
  return Object.fromEntries(
    [...file.sections].map(([sectionName, section]) => [sectionName, plainSection(section)]),
  );
}

/** Through iniValue(), so that inherited keys count and hidden ones do not. */
function plainSection(section: IniSection): unknown {
  const keys = new Set([...section.inherited.keys(), ...section.values.keys()]);
  return Object.fromEntries([...keys].map((key) => {
    const value = iniValue(section, key)?.value;
    return [
      key,
      value instanceof Map
        ? Object.fromEntries([...value].map(([name, { value }]) => [name, value]))
        : value,
    ];
  }));
}

function blanks(length: number): Uint8Array {
  return new Uint8Array(length).fill(0x20);
}
