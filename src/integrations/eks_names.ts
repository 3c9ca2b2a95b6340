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
  /** The name of the role's session, which an access entry may make the user's name in the cluster. */
  readonly roleSessionName?: string | undefined;
}

/**
 * A short name of the identity: the profile (or `environment`), and the account, name and session of the role on
 * top, so that two identities never share a user entry.
 */
export function identityLabel({ profile, roleArn, roleSessionName }: SignerIdentity): string {
  const base = profile ?? "environment";
  if (roleArn === undefined) return base;
  const role = /^arn:[^:]+:iam::(\d{12}):role\/(.+)$/.exec(roleArn);
  const onTop = role === null ? roleArn : `${role[1]}/${role[2]}`;
  // Neither a role's name nor a session's has a colon.
  return `${base}+${onTop}${roleSessionName === undefined ? "" : `:${roleSessionName}`}`;
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
 * Checks a template before anything is known of the cluster.
 *
 * @throws `usage` for a word that is not in {@linkcode TEMPLATE_WORDS}
 */
export function assertContextTemplate(template: string): void {
  const known: readonly string[] = TEMPLATE_WORDS;
  for (const [, word = ""] of template.matchAll(TEMPLATE_WORD)) {
    if (known.includes(word)) continue;
    throw new EksauthError(
      "usage",
      `Cannot use context template "${template}": it has no word {${word}}`,
      { hint: `Words: ${TEMPLATE_WORDS.map((each) => `{${each}}`).join(" ")}` },
    );
  }
}

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
  assertContextTemplate(template);
  const { cluster } = facts;
  const values: ReadonlyMap<string, string | undefined> = new Map([
    ["cluster", cluster.clusterName],
    ["region", cluster.region],
    ["account", cluster.account],
    ["partition", cluster.partition],
    ["identity", identityLabel(facts.identity)],
    ["arn", cluster.arn],
  ]);
  const contextName = template.replace(TEMPLATE_WORD, (_, word: string) => {
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

const TEMPLATE_WORD = /\{([^{}]*)\}/g;
