import assert from "node:assert/strict";

import { sharingFailure } from "../../src/credentials/shared_failure.ts";
import { EksauthError } from "../../src/errors.ts";
import { type Home, NOW, temporaryHome } from "../world/run_program.ts";

const BEFORE = new Date(NOW.getTime() - 1);
const AFTER = new Date(NOW.getTime() + 1);
const FAILURE = new EksauthError("sign_in_needed", "Cannot go on: nobody is signed in", {
  hint: "eksauth login",
});

Deno.test("sharingFailure() tells whoever has waited what went wrong, without trying again", async () => {
  using home = temporaryHome();
  await assert.rejects(run(home, { work: () => Promise.reject(FAILURE) }), FAILURE);
  assert.equal(Deno.statSync(`${home.path}/failure`).mode! & 0o777, 0o600);
  await assert.rejects(
    run(home, { waitingSince: BEFORE, work: () => Promise.reject(new Error("tried")) }),
    { code: "sign_in_needed", message: FAILURE.message, hint: FAILURE.hint },
  );
});

Deno.test("sharingFailure() lets whoever has not waited try for himself", async () => {
  const others: readonly Partial<Parameters<typeof sharingFailure>[0] & { now: Date }>[] = [
    { waitingSince: NOW },
    { waitingSince: AFTER, now: AFTER },
    { waitingSince: BEFORE, key: "another" },
    // The clock has been set back since.
    { waitingSince: new Date(0), now: BEFORE },
  ];
  for (const other of others) {
    using home = temporaryHome();
    await assert.rejects(run(home, { work: () => Promise.reject(FAILURE) }), FAILURE);
    assert.equal(await run(home, { ...other, work: () => Promise.resolve("done") }), "done");
    assert.ok(!home.exists("failure"));
  }
});

Deno.test("sharingFailure() shares no interruption, and nothing that is a fault of the program", async () => {
  for (const error of [new EksauthError("interrupted", "Cannot go on"), new TypeError("oh")]) {
    using home = temporaryHome();
    await assert.rejects(run(home, { work: () => Promise.reject(error) }), error);
    assert.ok(!home.exists("failure"));
  }
});

Deno.test("sharingFailure() takes no broken file for a failure", async () => {
  for (const text of ["", "{", "[]", "{}", '{"key":"the work","failedAt":"x","code":"usage"}']) {
    using home = temporaryHome();
    home.write("failure", text);
    const work = (): Promise<string> => Promise.resolve("done");
    assert.equal(await run(home, { waitingSince: BEFORE, work }), "done");
  }
});

Deno.test("sharingFailure() does no harm where nothing can be written", async () => {
  using home = temporaryHome();
  // Root may write anywhere, but not below a file.
  const path = `${home.write("file", "")}/failure`;
  await assert.rejects(run(home, { path, work: () => Promise.reject(FAILURE) }), FAILURE);
  assert.equal(await run(home, { path, work: () => Promise.resolve("done") }), "done");
});

function run(
  home: Home,
  { now = NOW, ...shared }: Partial<Parameters<typeof sharingFailure>[0] & { now: Date }>,
): Promise<unknown> {
  return sharingFailure({
    path: `${home.path}/failure`,
    key: "the work",
    waitingSince: NOW,
    work: () => Promise.resolve(),
    ...shared,
  }, { now: () => now });
}
