import assert from "node:assert/strict";
import { parse } from "yaml";
import { upsert, upsertAll } from "../../src/kube/kubeconfig_document.ts";
import { linesOf, nextLine, startScript } from "../runtime/processes.ts";
import { entriesFor, HAS_KUBECTL, kubectlConfig, kubectlView, movedTo } from "./kubeconfig_cast.ts";

const WRITER = new URL("kubeconfig_writer.ts", import.meta.url);
const HOLDER = new URL("../runtime/lock_holder.ts", import.meta.url);
const OPTIONS = { path: "config", update: "merge", currentContext: "keep" } as const;

async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starts a writer, waits for its end and gives its exit code. */
async function write(path: string, ...clusters: readonly string[]): Promise<number> {
  const writer = startScript(WRITER, [path, ...clusters]);
  await writer.stdin.close();
  return (await writer.output()).code;
}

Deno.test("saveClusters(): twenty processes write twenty clusters into one file, and none is lost", () =>
  inFolder(async (folder) => {
    const path = `${folder}/config`;
    const clusters = Array.from({ length: 20 }, (_, index) => `c${index}`);
    const codes = await Promise.all(clusters.map((cluster) => write(path, cluster)));
    assert.deepEqual(codes, clusters.map(() => 0));
    const kubeconfig = parse(await Deno.readTextFile(path));
    for (const listKey of ["clusters", "contexts", "users"]) {
      assert.equal(kubeconfig[listKey].length, 20);
    }
    const names = kubeconfig.contexts.map(({ name }: { name: string }) => name);
    assert.deepEqual(names.toSorted(), clusters.toSorted());
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["config"]);
  }));

/** When to kill: after so many milliseconds, or as soon as a file with such a name is there. */
type Moment = { readonly afterMs: number } | { readonly appears: RegExp };

const MOMENTS: readonly Moment[] = [
  // A write takes about 11 ms.
  ...Array.from({ length: 14 }, (_, index) => ({ afterMs: index * 0.9 })),
  ...Array.from({ length: 8 }, () => ({ appears: /\.lock$/ })),
  ...Array.from({ length: 8 }, () => ({ appears: /\.tmp$/ })),
];

Deno.test("saveClusters(): killed at any instant, it leaves the old file or the new one", () =>
  inFolder(async (folder) => {
    const base = upsertAll("", others(), OPTIONS).text;
    const versions = ["a", "b"].map((place) =>
      upsert(base, movedTo(`https://${place}.example.com`), OPTIONS).text
    );
    const allowed = new Set([base, ...versions]);
    let midway = 0;
    const killOne = async (moment: Moment, index: number): Promise<void> => {
      const home = `${folder}/${index}`;
      await Deno.mkdir(home);
      const path = `${home}/config`;
      await Deno.writeTextFile(path, base);
      const writer = startScript(WRITER, [path, "forever"]);
      const lines = linesOf(writer);
      assert.equal(await nextLine(lines), "wrote");
      waitFor(moment, home);
      writer.kill("SIGKILL");
      await writer.status;
      const text = await Deno.readTextFile(path);
      assert.ok(allowed.has(text), `round ${index} left ${JSON.stringify(text.slice(0, 200))}`);
      if ([...Deno.readDirSync(home)].length > 1) midway++;
      await lines.return?.();
      await writer.stdin.abort().catch(() => {});
    };
    // Two at a time: the second starts while the first writes.
    const rounds = MOMENTS.entries();
    const work = async (): Promise<void> => {
      for (const [index, moment] of rounds) await killOne(moment, index);
    };
    await Promise.all([work(), work()]);
    assert.ok(midway > 0, "no kill met a write");
  }));

/** So many that a write takes a while. */
function others(): ReturnType<typeof entriesFor>[] {
  return Array.from(
    { length: 20 },
    (_, index) => entriesFor({ cluster: `c${index}`, contextName: `c${index}` }),
  );
}

/** Blocks, because the moment is over when a timer comes round. */
function waitFor(moment: Moment, folder: string): void {
  const start = performance.now();
  // A writer that is never seen at it writes in between; then it is killed anywhere.
  const waitMs = "afterMs" in moment ? moment.afterMs : 1_000;
  while (performance.now() - start < waitMs) {
    if ("afterMs" in moment) continue;
    for (const { name } of Deno.readDirSync(folder)) if (moment.appears.test(name)) return;
  }
}

Deno.test({
  name: "saveClusters() keeps kubectl off while it writes",
  ignore: !HAS_KUBECTL,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/config`;
      const holder = startScript(HOLDER, ["kubectl", path, "wait"]);
      const lines = linesOf(holder);
      assert.equal(await nextLine(lines), "held");
      const setCluster = ["set-cluster", "k", "--server=https://k.example.com"];
      await assert.rejects(kubectlConfig(path, setCluster), /config\.lock: file exists/);
      await holder.stdin.close();
      assert.equal(await nextLine(lines), "done");
      await lines.return?.();
      await holder.status;
      await kubectlConfig(path, setCluster);
      assert.equal(await write(path, "dev-cluster"), 0);
      assert.equal(parse(await Deno.readTextFile(path)).clusters.length, 2);
    }),
});

Deno.test({
  name: "saveClusters() and two kubectl at once leave a whole file",
  ignore: !HAS_KUBECTL,
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/config`;
      assert.equal(await write(path, "first"), 0);
      // kubectl does not wait for a lock, reads what another kubectl has half written, and removes what was not
      // there when it first looked. So it may fail and forget; eksauth has to get through, and the file to survive.
      const kubectl = async (name: string): Promise<void> => {
        for (let round = 0; round < 8; round++) {
          const args = ["set-cluster", `${name}${round}`, "--server=https://k.example.com"];
          await kubectlConfig(path, args).catch(() => {});
        }
      };
      const eksauth = async (): Promise<void> => {
        for (const cluster of ["a", "b", "c"]) assert.equal(await write(path, cluster), 0);
      };
      await Promise.all([kubectl("x"), kubectl("y"), eksauth()]);
      assert.equal(await write(path, "last"), 0);
      const view = await kubectlView(path);
      assert.ok(view.contexts!.some(({ name }) => name === "last"));
      assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["config"]);
    }),
});
