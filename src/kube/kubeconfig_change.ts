/**
 * How a kubeconfig may be changed, and what came of it.
 *
 * @module
 */

import type { EntryKind } from "./kubeconfig.ts";

/**
 * What to do where an entry of the same name exists. `merge`: change our fields in it and keep all others.
 * `replace`: put ours in its place. `error`: merge if eksauth wrote it for the same cluster and identity, else fail.
 */
export type UpdateMode = "merge" | "replace" | "error";

/** What became of one entry. */
export interface EntryChange {
  readonly kind: EntryKind;
  readonly entryName: string;
  readonly action: "added" | "updated" | "unchanged";
  /** Present when the entry was there and not eksauth's for this cluster and identity. Worth a warning. */
  readonly takenFrom?: PreviousOwner;
  /** Present when the context led to another cluster or user before. Worth a warning when the cluster is another. */
  readonly redirectedFrom?: { readonly clusterName: string; readonly userName: string };
  /** Other contexts that use the user which was taken, and now sign in with what was written. */
  readonly usedBy?: readonly string[];
}

/** Whose an entry was. */
export type PreviousOwner =
  | { readonly writtenBy: "others" }
  | {
    readonly writtenBy: "eksauth";
    readonly cluster: string;
    readonly identity: string | undefined;
  };

/** Whether to make the written context the current one. */
export type CurrentContextMode = "keep" | "set" | "set_if_absent";
