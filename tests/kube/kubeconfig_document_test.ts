import assert from "node:assert/strict";
import { parse } from "yaml";
import { EksauthError } from "../../src/errors.ts";
import type { KubeconfigEntries } from "../../src/kube/kubeconfig.ts";
import {
  upsert,
  upsertAll,
  type Upserted,
  type UpsertOptions,
} from "../../src/kube/kubeconfig_document.ts";
import { DEV_ARN, entriesFor, HAS_KUBECTL, kubectlConfig, kubectlView } from "./kubeconfig_cast.ts";

const DEV = entriesFor();
const TESTDATA = new URL("../testdata/kubeconfig/", import.meta.url);

function options(request: Partial<UpsertOptions> = {}): UpsertOptions {
  return { path: "/home/dev/.kube/config", update: "merge", currentContext: "keep", ...request };
}

function upsertDev(text: string, request: Partial<UpsertOptions> = {}): Upserted {
  return upsert(text, DEV, options(request));
}

/** The code and message of what `action` throws, and its hint if asked for. */
function failure(action: () => unknown): { readonly code: string; readonly message: string } {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof EksauthError, String(error));
    assert.ok(error.hint, "an error without a hint");
    return { code: error.code, message: error.message };
  }
  throw new Error("nothing was thrown");
}

interface Fixture {
  readonly about: string;
  readonly file: string;
  readonly userName?: string;
  readonly update?: UpsertOptions["update"];
}

const FIXTURES: readonly Fixture[] = [
  { about: "adds to what kubectl and people wrote", file: "kubectl_style" },
  { about: "adds in the layout of the file", file: "indented_lists" },
  { about: "adds to JSON and keeps it JSON", file: "json" },
  { about: "adds to YAML on one line", file: "flow" },
  { about: "fills empty lists beside their comments", file: "empty_lists" },
  { about: "writes below comments", file: "only_comments" },
  { about: "leaves anchors and aliases of others alone", file: "anchors" },
  { about: "merges into the cluster and context of the AWS CLI", file: "aws_entry" },
  { about: "takes over the user of the AWS CLI", file: "aws_user", userName: DEV_ARN },
  { about: "replaces whole entries", file: "replaced", userName: DEV_ARN, update: "replace" },
  { about: "keeps extensions, and replaces block scalars", file: "own_extensions" },
];

for (const { about, file, userName, update = "merge" } of FIXTURES) {
  Deno.test(`upsert() ${about}`, async () => {
    const before = await Deno.readTextFile(new URL(`${file}.before.yaml`, TESTDATA));
    const after = await Deno.readTextFile(new URL(`${file}.after.yaml`, TESTDATA));
    const entries = entriesFor(userName === undefined ? {} : { userName });
    const given = options({ update, currentContext: "set_if_absent" });
    const result = upsert(before, entries, given);
    assert.equal(result.text, after);
    assert.equal(result.isChanged, true);
    assert.deepEqual(
      [upsert(after, entries, given).text, upsert(after, entries, given).isChanged],
      [
        after,
        false,
      ],
    );
  });
}

Deno.test({
  name: "upsert() writes fixtures that kubectl reads, with all three entries",
  ignore: !HAS_KUBECTL,
  fn: async () => {
    const expected = parse(upsertDev("").text);
    for (const { file, userName } of FIXTURES) {
      const path = new URL(`${file}.after.yaml`, TESTDATA).pathname;
      const view = await kubectlView(path);
      assert.ok(view.clusters!.some((item) => item.name === DEV_ARN), file);
      assert.ok(view.contexts!.some((item) => item.name === "dev"), file);
      const user = view.users!.find((item) => item.name === (userName ?? DEV.user.entryName));
      assert.deepEqual(user?.user, expected.users[0].user, file);
    }
  },
});

const FRESH = `apiVersion: v1
clusters:
- name: ${DEV_ARN}
  cluster:
    server: https://dev-cluster.gr7.us-east-2.eks.amazonaws.com
    certificate-authority-data: LS0tLS1CRUdJTg==
    extensions:
    - name: eksauth
      extension:
        cluster: ${DEV_ARN}
contexts:
- name: dev
  context:
    cluster: ${DEV_ARN}
    user: dev-admin@${DEV_ARN}
    extensions:
    - name: eksauth
      extension:
        cluster: ${DEV_ARN}
        identity: dev-admin
current-context: ""
kind: Config
preferences: {}
users:
- name: dev-admin@${DEV_ARN}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: /usr/local/bin/eksauth
      args:
      - token
      - --cluster-name=dev-cluster
      - --region=us-east-2
      - --identity=dev-admin
      env: null
      interactiveMode: Never
      installHint: Install eksauth
      provideClusterInfo: false
    extensions:
    - name: eksauth
      extension:
        cluster: ${DEV_ARN}
        identity: dev-admin
`;

Deno.test("upsert() writes a whole kubeconfig where there is none", () => {
  assert.deepEqual(upsertDev(""), {
    text: FRESH,
    changes: [
      { kind: "cluster", entryName: DEV_ARN, action: "added" },
      { kind: "context", entryName: "dev", action: "added" },
      { kind: "user", entryName: `dev-admin@${DEV_ARN}`, action: "added" },
    ],
    isChanged: true,
  });
});

const NOTHING: readonly {
  readonly text: string;
  readonly before: string;
  readonly after: string;
}[] = [
  { text: "\n", before: "\n", after: "" },
  { text: "# only a comment\n", before: "# only a comment\n", after: "" },
  { text: "---\n...\n", before: "---\n", after: "...\n" },
  {
    text: "%YAML 1.1\n---\n# hi\n... # end\n",
    before: "%YAML 1.1\n---\n# hi\n",
    after: "... # end\n",
  },
  { text: "null\n", before: "", after: "" },
  { text: "--- ~ # none\n", before: "---  # none\n", after: "" },
  { text: "\ufeff", before: "\ufeff", after: "" },
];

for (const { text, before, after } of NOTHING) {
  Deno.test(`upsert() writes a whole kubeconfig into ${JSON.stringify(text)}`, () => {
    assert.equal(upsertDev(text).text, before + FRESH + after);
  });
}

Deno.test("upsert() keeps CRLF, a byte order mark and a missing line break at the end", () => {
  const text = "\ufeffapiVersion: v1\r\nclusters: []\r\n# end";
  const result = upsertDev(text).text;
  assert.ok(result.startsWith(`\ufeffapiVersion: v1\r\nclusters:\r\n- name: ${DEV_ARN}\r\n`));
  assert.ok(result.endsWith("        identity: dev-admin\r\n# end"));
  assert.equal(/[^\r]\n/.test(result), false);
  assert.equal(upsertDev(result).isChanged, false);
});

Deno.test("upsert() writes text so that YAML 1.1, YAML 1.2 and kubectl read it alike", async (t) => {
  const names = [
    ..."on yes y n null ~ true 123 1_000 0o17 0x1f 1e3 1:30 2001-12-14 .inf .nan = << -".split(" "),
    ...[
      "a: b",
      "a #b",
      " a",
      "a ",
      "'a'",
      '"a"',
      "a\\b",
      "a:",
      "@a",
      "*a",
      "&a",
      "!a",
      "%a",
      "{a}",
    ],
    ...["é", "日本", "😀", "\u2028", "\ufeff", "\u007f", "\u0085", "a\nb", "a\tb", "__proto__"],
  ];
  const text = names.reduce(
    (text, contextName) => upsert(text, entriesFor({ contextName }), options()).text,
    "",
  );
  const namesOf = (contexts: readonly { name: unknown }[] | null): unknown =>
    contexts?.map(({ name }) => name);
  for (const version of ["1.1", "1.2"] as const) {
    assert.deepEqual(namesOf(parse(text, { version }).contexts), names);
  }
  await t.step({
    name: "kubectl",
    ignore: !HAS_KUBECTL,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      await Deno.writeTextFile(`${folder}/config`, text);
      const view = await kubectlView(`${folder}/config`);
      await Deno.remove(folder, { recursive: true });
      assert.deepEqual((namesOf(view.contexts) as string[]).toSorted(), names.toSorted());
    },
  });
});

Deno.test({
  name: "upsert() finds its entries unchanged after kubectl wrote the file anew",
  ignore: !HAS_KUBECTL,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/config`;
    await Deno.writeTextFile(path, FRESH);
    await kubectlConfig(path, ["set-context", "dev", "--namespace=team"]);
    const text = await Deno.readTextFile(path);
    await Deno.remove(folder, { recursive: true });
    assert.notEqual(text, FRESH);
    assert.deepEqual(upsertDev(text), {
      text,
      changes: [
        { kind: "cluster", entryName: DEV_ARN, action: "unchanged" },
        { kind: "context", entryName: "dev", action: "unchanged" },
        { kind: "user", entryName: `dev-admin@${DEV_ARN}`, action: "unchanged" },
      ],
      isChanged: false,
    });
  },
});

Deno.test("upsert() writes every field that was asked for, and keeps the others", () => {
  const entries: KubeconfigEntries = {
    ...DEV,
    cluster: { ...DEV.cluster, proxyUrl: "http://proxy:3128", tlsServerName: "kubernetes" },
    context: { ...DEV.context, namespace: "team" },
    user: {
      ...DEV.user,
      exec: { ...DEV.user.exec, env: [{ name: "AWS_STS_REGIONAL_ENDPOINTS", value: "on" }] },
    },
  };
  const text = upsert(FRESH, entries, options()).text;
  const { clusters, contexts, users } = parse(text);
  assert.equal(clusters[0].cluster["proxy-url"], "http://proxy:3128");
  assert.equal(clusters[0].cluster["tls-server-name"], "kubernetes");
  assert.equal(contexts[0].context.namespace, "team");
  assert.deepEqual(users[0].user.exec.env, [{ name: "AWS_STS_REGIONAL_ENDPOINTS", value: "on" }]);
  // Asked for less, it takes nothing away from the cluster and the context; the program is ours alone.
  const again = parse(upsertDev(text).text);
  assert.deepEqual([again.clusters, again.contexts], [clusters, contexts]);
  assert.equal(again.users[0].user.exec.env, null);
});

Deno.test("upsert() keeps the certificates of a cluster when it is given none", () => {
  const { certificateAuthorityData: _, ...cluster } = DEV.cluster;
  const text = FRESH.replace(
    "    certificate-authority-data: LS0tLS1CRUdJTg==\n",
    "    certificate-authority: /etc/ca.pem\n    insecure-skip-tls-verify: true\n",
  );
  assert.equal(upsert(text, { ...DEV, cluster }, options()).isChanged, false);
  assert.equal(upsertDev(text).text.includes("insecure-skip-tls-verify"), false);
  assert.equal(upsertDev(text).text.includes("/etc/ca.pem"), false);
});

const SIGN_INS = [
  "token: t",
  "tokenFile: /t",
  "username: u",
  "password: p",
  "client-certificate: /c",
  "client-certificate-data: Yw==",
  "client-key: /k",
  "client-key-data: aw==",
  "auth-provider: {name: oidc}",
];

for (const field of SIGN_INS) {
  const [key] = field.split(":");
  Deno.test(`upsert() does not merge into a user with a ${key}, which kubectl would prefer`, () => {
    const text = `users:\n- name: dev-admin@${DEV_ARN}\n  user:\n    ${field}\n`;
    assert.deepEqual(failure(() => upsertDev(text)), {
      code: "kubeconfig_conflict",
      message:
        `Cannot write user "dev-admin@${DEV_ARN}" to "/home/dev/.kube/config": it has a "${key}", which kubectl prefers`,
    });
    assert.equal(upsertDev(text, { update: "replace" }).text.includes(`${key}:`), false);
  });
}

Deno.test("upsert() with update: error leaves what eksauth did not write for this cluster and identity", () => {
  const message = (name: string, state: string): string =>
    `Cannot write ${name} to "/home/dev/.kube/config": ${state}`;
  const others = `- name: dev\n  context: {cluster: a, user: b}\n`;
  const cases: readonly [string, KubeconfigEntries, string][] = [
    [
      `contexts:\n${others}`,
      DEV,
      message(`context "dev"`, "there is one that eksauth did not write"),
    ],
    [
      FRESH,
      entriesFor({ cluster: "prod" }),
      message(`context "dev"`, `there is one for cluster "${DEV_ARN}"`),
    ],
    [
      FRESH,
      entriesFor({ identity: "dev-reader" }),
      message(`context "dev"`, `there is one for identity "dev-admin"`),
    ],
  ];
  for (const [text, entries, expected] of cases) {
    assert.deepEqual(failure(() => upsert(text, entries, options({ update: "error" }))), {
      code: "kubeconfig_conflict",
      message: expected,
    });
  }
  assert.equal(upsertDev(FRESH, { update: "error" }).isChanged, false);
  const moved = FRESH.replace("https://dev-cluster", "https://old");
  assert.equal(upsertDev(moved, { update: "error" }).text, FRESH);
  const other = entriesFor({ identity: "dev-reader", contextName: "dev-reader" });
  assert.deepEqual(
    upsert(FRESH, other, options({ update: "error" })).changes.map(({ action }) => action),
    ["unchanged", "added", "added"],
  );
});

Deno.test("upsert() tells when one alias is given to two clusters", () => {
  const prod = entriesFor({ cluster: "prod" });
  assert.deepEqual(upsert(FRESH, prod, options()).changes, [
    { kind: "cluster", entryName: prod.cluster.entryName, action: "added" },
    {
      kind: "context",
      entryName: "dev",
      action: "updated",
      takenFrom: { writtenBy: "eksauth", cluster: DEV_ARN, identity: "dev-admin" },
      redirectedFrom: { clusterName: DEV_ARN, userName: `dev-admin@${DEV_ARN}` },
    },
    { kind: "user", entryName: prod.user.entryName, action: "added" },
  ]);
});

Deno.test("upsert() tells when a user is taken from other contexts", () => {
  const shared = { userName: "admin" };
  const first = upsert("", entriesFor(shared), options()).text;
  const prod = entriesFor({ cluster: "prod", contextName: "prod", ...shared });
  assert.deepEqual(upsert(first, prod, options({ update: "replace" })).changes[2], {
    kind: "user",
    entryName: "admin",
    action: "updated",
    takenFrom: { writtenBy: "eksauth", cluster: DEV_ARN, identity: "dev-admin" },
    usedBy: ["dev"],
  });
});

Deno.test("upsert() does not let a context sign in for another cluster or as somebody else", () => {
  const shared = { userName: "admin", contextName: "second" };
  const first = upsert("", entriesFor({ userName: "admin" }), options()).text;
  const hint = "Choose another name with --user-alias, or take it over with --update replace";
  const refused = (state: string) => ({
    code: "kubeconfig_conflict",
    message:
      `Cannot write user "admin" to "/home/dev/.kube/config": context "dev" signs in with it ${state}`,
    hint,
  });
  assert.throws(
    () => upsert(first, entriesFor({ cluster: "prod", ...shared }), options()),
    refused(`to cluster "${DEV_ARN}"`),
  );
  assert.throws(
    () => upsert(first, entriesFor({ identity: "ops", ...shared }), options()),
    refused('as "dev-admin"'),
  );
  // Somebody else's entry for the same cluster may be taken over, for another it may not.
  const foreign = first.replaceAll(
    / +extensions:\n +- name: eksauth\n +extension:\n(?: {8,}\S.*\n)+/g,
    "",
  );
  assert.ok(!foreign.includes("name: eksauth"));
  assert.throws(
    () => upsert(foreign, entriesFor({ cluster: "prod", ...shared }), options()),
    refused(`to cluster "${DEV_ARN}"`),
  );
  assert.deepEqual(upsert(foreign, entriesFor(shared), options()).changes[2]?.usedBy, ["dev"]);
  // Nobody is misled where the only context that uses the entry is the one that is written.
  assert.equal(
    upsert(first, entriesFor({ userName: "admin", identity: "ops" }), options()).isChanged,
    true,
  );
});

Deno.test("upsert() tells when it took over what others wrote", async () => {
  const text = await Deno.readTextFile(new URL("aws_entry.before.yaml", TESTDATA));
  assert.deepEqual(upsertDev(text).changes, [
    { kind: "cluster", entryName: DEV_ARN, action: "updated", takenFrom: { writtenBy: "others" } },
    {
      kind: "context",
      entryName: "dev",
      action: "updated",
      takenFrom: { writtenBy: "others" },
      redirectedFrom: { clusterName: DEV_ARN, userName: DEV_ARN },
    },
    { kind: "user", entryName: `dev-admin@${DEV_ARN}`, action: "added" },
  ]);
});

Deno.test("upsert() moves the current context only when asked to", () => {
  const used = FRESH.replace('current-context: ""', "current-context: prod # mine");
  const without = FRESH.replace('current-context: ""\n', "");
  const cases: readonly [string, UpsertOptions["currentContext"], string, unknown][] = [
    [used, "keep", used, undefined],
    [used, "set_if_absent", used, undefined],
    [used, "set", used.replace("prod", "dev"), { before: "prod", after: "dev" }],
    [FRESH, "keep", FRESH, undefined],
    [FRESH, "set_if_absent", FRESH.replace('""', '"dev"'), { before: "", after: "dev" }],
    [without, "keep", without, undefined],
    [without, "set", `${without}current-context: dev\n`, { before: "", after: "dev" }],
  ];
  for (const [text, currentContext, expected, moved] of cases) {
    const result = upsertDev(text, { currentContext });
    assert.equal(result.text, expected);
    assert.deepEqual(result.currentContext, moved);
  }
});

const INVALID: readonly (readonly [text: string, place: string, reason: string])[] = [
  ["clusters:\n  - a\n b: c\n", ":3:1", "All mapping items must start at the same column"],
  [
    "a: [1, 2\nb: 'secret\n",
    ":2:1",
    "Flow sequence in block collection must be sufficiently indented and end with a ]",
  ],
  ["\tclusters: []\n", ":1:1", "Tabs are not allowed as indentation"],
  ["a: 1\n---\nb: 2\n", ":2:1", "a second YAML document starts, which kubectl would not read"],
  ["a: *nobody\n", ":1:4", "no anchor &nobody comes before it"],
  ["a: &a [*a]\n", ":1:8", "*a contains itself"],
  ["a: 1\rb: 2\n", ":1:5", "a carriage return stands without a line feed"],
  ["- a\n", ":1:1", "the top level is not a mapping"],
  ["hello\n", ":1:1", "the top level is not a mapping"],
  ["apiVersion: v1\nkind: Pod\n", ":2:7", '"kind" is not Config'],
  ["apiVersion: apps/v1\n", ":1:13", '"apiVersion" is not v1'],
  ["users: []\nusers: []\n", ":2:1", 'there is a second "users"'],
  ["clusters: {}\n", ":1:11", '"clusters" is not a list'],
  ["contexts: text\n", ":1:11", '"contexts" is not a list'],
  ["users:\n- text\n", ":2:3", 'an item of "users" is not a mapping'],
  ["users:\n-\n", ":2:2", 'an item of "users" is not a mapping'],
  ["clusters:\n- name: [a]\n", ":2:9", '"name" is not text'],
  ["clusters:\n- name: a\n  cluster: text\n", ":3:12", '"cluster" is not a mapping'],
  ["clusters:\n- name: a\n  name: b\n", ":3:3", 'there is a second "name"'],
  [
    "users:\n- name: a\n- name: b\n- name: a\n",
    ":4:3",
    'there is a second user "a", which kubectl refuses',
  ],
  ["current-context: []\n", ":1:18", '"current-context" is not text'],
];

for (const [text, place, reason] of INVALID) {
  Deno.test(`upsert() refuses ${JSON.stringify(text)}`, () => {
    assert.deepEqual(failure(() => upsertDev(text)), {
      code: "kubeconfig_invalid",
      message: `Cannot use kubeconfig "/home/dev/.kube/config${place}": ${reason}`,
    });
  });
}

Deno.test("upsert() refuses what is too large or too deep for a kubeconfig", () => {
  const place = (text: string): string => failure(() => upsertDev(text)).message;
  assert.equal(
    place("#".repeat(33 * 1024 * 1024)),
    'Cannot use kubeconfig "/home/dev/.kube/config": the file is over 32 MiB',
  );
  assert.equal(
    place(`x: ${"[".repeat(200)}*${"]".repeat(200)}`).startsWith("Cannot use kubeconfig"),
    true,
  );
  assert.match(place(`y: &y 1\nx: ${"[".repeat(200)}*y${"]".repeat(200)}`), /nested too deeply$/);
});

Deno.test("upsert() does not expand aliases", () => {
  // Ten levels of nine: three and a half thousand million items.
  const bomb = Array.from({ length: 10 }, (_, level) => {
    const below = level === 0 ? "lol" : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array(9).fill(below).join(", ")}]\n`;
  }).join("");
  const { text } = upsertDev(`${bomb}clusters: []\n`);
  assert.ok(text.startsWith(`${bomb}clusters:\n- name: ${DEV_ARN}\n`));
});

const CLUSTER = `clusters:\n- name: ${DEV_ARN}\n  cluster`;
const REFERRED = "other parts of the file refer to it with a YAML alias";
const TIED: readonly (readonly [text: string, place: string, reason: string])[] = [
  [`x: &x {server: a}\n${CLUSTER}: *x\n`, ":1:7", REFERRED],
  [`${CLUSTER}: &x {server: a}\n- name: b\n  cluster: *x\n`, ":3:15", REFERRED],
  [`${CLUSTER}:\n    server: &x a\nx: *x\n`, ":4:16", REFERRED],
  [
    `x: &x {server: a}\n${CLUSTER}:\n    <<: *x\n`,
    ":5:5",
    "it takes fields from elsewhere with <<",
  ],
  [`x: &x [{name: a}]\nclusters: *x\n`, ":1:7", REFERRED],
  [`${CLUSTER}:\n    server: a\n    server: b\n`, ":5:5", 'there is a second "server"'],
  [`${CLUSTER}:\n    server: [a]\n`, ":4:13", "it is not text"],
  [`${CLUSTER}:\n    server: !!binary YQ==\n`, ":4:22", "a YAML tag says that it is not text"],
];

for (const [text, place, reason] of TIED) {
  Deno.test(`upsert() refuses to change ${JSON.stringify(text.replaceAll(DEV_ARN, "ARN"))}`, () => {
    assert.deepEqual(failure(() => upsertDev(text)), {
      code: "kubeconfig_invalid",
      message: `Cannot use kubeconfig "/home/dev/.kube/config${place}": ${reason}`,
    });
  });
}

Deno.test("upsert() writes over an alias where that changes nobody else", () => {
  const text = `x: &x https://old\n${CLUSTER}:\n    server: *x # here\n`;
  const result = upsertDev(text).text;
  assert.ok(result.startsWith(
    `x: &x https://old\n${CLUSTER}:\n    server: https://dev-cluster.gr7.us-east-2.eks.amazonaws.com # here\n`,
  ));
});

Deno.test("upsert() replaces an entry that is an alias", () => {
  const text =
    `x: &x {name: ${DEV_ARN}, cluster: {server: a}}\nclusters:\n- *x # here\n- name: b\n`;
  const result = upsertDev(text, { update: "replace" }).text;
  assert.ok(
    result.startsWith(text.slice(0, text.indexOf("- *x")) + `- name: ${DEV_ARN}\n  cluster:\n`),
  );
  assert.equal(parse(result).clusters.length, 2);
});

Deno.test("upsertAll() writes the cluster that two identities share once", () => {
  const reader = entriesFor({ identity: "dev-reader", contextName: "dev-reader" });
  const result = upsertAll("", [DEV, reader], options({ currentContext: "set" }));
  assert.equal(result.text.match(/^- name: arn:/gm)?.length, 1);
  assert.deepEqual(result.changes.map(({ kind }) => kind), [
    "cluster",
    "context",
    "user",
    "context",
    "user",
  ]);
  assert.deepEqual(result.currentContext, { before: "", after: "dev" });
  // One by one comes to the same.
  const first = upsertDev("", { currentContext: "set" }).text;
  assert.equal(upsert(first, reader, options()).text, result.text);
});

Deno.test("upsertAll() refuses one name for two clusters", () => {
  assert.deepEqual(
    failure(() => upsertAll("", [DEV, entriesFor({ cluster: "prod" })], options())),
    {
      code: "kubeconfig_conflict",
      message:
        `Cannot write context "dev" to "/home/dev/.kube/config": both "${DEV_ARN}" as "dev-admin" and ` +
        `"arn:aws:eks:us-east-2:123456789012:cluster/prod" as "dev-admin" would have this name`,
    },
  );
});

Deno.test("upsert() changes only its own lines among a thousand commented clusters", () => {
  const all = Array.from(
    { length: 1000 },
    (_, index) => entriesFor({ cluster: `c${index}`, contextName: `c${index}` }),
  );
  const comments = (text: string): string =>
    text.replace(/^(- name: .*)$/gm, "# $1\n$1 # owner: team").replace(
      /^(\w)/gm,
      "\n# section\n$1",
    );
  const text = comments(upsertAll("", all, options()).text);
  const moved = all[500]!;
  const entries = { ...moved, cluster: { ...moved.cluster, server: "https://moved.example.com" } };
  const changed = upsert(text, entries, options()).text.split("\n");
  const lines = text.split("\n");
  assert.equal(changed.length, lines.length);
  assert.deepEqual(changed.filter((line, index) => line !== lines[index]), [
    "    server: https://moved.example.com",
  ]);
  const added = upsertDev(text).text;
  const position = added.indexOf(`- name: ${DEV_ARN}`);
  assert.equal(added.slice(0, position), text.slice(0, position));
  const kept = new Set(added.split("\n"));
  assert.deepEqual(lines.filter((line) => !kept.has(line)), []);
  assert.equal(added.split("\n").length - lines.length, FRESH.split("\n").length - 1 - 7);
});
