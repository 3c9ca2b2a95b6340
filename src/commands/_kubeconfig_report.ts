/**
 * What `eksauth kubeconfig` tells: the result on stdout, everything worth knowing besides on stderr.
 *
 * @module
 */

import type { KubeconfigEntries } from "../kube/kubeconfig.ts";
import { upsert } from "../kube/kubeconfig_document.ts";
import type { Saved, SavedFile } from "../kube/kubeconfig_file.ts";
import { warn } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { KubeconfigFlags } from "./kubeconfig.ts";

type EntryChange = SavedFile["changes"][number];

interface Report {
  readonly saved: Saved;
  readonly entries: KubeconfigEntries;
  readonly flags: KubeconfigFlags;
}

/** Tells what was written, or with `--dry-run` prints the files as they would be. */
export function tellSaved({ saved, entries, flags }: Report, runtime: Runtime): void {
  const isDryRun = flags["dry-run"];
  if (flags.output === "json") {
    runtime.stdout.write(JSON.stringify(summary({ saved, entries, flags }), undefined, 2) + "\n");
    return;
  }
  if (isDryRun) {
    for (const { text } of saved.files) runtime.stdout.write(text);
    return;
  }
  const contextName = entries.context.entryName;
  runtime.stdout.write(`${sentence(contextName, saved)}\n`);
  if (flags.verbose) {
    const alone = upsert("", entries, { path: "", update: "merge", currentContext: "keep" });
    runtime.stdout.write(`Entries:\n\n${alone.text}`);
  }
}

/** The AWS CLI's sentences, and one for what it does not notice: that nothing had to be done. */
function sentence(contextName: string, saved: Saved): string {
  const file = fileOf(contextName, saved);
  const path = file?.path ?? saved.files[0]?.path ?? "";
  if (saved.files.every(({ isChanged }) => !isChanged)) {
    return `Context ${contextName} in ${path} is up to date`;
  }
  const change = contextChange(contextName, file);
  return change?.action === "added"
    ? `Added new context ${contextName} to ${path}`
    : `Updated context ${contextName} in ${path}`;
}

function summary({ saved, entries, flags }: Report): unknown {
  const contextName = entries.context.entryName;
  const file = fileOf(contextName, saved);
  return {
    kubeconfig: file?.path,
    context: contextName,
    cluster: entries.cluster.entryName,
    user: entries.user.entryName,
    namespace: entries.context.namespace,
    isChanged: saved.files.some(({ isChanged }) => isChanged),
    isDryRun: flags["dry-run"],
    changes: saved.files.flatMap(({ changes }) =>
      changes.map(({ kind, entryName, action }) => ({ kind, name: entryName, action }))
    ),
    currentContext: saved.files.find((each) => each.currentContext !== undefined)?.currentContext
      ?.after,
  };
}

/** Warns of entries that belonged to somebody else, and of names that now mean something else. */
export function tellWarnings(saved: Saved, runtime: Runtime): void {
  for (const warning of saved.warnings) warn(warning, runtime);
  for (const { changes } of saved.files) {
    for (const change of changes) {
      for (const text of warningsOf(change)) warn(text, runtime);
    }
  }
}

function warningsOf({ kind, entryName, takenFrom, redirectedFrom, usedBy }: EntryChange): string[] {
  const warnings: string[] = [];
  if (takenFrom?.writtenBy === "others" && kind !== "cluster") {
    warnings.push(`The ${kind} entry "${entryName}" was not written by eksauth; it is now`);
  }
  if (redirectedFrom !== undefined) {
    warnings.push(
      `Context "${entryName}" led to cluster "${redirectedFrom.clusterName}" as "${redirectedFrom.userName}" before`,
    );
  }
  if (usedBy !== undefined && usedBy.length > 0) {
    const contexts = usedBy.map((context) => `"${context}"`).join(", ");
    warnings.push(`User "${entryName}" now signs in for context ${contexts} as well`);
  }
  return warnings;
}

function fileOf(contextName: string, saved: Saved): SavedFile | undefined {
  return saved.files.find((file) => contextChange(contextName, file) !== undefined);
}

function contextChange(contextName: string, file: SavedFile | undefined): EntryChange | undefined {
  return file?.changes.find(({ kind, entryName }) =>
    kind === "context" && entryName === contextName
  );
}
