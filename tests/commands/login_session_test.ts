import assert from "node:assert/strict";

import { REGION, SSO_START_URL } from "../sandbox/cast.ts";
import type { Start } from "../world/run_program.ts";
import { CONFIG, type SignInHome, startSignInHome } from "./_sign_in_home.ts";

const LOGIN = `login --start-url ${SSO_START_URL} --sso-region ${REGION}`;

/** What keeps the session, under the name that its host gives. */
const SECTION = `[sso-session d-9067example]
sso_start_url = ${SSO_START_URL}
sso_region = ${REGION}
sso_registration_scopes = sso:account:access
`;

Deno.test("eksauth login --start-url: works without any config, and shows what to keep", async () => {
  await using there = await startSignInHome("");
  const { code, stdout, stderr } = await there.run(LOGIN);
  assert.deepEqual([code, stdout], [
    0,
    'Signed in to SSO session "d-9067example" (for 1 h, renewed by itself)\n',
  ]);
  const path = `${there.home.path}/.aws/config`;
  assert.ok(
    stderr.endsWith(
      `eksauth: to use this session in profiles, add to ${path}:\n\n${SECTION}\n`,
    ),
    stderr,
  );
  assert.ok(!there.home.exists(".aws/config"));
  assert.equal(there.token("d-9067example")?.["startUrl"], SSO_START_URL);
});

Deno.test("eksauth login --start-url: adds the section when the person says yes, and to nothing else", async () => {
  const cases = [
    { before: undefined, after: SECTION },
    { before: "", after: SECTION },
    { before: "# mine\n[default]\n", after: `# mine\n[default]\n\n${SECTION}` },
    { before: "[default]\nregion = x", after: `[default]\nregion = x\n\n${SECTION}` },
    {
      before: "[default]\r\nregion = eu-west-1\r\n",
      after: `[default]\r\nregion = eu-west-1\r\n\r\n${SECTION.replaceAll("\n", "\r\n")}`,
    },
  ];
  for (const { before, after } of cases) {
    for (const answer of ["", "y", "Yes"]) {
      await using there = await startSignInHome("");
      if (before !== undefined) there.home.write(".aws/config", before);
      const { code, stderr } = await there.run(LOGIN, typing(answer));
      assert.equal(code, 0, stderr);
      const path = `${there.home.path}/.aws/config`;
      assert.ok(stderr.includes(`Add [sso-session d-9067example] to ${path}? [Y/n] `), stderr);
      assert.ok(stderr.endsWith(`eksauth: added [sso-session d-9067example] to ${path}\n`));
      assert.equal(there.home.read(".aws/config"), after);
      assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    }
  }
});

Deno.test("eksauth login --start-url: what it has added is a session like any other", async () => {
  await using there = await startSignInHome("");
  await there.run(`${LOGIN} --sso-session company`, typing("y"));
  const { code, stdout, stderr } = await there.run("login");
  assert.deepEqual([code, stdout], [
    0,
    'Signed in to SSO session "company" (for 1 h, renewed by itself)\n',
  ]);
  assert.doesNotMatch(stderr, /Add \[sso-session|to use this session/);
  const again = await there.run(`${LOGIN} --sso-session company`, typing("y"));
  assert.equal(again.code, 0);
  assert.doesNotMatch(again.stderr, /Add \[sso-session|to use this session/);
});

Deno.test("eksauth login --start-url: finds the session that the file has already", async () => {
  await using there = await startSignInHome();
  const { code, stdout, stderr } = await there.run(LOGIN);
  assert.deepEqual([code, stdout], [
    0,
    'Signed in to SSO session "company" (for 1 h, renewed by itself)\n',
  ]);
  assert.doesNotMatch(stderr, /Add \[sso-session|to use this session/);
});

Deno.test("eksauth login --start-url: leaves the file alone when the person says no, or nobody can", async () => {
  const ways: readonly (readonly [line: string, start: Start])[] = [
    [LOGIN, typing("maybe", "n")],
    [LOGIN, typing("No")],
    [`${LOGIN} --no-input`, typing("y")],
    [LOGIN, {}],
  ];
  for (const [line, start] of ways) {
    await using there = await startSignInHome("# mine\n");
    const { code, stderr } = await there.run(line, start);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /eksauth: to use this session in profiles, add to /);
    assert.equal(there.home.read(".aws/config"), "# mine\n");
  }
});

Deno.test("eksauth login --start-url: shows the section where the file cannot take it", async () => {
  await using there = await startSignInHome("# mine\n");
  const path = `${there.home.path}/.aws/config`;
  Deno.chmodSync(path, 0o400);
  const { code, stdout, stderr } = await there.run(LOGIN, typing("y"));
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Signed in to /);
  assert.ok(
    stderr.includes(
      `eksauth: warning: Cannot write "${path}": it is read-only\neksauth: hint: chmod u+w "${path}"\n`,
    ),
    stderr,
  );
  assert.ok(stderr.endsWith(`\n\n${SECTION}\n`), stderr);
  assert.equal(there.home.read(".aws/config"), "# mine\n");
});

Deno.test("eksauth login --start-url: a file that others may read, or that is elsewhere, stays so", async () => {
  await using there = await startSignInHome("");
  const dotfile = there.home.write("dotfiles/aws", "# mine\n");
  Deno.chmodSync(dotfile, 0o644);
  Deno.mkdirSync(`${there.home.path}/.aws`);
  Deno.symlinkSync(dotfile, `${there.home.path}/.aws/config`);
  const { code, stderr } = await there.run(LOGIN, typing("y"));
  assert.equal(code, 0, stderr);
  assert.ok(Deno.lstatSync(`${there.home.path}/.aws/config`).isSymlink);
  assert.equal(Deno.readTextFileSync(dotfile), `# mine\n\n${SECTION}`);
  assert.equal(Deno.statSync(dotfile).mode! & 0o777, 0o644);
});

Deno.test("eksauth login --start-url: refuses a name that means another session", async () => {
  await using there = await startSignInHome();
  const other = LOGIN.replace("d-9067example", "d-1111111111");
  assert.deepEqual(await there.run(`${other} --sso-session company`), {
    code: 2,
    stdout: "",
    stderr:
      'eksauth: error: Cannot sign in to "https://d-1111111111.awsapps.com/start" as "company": ' +
      `"${there.home.path}/.aws/config:2" has another session of that name\n` +
      "eksauth: hint: Choose another name with --sso-session\n",
    slept: [],
  });
  assertUntouched(there);
});

Deno.test("eksauth login --start-url: a name that no file can hold is refused", async () => {
  await using there = await startSignInHome();
  for (const name of ["a]b", "a\nb", " ", "a b", "'a'", "a#"]) {
    const { code, stdout, stderr } = await there.run([...LOGIN.split(" "), "--sso-session", name]);
    assert.deepEqual([code, stdout], [2, ""], stderr);
    assert.match(stderr, /^eksauth: error: Cannot [^\n]*\neksauth: hint: [^\n]*\n$/);
  }
  assertUntouched(there);
});

Deno.test("eksauth login: says what belongs together", async () => {
  await using there = await startSignInHome();
  const cases: Readonly<Record<string, string>> = {
    [`login --start-url ${SSO_START_URL}`]:
      "Cannot sign in to a session that no file declares: --sso-region is missing",
    "login --sso-region us-east-2":
      "Cannot sign in to a session that no file declares: --start-url is missing",
    "login dev-admin --sso-session company":
      "Cannot choose a sign-in: a profile and a session are both named",
    [`login dev-admin --start-url ${SSO_START_URL} --sso-region us-east-2`]:
      "Cannot choose a sign-in: a profile and a session are both named",
  };
  for (const [line, message] of Object.entries(cases)) {
    const { code, stdout, stderr } = await there.run(line);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.equal(stderr.split("\n")[0], `eksauth: error: ${message}`);
    assert.match(stderr, /\neksauth: hint: [^\n]+\n$/);
  }
  assertUntouched(there);
});

/** A person who types these lines, and approves in the browser. */
function typing(
  ...answers: readonly string[]
): Start & { readonly stdin: NonNullable<Start["stdin"]> } {
  const left = [...answers];
  return {
    isTerminal: true,
    stdin: {
      readLine: () => Promise.resolve(left.shift()),
      // Nothing is pasted.
      readHiddenLine: () => new Promise(() => {}),
    },
  };
}

function assertUntouched(there: SignInHome): void {
  assert.equal(there.home.read(".aws/config"), CONFIG);
  assert.equal(there.sandbox.requests.all.length, 0);
}
