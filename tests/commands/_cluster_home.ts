/**
 * A person's machine for the tests of commands: a home with the profile `dev-admin`, a sandbox to talk to, and
 * eksauth installed as `/usr/local/bin/eksauth`.
 *
 * @module
 */

import type { SandboxCluster } from "../sandbox/clusters.ts";
import { type Sandbox, startSandbox } from "../sandbox/world.ts";
import {
  type Home,
  NOW,
  type Outcome,
  runProgram,
  type Start,
  staticProfile,
  temporaryHome,
} from "../world/run_program.ts";

/** The ARN of the cluster that every sandbox has. */
export const DEV_ARN = "arn:aws:eks:us-east-2:123456789012:cluster/dev-cluster";

/** Writes that cluster with the profile of the home. */
export const KUBECONFIG = "kubeconfig --name dev-cluster --region us-east-2 --profile dev-admin";

/** What a run may have besides arguments; `env` comes on top of the home's. */
export type RunOptions = Pick<Start, "env" | "now" | "fetch">;

/** A home and a sandbox, both gone when the test is. */
export interface ClusterHome extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly home: Home;
  /** `~/.kube/config`, which is not there yet. */
  readonly kubeconfigPath: string;
  /** Runs eksauth; a line is split at spaces. */
  run(line: string | readonly string[], options?: RunOptions): Promise<Outcome>;
  /** The text of `~/.kube/config`. */
  kubeconfig(): string;
}

/** Starts a {@linkcode ClusterHome} whose clocks stand at {@linkcode NOW}. */
export async function startClusterHome(): Promise<ClusterHome> {
  const sandbox = await startSandbox({ now: NOW });
  const home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  home.write(".aws/config", "[profile dev-admin]\nregion = us-east-2\n");
  return {
    sandbox,
    home,
    kubeconfigPath: `${home.path}/.kube/config`,
    run: (line, options = {}) =>
      runProgram(typeof line === "string" ? line.split(" ") : line, {
        program: { standalone: true, executablePath: () => "/usr/local/bin/eksauth" },
        ...options,
        env: { ...sandbox.env, ...home.env, ...options.env },
      }),
    kubeconfig: () => home.read(".kube/config"),
    async [Symbol.asyncDispose](): Promise<void> {
      home[Symbol.dispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** What may be different in a kubeconfig with one cluster. */
export interface Entry {
  readonly contextName?: string;
  readonly userName?: string;
  readonly identity?: string;
  readonly namespace?: string;
  /** Further lines of the cluster, behind its certificates. */
  readonly clusterLines?: readonly string[];
  readonly execVersion?: "v1" | "v1beta1";
  /** What follows `token` in the arguments. */
  readonly args?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

/** A whole kubeconfig as eksauth writes it where there was none. */
export function freshKubeconfig(
  cluster: Pick<SandboxCluster, "arn" | "endpoint" | "certificateAuthority">,
  entry: Entry = {},
): string {
  const { arn } = cluster;
  const { identity = "dev-admin", contextName = arn, userName = `${identity}@${arn}` } = entry;
  const { namespace, clusterLines = [], execVersion = "v1" } = entry;
  const args = entry.args ??
    ["--cluster-name=dev-cluster", "--region=us-east-2", "--profile=dev-admin"];
  const variables = Object.entries(entry.variables ?? {});
  const mark = ["extensions:", "- name: eksauth", "  extension:", `    cluster: ${arn}`];
  const owner = [...mark, `    identity: ${identity}`];
  const lines = [
    "apiVersion: v1",
    "clusters:",
    `- name: ${arn}`,
    "  cluster:",
    `    server: ${cluster.endpoint}`,
    `    certificate-authority-data: ${cluster.certificateAuthority}`,
    ...[...clusterLines, ...mark].map((line) => `    ${line}`),
    "contexts:",
    `- name: ${contextName}`,
    "  context:",
    `    cluster: ${arn}`,
    `    user: ${userName}`,
    ...(namespace === undefined ? [] : [`    namespace: ${namespace}`]),
    ...owner.map((line) => `    ${line}`),
    `current-context: ${contextName}`,
    "kind: Config",
    "preferences: {}",
    "users:",
    `- name: ${userName}`,
    "  user:",
    "    exec:",
    `      apiVersion: client.authentication.k8s.io/${execVersion}`,
    "      command: /usr/local/bin/eksauth",
    "      args:",
    ...["token", ...args].map((arg) => `      - ${arg}`),
    ...(variables.length === 0 ? ["      env: null"] : ["      env:"]),
    ...variables.flatMap(([name, value]) => [`      - name: ${name}`, `        value: ${value}`]),
    "      interactiveMode: Never",
    '      installHint: "eksauth signs in to this cluster and is not where it was; install it, then write the entry again with: eksauth kubeconfig"',
    "      provideClusterInfo: false",
    ...owner.map((line) => `    ${line}`),
  ];
  return lines.join("\n") + "\n";
}

/** What a file looks like to whoever watches it. */
export interface FileLook {
  readonly text: string;
  readonly inode: number | null;
  readonly writtenAt: Date | null;
  /** The permission bits. */
  readonly mode: number;
}

/** All of a file that another program could notice. */
export function fileAt(path: string): FileLook {
  const { ino, mtime, mode } = Deno.statSync(path);
  return {
    text: Deno.readTextFileSync(path),
    inode: ino,
    writtenAt: mtime,
    mode: (mode ?? 0) & 0o777,
  };
}

/** What was said to the person and to the shell. */
export function said({ stdout, stderr, code }: Outcome): Omit<Outcome, "slept"> {
  return { stdout, stderr, code };
}
