/**
 * A second pair of eyes: parses what was made and compares it with what there was.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { type EditPlan, planEdits, type Wanted } from "./_edit_plan.ts";
import { type KubeconfigTree, LIST_KEYS, parseKubeconfig } from "./_kubeconfig_tree.ts";
import {
  isAlias,
  isList,
  isMap,
  isScalar,
  keyOf,
  pairOf,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from "./_yaml_source.ts";
import { type EntryContent, type EntryKind, OWNER_EXTENSION } from "./kubeconfig.ts";

/** An edited kubeconfig and how it came about. */
export interface Edited {
  readonly before: KubeconfigTree;
  readonly plan: EditPlan;
  readonly wanted: Wanted;
  readonly text: string;
}

/**
 * Makes sure that an edit changed what it should and nothing else, whatever odd YAML it met.
 *
 * @throws `kubeconfig_invalid` when it did not, so that the file can stay as it is
 */
export function assertOnlyOurs(edited: Edited): void {
  if (isSound(edited)) return;
  const { path } = edited.before.source;
  throw new EksauthError(
    "kubeconfig_invalid",
    `Cannot change kubeconfig "${path}": it is laid out in a way that eksauth cannot change safely`,
    {
      hint: `Let kubectl lay it out anew, or choose another file with --kubeconfig: ` +
        `kubectl config view --raw --kubeconfig "${path}"`,
    },
  );
}

function isSound({ before, plan, wanted, text }: Edited): boolean {
  let after: KubeconfigTree;
  try {
    after = parseKubeconfig({ path: before.source.path, text });
  } catch {
    return false;
  }
  const isDone = planEdits(after, wanted).draft.splices.length === 0;
  return isDone && after.currentContext === plan.currentContext &&
    restOf(before, { before, plan, wanted }) === restOf(after, { before, plan, wanted });
}

/** All that was in `before` and is not ours, in `tree`, as comparable text. */
function restOf(tree: KubeconfigTree, edit: Omit<Edited, "text">): string {
  const { before, plan, wanted } = edit;
  if (before.root === undefined) return "";
  const keys = new Set(before.root.items.map(keyOf));
  const listKeys: readonly unknown[] = Object.values(LIST_KEYS);
  const fields = tree.root!.items.filter((pair) =>
    keys.has(keyOf(pair)) && keyOf(pair) !== "current-context" && !listKeys.includes(keyOf(pair))
  );
  const entries = (Object.keys(LIST_KEYS) as EntryKind[]).map((kind) =>
    [...tree.lists[kind].entries]
      .filter(([entryName]) => before.lists[kind].entries.has(entryName))
      .map(([entryName, entry]) => {
        const ours = plan.contents.find((content) =>
          content.kind === kind && content.entryName === entryName
        );
        if (ours === undefined) return canonical(entry.node);
        return wanted.update === "replace" ? entryName : restOfEntry(entry.map, ours);
      })
  );
  return JSON.stringify([fields.map(canonicalPair), entries]);
}

/** What is not ours in an entry of ours. */
function restOfEntry(item: YamlMap, ours: EntryContent): unknown {
  const isOurs = (key: string | undefined): boolean =>
    key !== undefined && (key in ours.fields || ours.contradicted.includes(key));
  return item.items.flatMap((pair) => {
    if (keyOf(pair) !== ours.kind) return [canonicalPair(pair)];
    const fields = isMap(pair.value) ? pair.value.items : [];
    return fields.filter((field) => !isOurs(keyOf(field))).flatMap((field) => {
      if (keyOf(field) !== "extensions" || !isList(field.value)) return [canonicalPair(field)];
      return field.value.items.filter((extension) => !isOwnerMark(extension)).map(canonical);
    });
  });
}

function isOwnerMark(extension: YamlNode): boolean {
  if (!isMap(extension)) return false;
  const named = pairOf(extension, "name")?.value;
  return isScalar(named) && named.value === OWNER_EXTENSION;
}

function canonicalPair({ key, value }: YamlPair): unknown {
  return [canonical(key), value === null ? null : canonical(value)];
}

/** A node without its layout. Aliases stay aliases, so it is never larger than the file. */
function canonical(node: YamlNode): unknown {
  if (isAlias(node)) return { alias: node.source };
  const { anchor, tag } = node;
  if (isScalar(node)) return [anchor, tag, node.type === "PLAIN", String(node.value)];
  if (isList(node)) return { anchor, tag, items: node.items.map(canonical) };
  return isMap(node) ? { anchor, tag, fields: node.items.map(canonicalPair) } : null;
}
