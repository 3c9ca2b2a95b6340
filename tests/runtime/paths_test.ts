import assert from "node:assert/strict";
import { absolutePath, folderOf, followSymlinks, joinPath } from "../../src/runtime/paths.ts";

const isUnix = Deno.build.os !== "windows";

Deno.test("absolutePath() starts relative paths in the working folder", { ignore: !isUnix }, () => {
  const cwd = Deno.cwd();
  const cases: readonly (readonly [string, string])[] = [
    ["/a/b", "/a/b"],
    ["config", `${cwd}/config`],
    ["./config", `${cwd}/config`],
    [".//./a/b", `${cwd}/a/b`],
    ["../config", `${cwd}/../config`],
    [".config", `${cwd}/.config`],
    ["..", `${cwd}/..`],
  ];
  for (const [path, expected] of cases) assert.equal(absolutePath(path), expected);
});

Deno.test("folderOf() cuts the last part off", { ignore: !isUnix }, () => {
  const cases: readonly (readonly [string, string])[] = [
    ["/a/b", "/a"],
    ["/a", "/"],
    ["a/b", "a"],
    ["a", "."],
  ];
  for (const [path, expected] of cases) assert.equal(folderOf(path), expected);
});

Deno.test("joinPath() puts one separator in between", { ignore: !isUnix }, () => {
  assert.equal(joinPath("/", "a"), "/a");
  assert.equal(joinPath("/a", "b/c"), "/a/b/c");
});

Deno.test("followSymlinks() ends where there is nothing", { ignore: !isUnix }, async () => {
  const folder = await Deno.makeTempDir();
  try {
    Deno.symlinkSync("missing/file", `${folder}/link`);
    assert.equal(followSymlinks(`${folder}/link`), `${folder}/missing/file`);
    assert.equal(followSymlinks(`${folder}/none`), `${folder}/none`);
    Deno.symlinkSync("self", `${folder}/self`);
    assert.throws(() => followSymlinks(`${folder}/self`), Deno.errors.FilesystemLoop);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
