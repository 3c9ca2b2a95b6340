/**
 * The arrow of the code holds: argv → main → cli → commands → { config, credentials, integrations, diagnosis }
 * → { aws, kube, docker } → runtime.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type Import, readSource, readSources, type SourceFile } from "./_sources.ts";

/** What each layer may import besides itself. A file that lies directly in `src/` is a layer of its own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  "main.ts": ["cli.ts", "commands", "output.ts", "errors.ts", "runtime"],
  "cli.ts": ["commands", "output.ts", "errors.ts", "version.ts", "runtime"],
  commands: [
    ...["config", "credentials", "integrations", "diagnosis", "aws", "kube", "docker"],
    ...["output.ts", "errors.ts", "version.ts", "runtime"],
  ],
  diagnosis: ["config", "credentials", "aws", "kube", "docker", "errors.ts", "runtime"],
  integrations: ["config", "credentials", "aws", "kube", "docker", "errors.ts", "runtime"],
  credentials: ["config", "aws", "errors.ts", "runtime"],
  config: ["aws", "errors.ts", "runtime"],
  aws: ["errors.ts", "version.ts", "runtime"],
  kube: ["errors.ts", "runtime"],
  docker: ["errors.ts", "runtime"],
  runtime: ["errors.ts"],
  "output.ts": ["errors.ts", "runtime"],
  "errors.ts": [],
  "version.ts": [],
};

/** What the library's front door may show: nothing that runs. */
const LIBRARY: readonly string[] = ["aws", "kube", "docker", "config", "errors.ts", "version.ts"];

/** The only places that may name an npm package. */
const DOORS: Readonly<Record<string, RegExp>> = {
  "@stricli/core": /^src\/(cli\.ts|commands\/)/,
  aws4fetch: /^src\/aws\/sigv4\.ts$/,
  uqr: /^src\/commands\/_qr_code\.ts$/,
  yaml: /^src\/(kube|config)\//,
};

const sources = readSources("src");

Deno.test("layers: every import points down the arrow", () => {
  const wrong = importsOf(sources).filter(({ from, to }) => {
    const [source, target] = [layerOf(from), layerOf(to)];
    return source !== target && !MAY_IMPORT[source]?.includes(target);
  });
  assert.deepEqual(wrong.map(arrow), []);
});

Deno.test("layers: every layer is known", () => {
  const unknown = sources.map(({ path }) => layerOf(path)).filter((layer) =>
    !(layer in MAY_IMPORT)
  );
  assert.deepEqual([...new Set(unknown)], []);
});

Deno.test("layers: the library imports nothing that runs", () => {
  const wrong = importsOf([readSource("mod.ts")]).filter(({ to }) =>
    !LIBRARY.includes(layerOf(to))
  );
  assert.deepEqual(wrong.map(arrow), []);
});

Deno.test("layers: commands do not import one another", () => {
  const wrong = importsOf(sources).filter(({ from, to }) =>
    layerOf(from) === "commands" && layerOf(to) === "commands" && !isPrivate(from) && !isPrivate(to)
  );
  assert.deepEqual(wrong.map(arrow), []);
});

Deno.test("layers: a file that starts with _ is imported by its own folder only", () => {
  const wrong = importsOf(sources).filter(({ from, to }) =>
    isPrivate(to) && folderOf(from) !== folderOf(to) && !isFrontOfCommands(from, to)
  );
  assert.deepEqual(wrong.map(arrow), []);
});

Deno.test("layers: no file imports itself by way of others", () => {
  const next = new Map(sources.map(({ path }) => [path, [] as string[]]));
  for (const { from, to, kind } of importsOf(sources)) {
    if (kind !== "type") next.get(from)?.push(to);
  }
  assert.deepEqual([...next.keys()].filter((path) => isReachable(path, path, next)), []);
});

Deno.test("layers: only src/runtime/ touches Deno, the network and timers", () => {
  const outside = sources.filter(({ path }) => !path.startsWith("src/runtime/"));
  assert.deepEqual(
    outside.flatMap(({ path, globals }) =>
      ["Deno", "fetch", "setTimeout", "setInterval", "globalThis", "navigator"]
        .filter((name) => globals.has(name)).map((name) => `${path}: ${name}`)
    ),
    [],
  );
});

Deno.test("layers: the clock and chance come in through the runtime", () => {
  const wrong = sources.filter(({ path, text }) =>
    !path.startsWith("src/runtime/") && /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\b/.test(text)
  );
  assert.deepEqual(wrong.map(({ path }) => path), []);
});

Deno.test("layers: every npm package has one door", () => {
  const wrong = [...sources, readSource("mod.ts")].flatMap(({ path, imports }) =>
    imports
      .filter((one) => one.path === undefined && !DOORS[one.specifier]?.test(path))
      .map(({ specifier }) => `${path} → ${specifier}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("layers: src imports no file outside of src", () => {
  const wrong = importsOf(sources).filter(({ to }) => !to.startsWith("src/"));
  assert.deepEqual(wrong.map(arrow), []);
});

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly kind: Import["kind"];
}

function importsOf(files: readonly SourceFile[]): readonly Arrow[] {
  return files.flatMap(({ path, imports }) =>
    imports.flatMap((one) =>
      one.path === undefined ? [] : [{ from: path, to: one.path, kind: one.kind }]
    )
  );
}

function arrow({ from, to }: Arrow): string {
  return `${from} → ${to}`;
}

/** `src/aws/sts.ts` is in `aws`; `src/main.ts` is in `main.ts`. */
function layerOf(path: string): string {
  return path.split("/")[1] ?? path;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

function isPrivate(path: string): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith("_");
}

/** `main.ts` and `cli.ts` are where argv meets the commands, so they see the whole folder. */
function isFrontOfCommands(from: string, to: string): boolean {
  return ["src/main.ts", "src/cli.ts"].includes(from) && layerOf(to) === "commands";
}

function isReachable(
  from: string,
  goal: string,
  next: ReadonlyMap<string, readonly string[]>,
): boolean {
  const seen = new Set<string>();
  // A Set hands out what is added while it is walked.
  for (const path of next.get(from) ?? []) seen.add(path);
  for (const path of seen) for (const other of next.get(path) ?? []) seen.add(other);
  return seen.has(goal);
}
