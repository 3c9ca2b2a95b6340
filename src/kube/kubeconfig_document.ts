/**
 * Editing the text of a kubeconfig: what is not ours stays as it is, byte for byte.
 *
 * @module
 */

import { assertOnlyOurs } from "./_edit_check.ts";
import { planEdits, type Wanted } from "./_edit_plan.ts";
import { type KubeconfigTree, parseKubeconfig } from "./_kubeconfig_tree.ts";
import { textOf } from "./_yaml_draft.ts";
import { invalidAt } from "./_yaml_source.ts";
import type { KubeconfigEntries } from "./kubeconfig.ts";
import type { CurrentContextMode, EntryChange, UpdateMode } from "./kubeconfig_change.ts";

/** How to change a kubeconfig. */
export interface UpsertOptions {
  /** Where the text is from, for messages. */
  readonly path: string;
  readonly update: UpdateMode;
  readonly currentContext: CurrentContextMode;
}

/** A kubeconfig after {@linkcode upsert}. */
export interface Upserted {
  readonly text: string;
  /** What became of each cluster, context and user; a cluster that several identities share comes once. */
  readonly changes: readonly EntryChange[];
  /** Present when another context is the current one now; `before` is empty when there was none. */
  readonly currentContext?: { readonly before: string; readonly after: string };
  /** Whether `text` differs from what it was. */
  readonly isChanged: boolean;
}

/**
 * Writes the entries of one cluster into the text of a kubeconfig; into an empty text, a whole kubeconfig.
 *
 * Comments, quotes, order, unknown fields, indents, line ends and all else stay as they are, but for the fields
 * that change. Doing it twice is the same as doing it once.
 *
 * Merging, a cluster loses `certificate-authority` and `insecure-skip-tls-verify: true` where it gets its
 * certificates as data, since kubectl refuses both together; a user gets its whole `exec`.
 *
 * @throws `kubeconfig_invalid` with `path:line:column` when the text is no kubeconfig, or when an entry that
 * should change is tied to others by YAML aliases
 * @throws `kubeconfig_conflict` when an entry may not be taken over, or has a credential that kubectl would use
 * instead: that could be the only copy
 */
export function upsert(
  text: string,
  entries: KubeconfigEntries,
  options: UpsertOptions,
): Upserted {
  return upsertAll(text, [entries], options);
}

/**
 * The same for many clusters, for little more than the price of one. The first context is the one that may become
 * the current one.
 *
 * @throws `kubeconfig_conflict` also when two clusters would share a name
 */
export function upsertAll(
  text: string,
  entries: readonly KubeconfigEntries[],
  options: UpsertOptions,
): Upserted {
  return upsertInto(openKubeconfig({ path: options.path, text }), { ...options, entries });
}

/** A kubeconfig as it was read. */
export interface KubeconfigDocument {
  /** The whole file. */
  readonly text: string;
  readonly tree: KubeconfigTree;
}

/**
 * Parses the text of a kubeconfig.
 *
 * @throws `kubeconfig_invalid` with `path:line:column`
 */
export function openKubeconfig(
  { path, text }: { readonly path: string; readonly text: string },
): KubeconfigDocument {
  const lines = withoutMark(text);
  // YAML takes it for a line break, and editors that show one are gone.
  const alone = /\r(?!\n)/.exec(lines);
  if (alone !== null) {
    const reason = "a carriage return stands without a line feed";
    throw invalidAt({ path, text: lines, offset: alone.index, reason });
  }
  // To the editing below every line ends; it is undone at the end.
  const isOpen = lines !== "" && !lines.endsWith("\n");
  return { text, tree: parseKubeconfig({ path, text: isOpen ? lines + eolOf(lines) : lines }) };
}

/**
 * {@linkcode upsertAll} for what is parsed already.
 *
 * @throws `kubeconfig_invalid`, `kubeconfig_conflict`
 */
export function upsertInto({ text, tree }: KubeconfigDocument, wanted: Wanted): Upserted {
  const plan = planEdits(tree, wanted);
  const { changes, draft } = plan;
  if (draft.splices.length === 0) return { text, changes, isChanged: false };
  const edited = textOf(draft);
  if (edited.length <= MAX_CHECKED_LENGTH) {
    assertOnlyOurs({ before: tree, plan, wanted, text: edited });
  }
  const isMoved = plan.currentContext !== tree.currentContext;
  return {
    text: inFormOf(text, edited),
    changes,
    ...(isMoved
      ? { currentContext: { before: tree.currentContext, after: plan.currentContext } }
      : {}),
    isChanged: true,
  };
}

/**
 * In UTF-16 units, about 250 clusters, which are parsed in a tenth of a second. Larger files are spared the second
 * parsing: it would make eksauth slower than kubectl there.
 */
const MAX_CHECKED_LENGTH = 512 * 1024;

const BYTE_ORDER_MARK = "\ufeff";

function withoutMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** `edited` with the byte order mark and without the last line break, if `original` is so. */
function inFormOf(original: string, edited: string): string {
  const mark = original.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : "";
  const isOpen = withoutMark(original) !== "" && !original.endsWith("\n");
  return mark + (isOpen ? edited.replace(/\r?\n$/, "") : edited);
}
