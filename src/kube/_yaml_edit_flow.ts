/**
 * Adding to and removing from collections in flow style, `{…}` and `[…]`; JSON files are one such from end to end.
 *
 * @module
 */

import { lineStart } from "./_text_lines.ts";
import { type Draft, endOf, endOfPair } from "./_yaml_draft.ts";
import {
  isList,
  isMap,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from "./_yaml_source.ts";
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
  const { end } = extentOf(after);
  const indent = indentOfOwnLine(draft, { collection, member: after });
  const separator = indent === undefined ? ", " : `,${draft.layout.eol}${indent}`;
  const pretty = prettyMember(draft, { collection, member: after });
  const text = members.map((member) => separator + memberText(member, pretty)).join("");
  draft.splices.push({ start: end, end, text });
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

interface Extent {
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

/** A collection in flow style and something in it. */
export interface Member {
  readonly collection: YamlMap | YamlList;
  readonly member: YamlPair | YamlNode;
}

/** How to write over several lines what takes the place of a member or follows it; `undefined`: on one line. */
export function prettyMember(draft: Draft, { collection, member }: Member): Pretty | undefined {
  const indent = indentOfOwnLine(draft, { collection, member });
  if (indent === undefined) return undefined;
  const { text } = draft.source;
  const value = "range" in member ? member : member.value;
  if (isOneLineCollection(text, value)) return undefined;
  const outer = indentOfLine(text, collection.range[0]);
  return { eol: draft.layout.eol, indent, step: stepBetween(outer, indent) };
}

/** The indents of a value that goes over several lines; `undefined`: on one line. */
export function prettyLike(
  { source: { text }, layout }: Draft,
  node: YamlNode,
): Pretty | undefined {
  const [start, end] = node.range;
  const nested = /\n([ \t]*)/.exec(text.slice(start, end))?.[1];
  if (nested === undefined) return undefined;
  const indent = indentOfLine(text, start);
  return { eol: layout.eol, indent, step: stepBetween(indent, nested) };
}

/** What stands before a member on its line, if that is nothing but the indent. */
function indentOfOwnLine(
  { source: { text } }: Draft,
  { collection, member }: Member,
): string | undefined {
  const { start } = extentOf(member);
  const line = lineStart(text, start);
  const before = text.slice(line, start);
  return before.trim() === "" && line > collection.range[0] ? before : undefined;
}

function isOneLineCollection(text: string, node: YamlNode | null): boolean {
  if (!isMap(node) && !isList(node)) return false;
  return node.items.length > 0 && !text.slice(node.range[0], node.range[1]).includes("\n");
}

function indentOfLine(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))![0];
}

function stepBetween(outer: string, inner: string): string {
  return inner.length > outer.length && inner.startsWith(outer) ? inner.slice(outer.length) : "  ";
}
