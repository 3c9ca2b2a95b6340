/**
 * How a file is laid out.
 *
 * @module
 */

import { columnAt } from "./_text_lines.ts";
import { isBlockCollection } from "./_yaml_draft.ts";
import {
  isList,
  isMap,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlSource,
} from "./_yaml_source.ts";
import { KUBECTL_LAYOUT, type Layout } from "./_yaml_value.ts";

/** The layout of the first list of mappings in the file; kubectl's where there is none. */
export function detectLayout({ text, root }: YamlSource): Layout {
  const eol = /\r?\n/.exec(text)?.[0] ?? KUBECTL_LAYOUT.eol;
  const list = blockMap(root)?.items.map(({ value }) => value).find(isListOfMaps);
  if (list === undefined) return { ...KUBECTL_LAYOUT, eol };

  const column = (node: YamlNode): number => columnAt(text, node.range[0]);
  const item = list.items[0]!;
  const nested = blockMap(item)?.items.map(({ value }) => value).find((value) => blockMap(value));
  const isAfterDash = text.slice(list.range[0], item.range[0]).match(/^- +$/) !== null;
  return {
    eol,
    listIndent: bounded({ value: column(list) - column(root!), min: 0, otherwise: 0 }),
    dashWidth: isAfterDash
      ? bounded({ value: item.range[0] - list.range[0], min: 2, otherwise: 2 })
      : KUBECTL_LAYOUT.dashWidth,
    step: nested === undefined || nested === null
      ? KUBECTL_LAYOUT.step
      : bounded({ value: column(nested) - column(item), min: 1, otherwise: 2 }),
  };
}

function blockMap(node: YamlNode | null | undefined): YamlMap | undefined {
  return node && isMap(node) && isBlockCollection(node) ? node : undefined;
}

function isListOfMaps(node: YamlNode | null): node is YamlList {
  return node !== null && isList(node) && isBlockCollection(node) &&
    blockMap(node.items[0]) !== undefined;
}

/** Nobody indents by more than eight. */
function bounded(
  { value, min, otherwise }: { value: number; min: number; otherwise: number },
): number {
  return value >= min && value <= 8 ? value : otherwise;
}
