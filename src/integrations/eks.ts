/**
 * What an EKS cluster becomes in a kubeconfig. The one place where what AWS says meets what kubectl reads.
 *
 * @module
 */

import type { ExecConfig, KubeconfigEntries } from "../kube/kubeconfig.ts";
import type { OwnCommand } from "../runtime/own_command.ts";
import {
  clusterEntryName,
  type ClusterIdentity,
  fillContextTemplate,
  identityLabel,
  type SignerIdentity,
  userEntryName,
} from "./eks_names.ts";

/** An EKS cluster, with what kubectl has to know of it. */
export interface EksTarget extends ClusterIdentity {
  /** URL of the Kubernetes API. */
  readonly endpoint: string;
  /** PEM certificates in base64. */
  readonly certificateAuthorityData: string;
  /** Set where tokens are signed for an id instead of the name: local clusters on AWS Outposts. */
  readonly clusterId?: string | undefined;
}

/** Who signs in through the entry, with everything that a token call needs to know. */
export interface EksSigner extends SignerIdentity {
  readonly externalId?: string | undefined;
  readonly roleSessionName?: string | undefined;
  readonly durationSeconds?: number | undefined;
}

/** Wishes about the entry. */
export interface EksEntryOptions {
  /** Name of the context; the cluster's ARN when neither this nor a template is given. */
  readonly alias?: string | undefined;
  /** See {@linkcode fillContextTemplate}. */
  readonly contextTemplate?: string | undefined;
  readonly userAlias?: string | undefined;
  readonly namespace?: string | undefined;
  readonly proxyUrl?: string | undefined;
  readonly tlsServerName?: string | undefined;
  readonly execApiVersion: "v1" | "v1beta1";
}

/** Everything an entry is made from. */
export interface EksEntryRequest {
  readonly target: EksTarget;
  readonly signer: EksSigner;
  readonly options: EksEntryOptions;
  /** How kubectl starts this program. */
  readonly ownCommand: OwnCommand;
  /** Variables that kubectl has to start it with, such as `AWS_CONFIG_FILE`. */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * The three kubeconfig entries of a cluster: found again by any kubectl, from any folder.
 *
 * @throws `usage` when the context template cannot be filled
 */
export function eksEntries(request: EksEntryRequest): KubeconfigEntries {
  const { target, signer, options } = request;
  const clusterName = clusterEntryName(target);
  const userName = options.userAlias ?? userEntryName(signer, target);
  return {
    cluster: {
      entryName: clusterName,
      server: target.endpoint,
      certificateAuthorityData: target.certificateAuthorityData,
      proxyUrl: options.proxyUrl,
      tlsServerName: options.tlsServerName,
    },
    context: {
      entryName: contextEntryName(request, clusterName),
      clusterName,
      userName,
      namespace: options.namespace,
    },
    user: { entryName: userName, exec: execConfig(request) },
    owner: { cluster: clusterName, identity: identityLabel(signer) },
  };
}

function contextEntryName(
  { target, signer, options }: EksEntryRequest,
  clusterName: string,
): string {
  if (options.alias !== undefined) return options.alias;
  if (options.contextTemplate === undefined) return clusterName;
  return fillContextTemplate(options.contextTemplate, { cluster: target, identity: signer });
}

function execConfig(
  { target, signer, options, ownCommand, variables }: EksEntryRequest,
): ExecConfig {
  return {
    apiVersion: `client.authentication.k8s.io/${options.execApiVersion}`,
    command: ownCommand.command,
    // One word per flag: a value that begins with a dash can then never be taken for a flag.
    args: [
      ...ownCommand.args,
      "token",
      ...flags([
        target.clusterId === undefined
          ? ["--cluster-name", target.clusterName]
          : ["--cluster-id", target.clusterId],
        ["--region", target.region],
        ["--profile", signer.profile],
        ["--role-arn", signer.roleArn],
        ["--external-id", signer.externalId],
        ["--role-session-name", signer.roleSessionName],
        ["--duration-seconds", signer.durationSeconds],
      ]),
    ],
    env: [...ownCommand.variables, ...variables].map(([name, value]) => ({ name, value })),
    installHint: INSTALL_HINT,
    interactiveMode: "Never",
    provideClusterInfo: false,
  };
}

const INSTALL_HINT =
  "eksauth signs in to this cluster and is not where it was; install it, then write the entry again with: eksauth kubeconfig";

function flags(pairs: readonly (readonly [string, string | number | undefined])[]): string[] {
  return pairs.flatMap(([flag, value]) => value === undefined ? [] : [`${flag}=${value}`]);
}
