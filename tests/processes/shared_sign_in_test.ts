/**
 * One sign-in for eksauth, the AWS SDK and the AWS CLI: each uses and renews what another has signed in.
 *
 * @module
 */

import assert from "node:assert/strict";

import { fileURLToPath } from "node:url";
import { SSO_START_URL } from "../sandbox/cast.ts";
import { createPrivateHome, hasProgram, type PrivateHome } from "../sandbox/private_home.ts";
import {
  LEGACY_PROFILE,
  readTokenFile,
  SESSION_NAME,
  SESSION_PROFILE,
  tokenFilePath,
  writeAwsConfig,
  writeTokenFile,
} from "../sandbox/sso/aws_files.ts";
import { type Sandbox, startSandbox } from "../sandbox/world.ts";
import { runProgram, type Start } from "../world/run_program.ts";
import { DENO_ENV, EKSAUTH } from "./_eksauth_process.ts";

const haveAws = hasProgram("aws");

const ARN =
  /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_DevAdmin_[0-9a-f]{16}\/ann@example\.com$/;

/** Another program that knows the AWS CLI's files: gives the ARN of a profile. */
type Client = (profile: string, there: There) => Promise<string>;

for (
  const [client, arnOf, ignore] of [
    ["the AWS SDK", sdkArn, false],
    ["the AWS CLI", awsCliArn, !haveAws],
  ] as const satisfies readonly (readonly [string, Client, boolean])[]
) {
  const needs = client === "the AWS CLI" ? " (needs aws)" : "";

  Deno.test(`eksauth and ${client} share a sign-in, and renew it for each other${needs}`, {
    ignore,
  }, async (t) => {
    await using there = await signedOut();
    const { sso } = there.sandbox;
    await t.step(`eksauth login is a sign-in for ${client}`, async () => {
      await login(there, ["login", "--sso-session", SESSION_NAME]);
      assert.match(await arnOf(SESSION_PROFILE, there), ARN);
      assert.equal(sso.createTokenCount(), 1);
    });
    await t.step(`${client} renews it, and eksauth goes on with that`, async () => {
      await expire(there);
      assert.match(await arnOf(SESSION_PROFILE, there), ARN);
      assert.equal(sso.createTokenCount("refresh_token"), 1);
      await token(SESSION_PROFILE, there);
      assert.equal(sso.createTokenCount("refresh_token"), 1);
    });
    await t.step(`eksauth renews it, and ${client} goes on with that`, async () => {
      await expire(there);
      await token(SESSION_PROFILE, there);
      assert.equal(sso.createTokenCount("refresh_token"), 2);
      assert.match(await arnOf(SESSION_PROFILE, there), ARN);
      assert.equal(sso.createTokenCount("refresh_token"), 2);
    });
    await t.step(`eksauth logout signs ${client} out`, async () => {
      await run(there, ["logout", "--sso-session", SESSION_NAME]);
      assert.doesNotMatch(await arnOf(SESSION_PROFILE, there), ARN);
    });
  });

  Deno.test(`eksauth and ${client} share the sign-in of an older profile${needs}`, {
    ignore,
  }, async () => {
    await using there = await signedOut();
    const { sso } = there.sandbox;
    await login(there, ["login", LEGACY_PROFILE]);
    const asked = sso.createTokenCount();
    assert.match(await arnOf(LEGACY_PROFILE, there), ARN);
    await token(LEGACY_PROFILE, there);
    assert.equal(sso.createTokenCount(), asked);
  });
}

Deno.test("eksauth uses what another program has signed in", async () => {
  await using there = await signedOut();
  const { home, sandbox } = there;
  await writeTokenFile(tokenFilePath(home.folder, SESSION_NAME), sandbox.sso.signIn());
  const legacy = sandbox.sso.signIn({ registeredFor: "legacy" });
  await writeTokenFile(tokenFilePath(home.folder, SSO_START_URL), legacy);
  await token(SESSION_PROFILE, there);
  await token(LEGACY_PROFILE, there);
  assert.deepEqual(sandbox.requests.counts, { "sso:GetRoleCredentials": 2 });
});

interface There extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly home: PrivateHome;
}

async function signedOut(): Promise<There> {
  const sandbox = await startSandbox();
  sandbox.sso.settings.pollIntervalSeconds = 0;
  const home = await createPrivateHome();
  await writeAwsConfig(home.folder);
  return {
    sandbox,
    home,
    async [Symbol.asyncDispose](): Promise<void> {
      await home[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** Runs eksauth inside this process, with a person who approves in any browser. */
async function login(there: There, args: readonly string[]): Promise<void> {
  const { sso } = there.sandbox;
  const visits: Promise<unknown>[] = [];
  await run(there, args, {
    openBrowser: (url) => {
      visits.push(sso.approve(url));
      return Promise.resolve({ opened: true, by: "the test" });
    },
    onStderr: (text) => {
      const [url] = /http:\S+\/device\S+/.exec(text) ?? [];
      if (url !== undefined) visits.push(sso.approve(url));
    },
  });
  await Promise.all(visits);
}

async function run(
  { sandbox, home }: There,
  args: readonly string[],
  start: Start = {},
): Promise<void> {
  const { code, stderr } = await runProgram(args, {
    env: { HOME: home.folder, DISPLAY: ":0", ...sandbox.env },
    now: new Date(),
    ...start,
  });
  assert.equal(code, 0, stderr);
}

/** Ends the access tokens at AWS, and in the file; nobody has role credentials that could be used instead. */
async function expire({ sandbox, home }: There): Promise<void> {
  sandbox.sso.expireAccessTokens();
  const path = tokenFilePath(home.folder, SESSION_NAME);
  const expiresAt = new Date(Date.now() - 1000).toISOString().replace(/\.\d+Z$/, "Z");
  await Deno.writeTextFile(path, JSON.stringify({ ...await readTokenFile(path), expiresAt }));
  for (const folder of [".cache", ".aws/cli"]) {
    await Deno.remove(`${home.folder}/${folder}`, { recursive: true }).catch(() => {});
  }
}

async function token(profile: string, { sandbox, home }: There): Promise<void> {
  const [program, ...args] = EKSAUTH;
  const { code, stdout, stderr } = await home.run(
    program,
    [...args, "token", "--cluster-name=dev-cluster", `--profile=${profile}`],
    { ...DENO_ENV, ...sandbox.env },
  );
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /"token": ?"k8s-aws-v1\./);
}

async function sdkArn(profile: string, { sandbox, home }: There): Promise<string> {
  const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
  const program = [pathOf("../sandbox/sso/use_session.ts"), profile];
  const { code, stdout, stderr } = await home.run(
    Deno.execPath(),
    ["run", "-A", "--quiet", "--config", pathOf("../../deno.json"), ...program],
    { ...DENO_ENV, ...sandbox.env, AWS_REGION: "us-east-2" },
  );
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout).arn ?? "";
}

async function awsCliArn(profile: string, { sandbox, home }: There): Promise<string> {
  const query = ["--query", "Arn", "--output", "text", "--profile", profile];
  const { stdout } = await home.run("aws", ["sts", "get-caller-identity", ...query], sandbox.env);
  return stdout.trim();
}
