/**
 * What to type to sign in.
 *
 * @module
 */

import assert from "node:assert/strict";
import { signInCommand, type SsoSignInTarget } from "../../src/credentials/sso_sign_in_needed.ts";
import { LEGACY, SESSION, START_URL } from "./_sso_world.ts";

/** Whose sign-in, and the command line for it. */
const COMMANDS: readonly (readonly [SsoSignInTarget, string])[] = [
  [{ session: SESSION }, "eksauth login --sso-session dev-sso"],
  [{ session: SESSION, profileName: "dev-admin" }, "eksauth login --profile dev-admin"],
  [{ session: LEGACY }, `eksauth login --start-url ${START_URL} --sso-region us-east-1`],
  [{ session: LEGACY, profileName: "dev-admin" }, "eksauth login --profile dev-admin"],
  [{ session: SESSION, profileName: "my dev" }, "eksauth login --profile 'my dev'"],
  [{ session: SESSION, profileName: "it's $HOME" }, "eksauth login --profile 'it'\\''s $HOME'"],
  [{ session: SESSION, profileName: "" }, "eksauth login --profile ''"],
];

Deno.test("signInCommand() can be typed as it is", () => {
  for (const [target, command] of COMMANDS) assert.equal(signInCommand(target), command);
});
