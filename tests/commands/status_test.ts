import assert from "node:assert/strict";

import { ACCOUNT_ID, REGION, SSO_START_URL } from "../sandbox/cast.ts";
import { environmentOf } from "../sandbox/world.ts";
import { staticProfile } from "../world/run_program.ts";
import { CONFIG, filesBelow, type SignInHome, startSignInHome } from "./_sign_in_home.ts";

const SOURCE = `DevAdmin in account ${ACCOUNT_ID}, SSO session "company"`;

Deno.test("eksauth status: shows every session and every identity, and asks nobody", async () => {
  await using there = await signedIn(`${CONFIG}
[profile keys]
region = us-east-2

[profile empty]
region = us-east-2

[profile broken]
sso_session = company
sso_account_id = 12

[profile ops]
role_arn = arn:aws:iam::123456789012:role/ops
source_profile = keys
`);
  there.home.write(".aws/credentials", staticProfile("keys"));
  const asked = there.sandbox.requests.all.length;
  const { code, stdout, stderr } = await there.run("status");
  const path = `${there.home.path}/.aws`;
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(
    stdout,
    `SSO SESSION   STATE               START URL
company       signed in for 1 h   ${SSO_START_URL}

IDENTITY    STATE               SOURCE
dev-admin   signed in for 1 h   ${SOURCE}
keys        signed in           keys in ${path}/credentials:2
empty       no credentials      none configured
broken      no credentials      Cannot use profile "broken" in "${path}/config:20": sso_role_name is missing
ops         unsupported         a role (${path}/config:23)
`,
  );
  assert.equal(there.sandbox.requests.all.length, asked);
});

Deno.test("eksauth status -o json: the same for programs", async () => {
  await using there = await signedIn();
  const { stdout } = await there.run("status -o json");
  const state = {
    state: "signed_in",
    expiresAt: "2026-01-02T04:04:05.000Z",
    isRenewable: true,
  };
  assert.deepEqual(JSON.parse(stdout), {
    ssoSessions: [{ name: "company", startUrl: SSO_START_URL, region: REGION, ...state }],
    identities: [{
      identity: "dev-admin",
      ...state,
      source: SOURCE,
      ssoSession: "company",
      accountId: ACCOUNT_ID,
      roleName: "DevAdmin",
    }],
  });
});

Deno.test("eksauth status: exits with 4 when nobody is signed in", async () => {
  await using there = await startSignInHome();
  const { code, stdout, stderr } = await there.run("status");
  assert.deepEqual([code, stderr], [4, ""]);
  assert.equal(
    stdout,
    `SSO SESSION   STATE        START URL
company       signed out   ${SSO_START_URL}

IDENTITY    STATE        SOURCE
dev-admin   signed out   ${SOURCE}
`,
  );
  const json = await there.run("status -o json");
  assert.equal(json.code, 4);
  assert.equal(JSON.parse(json.stdout).ssoSessions[0].state, "signed_out");
});

Deno.test("eksauth status: says that there is nothing to show", async () => {
  await using there = await startSignInHome("");
  const { code, stdout } = await there.run("status");
  assert.deepEqual([code, stdout], [
    4,
    `No profile and no SSO session in ${there.home.path}/.aws/config\n`,
  ]);
  const json = await there.run("status -o json");
  assert.deepEqual([json.code, JSON.parse(json.stdout)], [4, { ssoSessions: [], identities: [] }]);
});

Deno.test("eksauth status: knows a session that has to be renewed from one that has ended", async () => {
  await using there = await signedIn();
  const later = { now: new Date("2026-01-02T05:00:00Z") };
  const renewable = await there.run("status", later);
  assert.equal(renewable.code, 0);
  assert.match(renewable.stdout, /^company +signed in, to be renewed +https/m);
  const path =
    filesBelow(`${there.home.path}/.aws/sso`).find((file) =>
      Deno.readTextFileSync(file).includes("accessToken")
    ) ?? "";
  const { refreshToken: _, ...token } = JSON.parse(Deno.readTextFileSync(path));
  Deno.writeTextFileSync(path, JSON.stringify(token));
  const over = await there.run("status", later);
  assert.equal(over.code, 4);
  assert.match(over.stdout, /^company +expired +https/m);
});

Deno.test("eksauth status: warns of a broken session, and shows the others", async () => {
  await using there = await startSignInHome(`[sso-session broken]\n\n${CONFIG}`);
  const { stdout, stderr } = await there.run("status");
  assert.match(
    stderr,
    /^eksauth: warning: Cannot use SSO session "broken" in "[^\n]*": sso_start_url and sso_region are missing\n$/,
  );
  assert.match(stdout, /^company +signed out/m);
});

for (const verb of ["status dev-admin", "whoami --profile dev-admin", "whoami dev-admin"]) {
  Deno.test(`eksauth ${verb}: shows one identity`, async () => {
    await using there = await signedIn();
    const { code, stdout, stderr } = await there.run(verb);
    assert.deepEqual([code, stdout, stderr], [
      0,
      `identity        dev-admin
state           signed in for 1 h
source          ${SOURCE}
`,
      "",
    ]);
    await there.run("logout");
    const signedOut = await there.run(verb);
    assert.equal(signedOut.code, 4);
    assert.match(signedOut.stdout, /^state {11}signed out$/m);
  });
}

Deno.test("eksauth whoami --verify: asks AWS, and names the permission set", async () => {
  await using there = await signedIn();
  const { code, stdout, stderr } = await there.run("whoami dev-admin --verify");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(
    stdout,
    /^arn {13}arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_DevAdmin_[0-9a-f]{16}\/ann@example\.com\naccount {9}123456789012\npermission set {2}DevAdmin\n$/m,
  );
  const json = await there.run("whoami dev-admin --verify -o json");
  const { arn, ...facts } = JSON.parse(json.stdout);
  assert.match(arn, /AWSReservedSSO_DevAdmin/);
  assert.deepEqual(facts, {
    identity: "dev-admin",
    state: "signed_in",
    source: SOURCE,
    expiresAt: "2026-01-02T04:04:05.000Z",
    isRenewable: true,
    ssoSession: "company",
    accountId: ACCOUNT_ID,
    roleName: "DevAdmin",
    account: ACCOUNT_ID,
    permissionSet: "DevAdmin",
  });
});

Deno.test("eksauth status --verify: tells what to type when the session has ended", async () => {
  await using there = await signedIn();
  there.sandbox.sso.revokeSession();
  const { code, stdout, stderr } = await there.run("status dev-admin --verify");
  assert.equal(code, 4);
  assert.equal(
    stderr,
    'eksauth: warning: Cannot use SSO session "company": IAM Identity Center has ended the sign-in\n' +
      "eksauth: hint: eksauth login --profile dev-admin\n",
  );
  assert.match(stdout, /^state {11}signed out$/m);
});

Deno.test("eksauth status --verify: asks AWS about every identity that is signed in", async () => {
  await using there = await signedIn(`${CONFIG}
[profile keys]
region = us-east-2

[profile owner]
sso_session = company
sso_account_id = ${ACCOUNT_ID}
sso_role_name = Owner

[profile empty]
region = us-east-2
`);
  there.home.write(".aws/credentials", staticProfile("keys"));
  const { code, stdout, stderr } = await there.run("status --verify");
  assert.equal(code, 0);
  assert.match(
    stderr,
    /^eksauth: warning: Cannot get credentials for role "Owner" [^\n]*\neksauth: hint: [^\n]*\n$/,
  );
  assert.equal(
    stdout.slice(stdout.indexOf("IDENTITY")).replace(/_[0-9a-f]{16}\//, "_HASH/"),
    `IDENTITY    STATE               ARN
dev-admin   signed in for 1 h   arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_DevAdmin_HASH/ann@example.com
keys        signed in           arn:aws:iam::123456789012:user/dev-admin
owner       signed in for 1 h   -
empty       no credentials      -
`,
  );
  const json = JSON.parse((await there.run("status --verify -o json")).stdout);
  assert.deepEqual(
    json.identities.map(({ permissionSet }: { readonly permissionSet?: string }) => permissionSet),
    ["DevAdmin", undefined, undefined, undefined],
  );
  await there.run("logout");
  Deno.removeSync(`${there.home.path}/.aws/credentials`);
  assert.equal((await there.run("status --verify")).code, 4);
});

Deno.test("eksauth status --verify: a network that is away is no answer", async () => {
  await using there = await signedIn();
  const { code, stdout, stderr } = await there.run("status --verify", {
    fetch: () => Promise.reject(new TypeError("error sending request: tcp connect error")),
  });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^eksauth: error: Cannot reach [^\n]*\neksauth: hint: [^\n]*\n$/);
});

Deno.test("eksauth whoami: takes the keys of the environment, as the AWS CLI does", async () => {
  await using there = await startSignInHome();
  const env = environmentOf(there.sandbox.devAdmin);
  const { code, stdout } = await there.run("whoami --verify", {
    env: { ...env, AWS_REGION: REGION },
  });
  assert.deepEqual([code, stdout], [
    0,
    `identity        environment
state           signed in
source          AWS_ACCESS_KEY_ID in the environment
arn             arn:aws:iam::123456789012:user/dev-admin
account         123456789012
`,
  ]);
  const named = await there.run("whoami dev-admin", { env });
  assert.match(named.stdout, /^identity {8}dev-admin$/m);
});

Deno.test("eksauth whoami: shows a profile with keys", async () => {
  await using there = await startSignInHome("[profile dev-admin]\nregion = us-east-2\n");
  there.home.write(".aws/credentials", staticProfile("dev-admin"));
  const { code, stdout } = await there.run("whoami --verify", {
    env: { AWS_PROFILE: "dev-admin" },
  });
  assert.deepEqual([code, stdout], [
    0,
    `identity        dev-admin
state           signed in
source          keys in ${there.home.path}/.aws/credentials:2
arn             arn:aws:iam::123456789012:user/dev-admin
account         123456789012
`,
  ]);
});

Deno.test("eksauth whoami: a profile that is not there is an error", async () => {
  await using there = await startSignInHome();
  const { code, stdout, stderr } = await there.run("whoami dev-amdin");
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(
    stderr,
    /^eksauth: error: Cannot find profile "dev-amdin": [^\n]*\neksauth: hint: Did you mean --profile="dev-admin"\?\n$/,
  );
});

/** A home in which somebody is signed in to `company`. */
async function signedIn(config = CONFIG): Promise<SignInHome> {
  const there = await startSignInHome(config);
  const { code, stderr } = await there.run("login --sso-session company");
  assert.equal(code, 0, stderr);
  return there;
}
