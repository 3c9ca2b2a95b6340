import assert from "node:assert/strict";
import { EksauthError } from "../../src/errors.ts";
import { withLockFile } from "../../src/runtime/file_lock.ts";
import { linesOf, nextLine, startScript } from "./processes.ts";

const HOLDER = new URL("lock_holder.ts", import.meta.url);

/** Sleeps that take no time, and what was slept. */
function sleeper(): { readonly sleep: () => Promise<void>; readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    sleep: (milliseconds?: number): Promise<void> => {
      slept.push(milliseconds!);
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

/**
 * A process that is just being started elsewhere in this one has the lock as well, until it becomes its program.
 * That is rare, and over at once.
 */
const patient = {
  sleep: (milliseconds: number): Promise<void> =>
    new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

Deno.test("withLockFile() gives what the action gives, and leaves a private file", () =>
  inFolder(async (folder) => {
    const path = `${folder}/cache/locks/sso.lock`;
    assert.equal(await withLockFile({ path, waitMs: 5000 }, () => Promise.resolve(7), patient), 7);
    const failing = withLockFile(
      { path, waitMs: 5000 },
      () => Promise.reject(new Error("no")),
      patient,
    );
    await assert.rejects(failing, { message: "no" });
    // And it is free again after both.
    assert.equal(await withLockFile({ path, waitMs: 5000 }, () => Promise.resolve(8), patient), 8);
    if (Deno.build.os !== "windows") {
      assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
      assert.equal(Deno.statSync(`${folder}/cache`).mode! & 0o777, 0o700);
    }
  }));

Deno.test("withLockFile() gives up after its time, and waits for the death of the holder", () =>
  inFolder(async (folder) => {
    const path = `${folder}/lock`;
    const holder = startScript(HOLDER, ["file", path, "wait"]);
    const lines = linesOf(holder);
    assert.equal(await nextLine(lines), "held");

    const clock = sleeper();
    const refused = withLockFile({ path, waitMs: 200 }, () => Promise.resolve(1), clock);
    await assert.rejects(refused, (error: EksauthError) => {
      assert.equal(error.code, "file_locked");
      assert.equal(
        error.message,
        `Cannot lock "${path}": another eksauth still holds it after 1 s`,
      );
      return true;
    });
    assert.deepEqual(clock.slept, [5, 10, 20, 40, 50, 50, 50]);

    // While somebody waits, the holder dies without a word.
    let pauses = 0;
    const sleep = async (): Promise<void> => {
      if (++pauses === 2) {
        holder.kill("SIGKILL");
        await holder.status;
      }
    };
    assert.equal(
      await withLockFile({ path, waitMs: 1_000 }, () => Promise.resolve(2), { sleep }),
      2,
    );
    assert.equal(pauses, 2);
    await holder.stdin.abort().catch(() => {});
    await lines.return?.();
  }));

Deno.test("withLockFile() lets one in at a time within a process too", () =>
  inFolder(async (folder) => {
    const path = `${folder}/lock`;
    let inside = 0;
    const enter = async (): Promise<void> => {
      assert.equal(++inside, 1);
      await Promise.resolve();
      inside--;
    };
    const sleep = (): Promise<void> => new Promise((resolve) => queueMicrotask(resolve));
    await Promise.all(
      Array.from({ length: 8 }, () => withLockFile({ path, waitMs: 60_000 }, enter, { sleep })),
    );
  }));

Deno.test("withLockFile() names the file that it cannot make", () =>
  inFolder(async (folder) => {
    const path = `${folder}/lock`;
    await Deno.mkdir(path);
    await assert.rejects(withLockFile({ path, waitMs: 0 }, () => Promise.resolve(1), sleeper()), {
      code: "file_unwritable",
      message: `Cannot lock "${path}": it is a folder`,
    });
  }));
