/**
 * The programs on this machine that do what eksauth does.
 *
 * @module
 */

import { delimiter, join } from "node:path";

/** A rival and how it calls itself. */
export interface Rival {
  /** As shown: `aws v2 (2.36.7)`. */
  readonly name: string;
  readonly path: string;
  /** The version as it is told, empty when the program does not say. */
  readonly version: string;
}

/** Every AWS CLI on the `PATH`, each once, in the order of the `PATH`. */
export function findAwsClis(): readonly Rival[] {
  return findPrograms("aws").map((path) => {
    const version = /aws-cli\/(\S+)/.exec(say([path, "--version"]))?.[1] ?? "";
    return {
      name: `aws v${version.split(".")[0] || "?"} (${version || "unknown"})`,
      path,
      version,
    };
  });
}

/** The first aws-iam-authenticator on the `PATH`. */
export function findIamAuthenticator(): Rival | undefined {
  const [path] = findPrograms("aws-iam-authenticator");
  if (path === undefined) return undefined;
  const version = /"Version":"([^"]+)"/.exec(say([path, "version"]))?.[1] ?? "";
  return { name: `aws-iam-authenticator (${version || "unknown"})`, path, version };
}

/** The first kubectl on the `PATH`. */
export function findKubectl(): Rival | undefined {
  const [path] = findPrograms("kubectl");
  if (path === undefined) return undefined;
  const version = /Client Version: v?(\S+)/.exec(say([path, "version", "--client"]))?.[1] ?? "";
  return { name: `kubectl (${version || "unknown"})`, path, version };
}

function findPrograms(name: string): readonly string[] {
  const file = Deno.build.os === "windows" ? `${name}.exe` : name;
  const found = new Map<string, string>();
  for (const folder of (Deno.env.get("PATH") ?? "").split(delimiter)) {
    const path = behindShim(join(folder, file));
    if (path === undefined) continue;
    const real = Deno.realPathSync(path);
    if (!found.has(real)) found.set(real, path);
  }
  return [...found.values()];
}

/**
 * The program itself where `path` is one of pyenv's shims: the shim is a shell script that would be timed
 * along with it. `undefined` when there is nothing to run.
 */
function behindShim(path: string): string | undefined {
  try {
    if (!Deno.statSync(path).isFile) return undefined;
  } catch {
    return undefined;
  }
  if (!path.includes("/.pyenv/shims/")) return path;
  return say(["pyenv", "which", path.slice(path.lastIndexOf("/") + 1)]).trim() || undefined;
}

function say([program = "", ...args]: readonly string[]): string {
  try {
    const { stdout, stderr } = new Deno.Command(program, { args, stdin: "null" }).outputSync();
    // Version 1 of the AWS CLI on old Pythons told its version on stderr.
    return new TextDecoder().decode(stdout) || new TextDecoder().decode(stderr);
  } catch {
    return "";
  }
}
