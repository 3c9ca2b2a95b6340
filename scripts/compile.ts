/**
 * Makes one file per operating system and processor that needs nothing else: Deno's runtime with the bundle
 * inside.
 *
 *     deno task compile [--target TRIPLE]… [--all] [--out DIR]
 *
 * The runtime, `denort`, comes from Deno's download server and stays in Deno's cache. Where that server cannot
 * be reached, `DENORT_BIN` names a `denort` that was brought along.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { basename, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { DENO_PERMISSIONS, V8_FLAGS } from "../src/runtime/own_command.ts";
import { VERSION } from "../src/version.ts";
import { denoMessage, print, runScript, ScriptError, talk } from "./script.ts";
import { bundleProgram, PROJECT } from "./bundle.ts";

/** Every target that Deno 2.9.6 compiles for. */
export const TARGETS: readonly string[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
  "aarch64-pc-windows-msvc",
];

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      target: { type: "string", multiple: true },
      all: { type: "boolean" },
      out: { type: "string" },
    },
  });
  const targets = chooseTargets(values);
  const out = resolve(values.out ?? join(PROJECT, "dist", "bin"));
  await Deno.mkdir(out, { recursive: true });
  const work = await Deno.makeTempDir({ dir: out, prefix: ".compile-" });
  try {
    await bundleProgram({ folder: work, lazyImports: "visible" });
    for (const target of targets) {
      const binary = join(work, binaryName(target));
      print(await compile({ script: join(work, "main.js"), target, binary }));
      if (target === Deno.build.target) tryOut(binary);
      await Deno.rename(binary, join(out, binaryName(target)));
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  const sums = join(out, "SHA256SUMS");
  Deno.writeTextFileSync(sums, checksums(out));
  talk(`Wrote ${targets.length} of them to ${relative(Deno.cwd(), out) || "."}, and ${sums}`);
}

interface Choice {
  readonly target?: readonly string[] | undefined;
  readonly all?: boolean | undefined;
}

function chooseTargets({ target, all }: Choice): readonly string[] {
  if (all && target) throw new ScriptError("Give --all or --target, not both", { exitCode: 2 });
  const targets = all ? TARGETS : target ?? [Deno.build.target];
  for (const name of targets) {
    if (TARGETS.includes(name)) continue;
    throw new ScriptError(`Cannot compile for "${name}": Deno ${Deno.version.deno} does not`, {
      hint: `One of ${TARGETS.join(", ")}`,
      exitCode: 2,
    });
  }
  if (targets.length > 1 && Deno.env.get("DENORT_BIN")) {
    throw new ScriptError(
      "Cannot compile for several targets with DENORT_BIN: it is made for one",
      {
        hint: "Name that one with --target",
        exitCode: 2,
      },
    );
  }
  return targets;
}

/** The file name of the binary for `target`. */
export function binaryName(target: string): string {
  return `eksauth-${target}${target.includes("windows") ? ".exe" : ""}`;
}

interface Compilation {
  readonly script: string;
  readonly target: string;
  readonly binary: string;
}

/** Compiles, and gives what Deno says of it: the list of embedded files. */
async function compile({ script, target, binary }: Compilation): Promise<string> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "compile",
      "--no-config",
      "--no-lock",
      "--no-check",
      "--no-remote",
      "--no-npm",
      // A compiled program keeps its bytecode in a file of a guessable name in the temporary folder, and
      // believes what it finds there. The token path is too small to gain from it.
      "--no-code-cache",
      V8_FLAGS,
      ...DENO_PERMISSIONS,
      `--target=${target}`,
      `--output=${binary}`,
      script,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const said = denoMessage(stderr);
  if (success) return said;
  throw /denort|error sending request/.test(said) ? runtimeMissing(target, said) : new ScriptError(
    `Cannot compile for ${target}: ${said}`,
  );
}

function runtimeMissing(target: string, said: string): ScriptError {
  const version = Deno.version.deno;
  const path = Deno.env.get("DENORT_BIN");
  if (path) {
    return new ScriptError(
      `Cannot compile for ${target}: DENORT_BIN names "${path}", which cannot be read`,
      {
        hint: `DENORT_BIN has to name the denort of Deno ${version} for ${target}`,
      },
    );
  }
  const reason = /dns error|tcp connect|timed out|unreachable/i.test(said)
    ? "the download server of Deno cannot be reached"
    : "the download server of Deno did not deliver it";
  return new ScriptError(
    `Cannot compile for ${target}: Deno's runtime for it is not on this machine, and ${reason}`,
    {
      hint:
        `Unpack denort-${target}.zip of Deno's release ${version} and run: DENORT_BIN=/path/to/denort deno task compile --target ${target}`,
    },
  );
}

/** Runs the binary of this machine, so that none is handed out that does not start. */
function tryOut(binary: string): void {
  const { success, stdout } = new Deno.Command(binary, { args: ["version"] }).outputSync();
  if (success && new TextDecoder().decode(stdout).includes(VERSION)) return;
  if (!Deno.env.get("DENORT_BIN")) {
    throw new ScriptError(`Cannot hand out ${basename(binary)}: "eksauth version" failed`);
  }
  talk(
    `warning: ${
      basename(binary)
    } does not run eksauth: DENORT_BIN names a program that is not denort`,
  );
}

/** The SHA-256 of every binary in `folder`, in the form that `sha256sum --check` reads. */
function checksums(folder: string): string {
  return [...Deno.readDirSync(folder)]
    .map(({ name }) => name)
    .filter((name) => name.startsWith("eksauth-"))
    .sort()
    .map((name) => {
      const hash = createHash("sha256").update(Deno.readFileSync(join(folder, name)));
      return `${hash.digest("hex")}  ${name}\n`;
    })
    .join("");
}

if (import.meta.main) await runScript(main);
