/**
 * Which files are the kubeconfig.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { absolutePath, joinPath } from "../runtime/paths.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** What was asked for. */
export interface KubeconfigRequest {
  /** The value of `--kubeconfig`: one file, whatever its name. */
  readonly kubeconfig?: string | undefined;
}

/**
 * Absolute paths of the kubeconfig files in the order in which kubectl reads them; at least one. They need not
 * exist.
 *
 * From the flag, else from `KUBECONFIG`, a list with empty elements left out, else `~/.kube/config`. A leading
 * `~` is the home folder, for the shell does not expand it behind `--kubeconfig=`.
 *
 * @throws `config_invalid` when the home folder is needed and unknown
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 */
export function kubeconfigPaths(
  { kubeconfig }: KubeconfigRequest,
  runtime: Pick<Runtime, "env" | "program">,
): readonly string[] {
  if (kubeconfig !== undefined && kubeconfig.trim() !== "") return [expand(kubeconfig, runtime)];
  const separator = runtime.program.os === "windows" ? ";" : ":";
  const listed = (runtime.env("KUBECONFIG") ?? "").split(separator)
    .filter((path) => path.trim() !== "");
  const paths = listed.length === 0 ? ["~/.kube/config"] : listed;
  return [...new Set(paths.map((path) => expand(path, runtime)))];
}

function expand(path: string, runtime: Pick<Runtime, "env" | "program">): string {
  const home = /^~(?:[\\/]+|$)/.exec(path);
  if (home === null) return absolutePath(path);
  const rest = path.slice(home[0].length);
  return rest === "" ? homeFolder(runtime) : joinPath(homeFolder(runtime), rest);
}

/** client-go asks Windows for the same variables. */
function homeFolder(runtime: Pick<Runtime, "env" | "program">): string {
  const value = (variable: string): string => runtime.env(variable) ?? "";
  const home = value("HOME") ||
    (runtime.program.os === "windows"
      ? value("USERPROFILE") || value("HOMEDRIVE") + value("HOMEPATH")
      : "");
  if (home !== "") return home;
  throw new EksauthError("config_invalid", "Cannot find the kubeconfig: HOME is not set", {
    hint: "Set KUBECONFIG, or name the file with --kubeconfig",
  });
}
