import assert from "node:assert/strict";
import { EksauthError } from "../../src/errors.ts";
import { KUBECTL_LOCK_WAIT_MS, withKubectlLock } from "../../src/runtime/kubectl_lock.ts";
import { linesOf, nextLine, startScript } from "./processes.ts";

const HOLDER = new URL("lock_holder.ts", import.meta.url);
const isUnix = Deno.build.os !== "windows";

/** A clock that only sleeping moves, and that starts now, because the system stamps files. */
function clock(onSleep: () => void = () => {}): {
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  sleptMs: number;
} {
  const start = Date.now();
  return {
    sleptMs: 0,
    now(): Date {
      return new Date(start + this.sleptMs);
    },
    sleep(milliseconds: number): Promise<void> {
      this.sleptMs += milliseconds;
      onSleep();
      return Promise.resolve();
    },
  };
}

async function inFolder(action: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

Deno.test("withKubectlLock() holds <path>.lock while it acts, and says whose it is", () =>
  inFolder(async (folder) => {
    const path = `${folder}/.kube/config`;
    const content = await withKubectlLock(
      { path },
      () => Deno.readTextFileSync(`${path}.lock`),
      clock(),
    );
    assert.equal(content, `eksauth ${Deno.pid}\n`);
    assert.deepEqual(namesIn(`${folder}/.kube`), []);
    if (isUnix) assert.equal(Deno.statSync(`${folder}/.kube`).mode! & 0o777, 0o700);
  }));

Deno.test("withKubectlLock() unlocks when the action fails", () =>
  inFolder(async (folder) => {
    const act = (): never => {
      throw new Error("no");
    };
    await assert.rejects(withKubectlLock({ path: `${folder}/config` }, act, clock()), {
      message: "no",
    });
    assert.deepEqual(namesIn(folder), []);
  }));

Deno.test({
  name: "withKubectlLock() locks a link and what it points to",
  ignore: !isUnix,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/dotfiles`);
      await Deno.symlink("dotfiles/kubeconfig", `${folder}/config`);
      const held = await withKubectlLock(
        { path: `${folder}/config` },
        () => [...namesIn(folder), ...namesIn(`${folder}/dotfiles`)],
        clock(),
      );
      assert.deepEqual(held, ["config", "config.lock", "dotfiles", "kubeconfig.lock"]);
      assert.deepEqual(namesIn(`${folder}/dotfiles`), []);

      // Of two locks, the one that it got goes back.
      await Deno.writeTextFile(`${folder}/dotfiles/kubeconfig.lock`, "");
      await assert.rejects(withKubectlLock({ path: `${folder}/config` }, () => 1, clock()), {
        code: "file_locked",
      });
      assert.deepEqual(namesIn(folder), ["config", "dotfiles"]);
    }),
});

Deno.test("withKubectlLock() waits for another to finish", () =>
  inFolder(async (folder) => {
    const path = `${folder}/config`;
    await Deno.writeTextFile(`${path}.lock`, "");
    let pauses = 0;
    const runtime = clock(() => {
      if (++pauses === 3) Deno.removeSync(`${path}.lock`);
    });
    assert.equal(await withKubectlLock({ path }, () => "done", runtime), "done");
    assert.deepEqual(namesIn(folder), []);
  }));

const STALE: readonly (readonly [ageMs: number, content: string, said: string, holder: string])[] =
  [
    [0, "", "5 s", "the kubectl or helm that made it"],
    [90_000, "", "95 s", "the kubectl or helm that made it"],
    [3 * 60_000, "eksauth 4711\n", "3 min", "eksauth process 4711"],
    [3 * 3_600_000, "\u001b[2J", "3 h", "the kubectl or helm that made it"],
    [3 * 86_400_000, "", "3 days", "the kubectl or helm that made it"],
    [-60_000, "", "0 s", "the kubectl or helm that made it"],
  ];

for (const [ageMs, content, said, holder] of STALE) {
  Deno.test(`withKubectlLock() tells of a lock that is ${ageMs} ms old, and leaves it`, () =>
    inFolder(async (folder) => {
      const path = `${folder}/it's config`;
      await Deno.writeTextFile(`${path}.lock`, content);
      const runtime = clock();
      const made = new Date(runtime.now().getTime() - ageMs);
      await Deno.utime(`${path}.lock`, made, made);
      await assert.rejects(withKubectlLock({ path }, () => 1, runtime), (error: EksauthError) => {
        assert.equal(error.code, "file_locked");
        assert.equal(
          error.message,
          `Cannot change "${path}": its lock "${path}.lock" has been there for ${said}`,
        );
        const remove = isUnix ? `rm '${folder}/it'\\''s config.lock'` : `del "${path}.lock"`;
        assert.equal(error.hint, `If ${holder} is no longer running, the lock is stale: ${remove}`);
        return true;
      });
      assert.ok(
        runtime.sleptMs >= KUBECTL_LOCK_WAIT_MS && runtime.sleptMs < KUBECTL_LOCK_WAIT_MS + 100,
      );
      assert.equal(await Deno.readTextFile(`${path}.lock`), content);
    }));
}

Deno.test("withKubectlLock() says that there cannot be a lock", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const path = `${folder}/file/config`;
    await assert.rejects(withKubectlLock({ path }, () => 1, clock()), {
      code: "file_unwritable",
      message: `Cannot lock "${path}": a part of the path is not a folder`,
    });
  }));

Deno.test({
  name: "withKubectlLock() says that a folder is read-only",
  // For root no folder is.
  ignore: !isUnix || Deno.uid() === 0,
  fn: () =>
    inFolder(async (folder) => {
      await Deno.mkdir(`${folder}/.kube`, { mode: 0o500 });
      const path = `${folder}/.kube/config`;
      await assert.rejects(withKubectlLock({ path }, () => 1, clock()), {
        code: "file_unwritable",
        message: `Cannot create "${path}.lock": permission denied`,
        hint:
          `Make the folder "${folder}/.kube" writable, or choose another file with --kubeconfig`,
      });
    }),
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name: `withKubectlLock() unlocks before it obeys ${signal}`,
    ignore: !isUnix,
    fn: () =>
      inFolder(async (folder) => {
        const path = `${folder}/config`;
        const holder = startScript(HOLDER, ["kubectl", path, signal]);
        const lines = linesOf(holder);
        assert.equal(await nextLine(lines), "held");
        assert.equal(await nextLine(lines), "interrupted");
        assert.equal(
          await nextLine(lines),
          `Cannot finish the change of "${path}": interrupted by ${signal}`,
        );
        await lines.return?.();
        await holder.stdin.close();
        assert.equal((await holder.status).code, 0);
        assert.deepEqual(namesIn(folder), []);
      }),
  });
}

Deno.test("withKubectlLock() lets signals end the program again afterwards", () =>
  inFolder(async (folder) => {
    let added = 0;
    let removed = 0;
    const { addSignalListener, removeSignalListener } = Deno;
    try {
      Deno.addSignalListener = (...given): void => (added++, addSignalListener(...given));
      Deno.removeSignalListener = (...given): void => (removed++, removeSignalListener(...given));
      await withKubectlLock({ path: `${folder}/config` }, () => 1, clock());
    } finally {
      Object.assign(Deno, { addSignalListener, removeSignalListener });
    }
    assert.ok(added > 0);
    assert.equal(removed, added);
  }));
