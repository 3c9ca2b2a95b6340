/**
 * Secrets that other programs of the user write too.
 *
 * @module
 */

import assert from "node:assert/strict";
import { pathExists, readSharedFile } from "../../src/runtime/shared_file.ts";
import { temporaryHome } from "../world/run_program.ts";

Deno.test("readSharedFile() reads what only this user can, wherever it lies", () => {
  using home = temporaryHome();
  const path = home.write("folder/a", "text");
  Deno.chmodSync(`${home.path}/folder`, 0o777);
  assert.deepEqual(readSharedFile({ path, maxBytes: 4 }), { text: "text" });
  assert.equal(readSharedFile({ path, maxBytes: 3 }), undefined);
  assert.equal(readSharedFile({ path: `${home.path}/none`, maxBytes: 4 }), undefined);
  assert.equal(readSharedFile({ path: `${path}/x`, maxBytes: 4 }), undefined);
});

Deno.test("readSharedFile() refuses what others can touch", () => {
  using home = temporaryHome();
  const path = home.write("a", "text");
  for (const mode of [0o601, 0o602, 0o604, 0o610, 0o620, 0o640]) {
    Deno.chmodSync(path, mode);
    assert.deepEqual(readSharedFile({ path, maxBytes: 4 }), {
      refused: "other users can read or write it",
    });
  }
  assert.deepEqual(readSharedFile({ path: home.path, maxBytes: 4 }), {
    refused: "it is not a regular file",
  });
});

Deno.test("pathExists() sees files, folders and links that lead nowhere", () => {
  using home = temporaryHome();
  Deno.symlinkSync("nowhere", `${home.path}/link`);
  for (
    const [path, exists] of [[home.path, true], [`${home.path}/link`, true], [
      `${home.path}/x`,
      false,
    ]] as const
  ) {
    assert.equal(pathExists(path), exists);
  }
});
