import assert from "node:assert/strict";

import { SSO_START_URL } from "../sandbox/cast.ts";
import type { Start } from "../world/run_program.ts";
import { CONFIG, startSignInHome } from "./_sign_in_home.ts";

const TWO_SESSIONS = `[sso-session other]
sso_start_url = https://d-1111111111.awsapps.com/start
sso_region = eu-west-1

${CONFIG}`;

Deno.test("eksauth login: asks which session when there are several", async () => {
  for (const answers of [["2"], ["company"], ["", "0", "3", "nobody", " 2 "]]) {
    await using there = await startSignInHome(TWO_SESSIONS);
    const asked = answers.length;
    const { code, stdout, stderr } = await there.run("login", typing(answers));
    assert.deepEqual([code, stdout], [
      0,
      'Signed in to SSO session "company" (for 1 h, renewed by itself)\n',
    ], stderr);
    assert.ok(
      stderr.startsWith(
        "Sign in to which session?\n  1) other\n  2) company\n" +
          "1 to 2, or a name: ".repeat(asked),
      ),
      stderr,
    );
  }
});

Deno.test("eksauth login: an older profile's sign-in is a choice by its start URL", async () => {
  const legacy = `\n[profile old]\nsso_start_url = ${SSO_START_URL}\nsso_region = us-east-2\n`;
  await using there = await startSignInHome(CONFIG + legacy);
  const { stderr } = await there.run("login", typing(["company"]));
  assert.ok(stderr.includes(`  1) company\n  2) ${SSO_START_URL}\n`), stderr);
});

Deno.test("eksauth login: asks nobody where nobody is, and names the flag instead", async () => {
  const ways: readonly (readonly [line: string, start: Start])[] = [
    ["login", {}],
    ["login --no-input", typing(["1"])],
    ["login", { ...typing(["1"]), env: { CI: "true" } }],
  ];
  for (const [line, start] of ways) {
    await using there = await startSignInHome(TWO_SESSIONS);
    assert.deepEqual(await there.run(line, start), {
      code: 2,
      stdout: "",
      stderr: "eksauth: error: Cannot choose a sign-in: there are 2: other, company\n" +
        "eksauth: hint: --sso-session other, or --profile NAME\n",
      slept: [],
    });
    assert.equal(there.sandbox.requests.all.length, 0);
  }
});

Deno.test("eksauth login: ends with 130 when the person leaves at the question", async () => {
  await using there = await startSignInHome(TWO_SESSIONS);
  const { code, stdout, stderr } = await there.run("login", typing([]));
  assert.deepEqual([code, stdout], [130, ""]);
  assert.match(
    stderr,
    /\neksauth: error: Cannot ask: the input has ended\neksauth: hint: [^\n]+\n$/,
  );
});

/** A person who types these lines, and then Ctrl-D. */
function typing(answers: readonly string[]): Start {
  const left = [...answers];
  return {
    isTerminal: true,
    env: { NO_COLOR: "1" },
    stdin: {
      readLine: () => Promise.resolve(left.shift()),
      // Nothing is pasted.
      readHiddenLine: () => new Promise(() => {}),
    },
  };
}
