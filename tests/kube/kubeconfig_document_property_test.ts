import assert from "node:assert/strict";
import fc from "fast-check";
import { Document, isMap, isSeq, parse, type ParsedNode, parseDocument, visit } from "yaml";
import { upsert, upsertAll, type UpsertOptions } from "../../src/kube/kubeconfig_document.ts";
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
  head: fc.constantFrom(
    "",
    "",
    "---\n",
    "# head\n",
    "# head\n\n---\n# under\n",
    "%YAML 1.1\n---\n",
  ),
  tail: fc.constantFrom("", "", "# tail\n", "\n\n", "...\n", "\n# tail\n...\n"),
  hasCrlf: fc.boolean(),
  hasMark: fc.boolean(),
  isOpen: fc.boolean(),
});

const modes = fc.constantFrom("keep" as const, "set" as const, "set_if_absent" as const);

/** Values with which a careless reader or writer goes wrong. */
const oddText = fc.constantFrom(
  "on",
  "no",
  "null",
  "~",
  "0o17",
  "0x1F",
  "1_000",
  "1:30",
  "1e3",
  "2001-12-14",
  "012345678901",
  "=",
  "<<",
  "a: b",
  "a #b",
  "#a",
  "- a",
  "?",
  "*a",
  "&a",
  "!a",
  "'",
  '"',
  "\\",
  "é",
  "日本",
  "😀",
  " a ",
  "",
  "a\tb",
  "{}",
  "[]",
  "@a",
  "%a",
  "ZGF0YQ==",
  "https://example.com:6443/a?b=c#d",
  "C:\\a b\\c.exe",
  "a\nb",
  "a\n",
  "trailing:",
);

const anything: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.boolean(),
  fc.integer(),
  fc.constant(null),
  fc.array(oddText, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom("a", "b"), oddText, { maxKeys: 2 }),
);

const extensions = fc.array(
  fc.record({ name: fc.constantFrom("x", "minikube"), extension: anything }),
  { maxLength: 2 },
);

/** What stands under `cluster:`, `context:` and `user:`; of each field, some have it. */
const contents: Readonly<Record<string, fc.Arbitrary<Fields>>> = {
  cluster: fc.record({
    server: oddText,
    "certificate-authority-data": oddText,
    "certificate-authority": fc.constantFrom("", "/ca.pem"),
    "insecure-skip-tls-verify": fc.boolean(),
    "tls-server-name": oddText,
    extensions,
    "x-note": anything,
  }, { requiredKeys: [] }),
  context: fc.record({
    cluster: oddText,
    user: oddText,
    namespace: oddText,
    extensions,
    "x-note": anything,
  }, { requiredKeys: [] }),
  user: fc.record({
    exec: fc.record({ command: oddText, args: fc.array(oddText), env: fc.constant(null) }),
    as: oddText,
    extensions,
    "x-note": anything,
  }, { requiredKeys: [] }),
};

const DEV = entriesFor();
const FRESH: Fields = parse(upsert("", DEV, optionsOf("keep")).text);
const KINDS = { clusters: "cluster", contexts: "context", users: "user" } as const;
type ListKey = keyof typeof KINDS;
const LIST_KEYS = Object.keys(KINDS) as ListKey[];
const OUR_NAMES = {
  clusters: DEV_ARN,
  contexts: DEV.context.entryName,
  users: DEV.user.entryName,
} as const;

function listOf(listKey: ListKey): fc.Arbitrary<unknown> {
  const kind = KINDS[listKey];
  const item = fc.record({
    name: fc.oneof(fc.constant(OUR_NAMES[listKey]), oddText, oddText),
    [kind]: fc.oneof({ weight: 5, arbitrary: contents[kind]! }, {
      weight: 1,
      arbitrary: fc.constant(null),
    }),
    "x-beside": anything,
  }, { requiredKeys: ["name"] });
  const items = fc.uniqueArray(item, { maxLength: 4, selector: ({ name }) => name });
  return fc.oneof({ weight: 8, arbitrary: items }, { weight: 1, arbitrary: fc.constant(null) });
}

/** A kubeconfig as values, its keys in any order, some of them missing. */
const models: fc.Arbitrary<Fields> = fc.record({
  apiVersion: fc.constant("v1"),
  kind: fc.constant("Config"),
  clusters: listOf("clusters"),
  contexts: listOf("contexts"),
  users: listOf("users"),
  "current-context": fc.oneof(fc.constantFrom("", "dev"), oddText),
  preferences: fc.constant({}),
  "x-note": anything,
}, { requiredKeys: ["apiVersion"] }).chain((model) =>
  fc.shuffledSubarray(Object.keys(model), { minLength: Object.keys(model).length })
    .map((keys) => Object.fromEntries(keys.map((key) => [key, model[key as keyof typeof model]])))
);

function optionsOf(currentContext: UpsertOptions["currentContext"]): UpsertOptions {
  return { path: "/home/dev/.kube/config", update: "merge", currentContext };
}

/** `model` in one of the many ways to write it. */
function write(model: Fields, style: Style): string {
  let text = style.form === "json"
    ? `${JSON.stringify(model)}\n`
    : style.form === "pretty json"
    ? `${JSON.stringify(model, null, style.indent)}\n`
    : yamlOf(model, style);
  if (style.form === "block" || style.form === "mixed") text = withComments(text, style.comments);
  text = style.head + text + style.tail;
  if (style.isOpen) text = text.replace(/\n$/, "");
  if (style.hasCrlf) text = text.replaceAll("\n", "\r\n");
  return style.hasMark ? `\ufeff${text}` : text;
}

function yamlOf(model: Fields, { form, indent, indentSeq, quotes }: Style): string {
  const document = new Document(model);
  if (form === "mixed") {
    let count = 0;
    visit(document, {
      Collection: (_, node) => {
        // The top stays in block style, one in three of the others does not.
        node.flow = ++count > 1 && count % 3 === 0;
      },
    });
  }
  return document.toString({
    indent,
    indentSeq,
    defaultStringType: quotes,
    defaultKeyType: "PLAIN",
    collectionStyle: form === "flow" ? "flow" : "any",
  });
}

/** Comments on lines of their own for even places, behind a line for odd ones. */
function withComments(text: string, places: readonly number[]): string {
  const lines = text.split("\n");
  for (const place of places) {
    const index = place % lines.length;
    const line = lines[index]!;
    if (place % 2 === 1) lines[index] = line === "" ? line : `${line} # behind`;
    else lines.splice(index, 0, `${/^ */.exec(line)![0]}# above`);
  }
  return lines.join("\n");
}

function isReadable(text: string): boolean {
  const document = parseDocument(text, { logLevel: "silent" });
  return document.errors.length === 0 && document.warnings.length === 0 && isMap(document.contents);
}

/** What has to come out, by another way than editing text. */
function edited(original: Fields, currentContext: UpsertOptions["currentContext"]): Fields {
  const result: Fields = { ...original };
  for (const listKey of LIST_KEYS) {
    const kind = KINDS[listKey];
    const items = [...(result[listKey] as Fields[] | null | undefined) ?? []];
    const fresh = (FRESH[listKey] as Fields[])[0]!;
    const index = items.findIndex(({ name }) => name === OUR_NAMES[listKey]);
    if (index === -1) items.push(fresh);
    else {items[index] = {
        ...items[index],
        [kind]: merged(items[index]![kind], fresh[kind] as Fields),
      };}
    result[listKey] = items;
  }
  const isFree = (result["current-context"] ?? "") === "";
  if (currentContext === "set" || (currentContext === "set_if_absent" && isFree)) {
    result["current-context"] = DEV.context.entryName;
  }
  return result;
}

function merged(content: unknown, fresh: Fields): Fields {
  if (content === null || content === undefined) return fresh;
  const { extensions, ...fields } = content as Fields;
  const result: Fields = { ...fields };
  const { extensions: ourExtensions, ...ourFields } = fresh;
  if ("server" in ourFields) {
    for (const key of ["certificate-authority", "insecure-skip-tls-verify"]) {
      if (result[key] !== "" && result[key] !== false) delete result[key];
    }
  }
  return {
    ...result,
    ...ourFields,
    extensions: [
      ...(extensions as unknown[] | null | undefined) ?? [],
      ...ourExtensions as unknown[],
    ],
  };
}

Deno.test("upsert() changes a kubeconfig as an edit of its values would, in any style of YAML", () => {
  fc.assert(
    fc.property(models, styles, modes, (model, style, currentContext) => {
      const text = write(model, style);
      fc.pre(isReadable(text));
      const result = upsert(text, DEV, optionsOf(currentContext));
      assert.deepEqual(parse(result.text), edited(parse(text), currentContext));
      assert.equal(result.isChanged, result.text !== text);
      const again = upsert(result.text, DEV, optionsOf(currentContext));
      assert.deepEqual([again.text, again.isChanged], [result.text, false]);
    }),
    { numRuns: 400 },
  );
});

Deno.test("upsert() puts fresh entries in the place of others when it is to replace", () => {
  fc.assert(
    fc.property(models, styles, (model, style) => {
      const text = write(model, style);
      fc.pre(isReadable(text));
      const options: UpsertOptions = { ...optionsOf("keep"), update: "replace" };
      const result = upsert(text, DEV, options);
      const expected: Fields = parse(text);
      for (const listKey of LIST_KEYS) {
        const fresh = (FRESH[listKey] as Fields[])[0]!;
        const items = [...(expected[listKey] as Fields[] | null | undefined) ?? []];
        const index = items.findIndex(({ name }) => name === OUR_NAMES[listKey]);
        items[index === -1 ? items.length : index] = fresh;
        expected[listKey] = items;
      }
      assert.deepEqual(parse(result.text), expected);
      assert.equal(upsert(result.text, DEV, options).isChanged, false);
    }),
    { numRuns: 150 },
  );
});

Deno.test("upsertAll() comes to the same as one after another", () => {
  const reader = entriesFor({ identity: "dev-reader", contextName: "dev-reader" });
  const prod = entriesFor({ cluster: "prod", contextName: "prod" });
  fc.assert(
    fc.property(models, styles, modes, (model, style, currentContext) => {
      const text = write(model, style);
      fc.pre(isReadable(text));
      const all = [DEV, reader, prod];
      const atOnce = upsertAll(text, all, optionsOf(currentContext)).text;
      const inTurn = all.reduce(
        (text, entries, index) =>
          upsert(text, entries, optionsOf(index === 0 ? currentContext : "keep")).text,
        text,
      );
      assert.deepEqual(parse(atOnce), parse(inTurn));
      assert.equal(upsertAll(atOnce, all, optionsOf(currentContext)).isChanged, false);
    }),
    { numRuns: 150 },
  );
});

Deno.test("upsert() leaves every line outside the entry as it was", () => {
  fc.assert(
    fc.property(models, styles, modes, (model, style, currentContext) => {
      const text = write(model, { ...style, form: "block" });
      fc.pre(isReadable(text));
      const { text: result } = upsert(text, DEV, optionsOf(currentContext));
      const lines = result.split(/\r?\n/);
      let from = 0;
      for (const line of linesOfOthers(text)) {
        const index = lines.indexOf(line, from);
        assert.notEqual(index, -1, `lost: ${JSON.stringify(line)}`);
        from = index + 1;
      }
      assert.equal(result.startsWith("\ufeff"), text.startsWith("\ufeff"));
      assert.equal(result.endsWith("\n"), text.endsWith("\n"));
      assert.equal(/[^\r]\n/.test(result), /[^\r]\n/.test(text) || !text.includes("\n"));
    }),
    { numRuns: 300 },
  );
});

/** The lines that no entry of ours, no empty list and no current context stands on. */
function linesOfOthers(text: string): readonly string[] {
  const ranges: [number, number][] = [];
  const root = parseDocument(text).contents;
  assert.ok(isMap<{ value: string }, ParsedNode>(root));
  for (const { key, value } of root.items) {
    const isEmptyList = key.value in KINDS && (!isSeq(value) || value.items.length === 0);
    if (isEmptyList || key.value === "current-context") {
      ranges.push([value!.range[0], value!.range[1]]);
    }
    if (!isSeq(value) || !(key.value in KINDS)) continue;
    const ours = value.items.find((item) =>
      isMap(item) && (item.get("name") as unknown) === OUR_NAMES[key.value as ListKey]
    ) as ParsedNode | undefined;
    if (ours !== undefined) ranges.push([ours.range[0], ours.range[2]]);
  }
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length - 1;
  const taken = ranges.map(([start, end]) => [lineOf(start), lineOf(end)] as const);
  return text.split(/\r?\n/).filter((_, index) =>
    !taken.some(([start, end]) => index >= start && index <= end)
  );
}

Deno.test({
  name: "upsert() writes what kubectl reads, and reads the same",
  ignore: !HAS_KUBECTL,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const read = async (text: string): Promise<unknown> => {
      const path = `${folder}/config`;
      await Deno.writeTextFile(path, text);
      return await kubectlView(path);
    };
    try {
      const samples = fc.sample(fc.tuple(models, styles), { numRuns: 30, seed: 1 });
      let compared = 0;
      for (const [model, style] of samples) {
        // Text in quotes, or YAML 1.1 and 1.2 disagree about it before we come.
        const text = write(model, { ...style, quotes: "QUOTE_DOUBLE" });
        if (!isReadable(text)) continue;
        // What kubectl makes of the same values in JSON; some of them it refuses.
        let expected: unknown;
        try {
          expected = await read(JSON.stringify(edited(parse(text), "set")));
        } catch {
          continue;
        }
        const { text: result } = upsert(text, DEV, optionsOf("set"));
        assert.deepEqual(await read(result), expected);
        compared++;
      }
      assert.ok(compared >= 8, `only ${compared} samples were readable`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
