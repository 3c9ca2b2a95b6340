/**
 * Which kubeconfig files to change, and how.
 *
 * @module
 */

import { EksauthError, messageOf } from "../errors.ts";
import type { Wanted } from "./_edit_plan.ts";
import {
  currentContextOf,
  fileOfCluster,
  fileOfCurrentContext,
  type KubeconfigSet,
  readKubeconfigs,
  sameNames,
} from "./_kubeconfig_choice.ts";
import type { KubeconfigEntries } from "./kubeconfig.ts";
import type { CurrentContextMode, UpdateMode } from "./kubeconfig_change.ts";
import { type KubeconfigDocument, type Upserted, upsertInto } from "./kubeconfig_document.ts";

/** Clusters to be written. */
export interface SaveRequest {
  readonly entries: readonly KubeconfigEntries[];
  /** The kubeconfig files, in kubectl's order. */
  readonly paths: readonly string[];
  readonly update: UpdateMode;
  /** Of several contexts, the first is the one that may become the current one. */
  readonly currentContext: CurrentContextMode;
  /** The most that anybody may do with the file; 0600 when absent. An existing file is never opened wider. */
  readonly mode?: number | undefined;
}

/** One file to change, or to leave. */
export interface FilePlan {
  readonly path: string;
  /** What the plan was made for. */
  readonly document: KubeconfigDocument;
  readonly wanted: Wanted;
  readonly result: Upserted;
}

/** All files to change. */
export interface SavePlan {
  readonly files: readonly FilePlan[];
  /** The context that kubectl uses before anything is written; empty when there is none. */
  readonly currentContext: string;
  readonly warnings: readonly string[];
}

/**
 * Plans without writing anything.
 *
 * @throws `kubeconfig_invalid`, `kubeconfig_conflict`, `file_unreadable`
 */
export function planSave(request: SaveRequest): SavePlan {
  const { entries, update } = request;
  const [first] = entries;
  if (first === undefined) return { files: [], currentContext: "", warnings: [] };
  const set = readKubeconfigs(request.paths);
  const byPath = new Map<string, KubeconfigEntries[]>();
  for (const one of entries) {
    const path = fileOfCluster(set, one.cluster.entryName);
    byPath.set(path, [...byPath.get(path) ?? [], one]);
  }
  const contextFile = currentContextFile(set, { request, byPath });
  // The current context comes last, when what it names is there.
  if (contextFile !== undefined && !byPath.has(contextFile)) byPath.set(contextFile, []);

  const files = [...byPath].map(([path, own]): FilePlan => {
    const document = documentOf(set, path);
    const wanted: Wanted = {
      entries: own,
      update,
      currentContext: path === contextFile ? request.currentContext : "keep",
      contextName: first.context.entryName,
    };
    return { path, document, wanted, result: upsertInto(document, wanted) };
  });
  const hidden = files.flatMap((file) => hiddenEntries(set, file));
  if (update === "error" && hidden[0] !== undefined) {
    throw new EksauthError("kubeconfig_conflict", `Cannot write every entry: ${hidden[0]}`, {
      hint: "Choose other names with --alias and --user-alias, or accept it with --update merge",
    });
  }
  return {
    files,
    currentContext: currentContextOf(set),
    warnings: [...[...set.failures.values()].map(messageOf), ...hidden],
  };
}

/** The file to put the current context in, so that kubectl takes it from there. */
function currentContextFile(
  set: KubeconfigSet,
  { request, byPath }: {
    readonly request: SaveRequest;
    readonly byPath: ReadonlyMap<string, unknown>;
  },
): string | undefined {
  if (request.currentContext === "keep") return undefined;
  const holder = fileOfCurrentContext(set);
  if (holder !== undefined && request.currentContext === "set_if_absent") return undefined;
  return holder ?? byPath.keys().next().value;
}

function documentOf({ documents, failures }: KubeconfigSet, path: string): KubeconfigDocument {
  const document = documents.get(path);
  if (document === undefined) throw failures.get(path)!;
  return document;
}

/** Says where contexts and users of several files share a name, of which kubectl sees one. */
function hiddenEntries(set: KubeconfigSet, { path, result }: FilePlan): readonly string[] {
  return result.changes.flatMap(({ kind, entryName, action }) => {
    // The search looked for the cluster, so there is none in the files before.
    if (kind === "cluster") return [];
    return sameNames(set, { path, kind, entryName })
      .filter(({ isReadFirst }) => isReadFirst || action === "added")
      .map((other) =>
        other.isReadFirst
          ? `${kind} "${entryName}" in "${path}" has no effect, kubectl reads the one in "${other.path}"`
          : `${kind} "${entryName}" in "${path}" hides the one in "${other.path}" from kubectl`
      );
  });
}
