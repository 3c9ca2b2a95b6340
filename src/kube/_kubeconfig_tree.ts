/**
 * A parsed kubeconfig: its lists and names, checked as kubectl checks them.
 *
 * @module
 */

import type { EksauthError } from "../errors.ts";
import { type EntryKind, type EntryOwner, OWNER_EXTENSION } from "./kubeconfig.ts";
import { follow, textOfScalar } from "./_yaml_match.ts";
import { findSharing, type Sharing } from "./_yaml_sharing.ts";
import {
  invalidAt,
  isList,
  isMap,
  isNull,
  isScalar,
  keyOf,
  pairOf,
  parseYaml,
  type YamlList,
  type YamlMap,
  type YamlNode,
  type YamlPair,
  type YamlSource,
} from "./_yaml_source.ts";

/** A kubeconfig, not yet changed. */
export interface KubeconfigTree {
  readonly source: YamlSource;
  readonly sharing: Sharing;
  /** `undefined` when the file says nothing yet. */
  readonly root: YamlMap | undefined;
  readonly lists: Readonly<Record<EntryKind, EntryList>>;
  /** Empty when no context is the current one. */
  readonly currentContext: string;
}

/** One of the lists of named entries. */
export interface EntryList {
  /** `undefined` when there is no such list, or nothing in it. */
  readonly list: YamlList | undefined;
  readonly entries: ReadonlyMap<string, NamedEntry>;
}

/** An item of such a list. */
export interface NamedEntry {
  /** The item as it stands in the list; may be an alias. */
  readonly node: YamlNode;
  /** The item itself. */
  readonly map: YamlMap;
  /** What stands under `cluster:`, `context:` or `user:`. */
  readonly content: YamlPair | undefined;
}

/** The key of the list of each kind. */
export const LIST_KEYS: Readonly<Record<EntryKind, string>> = {
  cluster: "clusters",
  context: "contexts",
  user: "users",
};

/**
 * Parses a kubeconfig.
 *
 * @throws `kubeconfig_invalid` with line and column when kubectl could not read it either
 */
export function parseKubeconfig(file: Pick<YamlSource, "path" | "text">): KubeconfigTree {
  const source = parseYaml(file);
  const reader = { source, sharing: findSharing(source) };
  const root = rootOf(reader);
  const list = (kind: EntryKind): EntryList => readList(reader, { root, kind });
  return {
    ...reader,
    root,
    lists: { cluster: list("cluster"), context: list("context"), user: list("user") },
    currentContext: readCurrentContext(reader, root),
  };
}

/** For whom eksauth wrote an entry; `undefined` when it did not. */
export function ownerOf({ content }: NamedEntry, sharing: Sharing): EntryOwner | undefined {
  const fields = follow(content?.value, sharing);
  const mark = ownerMark(fields, sharing);
  const extension = follow(mark && pairOf(mark, "extension")?.value, sharing);
  if (!isMap(extension)) return undefined;
  const text = (key: string): string | undefined =>
    textOfScalar(follow(pairOf(extension, key)?.value, sharing));
  const cluster = text("cluster");
  return cluster === undefined ? undefined : { cluster, identity: text("identity") };
}

/** The item of `extensions` that is eksauth's own. */
export function ownerMark(
  content: YamlNode | undefined,
  sharing: Sharing,
): YamlMap | undefined {
  if (!isMap(content)) return undefined;
  const extensions = follow(pairOf(content, "extensions")?.value, sharing);
  if (!isList(extensions)) return undefined;
  for (const item of extensions.items) {
    const extension = follow(item, sharing);
    if (!isMap(extension)) continue;
    const extensionName = textOfScalar(follow(pairOf(extension, "name")?.value, sharing));
    if (extensionName === OWNER_EXTENSION) return extension;
  }
  return undefined;
}

type Reader = Pick<KubeconfigTree, "source" | "sharing">;

function rootOf(reader: Reader): YamlMap | undefined {
  const { source } = reader;
  const { root } = source;
  if (isNull(root)) return undefined;
  if (!isMap(root)) throw wrong(reader, root!, "the top level is not a mapping");
  assertNoDuplicates(reader, root);
  // Guards against a wrong --kubeconfig: nobody wants clusters in a Deployment.
  for (const [key, expected] of Object.entries({ apiVersion: "v1", kind: "Config" })) {
    const value = follow(pairOf(root, key)?.value, reader.sharing);
    const isFine = isNull(value) || (isScalar(value) && [expected, ""].includes(value.source));
    if (!isFine) throw wrong(reader, value!, `"${key}" is not ${expected}`);
  }
  return root;
}

/** kubectl takes the last of two equal keys, and people read the first. */
function assertNoDuplicates(reader: Reader, map: YamlMap): void {
  const seen = new Set<string>();
  for (const pair of map.items) {
    const key = keyOf(pair) ?? "";
    if (seen.has(key)) throw wrong(reader, pair.key, `there is a second "${key}"`);
    seen.add(key);
  }
}

function readList(
  reader: Reader,
  { root, kind }: { readonly root: YamlMap | undefined; readonly kind: EntryKind },
): EntryList {
  const key = LIST_KEYS[kind];
  const node = follow(root && pairOf(root, key)?.value, reader.sharing);
  const entries = new Map<string, NamedEntry>();
  if (isNull(node)) return { list: undefined, entries };
  if (!isList(node)) throw wrong(reader, node!, `"${key}" is not a list`);
  for (const item of node.items) {
    const entry = readEntry(reader, { item, kind });
    const entryName = entryNameOf(reader, entry.map);
    if (entries.has(entryName)) {
      throw wrong(reader, item, `there is a second ${kind} "${entryName}", which kubectl refuses`);
    }
    entries.set(entryName, entry);
  }
  return { list: node.items.length === 0 ? undefined : node, entries };
}

function readEntry(
  reader: Reader,
  { item, kind }: { readonly item: YamlNode; readonly kind: EntryKind },
): NamedEntry {
  const map = follow(item, reader.sharing);
  if (!isMap(map)) throw wrong(reader, item, `an item of "${LIST_KEYS[kind]}" is not a mapping`);
  assertNoDuplicates(reader, map);
  const content = pairOf(map, kind);
  const value = follow(content?.value, reader.sharing);
  if (!isNull(value) && !isMap(value)) throw wrong(reader, value!, `"${kind}" is not a mapping`);
  return { node: item, map, content };
}

function entryNameOf(reader: Reader, map: YamlMap): string {
  const value = follow(pairOf(map, "name")?.value, reader.sharing);
  if (isNull(value)) return "";
  if (!isScalar(value)) throw wrong(reader, value!, `"name" is not text`);
  return String(value.value);
}

function readCurrentContext(reader: Reader, root: YamlMap | undefined): string {
  const value = follow(root && pairOf(root, "current-context")?.value, reader.sharing);
  if (isNull(value)) return "";
  if (!isScalar(value)) throw wrong(reader, value!, `"current-context" is not text`);
  return String(value.value);
}

function wrong({ source }: Reader, node: YamlNode, reason: string): EksauthError {
  return invalidAt({ ...source, offset: node.range[0], reason });
}
