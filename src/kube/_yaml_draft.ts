/**
 * A YAML file being edited: bytes are cut out and put in, all others stay as they are.
 *
 * @module
 */

import { columnAt, nextLine } from "./_text_lines.ts";
import type { Sharing } from "./_yaml_sharing.ts";
import {
  invalidAt,
  isList,
  isMap,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlSource,
} from "./_yaml_source.ts";
import type { Layout } from "./_yaml_value.ts";
import type { EksauthError } from "../errors.ts";

/** What to put in place of a part of the text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A file and what is going to change in it. */
export interface Draft {
  readonly source: YamlSource;
  readonly sharing: Sharing;
  readonly layout: Layout;
  /** Never overlapping. Of two at one place the first comes first, so what is nested deeper is added earlier. */
  readonly splices: Splice[];
}

/** The text with all splices made. */
export function textOf({ source, splices }: Draft): string {
  const parts: string[] = [];
  let copied = 0;
  for (const { start, end, text } of splices.toSorted((a, b) => a.start - b.start)) {
    parts.push(source.text.slice(copied, start), text);
    copied = Math.max(copied, end);
  }
  return parts.join("") + source.text.slice(copied);
}

/** Where the text of a value ends, without the comments after it. */
export function endOf(node: YamlNode): number {
  if (!isBlockCollection(node)) return node.range[1];
  if (isMap(node)) return endOfPair(node.items.at(-1)!);
  return isList(node) ? endOf(node.items.at(-1)!) : node.range[1];
}

/** Where the text of a pair ends, without the comments after it. */
export function endOfPair({ key, value }: YamlPair): number {
  return value === null ? key.range[1] : endOf(value);
}

/** Where the line after the one that ends at `end` starts. The end of a block scalar is one already. */
export function lineAfter({ text }: YamlSource, end: number): number {
  return text[end - 1] === "\n" ? end : nextLine(text, end);
}

/** Whether a node is a mapping or list with lines of its own. */
export function isBlockCollection(node: YamlNode): boolean {
  return (isMap(node) || isList(node)) && node.flow !== true && node.items.length > 0;
}

/**
 * The column of the keys of a block mapping.
 *
 * @throws `kubeconfig_invalid` when something else than a dash stands before the first
 */
export function keyColumn(draft: Draft, map: YamlMap): number {
  const { text } = draft.source;
  const column = columnAt(text, map.range[0]);
  const before = text.slice(map.range[0] - column, map.range[0]);
  if (!/^[ -]*$/.test(before)) throw notEditable(draft, map.range[0], LAYOUT_REASON);
  return column;
}

/** What to say where the text is correct, but too unusual to be changed safely. */
export const LAYOUT_REASON = "it is laid out in a way that eksauth cannot change safely";

/**
 * Makes sure that a change of `node` changes nothing elsewhere.
 *
 * @throws `kubeconfig_invalid` when an alias refers to it
 */
export function assertUnshared(draft: Draft, node: YamlNode): void {
  if (!draft.sharing.reached.has(node)) return;
  throw notEditable(draft, node.range[0], "other parts of the file refer to it with a YAML alias");
}

/**
 * Makes sure that `node` can go, with all that is in it.
 *
 * @throws `kubeconfig_invalid` when an alias refers to any of it
 */
export function assertReplaceable(draft: Draft, node: YamlNode): void {
  if (!draft.sharing.reaching.has(node)) return;
  throw notEditable(draft, node.range[0], "other parts of the file refer to it with a YAML alias");
}

/** The error for a place that has to change and cannot. */
export function notEditable({ source }: Draft, offset: number, reason: string): EksauthError {
  return invalidAt({
    ...source,
    offset,
    reason,
    hint: "Write this entry out in plain YAML, or choose another file with --kubeconfig",
  });
}
