/**
 * The access entries of one cluster: who may come in, under which name, and with which rights.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
 * @module
 */

/** Gives every right in the cluster. */
export const CLUSTER_ADMIN_POLICY =
  "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";

/** Gives the right to read. */
export const VIEW_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy";

/** The policies that EKS offers, as far as the sandbox knows them. */
export const ACCESS_POLICIES: readonly string[] = [
  "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy",
  CLUSTER_ADMIN_POLICY,
  "arn:aws:eks::aws:cluster-access-policy/AmazonEKSEditPolicy",
  VIEW_POLICY,
];

/** Where a policy holds: in the whole cluster, or in some namespaces. */
export interface AccessScope {
  readonly type: "cluster" | "namespace";
  readonly namespaces: readonly string[];
}

/** What an access entry is made from. */
export interface AccessEntryOptions {
  readonly principalArn: string;
  /** EKS derives one from the ARN when it is left out. */
  readonly username?: string;
  readonly groups?: readonly string[];
  /** Policies that hold in the whole cluster, by ARN. */
  readonly policies?: readonly string[];
  readonly type?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** One entry. */
export interface AccessEntry {
  readonly principalArn: string;
  /** May hold `{{SessionName}}`. */
  readonly username: string;
  readonly groups: readonly string[];
  readonly type: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  /** By policy ARN. */
  readonly policies: Map<string, { readonly scope: AccessScope; readonly at: Date }>;
}

/** The entries of one cluster by principal ARN. */
export class AccessEntries {
  readonly #entries = new Map<string, AccessEntry>();

  /** Adds an entry, or replaces the one of the same principal and keeps its policies. */
  put(options: AccessEntryOptions, now: Date): AccessEntry {
    const earlier = this.#entries.get(options.principalArn);
    const entry: AccessEntry = {
      principalArn: options.principalArn,
      username: options.username ?? defaultUsername(options.principalArn),
      groups: options.groups ?? [],
      type: options.type ?? "STANDARD",
      tags: options.tags ?? {},
      createdAt: earlier?.createdAt ?? now,
      modifiedAt: now,
      policies: earlier?.policies ?? new Map(),
    };
    for (const policyArn of options.policies ?? []) {
      entry.policies.set(policyArn, { scope: { type: "cluster", namespaces: [] }, at: now });
    }
    this.#entries.set(entry.principalArn, entry);
    return entry;
  }

  get(principalArn: string): AccessEntry | undefined {
    return this.#entries.get(principalArn);
  }

  delete(principalArn: string): void {
    this.#entries.delete(principalArn);
  }

  get principalArns(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /** The entry of a user, or of a role whose ARN has lost its path, which is all that STS tells of a role. */
  find(canonicalArn: string): AccessEntry | undefined {
    return [...this.#entries.values()].find((entry) =>
      withoutPath(entry.principalArn) === canonicalArn
    );
  }
}

/** Whoever comes with a role is told apart by the name of the session. */
function defaultUsername(principalArn: string): string {
  const [, partition, , , accountId, resource = ""] = principalArn.split(":");
  if (!resource.startsWith("role/")) return principalArn;
  const roleName = resource.slice(resource.lastIndexOf("/") + 1);
  return `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/{{SessionName}}`;
}

function withoutPath(principalArn: string): string {
  return principalArn.replace(/:role\/.*\/([^/]+)$/, ":role/$1");
}
