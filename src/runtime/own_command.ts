/**
 * How to start this program again: what a kubeconfig has to say for kubectl to run it from any folder.
 *
 * @module
 */

import type { Runtime } from "./runtime.ts";

/** A command line without the verb. */
export interface OwnCommand {
  /** Absolute path of an executable. */
  readonly command: string;
  /** What has to stand before the verb. */
  readonly args: readonly string[];
  /** Environment variables that have to be set. */
  readonly variables: readonly (readonly [name: string, value: string])[];
}

/**
 * The permissions that a token needs, whichever way it is made. The environment is open as a whole because
 * AWS's file paths may name any variable; hosts cannot be listed because endpoints are configurable. Nothing may
 * be run, loaded as native code, or imported.
 */
export const TOKEN_PERMISSIONS: readonly string[] = [
  "--no-prompt",
  "--allow-env",
  "--allow-read",
  "--allow-write",
  "--allow-net",
  // To see that a cache file belongs to this user.
  "--allow-sys=uid",
];

/** The permissions that the whole program needs: a sign-in starts the browser, and `BROWSER` may name any program. */
export const DENO_PERMISSIONS: readonly string[] = [...TOKEN_PERMISSIONS, "--allow-run"];

/** How V8 starts quickest. */
export const V8_FLAGS = "--v8-flags=--no-lazy,--single-threaded";

/** Keeps Deno from looking for anything beside the bundled script: it is whole. */
export const DENO_BUNDLE_FLAGS: readonly string[] = [
  "--no-config",
  "--no-lock",
  "--no-check",
  "--no-remote",
  "--no-npm",
  "--cached-only",
  // The store of compiled code is a database, opened at every start; the token path is too small to gain from
  // it: without, a token takes about 1 ms of 22 less.
  "--no-code-cache",
  // Compiling the one script whole is quicker than finding its functions first and compiling them one by one,
  // and threads that help with long work are in the way of short work: a token takes 4 % less time, a change of
  // a kubeconfig with 1,000 clusters 10 % more.
  V8_FLAGS,
];

/** Deno looks for a newer Deno on a server that is none of AWS's, unless it is told not to. */
const DENO_VARIABLES = [["DENO_NO_UPDATE_CHECK", "1"]] as const;

/**
 * The command that starts this program again.
 *
 * A compiled binary is named by the path on `PATH` that leads to it, if one does: package managers move the
 * file itself with every upgrade and keep that path. An installed launcher names itself in
 * `EKSAUTH_LAUNCHER`. From source it is Deno with the script.
 */
export function ownCommand(runtime: Pick<Runtime, "env" | "program">): OwnCommand {
  const { program } = runtime;
  if (program.standalone) {
    const executable = program.executablePath();
    return { command: stablePath(executable, runtime) ?? executable, args: [], variables: [] };
  }
  const launcher = runtime.env("EKSAUTH_LAUNCHER");
  if (launcher !== undefined && isSameFile(launcher, launcher)) {
    return { command: launcher, args: [], variables: [] };
  }
  const script = program.scriptPath();
  const flags = script.endsWith(".js") ? DENO_BUNDLE_FLAGS : ["--quiet"];
  return {
    command: program.executablePath(),
    args: ["run", ...flags, ...TOKEN_PERMISSIONS, script],
    variables: DENO_VARIABLES,
  };
}

function stablePath(
  executable: string,
  runtime: Pick<Runtime, "env" | "program">,
): string | undefined {
  const isWindows = runtime.program.os === "windows";
  const fileName = executable.slice(
    Math.max(executable.lastIndexOf("/"), executable.lastIndexOf("\\")) + 1,
  );
  for (const folder of (runtime.env("PATH") ?? "").split(isWindows ? ";" : ":")) {
    if (!(isWindows ? /^([A-Za-z]:|\\\\)/ : /^\//).test(folder)) continue;
    const candidate = `${folder.replace(/[/\\]$/, "")}${isWindows ? "\\" : "/"}${fileName}`;
    if (isSameFile(candidate, executable)) return candidate;
  }
  return undefined;
}

function isSameFile(path: string, other: string): boolean {
  try {
    return Deno.realPathSync(path) === Deno.realPathSync(other);
  } catch {
    return false;
  }
}
