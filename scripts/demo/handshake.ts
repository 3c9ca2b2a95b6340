/**
 * What kubectl does with a kubeconfig entry, for machines without kubectl: start the credential plugin, send
 * its token to the API server, print the table that comes back.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
 * @module
 */

import { parse } from "yaml";
import { ScriptError } from "../script.ts";

/** Which context of which kubeconfig, and the environment to start the plugin in. */
export interface Handshake {
  readonly kubeconfigPath: string;
  readonly contextName: string;
  readonly env: Readonly<Record<string, string>>;
}

/** The pods of the default namespace as kubectl would print them. */
export async function listPods(handshake: Handshake): Promise<string> {
  const { server, caPem, exec } = readContext(handshake);
  const bearer = await startPlugin(exec, handshake.env);
  using client = Deno.createHttpClient({ caCerts: [caPem] });
  const response = await fetch(`${server}/api/v1/namespaces/default/pods`, {
    client,
    headers: {
      "accept": "application/json;as=Table;v=v1;g=meta.k8s.io",
      "authorization": `Bearer ${bearer}`,
    },
  });
  if (!response.ok) {
    throw new ScriptError(`the API server answered ${response.status}: ${await response.text()}`);
  }
  return formatTable(await response.json() as Table);
}

interface Exec {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
}

interface Kubeconfig {
  readonly clusters: readonly Named<"cluster", {
    readonly server: string;
    readonly "certificate-authority-data": string;
  }>[];
  readonly contexts: readonly Named<
    "context",
    { readonly cluster: string; readonly user: string }
  >[];
  readonly users: readonly Named<"user", { readonly exec: Exec }>[];
}

type Named<Kind extends string, Content> =
  & { readonly name: string }
  & Readonly<Record<Kind, Content>>;

function readContext({ kubeconfigPath, contextName }: Handshake): {
  readonly server: string;
  readonly caPem: string;
  readonly exec: Exec;
} {
  const kubeconfig = parse(Deno.readTextFileSync(kubeconfigPath)) as Kubeconfig;
  const context = find(kubeconfig.contexts, contextName).context;
  const { cluster } = find(kubeconfig.clusters, context.cluster);
  const { user } = find(kubeconfig.users, context.user);
  const caPem = new TextDecoder().decode(
    Uint8Array.fromBase64(cluster["certificate-authority-data"]),
  );
  return { server: cluster.server, caPem, exec: user.exec };
}

function find<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
  name: string,
): Entry {
  const entry = entries.find((each) => each.name === name);
  if (entry === undefined) throw new ScriptError(`the kubeconfig has no entry "${name}"`);
  return entry;
}

async function startPlugin(exec: Exec, env: Readonly<Record<string, string>>): Promise<string> {
  const request = {
    apiVersion: exec.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false },
  };
  const { code, stdout, stderr } = await new Deno.Command(exec.command, {
    args: [...exec.args],
    env: { ...env, KUBERNETES_EXEC_INFO: JSON.stringify(request) },
    clearEnv: true,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  if (code !== 0) throw new ScriptError(`the plugin failed: ${text(stderr).trim()}`);
  const answer = JSON.parse(text(stdout)) as {
    readonly apiVersion: string;
    readonly status: { readonly token: string };
  };
  // kubectl refuses an answer in another version than the entry's.
  if (answer.apiVersion !== exec.apiVersion) {
    throw new ScriptError("the plugin answered in another version");
  }
  return answer.status.token;
}

interface Table {
  readonly columnDefinitions: readonly { readonly name: string; readonly priority: number }[];
  readonly rows: readonly { readonly cells: readonly unknown[] }[];
}

function formatTable({ columnDefinitions, rows }: Table): string {
  const shown = columnDefinitions.flatMap(({ priority }, index) => priority === 0 ? [index] : []);
  const lines = [
    shown.map((index) => columnDefinitions[index]!.name.toUpperCase()),
    ...rows.map(({ cells }) => shown.map((index) => String(cells[index]))),
  ];
  const widths = shown.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column]! + 3)).join("").trimEnd())
    .join("\n");
}
