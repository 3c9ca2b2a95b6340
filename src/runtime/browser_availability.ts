/**
 * Whether a browser started from here can work, and come back to this machine.
 *
 * @module
 */

import { readFileBytes } from "./files.ts";
import type { Runtime } from "./runtime.ts";
import { pathExists } from "./shared_file.ts";

/** Whether to sign in through a browser on this machine. */
export type BrowserAvailability =
  | { readonly canOpen: true }
  | {
    readonly canOpen: false;
    /** Why not: one sentence for a person, without a full stop. */
    readonly reason: string;
  };

/** What the machine's own files tell about it. */
export interface MachineFacts {
  /** Whether this is a container without a desktop of its own. */
  readonly isContainer: boolean;
  /** Whether this is Linux on Windows, and whether Windows programs can be started from it. */
  readonly wsl: "none" | "interop" | "no_interop";
}

/**
 * Whether a browser can be opened, judged by what is known before trying.
 *
 * In doubt the answer is no: a sign-in by device code works anywhere, while a browser on another machine ends
 * at an address that nobody answers.
 */
export function browserAvailability(
  facts: MachineFacts,
  runtime: Pick<Runtime, "env" | "program">,
): BrowserAvailability {
  const reason = remoteReason(facts, runtime) ?? displayReason(facts, runtime);
  return reason === undefined ? { canOpen: true } : { canOpen: false, reason };
}

/** Reads the {@linkcode MachineFacts} below `root`, the empty string for the machine itself. */
export function readMachineFacts(root: string, runtime: Pick<Runtime, "env">): MachineFacts {
  return {
    // Toolbox is a container that shares the desktop and the network of its host.
    isContainer: !pathExists(`${root}/run/.toolboxenv`) &&
      (pathExists(`${root}/.dockerenv`) || pathExists(`${root}/run/.containerenv`)),
    wsl: readWsl(root, runtime),
  };
}

/** Whether a build server runs this program: `CI` set, and not to `false` or `0`. */
export function isContinuousIntegration(runtime: Pick<Runtime, "env">): boolean {
  return !["", "0", "false"].includes((runtime.env("CI") ?? "").toLowerCase());
}

const ELSEWHERE = "the browser is on another machine";

/** Environments whose person sits in front of another machine: a variable, a value where it matters, a sentence. */
const REMOTE_ENVIRONMENTS: readonly {
  readonly variable: string;
  readonly value?: string;
  readonly reason: string;
}[] = [
  { variable: "CODESPACES", reason: `This is a GitHub Codespace: ${ELSEWHERE}` },
  { variable: "GITPOD_WORKSPACE_ID", reason: `This is a Gitpod workspace: ${ELSEWHERE}` },
  { variable: "CLOUD_SHELL", reason: `This is Google Cloud Shell: ${ELSEWHERE}` },
  { variable: "ACC_CLOUD", reason: `This is Azure Cloud Shell: ${ELSEWHERE}` },
  {
    variable: "AWS_EXECUTION_ENV",
    value: "CloudShell",
    reason: `This is AWS CloudShell: ${ELSEWHERE}`,
  },
  {
    variable: "KUBERNETES_SERVICE_HOST",
    reason: "This is a Kubernetes pod: there is no browser in it",
  },
  { variable: "SSH_CONNECTION", reason: `This is an SSH session: ${ELSEWHERE}` },
  { variable: "SSH_TTY", reason: `This is an SSH session: ${ELSEWHERE}` },
];

function remoteReason(facts: MachineFacts, runtime: Pick<Runtime, "env">): string | undefined {
  if (isContinuousIntegration(runtime)) return "CI is set: nobody is there to use a browser";
  for (const { variable, value, reason } of REMOTE_ENVIRONMENTS) {
    if (value === undefined ? isSet(variable, runtime) : runtime.env(variable) === value) {
      return reason;
    }
  }
  // Distrobox shares the desktop and the network of its host, and says so in no file.
  if (facts.isContainer && !isSet("DISTROBOX_ENTER_PATH", runtime)) {
    return "This is a container: there is no browser in it";
  }
  return undefined;
}

function displayReason(
  facts: MachineFacts,
  runtime: Pick<Runtime, "env" | "program">,
): string | undefined {
  if (runtime.program.os === "darwin" || runtime.program.os === "windows") return undefined;
  if (facts.wsl === "interop" || isSet("BROWSER", runtime)) return undefined;
  if (facts.wsl === "no_interop") {
    // WSLg sets DISPLAY everywhere, though hardly anybody has a browser installed inside WSL.
    return "This is WSL with interop switched off, and BROWSER is not set";
  }
  if (isSet("DISPLAY", runtime) || isSet("WAYLAND_DISPLAY", runtime)) return undefined;
  return "There is no graphical display, and BROWSER is not set";
}

/**
 * Reads of WSL what files outside `/proc` tell: Deno opens `/proc` only to programs that may do everything.
 *
 * @see https://learn.microsoft.com/en-us/windows/wsl/wsl-config#interop-settings
 */
function readWsl(root: string, runtime: Pick<Runtime, "env">): MachineFacts["wsl"] {
  if (!isSet("WSL_DISTRO_NAME", runtime) && !pathExists(`${root}/run/WSL`)) return "none";
  return isInteropOff(readText(`${root}/etc/wsl.conf`)) ? "no_interop" : "interop";
}

function isInteropOff(wslConf: string): boolean {
  let section = "";
  let off = false;
  for (const line of wslConf.split("\n")) {
    section = /^\s*\[([^\]]*)\]/.exec(line)?.[1]?.trim().toLowerCase() ?? section;
    const value = /^\s*enabled\s*=\s*(\w+)/i.exec(line)?.[1]?.toLowerCase();
    if (section === "interop" && value !== undefined) off = value === "false";
  }
  return off;
}

function isSet(variable: string, runtime: Pick<Runtime, "env">): boolean {
  return (runtime.env(variable) ?? "") !== "";
}

function readText(path: string): string {
  try {
    return new TextDecoder().decode(readFileBytes(path));
  } catch {
    // A file that cannot be read changes nothing.
    return "";
  }
}
