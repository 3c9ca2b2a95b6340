/**
 * Giving a field another value.
 *
 * @module
 */

import { lineStart, nextLine } from "./_text_lines.ts";
import {
  assertReplaceable,
  type Draft,
  endOf,
  isBlockCollection,
  keyColumn,
  LAYOUT_REASON,
  lineAfter,
  notEditable,
} from "./_yaml_draft.ts";
import { insertMembers, prettyLike, prettyMember } from "./_yaml_edit_flow.ts";
import { STRING_TAG } from "./_yaml_match.ts";
import {
  isAlias,
  isList,
  isMap,
  isNull,
  isScalar,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlPair,
} from "./_yaml_source.ts";
import {
  doubleQuoted,
  flowText,
  isBlock,
  nestedLines,
  scalarText,
  singleQuoted,
  type YamlFields,
  type YamlValue,
} from "./_yaml_value.ts";

/** A field and its new value. */
export interface NewValue {
  readonly map: YamlMap;
  readonly pair: YamlPair;
  readonly value: YamlValue;
}

/**
 * Puts a value in place of another, in its style: quotes stay quotes, `{…}` stays `{…}`, and a comment behind it
 * stays.
 *
 * @throws `kubeconfig_invalid` when an alias refers to the old one, or when it is of another kind
 */
export function setValue(draft: Draft, { map, pair, value }: NewValue): void {
  const old = pair.value;
  if (old === null) throw notEditable(draft, pair.key.range[0], LAYOUT_REASON);
  assertReplaceable(draft, old);
  assertSameKind(draft, { old, value });
  if (isEmptyWithComments(draft, old)) fill(draft, { old, value });
  else if (map.flow === true || isFilledFlow(old)) replaceInline(draft, { map, pair, value, old });
  else if (isBlockCollection(old)) replaceLines(draft, { map, pair, value, old });
  else if (isBlock(value)) replaceByLines(draft, { map, pair, value, old });
  else replaceScalar(draft, { old, value });
}

interface Replacement {
  readonly old: YamlNode;
  readonly value: YamlValue;
}

function assertSameKind(draft: Draft, { old, value }: Replacement): void {
  const offset = old.range[0];
  if (isAlias(old) || isNull(old)) return;
  const expected = !isBlock(value) ? "text" : Array.isArray(value) ? "a list" : "a mapping";
  const isExpected = isMap(old)
    ? expected === "a mapping"
    : isList(old)
    ? expected === "a list"
    : expected === "text";
  if (!isExpected) throw notEditable(draft, offset, `it is not ${expected}`);
  const isTagged = isScalar(old) && old.tag !== undefined && old.tag !== STRING_TAG;
  if (isTagged) throw notEditable(draft, offset, "a YAML tag says that it is not text");
}

/** Whether a node is a `[ ]` or `{ }` that holds comments, or that has a name. */
function isEmptyWithComments({ source }: Draft, node: YamlNode): node is YamlMap | YamlList {
  if (!isEmptyFlow(node)) return false;
  const inside = source.text.slice(node.range[0] + 1, node.range[1] - 1);
  return inside.trim() !== "" || node.anchor !== undefined || node.tag !== undefined;
}

function isEmptyFlow(node: YamlNode): node is YamlMap | YamlList {
  return (isMap(node) || isList(node)) && node.items.length === 0;
}

function isFilledFlow(node: YamlNode): boolean {
  return (isMap(node) || isList(node)) && node.flow === true && node.items.length > 0;
}

function fill(draft: Draft, { old, value }: Replacement & { old: YamlMap | YamlList }): void {
  const members = Array.isArray(value)
    ? (value as readonly YamlValue[]).map((item) => ({ value: item }))
    : Object.entries(value as YamlFields).map(([key, field]) => ({ key, value: field }));
  insertMembers(draft, { collection: old, after: undefined, members });
}

type ValueReplacement = Replacement & NewValue;

function replaceInline(draft: Draft, { map, pair, value, old }: ValueReplacement): void {
  const [start, end] = old.range;
  // An empty value starts right behind the colon.
  const space = start === end ? " " : "";
  const pretty = map.flow === true
    ? prettyMember(draft, { collection: map, member: pair })
    : prettyLike(draft, old);
  const text = typeof value === "string" ? quotedLike(old, value) : flowText(value, pretty);
  draft.splices.push({ start, end, text: space + text });
}

function quotedLike(old: YamlNode, text: string): string {
  return isScalar(old) && old.type === "QUOTE_SINGLE" ? singleQuoted(text) : doubleQuoted(text);
}

function replaceScalar(draft: Draft, { old, value }: Replacement): void {
  const [start, end] = old.range;
  const isQuoted = isScalar(old) && (old.type === "QUOTE_SINGLE" || old.type === "QUOTE_DOUBLE");
  const text = isQuoted && typeof value === "string" ? quotedLike(old, value) : scalarText(value);
  // A block scalar ends with its last line; an empty value starts right behind the colon.
  const isBlockScalar = draft.source.text[end - 1] === "\n";
  const eol = isBlockScalar ? draft.layout.eol : "";
  draft.splices.push({ start, end, text: (start === end ? " " : "") + text + eol });
}

function replaceLines(draft: Draft, { map, pair, value, old }: ValueReplacement): void {
  const { source, layout, splices } = draft;
  const start = lineStart(source.text, old.range[0]);
  if (start <= pair.key.range[0]) throw notEditable(draft, old.range[0], LAYOUT_REASON);
  const text = nestedLines({ value, indent: keyColumn(draft, map) }, layout);
  splices.push({ start, end: lineAfter(source, endOf(old)), text });
}

/** Where there was nothing, or something on the line of the key, lines below it. */
function replaceByLines(draft: Draft, { map, value, old }: ValueReplacement): void {
  const { source: { text }, layout, splices } = draft;
  const isNamed = !isAlias(old) && (old.anchor !== undefined || old.tag !== undefined);
  if (isNamed) throw notEditable(draft, old.range[0], LAYOUT_REASON);
  const lines = nestedLines({ value, indent: keyColumn(draft, map) }, layout);
  const [valueStart, end] = old.range;
  const start = valueStart - /[ \t]*$/.exec(text.slice(0, valueStart))![0].length;
  splices.push({ start, end, text: "" });
  const below = nextLine(text, end);
  splices.push({ start: below, end: below, text: lines });
}
