import assert from "node:assert/strict";
import fc from "fast-check";
import { isMap, isSeq, parse, parseDocument, stringify } from "yaml";
import type { KubeconfigEntries } from "../../src/kube/kubeconfig.ts";
import { upsert, type UpsertOptions } from "../../src/kube/kubeconfig_document.ts";
import { DEV_ARN, entriesFor, HAS_KUBECTL, kubectlView } from "./kubeconfig_cast.ts";

type Fields = Record<string, unknown>;

/** How a kubeconfig may be written down. */
interface Style {
  readonly form: "block" | "mixed" | "flow" | "json" | "pretty json";
  readonly indent: 2 | 3 | 4;
  readonly indentSeq: boolean;
  readonly quotes: "PLAIN" | "QUOTE_DOUBLE" | "QUOTE_SINGLE";
  readonly comments: readonly number[];
  readonly head: string;
  readonly tail: string;
  readonly hasCrlf: boolean;
  readonly hasMark: boolean;
  readonly isOpen: boolean;
}

const styles: fc.Arbitrary<Style> = fc.record({
  form: fc.constantFrom("block", "block", "mixed", "flow", "json", "pretty json"),
  indent: fc.constantFrom(2, 3, 4),
  indentSeq: fc.boolean(),
  quotes: fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE"),
  comments: fc.array(fc.nat(60), { maxLength: 8 }),
  head: fc.constantFrom("", "", "---\n", "# head\n", "# head\n\n---\n# under\n", "%YAML 1.1\n---\n"),
  tail: fc.constantFrom("", "", "# tail\n", "\n\n", "...\n", "\n# tail\n...\n"),
  hasCrlf: fc.boolean(),
  hasMark: fc.boolean(),
  isOpen: fc.boolean(),
});

/** Values with which a careless reader or writer goes wrong. */
const oddText = fc.constantFrom(
  "on", "no", "null", "~", "0o17", "0x1F", "1_000", "1:30", "1e3", "2001-12-14", "012345678901", "=", "<<",
  "a: b", "a #b", "#a", "- a", "?", "*a", "&a", "!a", "'", '"', "\\", "é", "日本", "😀", " a ", "", "a\tb", "{}", "[]", "@a", "%a",
  "ZGF0YQ==", "https://example.com:6443/a?b=c#d", "C:\\a b\\c.exe", "a\nb", "a\n", "trailing:",
);

const unknownFields = fc.dictionary(
  fc.constantFrom("disable-compression", "x-note", "x-list", "x-map", "namespace", "as", "tls-server-name"),
  fc.oneof(oddText, fc.boolean(), fc.integer(), fc.constant(null), fc.array(oddText, { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b"), oddText, { maxKeys: 2 })),
  { maxKeys: 3 },
);

const DEV = entriesFor();
const OURS = { clusters: DEV_ARN, contexts: "dev", users: DEV.user.entryName };
const KINDS = { clusters: "cluster", contexts: "context", users: "user" } as const;
type ListKey = keyof typeof KINDS;

function listOf(listKey: ListKey): fc.Arbitrary<unknown> {
  const kind = KINDS[listKey];
  const item = fc.tuple(fc.oneof(fc.constant(OURS[listKey]), oddText), contentOf(kind), fc.boolean())
    .map(([name, content, isNameFirst]) =>
      isNameFirst ? { name, [kind]: content } : { [kind]: content, name }
    );
  const items = fc.uniqueArray(item, { maxLength: 4, selector: ({ name }) => name });
  return fc.oneof({ weight: 8, arbitrary: items }, { weight: 1, arbitrary: fc.constant(null) });
}
