/**
 * Changing one entry that is there already.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { follow, isZeroNode, matches, textOfScalar } from "./_yaml_match.ts";
import { editFields } from "./_yaml_edit_fields.ts";
import { appendItems, replaceItem } from "./_yaml_edit_list.ts";
import { isList, isMap, pairOf, type YamlMap } from "./_yaml_source.ts";
import type { Draft } from "./_yaml_draft.ts";
import { type KubeconfigTree, type NamedEntry, ownerMark, ownerOf } from "./_kubeconfig_tree.ts";
import { type EntryContent, entryItem, ownerExtension, ownerFields } from "./kubeconfig.ts";
import type { EntryChange, PreviousOwner, UpdateMode } from "./kubeconfig_change.ts";

/** An entry, and what it should say. */
export interface EntryEdit {
  readonly tree: KubeconfigTree;
  readonly entry: NamedEntry;
  readonly content: EntryContent;
  readonly update: UpdateMode;
  /** Names of the contexts that are written at the same time. */
  readonly written: ReadonlySet<string>;
}

/**
 * Adds to `draft` what makes an entry say what it should; nothing, if it does already.
 *
 * @throws `kubeconfig_conflict` when the entry may not be taken over
 * @throws `kubeconfig_invalid` when it cannot be changed without changing others
 */
export function editEntry(draft: Draft, edit: EntryEdit): EntryChange {
  const { kind, entryName } = edit.content;
  const takenFrom = previousOwner(edit);
  if (edit.update === "error" && takenFrom !== undefined) throw taken(edit, takenFrom);
  const usedBy = takenFrom && kind === "user" ? otherContexts(edit) : [];
  if (takenFrom !== undefined) assertNobodyIsMisled(edit, { takenFrom, usedBy });
  const before = draft.splices.length;
  if (edit.update === "replace") replaceEntry(draft, edit);
  else mergeEntry(draft, edit);
  const action = draft.splices.length > before ? "updated" : "unchanged";
  const redirectedFrom = previousTarget(edit);
  return {
    kind,
    entryName,
    action,
    ...(takenFrom === undefined ? {} : { takenFrom }),
    ...(redirectedFrom === undefined ? {} : { redirectedFrom }),
    ...(usedBy.length === 0 ? {} : { usedBy: usedBy.map(({ contextName }) => contextName) }),
  };
}

function replaceEntry(draft: Draft, { tree, entry, content }: EntryEdit): void {
  const item = entryItem(content);
  if (matches({ node: entry.node, value: item, sharing: tree.sharing })) return;
  replaceItem(draft, { list: tree.lists[content.kind].list!, old: entry.node, item });
}

function mergeEntry(draft: Draft, edit: EntryEdit): void {
  const { tree: { sharing }, entry, content } = edit;
  const fields = follow(entry.content?.value, sharing);
  if (!isMap(fields)) {
    const { kind } = content;
    editFields(draft, { map: entry.map, set: { [kind]: entryItem(content)[kind]! } });
    return;
  }
  if (content.kind === "user") assertNoOtherSignIn(edit, fields);
  const remove = content.contradicted.filter((key) =>
    !isZeroNode(follow(pairOf(fields, key)?.value, sharing))
  );
  // The mark lies deeper than the fields, so it comes first.
  const isMarked = markInList(draft, { ...edit, fields });
  const extensions = isMarked ? {} : { extensions: [ownerExtension(content.owner)] };
  editFields(draft, { map: fields, set: { ...content.fields, ...extensions }, remove });
}

/** Marks the entry in its list of extensions, if it has one. */
function markInList(draft: Draft, { tree, content, fields }: EntryEdit & OfFields): boolean {
  const { sharing } = tree;
  const mark = ownerMark(fields, sharing);
  if (mark !== undefined) {
    editFields(draft, { map: mark, set: { extension: ownerFields(content.owner) } });
    return true;
  }
  const list = follow(pairOf(fields, "extensions")?.value, sharing);
  if (!isList(list) || list.items.length === 0) return false;
  appendItems(draft, { list, items: [ownerExtension(content.owner)] });
  return true;
}

interface OfFields {
  readonly fields: YamlMap;
}

/** client-go never starts the program of a user that has one of these; the last it refuses beside a program. */
const OTHER_SIGN_INS = [
  "token",
  "tokenFile",
  "username",
  "password",
  "client-certificate",
  "client-certificate-data",
  "client-key",
  "client-key-data",
  "auth-provider",
];

/** Merging would be in vain with these, and to remove them could lose the only copy of a key. */
function assertNoOtherSignIn({ tree, content }: EntryEdit, fields: YamlMap): void {
  const other = OTHER_SIGN_INS.find((key) =>
    !isZeroNode(follow(pairOf(fields, key)?.value, tree.sharing))
  );
  if (other === undefined) return;
  throw new EksauthError(
    "kubeconfig_conflict",
    `Cannot write user "${content.entryName}" to "${tree.source.path}": it has a "${other}", which kubectl prefers`,
    { hint: "Choose another name with --user-alias, or give that up with --update replace" },
  );
}

function previousOwner({ tree, entry, content }: EntryEdit): PreviousOwner | undefined {
  const owner = ownerOf(entry, tree.sharing);
  if (owner === undefined) return { writtenBy: "others" };
  const isSame = owner.cluster === content.owner.cluster &&
    owner.identity === content.owner.identity;
  return isSame
    ? undefined
    : { writtenBy: "eksauth", cluster: owner.cluster, identity: owner.identity };
}

function taken({ tree, content }: EntryEdit, from: PreviousOwner): EksauthError {
  const state = from.writtenBy === "others"
    ? "there is one that eksauth did not write"
    : from.cluster !== content.owner.cluster
    ? `there is one for cluster "${from.cluster}"`
    : `there is one for identity "${from.identity ?? ""}"`;
  return new EksauthError(
    "kubeconfig_conflict",
    `Cannot write ${content.kind} "${content.entryName}" to "${tree.source.path}": ${state}`,
    {
      hint: "Choose other names with --alias and --user-alias, or take it over with --update merge",
    },
  );
}

interface Taking {
  readonly takenFrom: PreviousOwner;
  readonly usedBy: readonly OtherContext[];
}

/**
 * A user entry signs for one cluster, as one identity. Merged into, it would do so for the contexts of another
 * as well, which nobody would notice before the wrong identity was at work there.
 */
function assertNobodyIsMisled(
  { tree, content, update }: EntryEdit,
  { takenFrom, usedBy }: Taking,
): void {
  if (update === "replace") return;
  const misled = usedBy.find(({ clusterName }) =>
    takenFrom.writtenBy === "eksauth" || clusterName !== content.owner.cluster
  );
  if (misled === undefined) return;
  throw new EksauthError(
    "kubeconfig_conflict",
    `Cannot write user "${content.entryName}" to "${tree.source.path}": ` +
      `context "${misled.contextName}" signs in with it${
        purposeOf(content, { takenFrom, misled })
      }`,
    { hint: "Choose another name with --user-alias, or take it over with --update replace" },
  );
}

/** What the entry was for, as far as it differs from what would be written. */
function purposeOf(
  { owner }: EntryContent,
  { takenFrom, misled }: { readonly takenFrom: PreviousOwner; readonly misled: OtherContext },
): string {
  if (misled.clusterName !== owner.cluster) return ` to cluster "${misled.clusterName}"`;
  return takenFrom.writtenBy === "eksauth" && takenFrom.identity !== undefined
    ? ` as "${takenFrom.identity}"`
    : "";
}

function previousTarget({ tree, entry, content }: EntryEdit): EntryChange["redirectedFrom"] {
  if (content.kind !== "context") return undefined;
  const { clusterName, userName } = targetOf(entry, tree);
  if (clusterName === "" && userName === "") return undefined;
  const isSame = clusterName === content.fields.cluster && userName === content.fields.user;
  return isSame ? undefined : { clusterName, userName };
}

/** A context that stays as it is and signs in with the user that is written. */
interface OtherContext {
  readonly contextName: string;
  readonly clusterName: string;
}

function otherContexts({ tree, content, written }: EntryEdit): readonly OtherContext[] {
  return [...tree.lists.context.entries]
    .filter(([contextName]) => !written.has(contextName))
    .map(([contextName, context]) => ({ contextName, ...targetOf(context, tree) }))
    .filter(({ userName }) => userName === content.entryName);
}

function targetOf(
  { content }: NamedEntry,
  { sharing }: KubeconfigTree,
): { readonly clusterName: string; readonly userName: string } {
  const fields = follow(content?.value, sharing);
  const text = (key: string): string =>
    isMap(fields) ? textOfScalar(follow(pairOf(fields, key)?.value, sharing)) ?? "" : "";
  return { clusterName: text("cluster"), userName: text("user") };
}
