/**
 * Finding files, and taking them away.
 *
 * @module
 */

import assert from "node:assert/strict";
import { listFiles, removeFile } from "../../src/runtime/file_removal.ts";
import { temporaryHome } from "../world/run_program.ts";

Deno.test("listFiles() gives the names of files, sorted, and of nothing else", () => {
  using home = temporaryHome();
  for (const path of ["b", "a", "folder/c"]) home.write(path, "");
  Deno.symlinkSync(`${home.path}/a`, `${home.path}/link`);
  assert.deepEqual(listFiles(home.path), ["a", "b"]);
  assert.deepEqual(listFiles(`${home.path}/none`), []);
  assert.deepEqual(listFiles(`${home.path}/a`), []);
});

Deno.test("removeFile() tells whether there was one, and why it had to stay", () => {
  using home = temporaryHome();
  const path = home.write("folder/a", "");
  assert.equal(removeFile(path), true);
  assert.equal(removeFile(path), false);
  home.write("folder/a", "");
  assert.throws(() => removeFile(`${home.path}/folder`), {
    code: "file_unwritable",
    message: new RegExp(`^Cannot remove "${home.path}/folder": `),
    hint: `ls -ld "${home.path}" "${home.path}/folder"`,
  });
});
