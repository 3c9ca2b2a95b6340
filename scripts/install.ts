/**
 * Installs `eksauth` from this checkout: the bundle, the Deno that runs this script, and a launcher on the
 * `PATH`.
 *
 *     deno task install [--bin DIR] [--dry-run]
 *     deno task install --uninstall [--bin DIR] [--dry-run]
 *
 * @module
 */

import { basename, delimiter, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { VERSION } from "../src/version.ts";
import { runScript, ScriptError, talk } from "./script.ts";
import { bundleProgram } from "./bundle.ts";
import {
  homeFolder,
  keepDeno,
  keepProgram,
  launchOf,
  type Place,
  placeOf,
  refuseForeign,
  removeOutdated,
  writeLauncher,
} from "./installation.ts";
import { type Launch, quoteForShell } from "./launcher.ts";

const env = (variable: string): string | undefined => Deno.env.get(variable);

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      bin: { type: "string" },
      "dry-run": { type: "boolean" },
      uninstall: { type: "boolean" },
    },
  });
  const bin = resolve(values.bin ?? join(homeFolder(env), ".local", "bin"));
  const place = placeOf(bin, env);
  refuseForeign(place.launcher);
  const isDryRun = values["dry-run"] ?? false;
  if (values.uninstall) return uninstall(place, { isDryRun });
  if (isDryRun) return talk(`Would write ${place.launcher}\nWould fill  ${place.folder}`);
  await install(place);
  advise(place.launcher);
}

async function install(place: Place): Promise<void> {
  Deno.mkdirSync(place.folder, { recursive: true });
  const bundle = Deno.makeTempDirSync({ prefix: "eksauth-install-" });
  try {
    await bundleProgram({ folder: bundle });
    const script = keepProgram(bundle, place.folder);
    const deno = keepDeno(Deno.execPath(), place.folder);
    const launch = launchOf(place.launcher, { deno: deno.path, script });
    tryOut(launch);
    writeLauncher(launch);
    removeOutdated(place.folder, launch);
    talk(`Installed eksauth ${VERSION}: ${place.launcher}`);
    talk(`Its files: ${place.folder} (Deno ${Deno.version.deno} ${DENO_IS[deno.how]})`);
  } finally {
    Deno.removeSync(bundle, { recursive: true });
  }
}

const DENO_IS = {
  linked: "is linked there: it stays when npm's cache is emptied",
  copied: "is copied there, 95 MB: it stays when npm's cache is emptied",
  kept: "was there already",
} as const;

/** Runs the new files before the launcher leads to them. */
function tryOut({ deno, args, script, env }: Launch): void {
  const { success, stdout, stderr } = new Deno.Command(deno, {
    args: [...args, script, "version"],
    env,
  }).outputSync();
  if (success && new TextDecoder().decode(stdout).includes(VERSION)) return;
  throw new ScriptError(
    `Cannot install eksauth: "eksauth version" failed, and nothing was changed\n${
      new TextDecoder().decode(stderr).trim()
    }`,
  );
}

/** Tells what the shell needs to find the launcher, where it does not find it yet. */
function advise(launcher: string): void {
  const bin = dirname(launcher);
  const folders = (env("PATH") ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = folders.map((folder) => join(folder, basename(launcher))).find(isFile);
  if (found === launcher) return;
  if (found !== undefined) {
    talk(`warning: The shell finds ${found} first`);
    return;
  }
  talk(`${bin} is not on the PATH. To put it there, in this shell and in its startup file:`);
  talk(`    ${pathCommand(bin)}`);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

function pathCommand(bin: string): string {
  if (Deno.build.os === "windows") return `$env:Path = "${bin};$env:Path"`;
  return env("SHELL")?.endsWith("/fish")
    ? `fish_add_path ${quoteForShell(bin)}`
    : `export PATH=${quoteForShell(bin)}:"$PATH"`;
}

function uninstall(place: Place, { isDryRun }: { readonly isDryRun: boolean }): void {
  const there = [place.launcher, place.folder].filter(exists);
  for (const path of there) {
    if (!isDryRun) Deno.removeSync(path, { recursive: true });
    talk(`${isDryRun ? "Would remove" : "Removed"} ${path}`);
  }
  talk(
    there.length === 0
      ? `Nothing is installed at ${place.launcher}`
      : "Kubeconfigs and cached credentials stay as they are",
  );
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

if (import.meta.main) await runScript(main);
