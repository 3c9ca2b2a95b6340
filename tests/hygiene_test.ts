/**
 * House rules that a machine can hold.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { filesIn, PROJECT, readSource, readSources } from "./_sources.ts";

/** What may lie at the top of the project. */
const TOP: ReadonlySet<string> = new Set([
  ...[
    ".ci",
    ".git",
    ".github",
    ".gitignore",
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "SECURITY.md",
  ],
  ...["deno.json", "deno.lock", "docs", "mod.ts", "scripts", "src", "tests"],
  // Made by the tasks, and ignored by git.
  ...["coverage", "dist"],
]);

/** Words that say nothing about what is in a file. */
const EMPTY_NAMES =
  /^_?(utils?|helpers?|common|lib|misc|types|interfaces|constants|index)(_test)?\.ts$/;

/** Where a file has to be split. */
const MAX_LINES = 300;

const program = [...readSources("src"), readSource("mod.ts")];
const scripts = readSources("scripts");
const tests = readSources("tests");

Deno.test("hygiene: nothing lies around at the top", () => {
  const names = [...Deno.readDirSync(PROJECT)].map(({ name }) => name);
  assert.deepEqual(names.filter((name) => !TOP.has(name)), []);
});

Deno.test("hygiene: file names are snake_case and say something", () => {
  const names = ["src", "scripts", "tests"].flatMap(filesIn).map((path) => ({
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
  }));
  const wrong = names.filter(({ name }) =>
    EMPTY_NAMES.test(name) || (name.endsWith(".ts") && !/^_?[a-z0-9]+(_[a-z0-9]+)*\.ts$/.test(name))
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("hygiene: every file begins by saying what it is", () => {
  // A test is about the file of the same name.
  const support = tests.filter(({ path }) => !path.endsWith("_test.ts"));
  const wrong = [...program, ...scripts, ...support].filter(({ text }) =>
    !/^\/\*\*\n(?: \*.*\n)+ \* @module\n \*\/\n/.test(text)
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test(`hygiene: no file of the program has more than ${MAX_LINES} lines`, () => {
  const wrong = [...program, ...scripts].filter(({ text }) =>
    text.split("\n").length - 1 > MAX_LINES
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("hygiene: every export of the program is documented", async () => {
  assert.deepEqual(await undocumentedExports(program.map(({ path }) => path)), []);
});

Deno.test("hygiene: no any, no enum, no default export", () => {
  const wrong = [...program, ...scripts, ...tests].flatMap(({ path, oddities }) =>
    oddities.filter((oddity) => oddity !== "re-export").map((oddity) => `${path}: ${oddity}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("hygiene: inside src an export is imported from where it is, never from a barrel", () => {
  const wrong = program.filter(({ path, oddities }) =>
    path !== "mod.ts" && oddities.includes("re-export")
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("hygiene: nothing writes to the console behind the runtime's back", () => {
  const wrong = [...program, ...scripts].filter(({ globals }) => globals.has("console"));
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("hygiene: nothing is left to do", () => {
  const others = tests.filter(({ path }) => path !== "tests/hygiene_test.ts");
  const wrong = [...program, ...scripts, ...others].filter(({ text }) =>
    /\b(TODO|FIXME|XXX|HACK)\b/.test(text)
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("hygiene: the version in the program is that of deno.json", () => {
  const { version } = JSON.parse(Deno.readTextFileSync(join(PROJECT, "deno.json"))) as {
    readonly version: string;
  };
  assert.match(
    readSource("src/version.ts").text,
    new RegExp(`^export const VERSION = "${version}";$`, "m"),
  );
});

/** What `deno doc --json` says, as far as it is looked at. */
interface Documentation {
  readonly nodes: Readonly<Record<string, { readonly symbols?: readonly DocumentedSymbol[] }>>;
}

interface DocumentedSymbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly declarationKind: string;
    readonly kind: string;
    readonly location: { readonly filename: string };
    readonly jsDoc?: { readonly doc?: string };
  }[];
}

async function undocumentedExports(paths: readonly string[]): Promise<readonly string[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...paths],
    cwd: PROJECT,
    env: { NO_COLOR: "1" },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as Documentation;
  return Object.entries(nodes).flatMap(([url, { symbols = [] }]) =>
    symbols
      .filter(({ declarations }) => {
        // What is exported from elsewhere is documented there.
        const own = declarations.filter(({ declarationKind, kind, location }) =>
          declarationKind === "export" && kind !== "reference" && location.filename === url
        );
        return own.length > 0 && !own.some(({ jsDoc }) => jsDoc?.doc);
      })
      .map(({ name }) => `${relative(PROJECT, fileURLToPath(url)).replaceAll("\\", "/")}: ${name}`)
  );
}
