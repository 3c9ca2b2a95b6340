/**
 * YAML text and its tree with positions: the one file in this folder that knows the parser.
 *
 * Scalars are never interpreted (failsafe schema): what a value means is what kubectl reads in it.
 *
 * @module
 */

import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Alias, Document, Pair, ParsedNode, YAMLMap, YAMLSeq } from "yaml";
import { EksauthError, messageOf } from "../errors.ts";

/** Any value, with its place in the text. */
export type YamlNode = ParsedNode;
/** A mapping, with its place in the text. */
export type YamlMap = YAMLMap.Parsed;
/** A list, with its place in the text. */
export type YamlList = YAMLSeq.Parsed;
/** A reference to an anchor, with its place in the text. */
export type YamlAlias = Alias.Parsed;
/** A key and its value. */
export type YamlPair = Pair<ParsedNode, ParsedNode | null>;

export { isAlias, isMap, isScalar, isSeq as isList };

/** A parsed file. */
export interface YamlSource {
  readonly path: string;
  /** What was parsed; the offsets of the nodes count in it. */
  readonly text: string;
  /** `undefined` when there is nothing but comments and document markers. */
  readonly root: YamlNode | undefined;
}

/**
 * In UTF-16 units: sixteen thousand EKS clusters. What is larger is no kubeconfig, and a parser needs a multiple
 * of it in memory.
 */
const MAX_LENGTH = 32 * 1024 * 1024;

/**
 * The tree of one YAML document.
 *
 * @throws `kubeconfig_invalid` with line and column when the text is anything else
 */
export function parseYaml({ path, text }: Omit<YamlSource, "root">): YamlSource {
  if (text.length > MAX_LENGTH) throw invalidAt({ path, text, reason: "the file is over 32 MiB" });
  const document = parse({ path, text });
  const [error] = document.errors;
  if (error !== undefined) {
    const reason = error.code === "MULTIPLE_DOCS"
      ? "a second YAML document starts, which kubectl would not read"
      // What follows a colon quotes the file, which may hold secrets.
      : error.message.replace(/: .*$/s, "");
    throw invalidAt({ path, text, offset: error.pos[0], reason });
  }
  const root: YamlNode | undefined = document.contents ?? undefined;
  const isNothing = isScalar(root) && root.source === "" && root.type === "PLAIN";
  return { path, text, root: isNothing ? undefined : root };
}

function parse({ path, text }: Omit<YamlSource, "root">): Document.Parsed<ParsedNode> {
  try {
    return parseDocument(text, {
      schema: "failsafe",
      // kubectl takes the last of two equal keys; where that matters to us, we look ourselves.
      uniqueKeys: false,
      // Its long messages quote the file.
      prettyErrors: false,
      // "silent" would let a second document pass.
      logLevel: "error",
    });
  } catch (error) {
    const reason = error instanceof RangeError ? "it is nested too deeply" : messageOf(error);
    throw invalidAt({ path, text, reason });
  }
}

/** A place in a file, and what is wrong with it. */
export interface InvalidPlace extends Pick<YamlSource, "path" | "text"> {
  /** Absent: the file as a whole. */
  readonly offset?: number;
  readonly reason: string;
  readonly hint?: string;
}

/** The error that points at a place in a file as `path:line:column`, both from 1. */
export function invalidAt({ path, text, offset, reason, hint }: InvalidPlace): EksauthError {
  const place = offset === undefined ? path : `${path}:${lineAndColumn(text, offset)}`;
  return new EksauthError("kubeconfig_invalid", `Cannot use kubeconfig "${place}": ${reason}`, {
    hint: hint ?? `Mend the file, or name another with --kubeconfig; nothing was changed`,
  });
}

/** Text of a key, `undefined` for keys that are no text. */
export function keyOf({ key }: YamlPair): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** The first pair with `key`. */
export function pairOf(map: YamlMap, key: string): YamlPair | undefined {
  return map.items.find((pair) => keyOf(pair) === key);
}

/** Whether there is no value, as kubectl sees it. */
export function isNull(node: YamlNode | null | undefined): boolean {
  if (node === null || node === undefined) return true;
  return isScalar(node) && node.type === "PLAIN" && /^(|~|null|Null|NULL)$/.test(node.source);
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${before.at(-1)!.length + 1}`;
}
