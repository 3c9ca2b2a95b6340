/**
 * What has to change in a kubeconfig for it to have the entries of some clusters.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { editEntry } from "./_entry_edit.ts";
import { type KubeconfigTree, LIST_KEYS } from "./_kubeconfig_tree.ts";
import { lineStart, nextLine } from "./_text_lines.ts";
import type { Draft } from "./_yaml_draft.ts";
import { editFields } from "./_yaml_edit_fields.ts";
import { appendItems } from "./_yaml_edit_list.ts";
import { detectLayout } from "./_yaml_layout.ts";
import { fieldLines, type YamlFields } from "./_yaml_value.ts";
import {
  type EntryContent,
  entryContents,
  entryItem,
  type EntryKind,
  type KubeconfigEntries,
} from "./kubeconfig.ts";
import type { CurrentContextMode, EntryChange, UpdateMode } from "./kubeconfig_change.ts";

/** What a kubeconfig should have. */
export interface Wanted {
  readonly entries: readonly KubeconfigEntries[];
  readonly update: UpdateMode;
  readonly currentContext: CurrentContextMode;
  /** The context that may become the current one; absent: that of the first of `entries`. */
  readonly contextName?: string;
}

/** The changes to make, and what they mean. */
export interface EditPlan {
  readonly draft: Draft;
  readonly contents: readonly EntryContent[];
  readonly changes: readonly EntryChange[];
  /** The context to be the current one, after as before. */
  readonly currentContext: string;
}

/**
 * Plans the changes; none, where everything is there.
 *
 * @throws `kubeconfig_conflict`, `kubeconfig_invalid`
 */
export function planEdits(tree: KubeconfigTree, wanted: Wanted): EditPlan {
  const { source, sharing } = tree;
  const draft: Draft = { source, sharing, layout: detectLayout(source), splices: [] };
  const contents = distinctContents(tree, wanted.entries);
  const written = new Set(contents.filter(isContext).map(({ entryName }) => entryName));
  const changes = contents.map((content): EntryChange => {
    const { kind, entryName } = content;
    const entry = tree.lists[kind].entries.get(entryName);
    if (entry === undefined) return { kind, entryName, action: "added" };
    return editEntry(draft, { tree, entry, content, update: wanted.update, written });
  });
  const added = contents.filter((_, index) => changes[index]!.action === "added");
  const currentContext = nextCurrentContext(tree, wanted);
  if (tree.root === undefined) writeAnew(draft, { tree, added, currentContext });
  else addMissing(draft, { tree, added, currentContext });
  return { draft, contents, changes, currentContext };
}

/** The contents of all entries; the cluster entry that two identities share comes once. */
function distinctContents(
  { source }: KubeconfigTree,
  entries: readonly KubeconfigEntries[],
): readonly EntryContent[] {
  const contents = new Map<string, EntryContent>();
  for (const content of entries.flatMap(entryContents)) {
    const key = `${content.kind} ${content.entryName}`;
    const other = contents.get(key);
    contents.set(key, other ?? content);
    if (other === undefined || JSON.stringify(other) === JSON.stringify(content)) continue;
    throw new EksauthError(
      "kubeconfig_conflict",
      `Cannot write ${content.kind} "${content.entryName}" to "${source.path}": ` +
        `both ${subject(other)} and ${subject(content)} would have this name`,
      { hint: "Give them names of their own with --alias, --user-alias or --context-template" },
    );
  }
  return [...contents.values()];
}

function subject({ owner: { cluster, identity } }: EntryContent): string {
  return identity === undefined ? `"${cluster}"` : `"${cluster}" as "${identity}"`;
}

function isContext({ kind }: EntryContent): boolean {
  return kind === "context";
}

function nextCurrentContext(tree: KubeconfigTree, wanted: Wanted): string {
  const isFree = tree.currentContext === "";
  const isSet = wanted.currentContext === "set" ||
    (wanted.currentContext === "set_if_absent" && isFree);
  const contextName = wanted.contextName ?? wanted.entries[0]?.context.entryName;
  return isSet && contextName !== undefined ? contextName : tree.currentContext;
}

interface Additions {
  readonly tree: KubeconfigTree;
  readonly added: readonly EntryContent[];
  readonly currentContext: string;
}

/** Adds items to the lists that are there, then the lists that are not: of two splices at one place the deeper comes first. */
function addMissing(draft: Draft, { tree, added, currentContext }: Additions): void {
  const missing: Record<string, readonly YamlFields[]> = {};
  for (const kind of Object.keys(LIST_KEYS) as EntryKind[]) {
    const items = added.filter((content) => content.kind === kind).map(entryItem);
    if (items.length === 0) continue;
    const { list } = tree.lists[kind];
    if (list === undefined) missing[LIST_KEYS[kind]] = items;
    else appendItems(draft, { list, items });
  }
  const { users, ...others } = missing;
  const isMoved = currentContext !== tree.currentContext;
  const set = {
    ...others,
    ...(isMoved ? { "current-context": currentContext } : {}),
    ...(users === undefined ? {} : { users }),
  };
  if (Object.keys(set).length === 0) return;
  const isEmpty = tree.root!.items.length === 0;
  editFields(draft, { map: tree.root!, set: isEmpty ? { ...IDENTITY, ...set } : set });
}

/** Without these kubectl reads a file too, but other programs look at them. */
const IDENTITY = { apiVersion: "v1", kind: "Config" };

/** Writes a whole kubeconfig, in kubectl's order, below the comments that may be there. */
function writeAnew(draft: Draft, { added, currentContext }: Additions): void {
  const { source: { text, root }, layout, splices } = draft;
  const items = (kind: EntryKind): readonly YamlFields[] =>
    added.filter((content) => content.kind === kind).map(entryItem);
  const fields: YamlFields = {
    apiVersion: IDENTITY.apiVersion,
    clusters: items("cluster"),
    contexts: items("context"),
    "current-context": currentContext,
    kind: IDENTITY.kind,
    preferences: {},
    users: items("user"),
  };
  const lines = Object.entries(fields)
    .map(([key, value]) => fieldLines({ key, value, indent: 0 }, layout)).join("");
  if (root !== undefined) {
    // An explicit `null`, which may stand behind a `---` and before a comment.
    const [start, end] = root.range;
    const below = nextLine(text, end);
    const isAlone = text.slice(lineStart(text, start), below).trim() === text.slice(start, end);
    splices.push({ start, end: isAlone ? below : end, text: "" });
    splices.push({ start: below, end: below, text: lines });
    return;
  }
  const documentEnd = /^\.\.\.(?=[ \t\r\n]|$)/m.exec(text)?.index ?? text.length;
  splices.push({ start: documentEnd, end: documentEnd, text: lines });
}
