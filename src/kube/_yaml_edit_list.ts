/**
 * Adding items to a list and replacing them, in whatever style it is written.
 *
 * @module
 */

import { columnAt, lineStart, skipComments } from "./_text_lines.ts";
import {
  assertReplaceable,
  assertUnshared,
  type Draft,
  endOf,
  LAYOUT_REASON,
  lineAfter,
  notEditable,
} from "./_yaml_draft.ts";
import { insertMembers, prettyLike } from "./_yaml_edit_flow.ts";
import type { YamlList, YamlNode } from "./_yaml_source.ts";
import { flowText, itemLines, type YamlValue } from "./_yaml_value.ts";

/** A list that has items already, and more of them. */
export interface NewItems {
  readonly list: YamlList;
  readonly items: readonly YamlValue[];
}

/**
 * Adds items at the end of a list.
 *
 * @throws `kubeconfig_invalid` when an alias refers to the list
 */
export function appendItems(draft: Draft, { list, items }: NewItems): void {
  assertUnshared(draft, list);
  if (list.flow === true) {
    const members = items.map((value) => ({ value }));
    insertMembers(draft, { collection: list, after: list.items.at(-1), members });
    return;
  }
  const { source, layout, splices } = draft;
  const indent = dashColumn(draft, list);
  // A comment under the dash is about the next section when the list is not indented, else about the list.
  const minColumn = indent === 0 ? 1 : indent;
  const offset = skipComments(source.text, { offset: lineAfter(source, endOf(list)), minColumn });
  const text = items.map((item) => itemLines({ item, indent }, layout)).join("");
  splices.push({ start: offset, end: offset, text });
}

/** An item, and what to put in its place. */
export interface NewItem {
  readonly list: YamlList;
  readonly old: YamlNode;
  readonly item: YamlValue;
}

/**
 * Replaces an item, from its dash to the end of its last line.
 *
 * @throws `kubeconfig_invalid` when an alias refers to any of it
 */
export function replaceItem(draft: Draft, { list, old, item }: NewItem): void {
  assertUnshared(draft, list);
  assertReplaceable(draft, old);
  const { source, layout, splices } = draft;
  if (list.flow === true) {
    const [start, end] = old.range;
    splices.push({ start, end, text: flowText(item, prettyLike(draft, old)) });
    return;
  }
  const indent = dashColumn(draft, list);
  splices.push({
    start: dashLine(draft, { old, column: indent }),
    end: lineAfter(source, endOf(old)),
    text: itemLines({ item, indent }, layout),
  });
}

function dashColumn(draft: Draft, list: YamlList): number {
  const { text } = draft.source;
  const start = list.range[0];
  const column = columnAt(text, start);
  const isPlain = text[start] === "-" && text.slice(start - column, start).trim() === "";
  if (!isPlain) throw notEditable(draft, start, LAYOUT_REASON);
  return column;
}

/** The line with the item's dash: what it holds may start lines below, after a comment or an anchor. */
function dashLine(
  { source: { text } }: Draft,
  { old, column }: { readonly old: YamlNode; readonly column: number },
): number {
  let line = lineStart(text, old.range[0]);
  const isDash = (): boolean =>
    text[line + column] === "-" && text.slice(line, line + column).trim() === "";
  while (line > 0 && !isDash()) line = lineStart(text, line - 1);
  return line;
}
