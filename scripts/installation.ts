/**
 * Where an installation lies, and the steps that put it there and take it away.
 *
 * Everything an installation needs is in one folder of its own: no bundle in a checkout that changes under
 * it, no Deno in a cache that npm may clean. Nothing that runs is ever written to in place.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { VERSION } from "../src/version.ts";
import { ScriptError } from "./script.ts";
import { isLauncher, type Launch, posixLauncher, windowsLauncher } from "./launcher.ts";
import { RUN_ENV, RUN_FLAGS } from "./run_flags.ts";

/** The paths of one installation, absolute. */
export interface Place {
  /** The file on the `PATH`. */
  readonly launcher: string;
  /** The folder with the program and its Deno. It belongs to this launcher alone. */
  readonly folder: string;
}

/**
 * The place of the installation whose launcher lies in `bin`.
 *
 * The folder carries a hash of the launcher's path, so that two installations never clean up each other.
 */
export function placeOf(bin: string, env: (variable: string) => string | undefined): Place {
  const isWindows = Deno.build.os === "windows";
  const launcher = join(bin, isWindows ? "eksauth.cmd" : "eksauth");
  const id = createHash("sha256").update(launcher).digest("hex").slice(0, 12);
  return { launcher, folder: join(dataFolder(env), "eksauth", `installed-${id}`) };
}

function dataFolder(env: (variable: string) => string | undefined): string {
  if (Deno.build.os === "windows") {
    return join(env("LOCALAPPDATA") ?? join(homeFolder(env), "AppData", "Local"), "Programs");
  }
  const configured = env("XDG_DATA_HOME");
  // The XDG specification wants relative paths ignored.
  return configured?.startsWith("/") ? configured : join(homeFolder(env), ".local", "share");
}

/**
 * The home folder.
 *
 * @throws {ScriptError} when the environment does not tell
 */
export function homeFolder(env: (variable: string) => string | undefined): string {
  const variable = Deno.build.os === "windows" ? "USERPROFILE" : "HOME";
  const home = env(variable);
  if (home) return home;
  throw new ScriptError(`Cannot find the home folder: ${variable} is not set`, { exitCode: 2 });
}

/** What {@linkcode keepDeno} did. */
export interface KeptDeno {
  readonly path: string;
  /** `linked` takes no room on the disk, `copied` about 95 MB; `kept` was there already. */
  readonly how: "linked" | "copied" | "kept";
}

/**
 * Keeps a Deno in `folder`, so that the installation outlives an emptied npm cache and an upgrade of Deno.
 * A hard link where the file system can make one, else a copy.
 */
export function keepDeno(source: string, folder: string): KeptDeno {
  const suffix = Deno.build.os === "windows" ? ".exe" : "";
  const path = join(folder, `deno-${Deno.version.deno}${suffix}`);
  if (sizeOf(path) === sizeOf(source)) return { path, how: "kept" };
  const fresh = `${path}.${crypto.randomUUID()}`;
  let how: KeptDeno["how"] = "linked";
  try {
    Deno.linkSync(source, fresh);
  } catch {
    // Another file system, or one without links, or a file that the system lets only its owner link.
    Deno.copyFileSync(source, fresh);
    how = "copied";
  }
  Deno.renameSync(fresh, path);
  return { path, how };
}

function sizeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).size;
  } catch {
    return undefined;
  }
}

/** Copies the bundle in `bundle` to a folder of its own inside `folder`, and gives the path of its first file. */
export function keepProgram(bundle: string, folder: string): string {
  const names = [...Deno.readDirSync(bundle)].map((entry) => entry.name).sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(name).update(Deno.readFileSync(join(bundle, name)));
  const target = join(folder, `program-${VERSION}-${hash.digest("hex").slice(0, 12)}`);
  Deno.mkdirSync(target, { recursive: true });
  for (const name of names) {
    const fresh = join(target, `${name}.${crypto.randomUUID()}`);
    Deno.copyFileSync(join(bundle, name), fresh);
    Deno.renameSync(fresh, join(target, name));
  }
  return join(target, "main.js");
}

/** The launch of `script` with the flags and environment that every installed eksauth gets. */
export function launchOf(
  launcher: string,
  { deno, script }: Pick<Launch, "deno" | "script">,
): Launch {
  return { launcher, deno, script, args: ["run", ...RUN_FLAGS], env: RUN_ENV };
}

/**
 * Exchanges the launcher by rename: whoever starts it gets the old one or the new one.
 *
 * @throws {ScriptError} when something else is in its place
 */
export function writeLauncher(launch: Launch): void {
  refuseForeign(launch.launcher);
  Deno.mkdirSync(dirname(launch.launcher), { recursive: true });
  const text = Deno.build.os === "windows"
    ? windowsLauncher(launch, Deno.env.get("LOCALAPPDATA"))
    : posixLauncher(launch);
  const fresh = `${launch.launcher}.${crypto.randomUUID()}`;
  Deno.writeTextFileSync(fresh, text, { mode: 0o755 });
  // The mode above is cut by the umask; a launcher that cannot be run is of no use.
  if (Deno.build.os !== "windows") Deno.chmodSync(fresh, 0o755);
  Deno.renameSync(fresh, launch.launcher);
}

/**
 * Makes sure that `launcher` is free or was written by this script.
 *
 * @throws {ScriptError} when it is something else
 */
export function refuseForeign(launcher: string): void {
  let text: string;
  try {
    text = Deno.readTextFileSync(launcher);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    text = "";
  }
  if (isLauncher(text)) return;
  throw new ScriptError(`Cannot replace or remove "${launcher}": this script did not write it`, {
    hint: "Move it away, or name another folder with --bin",
  });
}

/**
 * Removes what older installations left in `folder`. The program that came before this one stays until the
 * next time: it may be running, and loads its parts when it needs them.
 */
export function removeOutdated(
  folder: string,
  { deno, script }: Pick<Launch, "deno" | "script">,
): void {
  const byAge = [...Deno.readDirSync(folder)]
    .map(({ name }) => ({
      path: join(folder, name),
      changedMs: Deno.lstatSync(join(folder, name)).mtime?.getTime() ?? 0,
    }))
    .filter(({ path }) => path !== deno && path !== dirname(script))
    .sort((a, b) => b.changedMs - a.changedMs);
  const previous = byAge.find(({ path }) => Deno.lstatSync(path).isDirectory);
  for (const entry of byAge) {
    if (entry === previous) continue;
    try {
      Deno.removeSync(entry.path, { recursive: true });
    } catch {
      // Windows does not let go of a file that runs. The next installation tries again.
    }
  }
}
