/**
 * Adding to and removing from collections in flow style, `{…}` and `[…]`; JSON files are one such from end to end.
 *
 * @module
 */

import { lineStart } from "./_text_lines.ts";
import { type Draft, endOf, endOfPair } from "./_yaml_draft.ts";
import { type YamlList, type YamlMap, type YamlNode, type YamlPair } from "./_yaml_source.ts";
import { flowText, type Pretty, type YamlValue } from "./_yaml_value.ts";

/** What to add to a collection. */
export interface NewMembers {
  readonly collection: YamlMap | YamlList;
  /** The member after which they go; absent: they are the first. */
  readonly after: YamlPair | YamlNode | undefined;
  /** With keys for a mapping, without for a list. */
  readonly members: readonly { readonly key?: string; readonly value: YamlValue }[];
}

/** Adds members in the style of the one before them. */
export function insertMembers(draft: Draft, { collection, after, members }: NewMembers): void {
  if (members.length === 0) return;
  if (after === undefined) {
    const offset = collection.range[0] + 1;
    const text = members.map((member) => memberText(member)).join(", ");
    draft.splices.push({ start: offset, end: offset, text });
    return;
  }
  const extent = extentOf(after);
  const { separator, pretty } = styleAfter(draft, { collection, ...extent });
  const text = members.map((member) => separator + memberText(member, pretty)).join("");
  draft.splices.push({ start: extent.end, end: extent.end, text });
}

/** Removes pairs, each with one comma. */
export function removePairs(
  { splices }: Draft,
  { map, removed }: { readonly map: YamlMap; readonly removed: readonly YamlPair[] },
): void {
  for (const pair of removed) {
    const index = map.items.indexOf(pair);
    const isFirst = map.items.slice(0, index).every((other) => removed.includes(other));
    const previous = map.items[index - 1];
    const next = map.items[index + 1];
    const { start, end } = extentOf(pair);
    if (!isFirst) splices.push({ start: extentOf(previous!).end, end, text: "" });
    else splices.push({ start, end: next === undefined ? end : extentOf(next).start, text: "" });
  }
}

/** A part of the text. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

function extentOf(member: YamlPair | YamlNode): Extent {
  if ("range" in member) return { start: member.range[0], end: endOf(member) };
  return { start: member.key.range[0], end: endOfPair(member) };
}

function memberText(
  { key, value }: NewMembers["members"][number],
  pretty?: Pretty,
): string {
  const text = flowText(value, pretty);
  return key === undefined ? text : `${JSON.stringify(key)}: ${text}`;
}

/** How the member that ends at `end` is set apart from the one before it. */
function styleAfter(
  draft: Draft,
  { collection, start, end }: Extent & { readonly collection: YamlMap | YamlList },
): { readonly separator: string; readonly pretty?: Pretty | undefined } {
  const { source: { text }, layout: { eol } } = draft;
  const line = lineStart(text, start);
  const indent = text.slice(line, start);
  const isOnOwnLine = indent.trim() === "" && line > collection.range[0];
  if (!isOnOwnLine) return { separator: ", " };
  return { separator: `,${eol}${indent}`, pretty: prettyLike(draft, { start, end }) };
}

/** The indents of a value that goes over several lines, `undefined` for one that does not. */
export function prettyLike(
  { source: { text }, layout: { eol } }: Draft,
  { start, end }: Extent,
): Pretty | undefined {
  const nested = /\n([ \t]*)/.exec(text.slice(start, end))?.[1];
  if (nested === undefined) return undefined;
  const indent = /^[ \t]*/.exec(text.slice(lineStart(text, start), start))![0];
  const step = nested.startsWith(indent) ? nested.slice(indent.length) : "";
  return { eol, indent, step: step === "" ? "  " : step };
}
