/**
 * `eksauth kubeconfig`: writes one cluster into the kubeconfig. Also answers to the AWS CLI's
 * `eks update-kubeconfig`, with its flags and messages.
 *
 * @module
 */

import { buildCommand } from "@stricli/core";
import type { CommandContext } from "./_context.ts";
import {
  parseHostName,
  parseMode,
  parseNamespace,
  parseProxyUrl,
  parseText,
} from "./_flag_values.ts";
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
      name: text("Cluster: its name, or its whole ARN", "cluster"),
      ...identityFlags,
      alias: text("Name of the context [the cluster's ARN]", "context"),
      "context-template": text(
        "The same from {cluster} {region} {account} {partition} {identity} {arn}",
        "template",
      ),
      "user-alias": text("Name of the user entry [identity@cluster]", "user"),
      namespace: {
        ...text("Namespace of the context", "namespace"),
        parse: parseNamespace,
      },
      "use-context": yes("Make it the current context, whatever that is now"),
      ...roleFlags,
      "assume-role-arn": text("Role to assume for describing the cluster only", "arn"),
      "proxy-url": {
        ...text("Proxy between kubectl and this cluster", "url"),
        parse: parseProxyUrl,
      },
      "tls-server-name": {
        ...text("Name to expect in the cluster's certificate", "host"),
        parse: parseHostName,
      },
      kubeconfig: text("File to write [KUBECONFIG, ~/.kube/config]", "file"),
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
      endpoint: text("URL of the cluster's API, with --ca-file: nothing is asked of AWS", "url"),
      "ca-file": text("PEM file with the cluster's CA, with --endpoint", "file"),
      "endpoint-url": text("Where EKS answers, instead of AWS's own endpoint", "url"),
      "ca-bundle": text("PEM file with the CAs to trust at AWS [AWS_CA_BUNDLE]", "file"),
      "dry-run": yes("Print what would be written, and write nothing"),
      output: {
        kind: "enum",
        values: ["text", "json"],
        default: "text",
        brief: "How to tell what was done",
      },
      verbose: yes("Tell where each value came from, and show the entries"),
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

/** A flag with any text as its value. */
interface TextFlag {
  readonly kind: "parsed";
  readonly parse: (value: string) => string;
  readonly optional: true;
  readonly brief: string;
  readonly placeholder: string;
}

function text(brief: string, placeholder: string): TextFlag {
  return { kind: "parsed", parse: parseText, optional: true, brief, placeholder };
}

/** A flag without a value. */
interface Switch {
  readonly kind: "boolean";
  readonly optional: true;
  readonly withNegated: false;
  readonly brief: string;
}

function yes(brief: string): Switch {
  return { kind: "boolean", optional: true, withNegated: false, brief };
}
