/**
 * What eksauth writes into a kubeconfig for one cluster: a cluster, a context and a user entry.
 *
 * Nothing here knows which cloud the cluster belongs to.
 *
 * @module
 */

import type { YamlFields, YamlValue } from "./_yaml_value.ts";

/** Where a cluster is and whom to trust there. */
export interface ClusterEntry {
  readonly entryName: string;
  /** The API server's `https:` URL. */
  readonly server: string;
  /** PEM certificates in base64. Absent: the system's roots, or what the entry has already. */
  readonly certificateAuthorityData?: string | undefined;
  /** The proxy that kubectl goes through. */
  readonly proxyUrl?: string | undefined;
  /** The name to check the server's certificate against, where it is not the host of `server`. */
  readonly tlsServerName?: string | undefined;
}

/** A cluster and a user under one name. */
export interface ContextEntry {
  readonly entryName: string;
  /** The `entryName` of the cluster. */
  readonly clusterName: string;
  /** The `entryName` of the user. */
  readonly userName: string;
  readonly namespace?: string | undefined;
}

/** Who is calling: a program that kubectl starts for a token. */
export interface UserEntry {
  readonly entryName: string;
  readonly exec: ExecConfig;
}

/**
 * The program to start.
 *
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#ExecConfig
 */
export interface ExecConfig {
  readonly apiVersion:
    | "client.authentication.k8s.io/v1"
    | "client.authentication.k8s.io/v1beta1";
  /** Absolute path. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly ExecVariable[];
  /** What kubectl says when the program is not there. */
  readonly installHint?: string | undefined;
  /** The program never reads from the terminal. */
  readonly interactiveMode: "Never";
  /** The program knows its cluster from its arguments. */
  readonly provideClusterInfo: false;
}

/** An environment variable that the program is started with. */
export interface ExecVariable {
  readonly name: string;
  readonly value: string;
}

/** For whom eksauth wrote an entry; the entry carries it, so that nobody has to guess later. */
export interface EntryOwner {
  /** What identifies the cluster in its cloud, for EKS the ARN. */
  readonly cluster: string;
  /** The identity that the context and the user stand for. Not kept with the cluster entry, which identities share. */
  readonly identity?: string | undefined;
}

/** The three entries of one cluster, and for whom they are. */
export interface KubeconfigEntries {
  readonly cluster: ClusterEntry;
  readonly context: ContextEntry;
  readonly user: UserEntry;
  readonly owner: EntryOwner;
}

/** Name of the extension that marks an entry as written by eksauth. */
export const OWNER_EXTENSION = "eksauth";

/** One of the three kinds of named entries. */
export type EntryKind = "cluster" | "context" | "user";

/** One entry as it stands in the file: `- name: …` and a mapping under the kind. */
export interface EntryContent {
  readonly kind: EntryKind;
  readonly entryName: string;
  /** What stands under `cluster:`, `context:` or `user:`, in the order of writing, without the mark. */
  readonly fields: YamlFields;
  /** Fields that contradict `fields` and go. */
  readonly contradicted: readonly string[];
  readonly owner: EntryOwner;
}

/** The contents of the three entries, in the order in which they are written. */
export function entryContents(entries: KubeconfigEntries): readonly EntryContent[] {
  return [clusterContent(entries), contextContent(entries), userContent(entries)];
}

/** The `- name: …` item of a list for one entry, as it is written anew. */
export function entryItem({ kind, entryName, fields, owner }: EntryContent): YamlFields {
  return { name: entryName, [kind]: { ...fields, extensions: [ownerExtension(owner)] } };
}

/**
 * The NamedExtension that marks an entry. client-go keeps extensions that it does not know.
 *
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#NamedExtension
 */
export function ownerExtension(owner: EntryOwner): YamlFields {
  return { name: OWNER_EXTENSION, extension: ownerFields(owner) };
}

/** What the mark says. */
export function ownerFields({ cluster, identity }: EntryOwner): YamlFields {
  return { cluster, ...(identity === undefined ? {} : { identity }) };
}

function clusterContent({ cluster, owner }: KubeconfigEntries): EntryContent {
  const { entryName, server, certificateAuthorityData, tlsServerName, proxyUrl } = cluster;
  return {
    kind: "cluster",
    entryName,
    fields: present({
      server,
      "certificate-authority-data": certificateAuthorityData,
      "tls-server-name": tlsServerName,
      "proxy-url": proxyUrl,
    }),
    // kubectl refuses a cluster that has its certificates twice, or certificates and no wish to check them.
    contradicted: certificateAuthorityData === undefined
      ? []
      : ["certificate-authority", "insecure-skip-tls-verify"],
    owner: { cluster: owner.cluster },
  };
}

function contextContent({ context, owner }: KubeconfigEntries): EntryContent {
  const { entryName, clusterName, userName, namespace } = context;
  return {
    kind: "context",
    entryName,
    fields: present({ cluster: clusterName, user: userName, namespace }),
    contradicted: [],
    owner,
  };
}

function userContent({ user, owner }: KubeconfigEntries): EntryContent {
  const { apiVersion, command, args, env, interactiveMode, installHint, provideClusterInfo } =
    user.exec;
  const exec = present({
    apiVersion,
    command,
    args,
    env: env.length === 0 ? null : env.map(({ name, value }) => ({ name, value })),
    interactiveMode,
    installHint,
    provideClusterInfo,
  });
  return { kind: "user", entryName: user.entryName, fields: { exec }, contradicted: [], owner };
}

/** `fields` without those that nobody asked for. */
function present(fields: Readonly<Record<string, YamlValue | undefined>>): YamlFields {
  const all = Object.entries(fields);
  return Object.fromEntries(
    all.filter((field): field is [string, YamlValue] => field[1] !== undefined),
  );
}
