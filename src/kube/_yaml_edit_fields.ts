/**
 * Setting and removing fields of a mapping, in whatever style it is written.
 *
 * @module
 */

import { columnAt, skipComments } from "./_text_lines.ts";
import {
  assertReplaceable,
  assertUnshared,
  type Draft,
  endOfPair,
  keyColumn,
  LAYOUT_REASON,
  lineAfter,
  notEditable,
} from "./_yaml_draft.ts";
import { insertMembers, removePairs } from "./_yaml_edit_flow.ts";
import { setValue } from "./_yaml_edit_value.ts";
import { matches } from "./_yaml_match.ts";
import { keyOf, pairOf, type YamlMap, type YamlPair } from "./_yaml_source.ts";
import { fieldLines, type YamlFields, type YamlValue } from "./_yaml_value.ts";

/** What a mapping should say. */
export interface FieldEdits {
  readonly map: YamlMap;
  /** Fields to have these values. */
  readonly set: YamlFields;
  /** Fields that have to go. */
  readonly remove?: readonly string[];
}

/**
 * Adds to `draft` what makes the mapping say so; nothing, if it does already.
 *
 * @throws `kubeconfig_invalid` when the mapping cannot be changed without changing others
 */
export function editFields(draft: Draft, { map, set, remove = [] }: FieldEdits): void {
  assertDistinct(draft, map, [...Object.keys(set), ...remove]);
  const changed = Object.entries(set)
    .map(([key, value]) => ({ key, value, pair: pairOf(map, key) }))
    .filter(({ pair, value }) => !matches({ node: pair?.value, value, sharing: draft.sharing }));
  const removed = map.items.filter((pair) => remove.includes(keyOf(pair) ?? ""));
  if (changed.length + removed.length === 0) return;

  assertUnshared(draft, map);
  for (const { pair, value } of changed) {
    if (pair !== undefined) setValue(draft, { map, pair, value });
  }
  for (const pair of removed) assertReplaceable(draft, pair.value ?? pair.key);
  const added = changed.filter(({ pair }) => pair === undefined);
  if (map.flow === true) {
    removePairs(draft, { map, removed });
    const after = map.items.findLast((pair) => !removed.includes(pair));
    insertMembers(draft, { collection: map, after, members: added });
    return;
  }
  for (const pair of removed) removeLines(draft, { map, pair });
  addLines(draft, { map, added });
}

/**
 * Makes sure that it is clear what a field is. kubectl takes the last of two equal keys, and lets a merge key
 * overrule the fields before it.
 */
function assertDistinct(draft: Draft, map: YamlMap, keys: readonly string[]): void {
  const seen = new Set<string>();
  for (const pair of map.items) {
    const key = keyOf(pair) ?? "";
    const offset = pair.key.range[0];
    if (key === "<<") throw notEditable(draft, offset, "it takes fields from elsewhere with <<");
    if (keys.includes(key) && seen.has(key)) {
      throw notEditable(draft, offset, `there is a second "${key}"`);
    }
    seen.add(key);
  }
}

function removeLines(
  draft: Draft,
  { map, pair }: { readonly map: YamlMap; readonly pair: YamlPair },
): void {
  const start = pair.key.range[0];
  const column = columnAt(draft.source.text, start);
  const isAlone = draft.source.text.slice(start - column, start).trim() === "";
  // A first field beside its dash, and the `? key` form, would leave something behind.
  if (!isAlone || column !== keyColumn(draft, map)) throw notEditable(draft, start, LAYOUT_REASON);
  draft.splices.push({
    start: start - column,
    end: lineAfter(draft.source, endOfPair(pair)),
    text: "",
  });
}

function addLines(
  draft: Draft,
  { map, added }: {
    readonly map: YamlMap;
    readonly added: readonly { readonly key: string; readonly value: YamlValue }[];
  },
): void {
  const { source, layout, splices } = draft;
  const indent = keyColumn(draft, map);
  const last = lineAfter(source, endOfPair(map.items.at(-1)!));
  // At the top nothing but the end of the file follows; a comment there stays the last word.
  const offset = skipComments(source.text, { offset: last, minColumn: Math.max(1, indent) });
  const text = added.map(({ key, value }) => fieldLines({ key, value, indent }, layout)).join("");
  splices.push({ start: offset, end: offset, text });
}
