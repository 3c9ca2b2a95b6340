/**
 * Which parts of a YAML tree other parts refer to: changing those would change what nobody asked to change.
 *
 * @module
 */

import {
  invalidAt,
  isAlias,
  isList,
  isMap,
  type YamlAlias,
  type YamlNode,
  type YamlSource,
} from "./_yaml_source.ts";

/** The aliases of a document and what they refer to. */
export interface Sharing {
  /** What an alias stands for. */
  readonly targets: ReadonlyMap<YamlAlias, YamlNode>;
  /** Nodes that an alias reaches: the anchored ones and all that is in them. */
  readonly reached: ReadonlySet<YamlNode>;
  /** Nodes in which something is reached by an alias. */
  readonly reaching: ReadonlySet<YamlNode>;
}

/** No kubeconfig is nested a tenth as deep. */
const MAX_DEPTH = 100;

/**
 * Follows the aliases of a document; never expands them, so that a few lines cannot fill the memory.
 *
 * @throws `kubeconfig_invalid` when an alias refers to nothing or to itself
 */
export function findSharing(source: YamlSource): Sharing {
  // Most kubeconfigs have no alias, and large ones should not pay for a walk.
  const targets = source.text.includes("*") ? resolveAliases(source) : NO_TARGETS;
  const reached = new Set<YamlNode>();
  const reaching = new Set<YamlNode>();
  if (targets.size > 0) {
    mark(source.root, { anchored: new Set(targets.values()), reached, reaching });
  }
  return { targets, reached, reaching };
}

const NO_TARGETS: Sharing["targets"] = new Map();

function resolveAliases(source: YamlSource): Sharing["targets"] {
  const targets = new Map<YamlAlias, YamlNode>();
  const anchors = new Map<string, YamlNode>();
  const ancestors: YamlNode[] = [];
  const visit = (node: YamlNode): void => {
    const offset = node.range[0];
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) {
        throw invalidAt({ ...source, offset, reason: `no anchor &${node.source} comes before it` });
      }
      if (ancestors.includes(target)) {
        throw invalidAt({ ...source, offset, reason: `*${node.source} contains itself` });
      }
      targets.set(node, target);
      return;
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    ancestors.push(node);
    if (ancestors.length > MAX_DEPTH) {
      throw invalidAt({ ...source, offset, reason: "it is nested too deeply" });
    }
    childrenOf(node).forEach(visit);
    ancestors.pop();
  };
  if (source.root !== undefined) visit(source.root);
  return targets;
}

interface Marks {
  readonly anchored: ReadonlySet<YamlNode>;
  readonly reached: Set<YamlNode>;
  readonly reaching: Set<YamlNode>;
}

/** Marks `node` and all below it; tells whether any of them is reached. */
function mark(node: YamlNode | undefined, marks: Marks, parent?: YamlNode): boolean {
  if (node === undefined) return false;
  const { anchored, reached, reaching } = marks;
  if (anchored.has(node) || (parent !== undefined && reached.has(parent))) reached.add(node);
  let isReaching = reached.has(node);
  for (const child of childrenOf(node)) isReaching = mark(child, marks, node) || isReaching;
  if (isReaching) reaching.add(node);
  return isReaching;
}

function childrenOf(node: YamlNode): readonly YamlNode[] {
  if (isList(node)) return node.items;
  if (!isMap(node)) return [];
  return node.items.flatMap(({ key, value }) => value === null ? [key] : [key, value]);
}
