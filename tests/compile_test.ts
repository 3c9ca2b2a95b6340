/**
 * `deno task compile`, as far as a machine without Deno's download server gets: what goes into the binary, and
 * what it says when the runtime is missing. A whole Deno stands in for the runtime, so the binary is packed as
 * a real one but does not run the program.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PROJECT } from "./_sources.ts";
import { runScript, temporaryFolder } from "./_scripts.ts";

const BINARY = `eksauth-${Deno.build.target}${Deno.build.os === "windows" ? ".exe" : ""}`;

Deno.test("deno task compile: packs the scripts of the bundle and nothing else", async (t) => {
  using home = temporaryFolder();
  const secret = `secret-${crypto.randomUUID()}`;
  home.write(join(".aws", "credentials"), `[default]\naws_secret_access_key = ${secret}\n`);
  const out = join(home.path, "out");
  const result = await runScript("compile.ts", ["--out", out], {
    DENORT_BIN: Deno.execPath(),
    HOME: home.path,
    USERPROFILE: home.path,
    EKSAUTH_TEST_SECRET: secret,
  });
  assert.equal(result.code, 0, result.stderr);
  const binary = Deno.readFileSync(join(out, BINARY));

  await t.step("only scripts are embedded", () => {
    const embedded = [...result.stdout.matchAll(/^[├└]──\S* (\S+) \(/gm)].map(([, name]) => name!);
    assert.ok(embedded.includes("main.js"), result.stdout);
    assert.ok(embedded.some((name) => name.startsWith("cli-")), result.stdout);
    assert.deepEqual(embedded.filter((name) => !/^[\w-]+\.js$/.test(name)), []);
    assert.doesNotMatch(result.stdout, /node_modules/);
  });
  await t.step("no path and no secret of this machine is inside", () => {
    const inside = [secret, home.path, PROJECT, pathToFileURL(PROJECT).href].filter((text) =>
      contains(binary, text)
    );
    assert.deepEqual(inside, []);
  });
  await t.step("it asks for no more than the program needs", () => {
    for (
      const flag of [
        `"allow_run":[]`,
        `"allow_ffi":null`,
        `"allow_sys":["uid"]`,
        `"prompt":false`,
      ]
    ) {
      assert.ok(contains(binary, flag), flag);
    }
    assert.ok(
      contains(binary, `"code_cache_key":null`),
      "the binary keeps bytecode in the temporary folder",
    );
  });
  await t.step("SHA256SUMS names it", () => {
    const digest = createHash("sha256").update(binary).digest("hex");
    assert.equal(Deno.readTextFileSync(join(out, "SHA256SUMS")), `${digest}  ${BINARY}\n`);
    assert.deepEqual([...Deno.readDirSync(out)].map(({ name }) => name).sort(), [
      "SHA256SUMS",
      BINARY,
    ]);
  });
  await t.step("it says that this one does not run", () => {
    assert.match(result.stderr, /^warning: eksauth-\S+ does not run eksauth: DENORT_BIN names/m);
  });
});

Deno.test("deno task compile: says what is missing, in two lines", async () => {
  using folder = temporaryFolder();
  const missing = join(folder.path, "denort");
  const result = await runScript("compile.ts", ["--out", join(folder.path, "out")], {
    DENORT_BIN: missing,
  });
  assert.deepEqual(result, {
    code: 1,
    stdout: "",
    stderr:
      `error: Cannot compile for ${Deno.build.target}: DENORT_BIN names "${missing}", which cannot be read\n` +
      `hint: DENORT_BIN has to name the denort of Deno ${Deno.version.deno} for ${Deno.build.target}\n`,
  });
});

Deno.test("deno task compile: refuses a target that there is not, and several with one runtime", async () => {
  using folder = temporaryFolder();
  const [unknown, several] = await Promise.all([
    runScript("compile.ts", ["--out", folder.path, "--target", "pdp-11"]),
    runScript("compile.ts", ["--out", folder.path, "--all"], { DENORT_BIN: Deno.execPath() }),
  ]);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /^error: Cannot compile for "pdp-11"/);
  assert.equal(several.code, 2);
  assert.match(several.stderr, /^error: Cannot compile for several targets with DENORT_BIN/);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
});

/** Whether the bytes of `text` are somewhere in `binary`. */
function contains(binary: Uint8Array, text: string): boolean {
  return Buffer.from(binary.buffer, binary.byteOffset, binary.byteLength).includes(text);
}
