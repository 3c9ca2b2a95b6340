/**
 * Which of several kubeconfig files an entry belongs to.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { readFileBytes } from "../runtime/files.ts";
import { isPipe } from "../runtime/shared_file.ts";
import type { EntryKind } from "./kubeconfig.ts";
import { type KubeconfigDocument, openKubeconfig } from "./kubeconfig_document.ts";

/** The files of one kubeconfig, in the order in which kubectl reads them. */
export interface KubeconfigSet {
  readonly paths: readonly string[];
  /** Those that could be parsed; a missing file is an empty one. */
  readonly documents: ReadonlyMap<string, KubeconfigDocument>;
  /** Why the others could not. */
  readonly failures: ReadonlyMap<string, EksauthError>;
}

/** Reads all files; what is wrong with one of them is kept for who needs it. */
export function readKubeconfigs(paths: readonly string[]): KubeconfigSet {
  const documents = new Map<string, KubeconfigDocument>();
  const failures = new Map<string, EksauthError>();
  for (const path of paths) {
    try {
      documents.set(path, openKubeconfig({ path, text: readKubeconfigText(path) }));
    } catch (error) {
      if (!(error instanceof EksauthError)) throw error;
      failures.set(path, error);
    }
  }
  return { paths, documents, failures };
}

/**
 * The text of a kubeconfig, empty when there is none. A byte order mark stays in it.
 *
 * @throws `file_unreadable` also for a pipe: it may never end, and could not be written back
 * @throws `kubeconfig_invalid` when it is not UTF-8: writing it back would lose what cannot be decoded
 */
export function readKubeconfigText(path: string): string {
  if (isPipe(path)) {
    throw new EksauthError("file_unreadable", `Cannot use kubeconfig "${path}": it is a pipe`, {
      hint: "Name a file with --kubeconfig; --dry-run prints what would be written",
    });
  }
  const bytes = readFileBytes(path);
  if (bytes === undefined) return "";
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new EksauthError(
      "kubeconfig_invalid",
      `Cannot use kubeconfig "${path}": it is not UTF-8`,
      {
        hint: "Save the file as UTF-8, or name another with --kubeconfig; nothing was changed",
        cause: error,
      },
    );
  }
}

/** The first file that has the cluster, else the first of all. */
export function fileOfCluster({ paths, documents }: KubeconfigSet, entryName: string): string {
  const path = paths.find((path) => documents.get(path)?.tree.lists.cluster.entries.has(entryName));
  return path ?? paths[0]!;
}

/**
 * The file that kubectl takes the current context from: the first that sets one.
 *
 * @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files
 */
export function fileOfCurrentContext({ paths, documents }: KubeconfigSet): string | undefined {
  return paths.find((path) => (documents.get(path)?.tree.currentContext ?? "") !== "");
}

/** The current context in that file; empty when there is none. */
export function currentContextOf(set: KubeconfigSet): string {
  const holder = fileOfCurrentContext(set);
  return holder === undefined ? "" : set.documents.get(holder)?.tree.currentContext ?? "";
}

/** Another file that has an entry of the same name: kubectl sees only the one it reads first. */
export interface SameName {
  readonly path: string;
  readonly isReadFirst: boolean;
}

/** The files besides `path` that have such an entry. */
export function sameNames(
  { paths, documents }: KubeconfigSet,
  { path, kind, entryName }: {
    readonly path: string;
    readonly kind: EntryKind;
    readonly entryName: string;
  },
): readonly SameName[] {
  return paths
    .filter((other) =>
      other !== path && documents.get(other)?.tree.lists[kind].entries.has(entryName)
    )
    .map((other) => ({ path: other, isReadFirst: paths.indexOf(other) < paths.indexOf(path) }));
}
