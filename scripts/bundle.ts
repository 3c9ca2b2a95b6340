/**
 * Bundles the program into `dist/`: one small `main.js` with what a token needs, and a chunk for every part
 * that is loaded only when it is used.
 *
 *     deno task bundle [--out DIR]
 *
 * @module
 */

import { basename, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { denoMessage, print, runScript, ScriptError, talk } from "./script.ts";

/** The folder of the project. */
export const PROJECT = join(import.meta.dirname ?? ".", "..");

/** What to bundle, and where to. */
export interface BundleOptions {
  /** The file that is run; `src/main.ts` unless told otherwise. */
  readonly entry?: string;
  /** The folder that receives the bundle; made when it is missing. Scripts of an older bundle leave it. */
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
    await runBundler(entry, fresh);
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

async function runBundler(entry: string, folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "bundle",
      "--quiet",
      // A chunk for every import(). In one file, the imports of every lazy part would be those of `token`.
      "--code-splitting",
      // "deno" would put an import of node:module, 15 ms, into the chunk that all others share.
      "--platform=browser",
      "--minify",
      `--outdir=${folder}`,
      entry,
    ],
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
  const folder = values.out ?? join(PROJECT, "dist");
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
    `Every start reads ${eager.length} files, ${kilobytes(sum(eager)).trim()} of ${
      kilobytes(sum(files)).trim()
    }`,
  );
}

function sum(files: readonly BundledFile[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1).padStart(7)} KiB`;
}

if (import.meta.main) await runScript(main);
