/**
 * Every path that eksauth reads or writes without being told. On the token path.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { absolutePath } from "../runtime/paths.ts";
import type { Runtime } from "../runtime/runtime.ts";

type Surroundings = Pick<Runtime, "env" | "program">;

/**
 * The user's home folder: `HOME`, on Windows `USERPROFILE`.
 *
 * @throws `config_invalid` when the variable is not set
 */
export function homeFolder(runtime: Surroundings): string {
  const home = runtime.env(homeVariable(runtime));
  if (home) return home;
  throw homeMissing(runtime);
}

/** The error for what cannot be done without a home folder. */
export function homeMissing(runtime: Surroundings): EksauthError {
  const variable = homeVariable(runtime);
  return new EksauthError(
    "config_invalid",
    `Cannot find the home folder: ${variable} is not set`,
    { hint: `Set ${variable} to a folder that eksauth may write to` },
  );
}

/**
 * Whether `path` was to be in the home folder, and there is none. In small containers keys come from the
 * environment and nothing else is needed: such a path can be looked at, and neither is nor becomes anything.
 */
export function isNowhere(path: string, runtime: Surroundings): boolean {
  return path.startsWith(join([nowhere(runtime), ""], runtime));
}

/**
 * The AWS config file, absolute: `AWS_CONFIG_FILE` with `~` and `$VARIABLES` expanded, else `~/.aws/config`. Without
 * a home folder it {@linkcode isNowhere}, like all that follow.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
 */
export function awsConfigFile(runtime: Surroundings): string {
  const configured = runtime.env("AWS_CONFIG_FILE");
  return configured ? expandPath(configured, runtime) : inHomeIfAny([".aws", "config"], runtime);
}

/**
 * The AWS credentials file, absolute: `AWS_SHARED_CREDENTIALS_FILE` expanded in the same way, else
 * `~/.aws/credentials`.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html
 */
export function awsCredentialsFile(runtime: Surroundings): string {
  const configured = runtime.env("AWS_SHARED_CREDENTIALS_FILE");
  return configured
    ? expandPath(configured, runtime)
    : inHomeIfAny([".aws", "credentials"], runtime);
}

/**
 * The folder for what eksauth can make again: `$XDG_CACHE_HOME/eksauth`, else `~/.cache/eksauth`; on Windows
 * `%LOCALAPPDATA%\eksauth`.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function cacheFolder(runtime: Surroundings): string {
  return isWindows(runtime)
    ? join([localAppData(runtime), "eksauth"], runtime)
    : xdgFolder({ variable: "XDG_CACHE_HOME", fallback: [".cache"] }, runtime);
}

/**
 * The folder for what eksauth has to remember: `$XDG_STATE_HOME/eksauth`, else `~/.local/state/eksauth`; on
 * Windows `%LOCALAPPDATA%\eksauth\state`.
 *
 * @see https://specifications.freedesktop.org/basedir-spec/latest/
 */
export function stateFolder(runtime: Surroundings): string {
  return isWindows(runtime)
    ? join([localAppData(runtime), "eksauth", "state"], runtime)
    : xdgFolder({ variable: "XDG_STATE_HOME", fallback: [".local", "state"] }, runtime);
}

/**
 * `path` absolute, with a leading `~` and every `$NAME`, `${NAME}` (on Windows also `%NAME%`) replaced.
 * A variable that is not set stays as it is written, and so does `~somebody`.
 */
export function expandPath(path: string, runtime: Surroundings): string {
  const variables = isWindows(runtime) ? /\$\w+|\$\{\w+\}|%[^%=]+%/g : /\$\w+|\$\{\w+\}/g;
  const expanded = path.replace(
    variables,
    (written) => runtime.env(written.replace(/[${}%]/g, "")) ?? written,
  );
  if (expanded === "~") return homeFolder(runtime);
  const isInHome = isWindows(runtime) ? /^~[\\/]/.test(expanded) : expanded.startsWith("~/");
  return isInHome ? inHome([expanded.slice(2)], runtime) : absolutePath(expanded);
}

function xdgFolder(
  { variable, fallback }: { readonly variable: string; readonly fallback: readonly string[] },
  runtime: Surroundings,
): string {
  const configured = runtime.env(variable);
  // The specification wants relative paths ignored.
  return configured?.startsWith("/")
    ? join([configured, "eksauth"], runtime)
    : inHomeIfAny([...fallback, "eksauth"], runtime);
}

function localAppData(runtime: Surroundings): string {
  return runtime.env("LOCALAPPDATA") || inHomeIfAny(["AppData", "Local"], runtime);
}

function inHome(names: readonly string[], runtime: Surroundings): string {
  return join([homeFolder(runtime), ...names], runtime);
}

function inHomeIfAny(names: readonly string[], runtime: Surroundings): string {
  const home = runtime.env(homeVariable(runtime));
  return join([home || nowhere(runtime), ...names], runtime);
}

/** Below a file nothing can be, and the program itself is one on every system. Of `/dev/null` Deno lets nobody ask. */
function nowhere(runtime: Surroundings): string {
  return runtime.program.executablePath();
}

function homeVariable(runtime: Surroundings): string {
  return isWindows(runtime) ? "USERPROFILE" : "HOME";
}

/** The path below `folder`, which may end in a separator, or be nothing but one. */
function join([folder, ...names]: readonly string[], runtime: Surroundings): string {
  const separator = isWindows(runtime) ? "\\" : "/";
  // Without regular expressions, whose first use costs the token path more than all of this.
  const start = folder?.endsWith("/") || folder?.endsWith(separator) ? folder.slice(0, -1) : folder;
  return [start, ...names].join(separator);
}

function isWindows(runtime: Surroundings): boolean {
  return runtime.program.os === "windows";
}
