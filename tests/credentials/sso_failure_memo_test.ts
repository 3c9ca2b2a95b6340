/**
 * Failures that are remembered for a moment.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  forgetSsoFailure,
  recallSsoFailure,
  rememberSsoFailure,
  type SsoFailure,
} from "../../src/credentials/sso_failure_memo.ts";
import { EksauthError } from "../../src/errors.ts";
import { ssoWorld } from "./_sso_world.ts";

const FAILURE: SsoFailure = {
  scope: "renewal",
  accessToken: "access-0",
  error: new EksauthError("sign_in_needed", "Cannot use it: it has ended", {
    hint: "eksauth login",
  }),
};

Deno.test("recallSsoFailure() gives back what was remembered, for its token, without the token", async () => {
  using world = ssoWorld();
  const path = `${world.home.path}/state/x.failure`;
  await rememberSsoFailure(path, FAILURE, world.runtime);
  const recalled = recallSsoFailure(path, world.runtime);
  assert.deepEqual(recalled?.error, FAILURE.error);
  assert.equal(recalled?.scope, "renewal");
  assert.equal(await recalled?.concerns("access-0"), true);
  assert.equal(await recalled?.concerns("access-1"), false);
  assert.doesNotMatch(Deno.readTextFileSync(path), /access-0/);
  assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
});

Deno.test("recallSsoFailure() forgets refusals after twenty seconds, and networks after five", async () => {
  for (
    const [code, countsMs] of [["sign_in_needed", 20_000], ["network_unreachable", 5_000]] as const
  ) {
    using world = ssoWorld();
    const path = `${world.home.path}/x.failure`;
    await rememberSsoFailure(
      path,
      { ...FAILURE, error: new EksauthError(code, "m") },
      world.runtime,
    );
    world.advance(countsMs - 1);
    assert.equal(recallSsoFailure(path, world.runtime)?.error.code, code);
    world.advance(1);
    assert.equal(recallSsoFailure(path, world.runtime), undefined);
    // The clock was set back: nobody knows how old it is.
    world.advance(-countsMs - 1);
    assert.equal(recallSsoFailure(path, world.runtime), undefined);
  }
});

Deno.test("recallSsoFailure() does not trust a file that is not a memo", async () => {
  using world = ssoWorld();
  const path = `${world.home.path}/x.failure`;
  await rememberSsoFailure(path, FAILURE, world.runtime);
  const memo = JSON.parse(Deno.readTextFileSync(path));
  for (
    const text of [
      "",
      "{",
      "null",
      JSON.stringify({ ...memo, version: 2 }),
      JSON.stringify({ ...memo, code: "toString" }),
      JSON.stringify({ ...memo, scope: "all" }),
      JSON.stringify({ ...memo, message: 5 }),
      JSON.stringify({ ...memo, failedAt: "now" }),
    ]
  ) {
    Deno.writeTextFileSync(path, text);
    assert.equal(recallSsoFailure(path, world.runtime), undefined, text);
  }
  Deno.writeTextFileSync(path, JSON.stringify(memo));
  assert.notEqual(recallSsoFailure(path, world.runtime), undefined);
  Deno.chmodSync(path, 0o644);
  assert.equal(recallSsoFailure(path, world.runtime), undefined);
});

Deno.test("forgetSsoFailure() and rememberSsoFailure() do no harm where nothing can be written", async () => {
  using world = ssoWorld();
  const path = `${world.home.write("file", "")}/x.failure`;
  await rememberSsoFailure(path, FAILURE, world.runtime);
  assert.equal(recallSsoFailure(path, world.runtime), undefined);
  forgetSsoFailure(path);
});
