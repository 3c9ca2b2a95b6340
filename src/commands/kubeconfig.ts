/**
 * `eksauth kubeconfig`: writes one cluster into the kubeconfig. Also answers to the AWS CLI's
 * `eks update-kubeconfig`, with its flags and messages.
 *
 * @module
 */

import { buildCommand } from "@stricli/core";
import type { CommandContext } from "./_context.ts";
import { outputFlag, switchFlag, textFlag } from "./_flags.ts";
import { parseHostName, parseMode, parseNamespace, parseProxyUrl } from "./_flag_values.ts";
import { type IdentityFlags, identityFlags, type RoleFlags, roleFlags } from "./_identity_flags.ts";
import { runKubeconfig } from "./_kubeconfig_recipe.ts";

/** What may be typed behind `eksauth kubeconfig`. */
export interface KubeconfigFlags extends IdentityFlags, RoleFlags {
  readonly name?: string;
  readonly alias?: string;
  readonly "user-alias"?: string;
  readonly "context-template"?: string;
  readonly namespace?: string;
  readonly "use-context"?: boolean;
  readonly "assume-role-arn"?: string;
  readonly "proxy-url"?: string;
  readonly "tls-server-name"?: string;
  readonly kubeconfig?: string;
  readonly update: "merge" | "replace" | "error";
  readonly mode?: number;
  readonly "exec-api-version": "v1" | "v1beta1";
  readonly endpoint?: string;
  readonly "ca-file"?: string;
  readonly "endpoint-url"?: string;
  readonly "ca-bundle"?: string;
  readonly "dry-run"?: boolean;
  readonly output: "text" | "json";
  readonly verbose?: boolean;
}

/** The `kubeconfig` command: flags and help; the recipe is in `_kubeconfig_recipe.ts`. */
export const kubeconfigCommand = buildCommand<KubeconfigFlags, [], CommandContext>({
  func(flags): Promise<void> {
    return runKubeconfig(flags, this.runtime);
  },
  parameters: {
    flags: {
      name: textFlag("Cluster: its name, or its whole ARN", "cluster"),
      ...identityFlags,
      alias: textFlag("Name of the context [the cluster's ARN]", "context"),
      "context-template": textFlag(
        "The same from {cluster} {region} {account} {partition} {identity} {arn}",
        "template",
      ),
      "user-alias": textFlag("Name of the user entry [identity@cluster]", "user"),
      namespace: {
        ...textFlag("Namespace of the context", "namespace"),
        parse: parseNamespace,
      },
      "use-context": switchFlag("Make it the current context, whatever that is now"),
      ...roleFlags,
      "assume-role-arn": textFlag("Role to assume for describing the cluster only", "arn"),
      "proxy-url": {
        ...textFlag("Proxy between kubectl and this cluster", "url"),
        parse: parseProxyUrl,
      },
      "tls-server-name": {
        ...textFlag("Name to expect in the cluster's certificate", "host"),
        parse: parseHostName,
      },
      kubeconfig: textFlag("File to write [KUBECONFIG, ~/.kube/config]", "file"),
      update: {
        kind: "enum",
        values: ["merge", "replace", "error"],
        default: "merge",
        brief: "What to do with entries of the same name",
      },
      mode: {
        kind: "parsed",
        parse: parseMode,
        optional: true,
        brief: "Permissions of a new file, octal [600]",
        placeholder: "octal",
      },
      "exec-api-version": {
        kind: "enum",
        values: ["v1", "v1beta1"],
        default: "v1",
        brief: "v1beta1 is for kubectl before 1.22",
      },
      endpoint: textFlag(
        "URL of the cluster's API, with --ca-file: nothing is asked of AWS",
        "url",
      ),
      "ca-file": textFlag("PEM file with the cluster's CA, with --endpoint", "file"),
      "endpoint-url": textFlag("Where EKS answers, instead of AWS's own endpoint", "url"),
      "ca-bundle": textFlag("PEM file with the CAs to trust at AWS [AWS_CA_BUNDLE]", "file"),
      "dry-run": switchFlag("Print what would be written, and write nothing"),
      output: outputFlag("How to tell what was done"),
      verbose: switchFlag("Tell where each value came from, and show the entries"),
    },
    aliases: { i: "identity", n: "namespace", o: "output", v: "verbose" },
  },
  docs: {
    brief: "Write a cluster into the kubeconfig, harming nothing that is there",
    customUsage: ["--name CLUSTER [flags]"],
    fullDescription: `Write a cluster into the kubeconfig, harming nothing that is there.

Comments, order, quotes and everything else in the file stay as they are; the file is locked as kubectl
locks it and replaced in one step. Running it again changes nothing.

Entries of the same name keep what is not set here. --update replace writes them anew; --update error
leaves alone what eksauth did not write for the same cluster and identity. The current context stays,
unless there is none or --use-context is given.

  eksauth kubeconfig --name dev-cluster --region us-east-2 --profile dev --alias dev
  eksauth kubeconfig --name dev-cluster --dry-run
  eksauth kubeconfig --name dev-cluster --role-arn arn:aws:iam::123456789012:role/ops --alias ops
  eksauth kubeconfig --name dev-cluster --region us-east-2 --endpoint https://10.0.0.7 --ca-file ca.pem`,
  },
});
