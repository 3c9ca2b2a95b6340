import assert from "node:assert/strict";
import { EksauthError } from "../../src/errors.ts";
import { makePrivateFolder, replaceFile } from "../../src/runtime/file_writing.ts";

const isUnix = Deno.build.os !== "windows";
const isRoot = isUnix && Deno.uid() === 0;

async function inFolder(action: (folder: string) => unknown): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function modeOf(path: string): number {
  return Deno.statSync(path).mode! & 0o777;
}

function namesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

function refusal(path: string): Pick<EksauthError, "code" | "message" | "hint"> {
  try {
    replaceFile({ path, text: "new", mode: 0o600 });
  } catch (error) {
    assert.ok(error instanceof EksauthError, String(error));
    return { code: error.code, message: error.message, hint: error.hint };
  }
  throw new Error("nothing was thrown");
}

Deno.test("replaceFile() makes private files in private folders", () =>
  inFolder((folder) => {
    const path = `${folder}/a/b/cache.json`;
    replaceFile({ path, text: "é\n", mode: 0o600 });
    assert.equal(Deno.readTextFileSync(path), "é\n");
    assert.deepEqual(namesIn(`${folder}/a/b`), ["cache.json"]);
    if (!isUnix) return;
    assert.equal(modeOf(path), 0o600);
    assert.equal(modeOf(`${folder}/a`), 0o700);
    assert.equal(modeOf(`${folder}/a/b`), 0o700);
  }));

Deno.test({
  name: "replaceFile() gives the modes that were asked for, whatever the umask",
  ignore: !isUnix,
  fn: () =>
    inFolder((folder) => {
      const path = `${folder}/shared/config`;
      const umask = Deno.umask(0o077);
      try {
        replaceFile({ path, text: "", mode: 0o640, folderMode: 0o700 });
      } finally {
        Deno.umask(umask);
      }
      assert.equal(modeOf(path), 0o640);
    }),
});

const MODES: readonly (readonly [before: number, asked: number, after: number])[] = [
  [0o600, 0o600, 0o600],
  [0o644, 0o600, 0o600],
  [0o600, 0o644, 0o600],
  [0o660, 0o640, 0o640],
  [0o200, 0o600, 0o200],
];

for (const [before, asked, after] of MODES) {
  Deno.test({
    name: `replaceFile() makes ${after.toString(8)} of ${before.toString(8)} and ${
      asked.toString(8)
    }`,
    ignore: !isUnix,
    fn: () =>
      inFolder((folder) => {
        const path = `${folder}/config`;
        Deno.writeTextFileSync(path, "old");
        Deno.chmodSync(path, before);
        replaceFile({ path, text: "new", mode: asked });
        assert.equal(modeOf(path), after);
        assert.deepEqual(namesIn(folder), ["config"]);
      }),
  });
}

Deno.test("replaceFile() replaces the file, it does not write into it", () =>
  inFolder((folder) => {
    const path = `${folder}/config`;
    Deno.writeTextFileSync(path, "old and longer");
    using reader = Deno.openSync(path);
    replaceFile({ path, text: "new", mode: 0o600 });
    assert.equal(Deno.readTextFileSync(path), "new");
    const bytes = new Uint8Array(100);
    assert.equal(
      new TextDecoder().decode(bytes.subarray(0, reader.readSync(bytes)!)),
      "old and longer",
    );
  }));

Deno.test({
  name: "replaceFile() follows a chain of links, from wherever they are",
  ignore: !isUnix,
  fn: () =>
    inFolder((folder) => {
      Deno.mkdirSync(`${folder}/dotfiles/kube`, { recursive: true });
      Deno.mkdirSync(`${folder}/home`);
      Deno.writeTextFileSync(`${folder}/dotfiles/kube/real`, "old");
      Deno.symlinkSync("../dotfiles/kube/link", `${folder}/home/config`);
      Deno.symlinkSync(`${folder}/dotfiles/kube/./real`, `${folder}/dotfiles/kube/link`);
      replaceFile({ path: `${folder}/home/config`, text: "new", mode: 0o600 });
      assert.equal(Deno.readTextFileSync(`${folder}/dotfiles/kube/real`), "new");
      assert.equal(Deno.readLinkSync(`${folder}/home/config`), "../dotfiles/kube/link");
      assert.deepEqual(namesIn(`${folder}/home`), ["config"]);
      assert.deepEqual(namesIn(`${folder}/dotfiles/kube`), ["link", "real"]);
    }),
});

Deno.test({
  name: "replaceFile() makes the file that a link points to",
  ignore: !isUnix,
  fn: () =>
    inFolder((folder) => {
      Deno.symlinkSync("dotfiles/config", `${folder}/config`);
      replaceFile({ path: `${folder}/config`, text: "new", mode: 0o600 });
      assert.equal(Deno.readTextFileSync(`${folder}/dotfiles/config`), "new");
      assert.equal(Deno.lstatSync(`${folder}/config`).isSymlink, true);
    }),
});

Deno.test({
  name: "replaceFile() does not go round in circles",
  ignore: !isUnix,
  fn: () =>
    inFolder((folder) => {
      Deno.symlinkSync("b", `${folder}/a`);
      Deno.symlinkSync("a", `${folder}/b`);
      assert.equal(
        refusal(`${folder}/a`).message,
        `Cannot write "${folder}/a": too many symbolic links`,
      );
    }),
});

Deno.test({
  name: "replaceFile() leaves a file to its owner and group",
  ignore: !isRoot,
  fn: () =>
    inFolder((folder) => {
      const path = `${folder}/config`;
      Deno.writeTextFileSync(path, "old");
      Deno.chownSync(path, 1234, 2345);
      replaceFile({ path, text: "new", mode: 0o600 });
      const { uid, gid } = Deno.statSync(path);
      assert.deepEqual([uid, gid], [1234, 2345]);
    }),
});

Deno.test({
  name: "replaceFile() leaves a read-only file alone",
  ignore: !isUnix,
  fn: () =>
    inFolder((folder) => {
      const path = `${folder}/config`;
      Deno.writeTextFileSync(path, "old");
      Deno.chmodSync(path, 0o400);
      assert.deepEqual(refusal(path), {
        code: "file_unwritable",
        message: `Cannot write "${path}": it is read-only`,
        hint: `chmod u+w "${path}"`,
      });
      assert.equal(Deno.readTextFileSync(path), "old");
      assert.equal(modeOf(path), 0o400);
    }),
});

Deno.test("replaceFile() writes neither over a folder nor over a device", () =>
  inFolder((folder) => {
    assert.equal(refusal(folder).message, `Cannot write "${folder}": it is a folder`);
    if (!isUnix) return;
    assert.equal(
      refusal("/dev/null").message,
      'Cannot write "/dev/null": it is not a regular file',
    );
    assert.equal(Deno.statSync("/dev/null").isCharDevice, true);
  }));

Deno.test("replaceFile() leaves nothing behind when it fails", () =>
  inFolder((folder) => {
    const path = `${folder}/config`;
    Deno.writeTextFileSync(path, "old");
    const { renameSync } = Deno;
    try {
      Deno.renameSync = (): never => {
        throw new Deno.errors.Busy("Device or resource busy (os error 16): rename 'a' -> 'b'");
      };
      assert.equal(
        refusal(path).message,
        `Cannot write "${path}": Device or resource busy (os error 16)`,
      );
    } finally {
      Deno.renameSync = renameSync;
    }
    assert.deepEqual(namesIn(folder), ["config"]);
    assert.equal(Deno.readTextFileSync(path), "old");
  }));

Deno.test({
  name: "replaceFile() says that a folder is read-only",
  // For root no folder is.
  ignore: !isUnix || isRoot,
  fn: () =>
    inFolder((folder) => {
      Deno.mkdirSync(`${folder}/nix`, { mode: 0o500 });
      const path = `${folder}/nix/config`;
      assert.deepEqual(refusal(path), {
        code: "file_unwritable",
        message: `Cannot write "${path}": permission denied`,
        hint: `ls -ld "${folder}/nix" "${path}"`,
      });
    }),
});

Deno.test("makePrivateFolder() closes a folder to others, new or old", () =>
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/old`);
    if (isUnix) Deno.chmodSync(`${folder}/old`, 0o755);
    makePrivateFolder(`${folder}/old`);
    makePrivateFolder(`${folder}/new/deep`);
    Deno.writeTextFileSync(`${folder}/file`, "");
    assert.throws(() => makePrivateFolder(`${folder}/file`), { code: "file_unwritable" });
    if (!isUnix) return;
    assert.equal(modeOf(`${folder}/old`), 0o700);
    assert.equal(modeOf(`${folder}/new/deep`), 0o700);
  }));
