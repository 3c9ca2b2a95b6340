import assert from "node:assert/strict";
import type { KubeconfigEntries } from "../../src/kube/kubeconfig.ts";
import { upsert } from "../../src/kube/kubeconfig_document.ts";
import {
  previewClusters,
  saveClusters,
  type Saved,
  type SaveRequest,
} from "../../src/kube/kubeconfig_file.ts";
import {
  DEV_ARN,
  entriesFor,
  HAS_KUBECTL,
  kubectlConfig,
  kubectlView,
  movedTo,
} from "./kubeconfig_cast.ts";

const DEV = entriesFor();
const isUnix = Deno.build.os !== "windows";
const OPTIONS = { path: "config", update: "merge", currentContext: "keep" } as const;

/** Sleeping takes no time, but something may happen meanwhile. */
function runtime(onSleep: () => void = () => {}): { now: () => Date; sleep: () => Promise<void> } {
  return {
    now: () => new Date("2026-01-02T03:04:05Z"),
    sleep: (): Promise<void> => {
      onSleep();
      return Promise.resolve();
    },
  };
}

function request(paths: readonly string[], more: Partial<SaveRequest> = {}): SaveRequest {
  return { paths, entries: [DEV], update: "merge", currentContext: "keep", ...more };
}

function save(paths: readonly string[], more: Partial<SaveRequest> = {}): Promise<Saved> {
  return saveClusters(request(paths, more), runtime());
}

/** A folder with these files. */
async function inFolder(
  files: Readonly<Record<string, string>>,
  action: (folder: string) => unknown,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function read(path: string): string {
  return Deno.readTextFileSync(path);
}

function textWith(entries: KubeconfigEntries, currentContext: "keep" | "set" = "keep"): string {
  return upsert("", entries, { ...OPTIONS, currentContext }).text;
}

const OTHER = textWith(entriesFor({ cluster: "other", contextName: "other" }));
const BROKEN = "clusters: [\n";

Deno.test("saveClusters() makes a private file in a private folder", () =>
  inFolder({}, async (folder) => {
    const path = `${folder}/.kube/config`;
    const saved = await save([path], { currentContext: "set_if_absent" });
    assert.equal(read(path), textWith(DEV, "set"));
    assert.deepEqual(saved, {
      files: [{
        path,
        text: read(path),
        changes: [
          { kind: "cluster", entryName: DEV_ARN, action: "added" },
          { kind: "context", entryName: "dev", action: "added" },
          { kind: "user", entryName: DEV.user.entryName, action: "added" },
        ],
        currentContext: { before: "", after: "dev" },
        isChanged: true,
      }],
      currentContext: "dev",
      warnings: [],
    });
    assert.deepEqual([...Deno.readDirSync(`${folder}/.kube`)].map(({ name }) => name), ["config"]);
    if (!isUnix) return;
    assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    assert.equal(Deno.statSync(`${folder}/.kube`).mode! & 0o777, 0o700);
  }));

Deno.test("saveClusters() does not touch a file that says everything already", () =>
  inFolder({}, async (folder) => {
    const path = `${folder}/config`;
    await save([path]);
    const long = new Date("2020-01-01T00:00:00Z");
    if (isUnix) Deno.chmodSync(path, 0o400);
    Deno.utimeSync(path, long, long);
    Deno.utimeSync(folder, long, long);
    // Not even locked: the folder would show it, and a stale lock does not matter.
    const before = [Deno.statSync(path), Deno.statSync(folder)];
    const saved = await save([path], { update: "replace" });
    assert.equal(saved.files[0]!.isChanged, false);
    const after = [Deno.statSync(path), Deno.statSync(folder)];
    assert.deepEqual(
      after.map(({ ino, mtime }) => [ino, mtime]),
      before.map(({ ino, mtime }) => [ino, mtime]),
    );
  }));

Deno.test("previewClusters() writes nothing", () =>
  inFolder({}, (folder) => {
    const path = `${folder}/.kube/config`;
    const preview = previewClusters(request([path]));
    assert.equal(preview.files[0]!.text, textWith(DEV));
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  }));

Deno.test("saveClusters() honours the mode that was asked for, and a stricter one that is there", {
  ignore: !isUnix,
}, () =>
  inFolder({ strict: OTHER }, async (folder) => {
    Deno.chmodSync(`${folder}/strict`, 0o600);
    await save([`${folder}/strict`], { mode: 0o640 });
    await save([`${folder}/new`], { mode: 0o640 });
    assert.equal(Deno.statSync(`${folder}/strict`).mode! & 0o777, 0o600);
    assert.equal(Deno.statSync(`${folder}/new`).mode! & 0o777, 0o640);
  }));

Deno.test(
  "saveClusters() writes through a link",
  { ignore: !isUnix },
  () =>
    inFolder({ real: OTHER }, async (folder) => {
      Deno.symlinkSync("real", `${folder}/config`);
      await save([`${folder}/config`]);
      assert.equal(Deno.lstatSync(`${folder}/config`).isSymlink, true);
      assert.equal(read(`${folder}/real`), upsert(OTHER, DEV, OPTIONS).text);
    }),
);

Deno.test("saveClusters() plans again when the file has changed before it got the lock", () =>
  inFolder({ config: OTHER, "config.lock": "" }, async (folder) => {
    const path = `${folder}/config`;
    const meanwhile =
      upsert(OTHER, entriesFor({ cluster: "third", contextName: "third" }), OPTIONS).text;
    const release = runtime(() => {
      if (read(path) !== OTHER) return;
      Deno.writeTextFileSync(path, meanwhile);
      Deno.removeSync(`${path}.lock`);
    });
    const saved = await saveClusters(request([path]), release);
    assert.equal(read(path), upsert(meanwhile, DEV, OPTIONS).text);
    assert.equal(saved.files[0]!.text, read(path));
  }));

const HALF = `${OTHER.slice(0, 300)}\n  b: [`;

Deno.test("saveClusters() looks again under the lock when it finds a file half written", () =>
  inFolder({ config: HALF, "config.lock": "" }, async (folder) => {
    const path = `${folder}/config`;
    const finish = runtime(() => {
      if (read(path) !== HALF) return;
      Deno.writeTextFileSync(path, OTHER);
      Deno.removeSync(`${path}.lock`);
    });
    await saveClusters(request([path]), finish);
    assert.equal(read(path), upsert(OTHER, DEV, OPTIONS).text);
  }));

Deno.test("saveClusters() tells of a broken file rather than of a stale lock", () =>
  inFolder({ config: HALF, "config.lock": "" }, async (folder) => {
    await assert.rejects(save([`${folder}/config`]), { code: "kubeconfig_invalid" });
    await Deno.writeTextFile(`${folder}/config`, OTHER);
    await assert.rejects(save([`${folder}/config`]), { code: "file_locked" });
    assert.deepEqual(read(`${folder}/config`), OTHER);
  }));

Deno.test("saveClusters() leaves a file alone that it cannot use", () =>
  inFolder({ config: BROKEN }, async (folder) => {
    const path = `${folder}/config`;
    await assert.rejects(save([path]), {
      code: "kubeconfig_invalid",
      message: `Cannot use kubeconfig "${path}:2:1": Flow sequence in block collection must be ` +
        "sufficiently indented and end with a ]",
    });
    assert.equal(read(path), BROKEN);
    Deno.writeFileSync(path, new Uint8Array([0x61, 0x3a, 0x20, 0xff, 0x0a]));
    await assert.rejects(save([path]), {
      code: "kubeconfig_invalid",
      message: `Cannot use kubeconfig "${path}": it is not UTF-8`,
    });
    await assert.rejects(save([folder]), {
      code: "file_unreadable",
      message: `Cannot read "${folder}": it is a folder`,
    });
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["config"]);
  }));

Deno.test("saveClusters() writes a cluster where it is, else into the first file", () =>
  inFolder({ a: OTHER, b: textWith(movedTo("https://old.example.com")) }, async (folder) => {
    const [a, b, c] = ["a", "b", "c"].map((name) => `${folder}/${name}`) as [
      string,
      string,
      string,
    ];
    const saved = await save([a, b, c]);
    assert.deepEqual(saved.files.map(({ path }) => path), [b]);
    assert.equal(read(a), OTHER);
    assert.equal(read(b), textWith(DEV));
    const third = entriesFor({ cluster: "third", contextName: "third" });
    await save([c, a, b], { entries: [third, DEV] });
    assert.equal(read(c), textWith(third));
    assert.equal(read(b), textWith(DEV));
  }));

Deno.test({
  name: "saveClusters() does not wait for a pipe",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder({}, async (folder) => {
      const path = `${folder}/pipe`;
      await new Deno.Command("mkfifo", { args: [path] }).output();
      await assert.rejects(save([path]), {
        code: "file_unreadable",
        message: `Cannot use kubeconfig "${path}": it is a pipe`,
      });
    }),
});

Deno.test("saveClusters() fails when the file to write to is the broken one, and warns of another", () =>
  inFolder({ a: BROKEN, b: OTHER }, async (folder) => {
    const [a, b] = [`${folder}/a`, `${folder}/b`];
    await assert.rejects(save([a, b]), { code: "kubeconfig_invalid" });
    const saved = await save([b, a]);
    assert.deepEqual(saved.files.map(({ path }) => path), [b]);
    assert.equal(saved.warnings.length, 1);
    assert.ok(saved.warnings[0]!.startsWith(`Cannot use kubeconfig "${a}:2:1": `));
  }));

Deno.test("saveClusters() tells of names that one file hides from another", () =>
  inFolder({
    a: textWith(entriesFor({ cluster: "other", contextName: "dev" })),
    b: textWith(movedTo("https://old.example.com")),
  }, async (folder) => {
    const [a, b] = [`${folder}/a`, `${folder}/b`];
    const behind = `context "dev" in "${b}" has no effect, kubectl reads the one in "${a}"`;
    await assert.rejects(save([a, b], { update: "error" }), {
      code: "kubeconfig_conflict",
      message: `Cannot write every entry: ${behind}`,
    });
    assert.equal(read(b), textWith(movedTo("https://old.example.com")));
    assert.deepEqual((await save([a, b])).warnings, [behind]);

    const third = entriesFor({ cluster: "third", contextName: "dev" });
    assert.deepEqual((await save([`${folder}/new`, a], { entries: [third] })).warnings, [
      `context "dev" in "${folder}/new" hides the one in "${a}" from kubectl`,
    ]);
  }));

interface Multi {
  readonly about: string;
  /** Current contexts of the files, and whether the second has the cluster. */
  readonly files: readonly [string, string];
  readonly currentContext: SaveRequest["currentContext"];
  readonly after: readonly [string, string];
  readonly effective: string;
}

const MULTI: readonly Multi[] = [
  {
    about: "in the first file",
    files: ["first", ""],
    currentContext: "set",
    after: ["dev", ""],
    effective: "dev",
  },
  {
    about: "in the file that has it",
    files: ["", "second"],
    currentContext: "set",
    after: ["", "dev"],
    effective: "dev",
  },
  {
    about: "beside the cluster when no file has one",
    files: ["", ""],
    currentContext: "set",
    after: ["", "dev"],
    effective: "dev",
  },
  {
    about: "in the first of two that have it",
    files: ["first", "second"],
    currentContext: "set",
    after: ["dev", "second"],
    effective: "dev",
  },
  {
    about: "nowhere when any file has one",
    files: ["first", ""],
    currentContext: "set_if_absent",
    after: ["first", ""],
    effective: "first",
  },
  {
    about: "beside the cluster when it is absent",
    files: ["", ""],
    currentContext: "set_if_absent",
    after: ["", "dev"],
    effective: "dev",
  },
  {
    about: "nowhere when unasked",
    files: ["", ""],
    currentContext: "keep",
    after: ["", ""],
    effective: "",
  },
];

for (const { about, files, currentContext, after, effective } of MULTI) {
  const texts = {
    a: OTHER.replace('current-context: ""', `current-context: "${files[0]}"`),
    b: textWith(movedTo("https://old.example.com"))
      .replace('current-context: ""', `current-context: "${files[1]}"`),
  };
  Deno.test(`saveClusters() puts the current context ${about}`, () =>
    inFolder(texts, async (folder) => {
      const paths = [`${folder}/a`, `${folder}/b`];
      await save(paths, { currentContext });
      const contexts = paths.map((path) => /^current-context: "(.*)"$/m.exec(read(path))?.[1]);
      assert.deepEqual(contexts, after);
      if (!HAS_KUBECTL) return;
      assert.equal(
        (await kubectlView(paths.join(isUnix ? ":" : ";")))["current-context"],
        effective,
      );
    }));
}

Deno.test("saveClusters() writes many clusters at once, and once only", () =>
  inFolder({}, async (folder) => {
    const path = `${folder}/config`;
    const entries = Array.from(
      { length: 300 },
      (_, index) => entriesFor({ cluster: `c${index}`, contextName: `c${index}` }),
    );
    const saved = await save([path], { entries, currentContext: "set" });
    assert.equal(saved.files[0]!.changes.length, 900);
    assert.deepEqual(saved.files[0]!.currentContext, { before: "", after: "c0" });
    const again = await save([path], { entries });
    assert.equal(again.files[0]!.isChanged, false);
    assert.deepEqual(await save([path], { entries: [] }), {
      files: [],
      currentContext: "",
      warnings: [],
    });
  }));

Deno.test(
  "saveClusters() writes what kubectl uses",
  { ignore: !HAS_KUBECTL },
  () =>
    inFolder({}, async (folder) => {
      const path = `${folder}/config`;
      await save([path], { currentContext: "set" });
      assert.equal(await kubectlConfig(path, ["current-context"]), "dev\n");
      const minified = await kubectlConfig(path, [
        "view",
        "--minify",
        "--output=jsonpath={.clusters[0].name}",
      ]);
      assert.equal(minified, DEV_ARN);
    }),
);
