/**
 * Bundles the program into `dist/`: one small `main.js` with what a token needs, and a script for every part
 * that is loaded only when it is used.
 *
 * They are bundled apart. Together, the bundler would move all that both need into chunks of their own, and
 * every start would read seven files instead of one, a tenth of its time. The price is that a class can exist
 * twice; see `isEksauthError`.
 *
 *     deno task bundle [--out DIR]
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, join, posix, relative, resolve } from "node:path";
import { fileURLToPath as fromFileUrl, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { denoMessage, print, runScript, ScriptError, talk } from "./script.ts";

/** The folder of the project. */
export const PROJECT = join(import.meta.dirname ?? ".", "..");

/** What to bundle, and where to. */
export interface BundleOptions {
  /** Absolute path of the file that is run; `src/main.ts` unless told otherwise. */
  readonly entry?: string;
  /** Absolute path of the folder for the bundle; made when it is missing. Scripts of an older bundle leave it. */
  readonly folder: string;
  /**
   * Whether Deno can see, before it starts, what is imported later. `deno run` reads and analyses all of that
   * at every start: hidden, a token takes 2 % less time, however large the program grows. `deno compile` has
   * to see it, to know what to put in. Hidden unless told otherwise.
   */
  readonly lazyImports?: "hidden" | "visible";
}

/** One file of a bundle. */
export interface BundledFile {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Whether it is read at every start, because the first file imports it outright. */
  readonly isEager: boolean;
}

/**
 * Bundles into `options.folder` and tells what is there now, the files of every start first.
 *
 * A chunk is named by its content, so old and new never collide: new chunks come first, then the first file
 * is exchanged by rename, and only then the old chunks go. A bundle that fails leaves everything as it was.
 *
 * @throws {ScriptError} when the bundler fails, with what it said
 */
export async function bundleProgram(options: BundleOptions): Promise<readonly BundledFile[]> {
  const { entry = join(PROJECT, "src", "main.ts"), folder, lazyImports = "hidden" } = options;
  await Deno.mkdir(folder, { recursive: true });
  const fresh = await Deno.makeTempDir({ dir: folder, prefix: ".bundle-" });
  try {
    await bundleApart(entry, fresh);
    if (lazyImports === "hidden") hideLazyImports(fresh);
    const first = basename(entry).replace(/\.ts$/, ".js");
    const names = scriptsIn(fresh);
    const files = describe(fresh, { first, names });
    for (const name of [...names.filter((name) => name !== first), first]) {
      await Deno.rename(join(fresh, name), join(folder, name));
    }
    for (const name of scriptsIn(folder)) {
      if (!names.includes(name)) await Deno.remove(join(folder, name));
    }
    return files;
  } finally {
    await Deno.remove(fresh, { recursive: true });
  }
}

/** Bundles `entry` with what it imports outright, and beside it what it imports later. */
async function bundleApart(entry: string, folder: string): Promise<void> {
  const lazy = await lazyImportsOf(entry);
  const first = join(folder, basename(entry).replace(/\.ts$/, ".js"));
  await runBundler(entry, [
    ...lazy.map(({ specifier }) => `--external=${specifier}`),
    `--output=${first}`,
    entry,
  ]);
  if (lazy.length === 0) return;
  const parts = await Deno.makeTempDir({ dir: folder, prefix: "lazy-" });
  // A chunk for every import(). In one file, the imports of every lazy part would be those of all others.
  const paths = [...new Set(lazy.map(({ path }) => path))];
  await runBundler(entry, ["--code-splitting", `--outdir=${parts}`, ...paths]);
  const names = flatten(parts, folder);
  await Deno.remove(parts, { recursive: true });
  const text = lazy.reduce(
    (text, { specifier, path }) =>
      text.replaceAll(`import("${specifier}")`, `import("./${nameOfPart(names, path)}")`),
    Deno.readTextFileSync(first),
  );
  Deno.writeTextFileSync(first, text);
}

/** An `import()` among the files of every start. */
interface LazyImport {
  /** As it is written. */
  readonly specifier: string;
  /** Absolute path of the file. */
  readonly path: string;
}

async function lazyImportsOf(entry: string): Promise<readonly LazyImport[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: PROJECT,
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly modules: readonly Module[];
  };
  const byUrl = new Map(modules.map((module) => [module.specifier, module]));
  const lazy = new Map<string, LazyImport>();
  const eager = new Set([toFileUrl(entry)]);
  // A Set hands out what is added while it is walked.
  for (const url of eager) {
    for (const { specifier, code, isDynamic } of byUrl.get(url)?.dependencies ?? []) {
      const target = code?.specifier;
      if (target === undefined) continue;
      if (isDynamic) lazy.set(specifier, { specifier, path: fromFileUrl(target) });
      else eager.add(target);
    }
  }
  return [...lazy.values()].filter(({ path }) => !eager.has(toFileUrl(path)));
}

/** A module as `deno info --json` tells it, as far as it is looked at. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly specifier: string;
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }[];
}

/**
 * Moves every script below `parts` into `folder` under a name that tells its content, and gives the new names
 * by the old ones.
 */
function flatten(parts: string, folder: string): ReadonlyMap<string, string> {
  const texts = new Map(
    scriptsBelow(parts).map((name) => [name, Deno.readTextFileSync(join(parts, name))]),
  );
  const hash = createHash("sha256");
  for (const [name, text] of texts) hash.update(`${name}\n${text}\n`);
  // One mark for all: two bundles that differ anywhere share no script.
  const mark = hash.digest("hex").slice(0, 8);
  const names = new Map(
    [...texts.keys()].map((
      name,
    ) => [
      name,
      `${basename(name, ".js").replace(/-[A-Z0-9]{8}$/, "")}-${
        createHash("sha256").update(name + mark).digest("hex").slice(0, 8)
      }.js`,
    ]),
  );
  for (const [name, text] of texts) {
    const moved = text.replace(/"(\.{1,2}\/[^"\s]+\.js)"/g, (written, path: string) => {
      const target = names.get(posix.join(posix.dirname(name), path));
      return target === undefined ? written : `"./${target}"`;
    });
    Deno.writeTextFileSync(join(folder, names.get(name)!), moved);
  }
  return names;
}

/** The bundler keeps the folders below the one that all parts share. */
function nameOfPart(names: ReadonlyMap<string, string>, path: string): string {
  const tails = [...names].filter(([name]) =>
    path.replaceAll("\\", "/").endsWith(`/${name.replace(/\.js$/, ".ts")}`)
  );
  const [longest] = tails.toSorted(([one], [other]) => other.length - one.length);
  if (longest === undefined) throw new ScriptError(`Cannot bundle: no script came of ${path}`);
  return longest[1];
}

function toFileUrl(path: string): string {
  return pathToFileURL(path).href;
}

function scriptsBelow(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(join(folder, prefix))].flatMap(({ name, isDirectory }) =>
    isDirectory ? scriptsBelow(folder, `${prefix}${name}/`) : [`${prefix}${name}`]
  ).sort();
}

async function runBundler(entry: string, args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    // "deno" as the platform would put an import of node:module, 15 ms, into what all scripts share.
    args: ["bundle", "--quiet", "--platform=browser", "--minify", ...args],
    cwd: PROJECT,
    env: { NO_COLOR: "1" },
  }).output();
  if (success) return;
  throw new ScriptError(
    `Cannot bundle "${relative(PROJECT, entry)}": the bundler failed\n${denoMessage(stderr)}`,
    { hint: "The first run fetches esbuild from npm; after that, none of this needs a network" },
  );
}

/** Turns every `import("./x.js")` into one whose argument Deno does not read as a constant. */
function hideLazyImports(folder: string): void {
  for (const name of scriptsIn(folder)) {
    const path = join(folder, name);
    const text = Deno.readTextFileSync(path);
    Deno.writeTextFileSync(
      path,
      text.replace(/\bimport\(("\.\/[^"]+\.js")\)/g, "import($1.trim())"),
    );
  }
}

function scriptsIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name).filter((name) =>
    name.endsWith(".js")
  ).sort();
}

interface FreshBundle {
  readonly first: string;
  readonly names: readonly string[];
}

function describe(folder: string, { first, names }: FreshBundle): readonly BundledFile[] {
  const eager = new Set([first]);
  // A Set hands out what is added while it is walked.
  for (const name of eager) {
    const text = Deno.readTextFileSync(join(folder, name));
    for (const [, imported] of text.matchAll(/(?:\bfrom|\bimport)"\.\/([^"]+)"/g)) {
      eager.add(imported!);
    }
  }
  const sorted = [...eager, ...names.filter((name) => !eager.has(name))];
  return sorted.map((name) => ({
    name,
    size: Deno.statSync(join(folder, name)).size,
    isEager: eager.has(name),
  }));
}

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { out: { type: "string" } } });
  const folder = resolve(values.out ?? join(PROJECT, "dist"));
  const files = await bundleProgram({ folder });
  for (const { name, size, isEager } of files) {
    print(
      `${kilobytes(size)}  ${join(relative(Deno.cwd(), folder), name)}${
        isEager ? "  (every start)" : ""
      }`,
    );
  }
  const eager = files.filter((file) => file.isEager);
  talk(
    `Every start reads ${eager.length} file${eager.length === 1 ? "" : "s"}, ${
      kilobytes(sum(eager)).trim()
    } of ${kilobytes(sum(files)).trim()}`,
  );
}

function sum(files: readonly BundledFile[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
}

if (import.meta.main) await runScript(main);
