import assert from "node:assert/strict";

import { OPS_ROLE_ARN, SSO_START_URL } from "../sandbox/cast.ts";
import { tokenFilePath } from "../sandbox/sso/aws_files.ts";
import {
  beforeRequest,
  CONFIG,
  filesBelow,
  LEGACY_CONFIG,
  type SignInHome,
  startSignInHome,
  TOKEN,
} from "./_sign_in_home.ts";

const TOKENS = ".aws/sso/cache";

Deno.test("eksauth logout: ends the session at AWS, and leaves nothing of it", async () => {
  for (const line of ["logout", "logout dev-admin", "logout --sso-session company"]) {
    await using there = await signedIn();
    const { sandbox, home } = there;
    const remnants = { token: tokenFile(there), credentials: credentialsFiles(there)[0] };
    const { code, stdout, stderr } = await there.run(line);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(
      stdout,
      `Removed tokens of SSO session "company" (${remnants.token})\n` +
        'Removed credentials: role DevAdmin in account 123456789012, SSO session "company" ' +
        `(${remnants.credentials})\n`,
    );
    assert.equal(there.token(), undefined);
    assert.deepEqual(credentialsFiles(there), []);
    assert.equal(sandbox.requests.of("sso", "Logout").length, 1);
    assert.equal(home.read(".aws/config"), CONFIG);

    const token = await there.run(TOKEN);
    assert.deepEqual([token.code, token.stdout, token.stderr], [
      4,
      "",
      'eksauth: error: Cannot use SSO session "company": nobody is signed in\n' +
      "eksauth: hint: eksauth login --profile dev-admin\n",
    ]);
  }
});

Deno.test("eksauth logout: a role that was assumed with the sign-in goes with it", async () => {
  await using there = await signedIn();
  const { accounts } = there.sandbox;
  const [devAdmin = ""] = there.sandbox.sso.instance.accounts.map(({ accountId }) =>
    there.sandbox.sso.instance.roleArn({ accountId, permissionSetName: "DevAdmin" })
  );
  accounts.addRole({ arn: OPS_ROLE_ARN.replace("ops", "ops2"), trusts: [devAdmin] });
  const ops = `${TOKEN} --role-arn=${OPS_ROLE_ARN.replace("ops", "ops2")}`;
  const before = await there.run(ops);
  assert.deepEqual([before.code, before.stderr], [0, ""]);
  assert.equal(credentialsFiles(there).length, 2);
  await there.run("logout");
  assert.deepEqual(credentialsFiles(there), []);
  assert.equal((await there.run(ops)).code, 4);
});

Deno.test("eksauth logout: leaves the keys of other profiles, and other sessions", async () => {
  await using there = await signedIn();
  const { home } = there;
  home.write(
    ".aws/credentials",
    "[keys]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = example\n",
  );
  await there.run("token --cluster-name=dev-cluster --region=us-east-2 --profile=keys");
  home.write(`${TOKENS}/${"0".repeat(40)}.json`, JSON.stringify(there.token()));
  home.write(`${TOKENS}/botocore-client-id-us-east-2.json`, "{}");
  const before = filesBelow(home.path);
  const token = tokenFile(there);
  await there.run("logout");
  const gone = before.filter((path) => !filesBelow(home.path).includes(path));
  assert.equal(gone.length, 2, gone.join("\n"));
  assert.ok(gone.includes(token));
  assert.equal(credentialsFiles(there).length, 1);
});

Deno.test("eksauth logout --all: signs out of every session, and needs no config", async () => {
  await using there = await signedIn();
  const { home, sandbox } = there;
  home.write(
    `${TOKENS}/${"0".repeat(40)}.json`,
    JSON.stringify(sandbox.sso.signIn()),
  );
  home.write(
    ".aws/cli/cache/theirs.json",
    JSON.stringify({ ProviderType: "sso", Credentials: {} }),
  );
  Deno.removeSync(`${home.path}/.aws/config`);
  const { code, stdout, stderr } = await there.run("logout --all");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout.split("\n").length - 1, 4, stdout);
  assert.equal(stdout.match(/^Removed tokens of start URL "/gm)?.length, 2);
  assert.match(stdout, /^Removed the AWS CLI's credentials: /m);
  assert.match(stdout, /^Removed credentials: role DevAdmin in account 123456789012/m);
  assert.equal(sandbox.requests.of("sso", "Logout").length, 2);
});

Deno.test("eksauth logout --dry-run: tells what would go, and asks nobody", async () => {
  await using there = await signedIn();
  const before = filesBelow(there.home.path);
  const asked = there.sandbox.requests.all.length;
  for (const line of ["logout --dry-run", "logout --all --dry-run"]) {
    const { code, stdout } = await there.run(line);
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^Would remove tokens of SSO session "company" \(.*\)\nWould remove credentials: .*\n$/,
    );
  }
  assert.deepEqual(filesBelow(there.home.path), before);
  assert.equal(there.sandbox.requests.all.length, asked);
});

Deno.test("eksauth logout -o json: tells what it removed", async () => {
  await using there = await signedIn();
  const files = {
    isDryRun: true,
    removed: [
      { kind: "token", label: 'SSO session "company"', path: tokenFile(there) },
      {
        kind: "eksauth_credentials",
        label: 'role DevAdmin in account 123456789012, SSO session "company"',
        path: credentialsFiles(there)[0],
      },
    ],
  };
  const dryRun = await there.run("logout --dry-run -o json");
  assert.deepEqual(JSON.parse(dryRun.stdout), files);
  const { stdout } = await there.run("logout -o json");
  assert.deepEqual(JSON.parse(stdout), { ...files, isDryRun: false });
  const again = await there.run("logout -o json");
  assert.deepEqual(JSON.parse(again.stdout), { isDryRun: false, removed: [] });
});

Deno.test("eksauth logout: is content when nobody was signed in", async () => {
  await using there = await startSignInHome();
  for (const line of ["logout", "logout --all", "logout --dry-run"]) {
    const { code, stdout, stderr } = await there.run(line);
    assert.deepEqual([code, stdout, stderr], [0, "Nobody was signed in\n", ""]);
  }
  assert.equal(there.sandbox.requests.all.length, 0);
});

Deno.test("eksauth logout: a session that AWS has ended already is no trouble", async () => {
  await using there = await signedIn();
  there.sandbox.sso.revokeSession();
  const { code, stderr } = await there.run("logout");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(there.token(), undefined);
});

Deno.test("eksauth logout: the files go even when AWS cannot be told, and that is said once", async () => {
  await using there = await signedIn();
  there.sandbox.faults.add({
    service: "sso",
    operation: "Logout",
    times: Infinity,
    fault: { kind: "error", status: 500, awsCode: "InternalServerException" },
  });
  const { code, stdout, stderr } = await there.run("logout");
  assert.equal(code, 1);
  assert.equal(stdout.match(/^Removed /gm)?.length, 2);
  assert.match(
    stderr.replace(/request id [0-9a-f-]{36}/, "request id ID"),
    /^eksauth: error: Cannot end SSO session "company" at AWS: AWS failed at Logout: [^\n]*\neksauth: hint: [^\n]+\n$/,
  );
  assert.equal(there.token(), undefined);
  assert.deepEqual(credentialsFiles(there), []);
});

Deno.test("eksauth logout: works where there is no network", async () => {
  await using there = await signedIn();
  const { code, stdout, stderr } = await there.run("logout", {
    fetch: () => Promise.reject(new TypeError("error sending request: tcp connect error")),
  });
  assert.equal(code, 1);
  assert.equal(stdout.match(/^Removed /gm)?.length, 2);
  assert.match(stderr, /^eksauth: error: Cannot [^\n]*\neksauth: hint: [^\n]+\n$/);
  assert.deepEqual(credentialsFiles(there), []);
});

Deno.test("eksauth logout: an older profile's sign-in ends as well", async () => {
  await using there = await startSignInHome(LEGACY_CONFIG);
  there.sandbox.sso.settings.approval = "auto";
  let seen = "";
  const { code, stderr } = await there.run("login dev-admin", {
    onStderr: (text) => void (seen += text),
    fetch: beforeRequest("/token", async () => {
      const [url = ""] = /http:\S+user_code=\S+/.exec(seen) ?? [];
      await (await fetch(url)).text();
    }),
  });
  assert.equal(code, 0, stderr);
  assert.ok(there.token(SSO_START_URL) !== undefined);
  const { stdout } = await there.run("logout dev-admin");
  assert.match(
    stdout,
    new RegExp(
      `^Removed tokens of start URL "${SSO_START_URL}" .*\nRemoved credentials: role DevAdmin`,
    ),
  );
  assert.equal(there.token(SSO_START_URL), undefined);
});

Deno.test("eksauth logout: refuses --all with a name", async () => {
  await using there = await startSignInHome();
  for (const line of ["logout --all dev-admin", "logout --all --sso-session company"]) {
    const { code, stdout, stderr } = await there.run(line);
    assert.deepEqual([code, stdout, stderr], [
      2,
      "",
      "eksauth: error: Cannot sign out: --all leaves nothing to choose\n" +
      "eksauth: hint: Leave out --all, or the name\n",
    ]);
  }
});

/** A home in which somebody is signed in as `dev-admin`, with the role's credentials at hand. */
async function signedIn(): Promise<SignInHome> {
  const there = await startSignInHome();
  const { code, stderr } = await there.run("login dev-admin");
  assert.equal(code, 0, stderr);
  return there;
}

function tokenFile({ home }: SignInHome): string {
  return tokenFilePath(home.path, "company");
}

/** What eksauth keeps of role credentials. */
function credentialsFiles({ home }: SignInHome): readonly string[] {
  return filesBelow(home.path).filter((path) =>
    path.endsWith(".json") && path.includes("/credentials/")
  );
}
