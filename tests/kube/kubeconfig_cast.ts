/**
 * The cluster that all kubeconfig tests write, and kubectl to read it with.
 *
 * @module
 */

import assert from "node:assert/strict";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import type { KubeconfigEntries } from "../../src/kube/kubeconfig.ts";

/** The ARN of the cluster in the cast. */
export const DEV_ARN = "arn:aws:eks:us-east-2:123456789012:cluster/dev-cluster";

/** What a test may want to be different. */
export interface EntriesRequest {
  readonly cluster?: string;
  readonly identity?: string;
  readonly contextName?: string;
  readonly userName?: string;
}

/** The entries of one cluster for one identity. */
export function entriesFor(request: EntriesRequest = {}): KubeconfigEntries {
  const { cluster = "dev-cluster", identity = "dev-admin", contextName = "dev" } = request;
  const arn = `arn:aws:eks:us-east-2:123456789012:cluster/${cluster}`;
  const userName = request.userName ?? `${identity}@${arn}`;
  return {
    cluster: {
      entryName: arn,
      server: `https://${cluster}.gr7.us-east-2.eks.amazonaws.com`,
      certificateAuthorityData: "LS0tLS1CRUdJTg==",
    },
    context: { entryName: contextName, clusterName: arn, userName },
    user: {
      entryName: userName,
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "/usr/local/bin/eksauth",
        args: [
          "token",
          `--cluster-name=${cluster}`,
          "--region=us-east-2",
          `--identity=${identity}`,
        ],
        env: [],
        installHint: "Install eksauth",
        interactiveMode: "Never",
        provideClusterInfo: false,
      },
    },
    owner: { cluster: arn, identity },
  };
}

/** The cluster of the cast, at another place. */
export function movedTo(server: string): KubeconfigEntries {
  const entries = entriesFor();
  return { ...entries, cluster: { ...entries.cluster, server } };
}

/** Whether kubectl is on this machine; without it the tests that ask it are skipped, aloud. */
export const HAS_KUBECTL: boolean = await canRun("kubectl");

async function canRun(program: string): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      args: ["version", "--client"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    denoRuntime().stderr.write(`skipped: ${program} is not on PATH to check kubeconfigs with\n`);
    return false;
  }
}

/** Runs `kubectl config …` on one or several kubeconfigs and gives its stdout. */
export async function kubectlConfig(
  kubeconfig: string,
  args: readonly string[],
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("kubectl", {
    args: ["config", ...args],
    env: { KUBECONFIG: kubeconfig },
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** All that kubectl reads in one or several kubeconfigs. */
export async function kubectlView(kubeconfig: string): Promise<KubectlView> {
  return JSON.parse(await kubectlConfig(kubeconfig, ["view", "--raw", "--output=json"]));
}

/** A kubeconfig as kubectl prints it. */
export interface KubectlView {
  readonly clusters: readonly { readonly name: string; readonly cluster: unknown }[] | null;
  readonly contexts: readonly { readonly name: string; readonly context: unknown }[] | null;
  readonly users: readonly { readonly name: string; readonly user: unknown }[] | null;
  readonly "current-context": string;
}
