/**
 * What the entries of a cluster are called in a kubeconfig.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";

/** A cluster by its ARN, or by what is known of it without asking AWS. */
export interface ClusterIdentity {
  readonly clusterName: string;
  readonly region: string;
  /** Absent when only the name and region are known. */
  readonly arn?: string | undefined;
  /** Twelve digits. */
  readonly account?: string | undefined;
  readonly partition?: string | undefined;
}

/**
 * The cluster that an EKS ARN names, or `undefined` when `text` is no ARN of a cluster.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
 */
export function parseClusterArn(text: string): Required<ClusterIdentity> | undefined {
  const match = /^arn:([a-z0-9-]+):eks:([a-z0-9-]+):(\d{12}):cluster\/([^/]+)$/.exec(text);
  if (match === null) return undefined;
  const [arn, partition, region, account, clusterName] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
  ];
  return { arn, partition, region, account, clusterName };
}

/** The name of the cluster entry: the ARN, as the AWS CLI writes it, or name and region where there is none. */
export function clusterEntryName(cluster: ClusterIdentity): string {
  return cluster.arn ?? `${cluster.clusterName}.${cluster.region}.eks`;
}

/** Who signs in through an entry. */
export interface SignerIdentity {
  /** The profile, or absent where the environment of the caller supplies the keys. */
  readonly profile?: string | undefined;
  /** The role assumed on top. */
  readonly roleArn?: string | undefined;
}

/**
 * A short name of the identity: the profile (or `environment`), and the account and name of the role on top,
 * so that two identities never share a user entry.
 */
export function identityLabel(identity: SignerIdentity): string {
  const base = identity.profile ?? "environment";
  if (identity.roleArn === undefined) return base;
  const role = /^arn:[^:]+:iam::(\d{12}):role\/(.+)$/.exec(identity.roleArn);
  return role === null ? `${base}+${identity.roleArn}` : `${base}+${role[1]}/${role[2]}`;
}

/** The name of the user entry: identity and cluster, never shared by two of either. */
export function userEntryName(identity: SignerIdentity, cluster: ClusterIdentity): string {
  return `${identityLabel(identity)}@${clusterEntryName(cluster)}`;
}

/** The words that {@linkcode fillContextTemplate} replaces, as people may type them. */
export const TEMPLATE_WORDS = [
  "cluster",
  "region",
  "account",
  "partition",
  "identity",
  "arn",
] as const;

/**
 * A context name made from a template such as `{account}-{cluster}`.
 *
 * @throws `usage` for a word that is not in {@linkcode TEMPLATE_WORDS}, for one that is not known of this
 * cluster, and for a template that comes out empty
 */
export function fillContextTemplate(
  template: string,
  facts: { readonly cluster: ClusterIdentity; readonly identity: SignerIdentity },
): string {
  const { cluster } = facts;
  const values: ReadonlyMap<string, string | undefined> = new Map([
    ["cluster", cluster.clusterName],
    ["region", cluster.region],
    ["account", cluster.account],
    ["partition", cluster.partition],
    ["identity", identityLabel(facts.identity)],
    ["arn", cluster.arn],
  ]);
  const contextName = template.replace(/\{([^{}]*)\}/g, (_, word: string) => {
    if (!values.has(word)) {
      throw new EksauthError(
        "usage",
        `Cannot use context template "${template}": it has no word {${word}}`,
        { hint: `Words: ${TEMPLATE_WORDS.map((known) => `{${known}}`).join(" ")}` },
      );
    }
    const value = values.get(word);
    if (value === undefined) {
      throw new EksauthError(
        "usage",
        `Cannot use context template "${template}": {${word}} of cluster "${cluster.clusterName}" is not known`,
        { hint: "Give --name the whole ARN of the cluster" },
      );
    }
    return value;
  });
  if (contextName.trim() === "") {
    throw new EksauthError(
      "usage",
      `Cannot use context template "${template}": it comes out empty`,
      {
        hint: "--context-template '{cluster}'",
      },
    );
  }
  return contextName;
}
