/**
 * Whether kubectl reads in a YAML node what eksauth would write there.
 *
 * @module
 */

import type { Sharing } from "./_yaml_sharing.ts";
import {
  isAlias,
  isList,
  isMap,
  isNull,
  isScalar,
  keyOf,
  pairOf,
  type YamlNode,
} from "./_yaml_source.ts";
import { readsAsOther, type YamlFields, type YamlValue } from "./_yaml_value.ts";

/** Something in a file, and what it should be. */
export interface Match {
  readonly node: YamlNode | null | undefined;
  readonly value: YamlValue;
  readonly sharing: Sharing;
}

/** Whether they are the same. To kubectl a missing field is the same as an empty, a false or a null one. */
export function matches({ node, value, sharing }: Match): boolean {
  const target = follow(node, sharing);
  if (isZero(value)) return isZeroNode(target);
  if (typeof value === "string") return textOfScalar(target) === value;
  // What is not zero is true.
  if (typeof value !== "object" || value === null) return isTrue(target);
  if (isItems(value)) {
    return isList(target) && target.items.length === value.length &&
      target.items.every((item, index) => matches({ node: item, value: value[index]!, sharing }));
  }
  return matchesFields({ target, fields: value, sharing });
}

/** The node that `node` stands for, if it is an alias. */
export function follow(
  node: YamlNode | null | undefined,
  sharing: Sharing,
): YamlNode | undefined {
  return (isAlias(node) ? sharing.targets.get(node) : node) ?? undefined;
}

/** The text that kubectl reads, `undefined` when it does not read text. */
export function textOfScalar(node: YamlNode | null | undefined): string | undefined {
  if (!isScalar(node)) return undefined;
  const { tag, type, source } = node;
  if (tag !== undefined && tag !== STRING_TAG) return undefined;
  if (type === "PLAIN" && tag === undefined && readsAsOther(source)) return undefined;
  return String(node.value);
}

/** Whether kubectl reads a `true`. */
export function isTrue(node: YamlNode | null | undefined): boolean {
  return isScalar(node) && node.type === "PLAIN" && /^(true|yes|on|y)$/i.test(node.source);
}

/** Whether kubectl reads as much as nothing: no value, no text, `false`, an empty list or mapping. */
export function isZeroNode(node: YamlNode | null | undefined): boolean {
  if (isNull(node)) return true;
  if (isList(node) || isMap(node)) return node.items.length === 0;
  if (!isScalar(node)) return false;
  return node.source === "" || (node.type === "PLAIN" && /^(false|no|off|n)$/i.test(node.source));
}

/** What `!!str` means. */
export const STRING_TAG = "tag:yaml.org,2002:str";

interface FieldsMatch {
  readonly target: YamlNode | undefined;
  readonly fields: YamlFields;
  readonly sharing: Sharing;
}

function matchesFields({ target, fields, sharing }: FieldsMatch): boolean {
  if (!isMap(target)) return false;
  const keys = target.items.map(keyOf);
  // Equal keys and merge keys would have to be understood as kubectl understands them.
  if (new Set(keys).size < keys.length || keys.includes("<<")) return false;
  const isOtherEmpty = target.items.every((pair) =>
    Object.hasOwn(fields, keyOf(pair) ?? "") || isZeroNode(follow(pair.value, sharing))
  );
  return isOtherEmpty &&
    Object.entries(fields).every(([key, value]) =>
      matches({ node: pairOf(target, key)?.value, value, sharing })
    );
}

function isZero(value: YamlValue): boolean {
  if (typeof value !== "object" || value === null) return !value;
  return Object.keys(value).length === 0;
}

function isItems(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}
