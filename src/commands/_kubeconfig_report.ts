/**
 * What `eksauth kubeconfig` tells: the result on stdout, everything worth knowing besides on stderr.
 *
 * @module
 */

import type { KubeconfigEntries } from "../kube/kubeconfig.ts";
import { upsert } from "../kube/kubeconfig_document.ts";
import type { Saved, SavedFile } from "../kube/kubeconfig_file.ts";
import { note, warn } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { shellWord } from "../runtime/shell_word.ts";
import type { KubeconfigFlags } from "./kubeconfig.ts";

type EntryChange = SavedFile["changes"][number];

interface Report {
  readonly saved: Saved;
  readonly entries: KubeconfigEntries;
  readonly flags: KubeconfigFlags;
}

/** Tells what was written, or with `--dry-run` prints the files as they would be. */
export function tellSaved({ saved, entries, flags }: Report, runtime: Runtime): void {
  if (flags.output === "json") {
    runtime.stdout.write(JSON.stringify(summary({ saved, entries, flags }), undefined, 2) + "\n");
    return;
  }
  if (flags["dry-run"]) {
    runtime.stdout.write(textOf(saved.files));
    return;
  }
  const contextName = entries.context.entryName;
  runtime.stdout.write(`${sentence(contextName, saved)}\n`);
  if (flags.verbose) {
    const alone = upsert("", entries, { path: "", update: "merge", currentContext: "keep" });
    runtime.stdout.write(`Entries:\n\n${alone.text}`);
  }
}

/** The file as it would be; of several, each with its path above it. */
function textOf(files: readonly SavedFile[]): string {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return only.text;
  return files.map(({ path, text }) => `# ${path}\n${text}`).join("---\n");
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

/** Programs read this: every key is always there. */
function summary({ saved, entries, flags }: Report): unknown {
  const contextName = entries.context.entryName;
  return {
    kubeconfig: fileOf(contextName, saved)?.path ?? null,
    context: contextName,
    cluster: entries.cluster.entryName,
    user: entries.user.entryName,
    namespace: entries.context.namespace ?? null,
    currentContext: saved.currentContext || null,
    isChanged: saved.files.some(({ isChanged }) => isChanged),
    isDryRun: flags["dry-run"] ?? false,
    changes: saved.files.flatMap(({ changes }) =>
      changes.map(({ kind, entryName, action }) => ({ kind, name: entryName, action }))
    ),
  };
}

/** Tells which context kubectl uses now, where that is not what it was, or not the one that was written. */
export function tellCurrentContext({ saved, entries, flags }: Report, runtime: Runtime): void {
  if (flags["dry-run"]) return;
  const contextName = entries.context.entryName;
  const moved = saved.files.find((file) => file.currentContext !== undefined)?.currentContext;
  if (moved !== undefined) {
    const before = moved.before === "" ? "there was none" : `it was "${moved.before}"`;
    note(`the current context is now "${moved.after}"; ${before}`, runtime);
  } else if (saved.currentContext !== "" && saved.currentContext !== contextName) {
    const file = flags.kubeconfig === undefined
      ? ""
      : ` --kubeconfig ${shellWord(flags.kubeconfig)}`;
    note(
      `the current context is still "${saved.currentContext}"; ` +
        `to switch: kubectl config${file} use-context ${shellWord(contextName)}`,
      runtime,
    );
  }
}

/** Warns of entries that belonged to somebody else, and of names that now mean something else. */
export function tellWarnings({ saved, entries }: Report, runtime: Runtime): void {
  for (const warning of saved.warnings) warn(warning, runtime);
  for (const change of saved.files.flatMap(({ changes }) => changes)) {
    for (const text of warningsOf(change, entries)) warn(text, runtime);
  }
}

function warningsOf(change: EntryChange, { context }: KubeconfigEntries): readonly string[] {
  const { kind, entryName, takenFrom, redirectedFrom, usedBy = [] } = change;
  // Every cluster has one entry, whoever wrote it.
  if (kind === "cluster") return [];
  if (redirectedFrom !== undefined) {
    const { clusterName, userName } = redirectedFrom;
    const before = clusterName === context.clusterName
      ? `signed in as user "${userName}" before`
      : `led to cluster "${clusterName}" as user "${userName}" before`;
    return [`Context "${entryName}" ${before}; another --alias would have left it alone`];
  }
  const contexts = usedBy.map((contextName) => `"${contextName}"`).join(", ");
  return [
    ...(takenFrom?.writtenBy === "others"
      ? [`The ${kind} entry "${entryName}" was not written by eksauth; it is now`]
      : []),
    ...(contexts === ""
      ? []
      : [`User "${entryName}" now signs in for context ${contexts} as well`]),
  ];
}

function fileOf(contextName: string, saved: Saved): SavedFile | undefined {
  return saved.files.find((file) => contextChange(contextName, file) !== undefined);
}

function contextChange(contextName: string, file: SavedFile | undefined): EntryChange | undefined {
  return file?.changes.find(({ kind, entryName }) =>
    kind === "context" && entryName === contextName
  );
}
