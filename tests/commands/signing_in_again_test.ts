import assert from "node:assert/strict";

import type { Start } from "../world/run_program.ts";
import { type SignInHome, startSignInHome, TOKEN } from "./_sign_in_home.ts";

const KUBECONFIG = "kubeconfig --name dev-cluster --region us-east-2 --profile dev-admin";

/** A person who looks on, and pastes nothing. */
const PERSON: Start = {
  isTerminal: true,
  env: { NO_COLOR: "1", TERM: "dumb" },
  stdin: { readHiddenLine: () => new Promise(() => {}) },
};

Deno.test("eksauth kubeconfig: signs in again when AWS has ended the session, and goes on", async () => {
  await using there = await signedIn();
  there.sandbox.sso.revokeSession();
  const { code, stdout, stderr } = await there.run(KUBECONFIG, PERSON);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Added new context /);
  assert.ok(
    stderr.startsWith(
      'eksauth: signing in again: Cannot use SSO session "company": IAM Identity Center has ended the sign-in\n',
    ),
    stderr,
  );
  assert.equal(there.visits.length, 2);
});

Deno.test("eksauth kubeconfig: signs in where nobody is signed in", async () => {
  await using there = await startSignInHome();
  const { code, stdout, stderr } = await there.run(KUBECONFIG, PERSON);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Added new context /);
  assert.equal(there.visits.length, 1);
});

Deno.test("eksauth kubeconfig: signs in once, and then says what is wrong", async () => {
  await using there = await signedIn();
  there.sandbox.faults.add({
    service: "sso",
    operation: "GetRoleCredentials",
    times: Infinity,
    fault: { kind: "error", status: 401, awsCode: "UnauthorizedException" },
  });
  const { code, stdout, stderr } = await there.run(KUBECONFIG, PERSON);
  assert.deepEqual([code, stdout], [4, ""]);
  assert.match(stderr, /\neksauth: hint: eksauth login --profile dev-admin\n$/);
  assert.equal(there.visits.length, 2);
});

Deno.test("eksauth kubeconfig: a sign-in that is denied ends it", async () => {
  await using there = await startSignInHome();
  const { code, stdout, stderr } = await there.run(KUBECONFIG, {
    ...PERSON,
    openBrowser: there.browser((url) => there.sandbox.sso.deny(url)),
  });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(
    stderr,
    /\neksauth: error: Cannot sign in: [^\n]*access_denied[^\n]*\neksauth: hint: /,
  );
});

Deno.test("eksauth: nobody is asked to sign in where nobody is, and never by the plugin", async () => {
  await using there = await signedIn();
  // The role credentials are still there, and are good.
  Deno.removeSync(`${there.home.path}/.cache`, { recursive: true });
  there.sandbox.sso.revokeSession();
  const ways: readonly (readonly [line: string, start: Start])[] = [
    [KUBECONFIG, {}],
    [KUBECONFIG, { ...PERSON, env: { CI: "true" } }],
    [TOKEN, PERSON],
  ];
  for (const [line, start] of ways) {
    const { code, stdout, stderr } = await there.run(line, {
      ...start,
      openBrowser: () => Promise.reject(new Error("opened")),
    });
    assert.deepEqual([code, stdout], [4, ""], stderr);
    assert.match(
      stderr,
      /^eksauth: error: Cannot use SSO session "company": [^\n]*\neksauth: hint: eksauth login --profile dev-admin\n$/,
    );
  }
});

/** A home in which somebody is signed in as `dev-admin`. */
async function signedIn(): Promise<SignInHome> {
  const there = await startSignInHome();
  const { code, stderr } = await there.run("login dev-admin");
  assert.equal(code, 0, stderr);
  return there;
}
