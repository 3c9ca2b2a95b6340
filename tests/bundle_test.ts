/**
 * `deno task bundle`: what it leaves in the folder.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { bundleProgram } from "../scripts/bundle.ts";
import { runCommand, runScript, temporaryFolder } from "./_scripts.ts";

const LAZY = `if (Deno.args[0] === "lazy") console.log((await import("./lazy.ts")).text);`;

Deno.test("bundleProgram() makes a script for every import()", async () => {
  using folder = temporaryFolder();
  const entry = folder.write("main.ts", `console.log("eager");\n${LAZY}`);
  folder.write("lazy.ts", `export const text = "lazy";`);
  const files = await bundleProgram({ entry, folder: join(folder.path, "out") });

  assert.deepEqual(files.map(({ name, isEager }) => [name.replace(/-\w+/, ""), isEager]), [
    ["main.js", true],
    ["lazy.js", false],
  ]);
  assert.deepEqual(scripts(folder.path), files.map(({ name }) => name).sort());
  assert.equal(await run(join(folder.path, "out", "main.js"), "lazy"), "eager\nlazy\n");
});

Deno.test("bundleProgram() puts all that a start reads into one script", async () => {
  using folder = temporaryFolder();
  const entry = folder.write(
    "main.ts",
    `import { shared } from "./shared.ts";\nconsole.log(shared);\n${LAZY}`,
  );
  folder.write("lazy.ts", `import { shared } from "./shared.ts";\nexport const text = shared;`);
  folder.write("shared.ts", `export const shared = "in both";`);
  const files = await bundleProgram({ entry, folder: join(folder.path, "out") });

  const names = files.map(({ name, isEager }) => [name.replace(/-\w+/, ""), isEager]);
  assert.deepEqual(names, [["main.js", true], ["lazy.js", false]]);
  assert.equal(await run(join(folder.path, "out", "main.js"), "lazy"), "in both\nin both\n");
});

Deno.test("bundleProgram() finds parts in other folders, and what they load in turn", async () => {
  using folder = temporaryFolder();
  const entry = folder.write("src/main.ts", `console.log((await import("./deep/part.ts")).text);`);
  folder.write("src/deep/part.ts", `export const text = (await import("../other/last.ts")).text;`);
  folder.write("src/other/last.ts", `export const text = "deep";`);
  await bundleProgram({ entry, folder: join(folder.path, "out") });

  assert.equal(await run(join(folder.path, "out", "main.js")), "deep\n");
});

Deno.test("bundleProgram() removes the scripts of the bundle before, and nothing else", async () => {
  using folder = temporaryFolder();
  const entry = folder.write("main.ts", LAZY);
  folder.write("lazy.ts", `export const text = "old";`);
  const old = await bundleProgram({ entry, folder: join(folder.path, "out") });
  folder.write("out/bin/eksauth", "a binary");
  folder.write("lazy.ts", `export const text = "new";`);
  const fresh = await bundleProgram({ entry, folder: join(folder.path, "out") });

  assert.notDeepEqual(fresh, old);
  assert.deepEqual(scripts(folder.path), ["bin", ...fresh.map(({ name }) => name)].sort());
  assert.equal(await run(join(folder.path, "out", "main.js"), "lazy"), "new\n");
});

Deno.test("bundleProgram() leaves everything as it was when the bundler fails", async () => {
  using folder = temporaryFolder();
  const entry = folder.write("main.ts", `console.log("works");`);
  await bundleProgram({ entry, folder: join(folder.path, "out") });
  folder.write("main.ts", `console.log("does not`);
  await assert.rejects(bundleProgram({ entry, folder: join(folder.path, "out") }), {
    name: "ScriptError",
    message: /^Cannot bundle ".*main\.ts": the bundler failed\n/,
  });

  assert.deepEqual(scripts(folder.path), ["main.js"]);
  assert.equal(await run(join(folder.path, "out", "main.js")), "works\n");
});

Deno.test("bundleProgram() hides from Deno what is imported later, unless it has to see it", async () => {
  using folder = temporaryFolder();
  const entry = folder.write("main.ts", LAZY);
  folder.write("lazy.ts", `export const text = "lazy";`);
  const seen = async (lazyImports: "hidden" | "visible"): Promise<number> => {
    await bundleProgram({ entry, folder: join(folder.path, "out"), lazyImports });
    const script = join(folder.path, "out", "main.js");
    assert.equal(await run(script, "lazy"), "lazy\n");
    const { stdout } = await runCommand([Deno.execPath(), "info", "--json", "--no-config", script]);
    return (JSON.parse(stdout) as { readonly modules: readonly unknown[] }).modules.length;
  };

  assert.equal(await seen("hidden"), 1);
  assert.equal(await seen("visible"), 2);
});

Deno.test("deno task bundle: tells sizes, and refuses a flag that it does not know", async () => {
  using folder = temporaryFolder();
  const bundled = await runScript("bundle.ts", ["--out", folder.path]);
  assert.equal(bundled.code, 0, bundled.stderr);
  assert.match(bundled.stdout, /^ +\d+\.\d KiB {2}.*main\.js {2}\(every start\)$/m);
  assert.match(bundled.stderr, /^Every start reads 1 file, \d+\.\d KiB of \d+\.\d KiB\n$/);

  const refused = await runScript("bundle.ts", ["--ouch"]);
  assert.deepEqual(refused, { code: 2, stdout: "", stderr: "error: Unknown option '--ouch'\n" });
});

function scripts(folder: string): readonly string[] {
  return [...Deno.readDirSync(join(folder, "out"))].map(({ name }) => name).sort();
}

async function run(script: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", "--allow-read", script, ...args],
  }).output();
  return new TextDecoder().decode(stdout);
}
