import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

import { SSO_START_URL } from "./cast.ts";
import { createPrivateHome, type PrivateHome } from "./private_home.ts";
import {
  LEGACY_PROFILE,
  readTokenFile,
  SESSION_NAME,
  SESSION_PROFILE,
  tokenFilePath,
  writeAwsConfig,
  writeTokenFile,
} from "./sso/aws_files.ts";
import { type Sandbox, startSandbox } from "./world.ts";

/** Another home must not mean that every package is fetched again. */
const denoFolder = await denoFolderOfThisProcess();

async function denoFolderOfThisProcess(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

/** What `sso/use_session.ts` printed. */
interface Report {
  readonly arn?: string;
  readonly expiration?: string;
  readonly token?: string;
  readonly error?: string;
}

async function useSession(
  profile: string,
  { sandbox, home }: { readonly sandbox: Sandbox; readonly home: PrivateHome },
): Promise<Report> {
  const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
  const args = [
    ...["run", "-A", "--quiet", "--config", pathOf("../../deno.json")],
    ...[pathOf("sso/use_session.ts"), profile],
  ];
  const env = { ...sandbox.env, DENO_DIR: denoFolder, AWS_REGION: "us-east-2" };
  const run = await home.run(Deno.execPath(), args, env);
  assert.equal(run.code, 0, run.stderr);
  return JSON.parse(run.stdout);
}

const ARN =
  /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_DevAdmin_[0-9a-f]{16}\/ann@example\.com$/;

Deno.test("sandbox: the AWS SDK uses a session, of a sso-session and of a legacy profile", async () => {
  await using sandbox = await startSandbox();
  await using home = await createPrivateHome();
  await writeAwsConfig(home.folder);
  const signedIn = sandbox.sso.signIn();
  await writeTokenFile(tokenFilePath(home.folder, SESSION_NAME), signedIn);
  const legacy = sandbox.sso.signIn({ registeredFor: "legacy" });
  await writeTokenFile(tokenFilePath(home.folder, SSO_START_URL), legacy);
  const report = await useSession(SESSION_PROFILE, { sandbox, home });
  assert.match(report.arn ?? "", ARN, report.error);
  assert.equal(report.token, signedIn.accessToken);
  const hourAheadMs = new Date(report.expiration ?? "").getTime() - Date.now();
  assert.ok(hourAheadMs > 3_500_000 && hourAheadMs <= 3_600_000);
  assert.match((await useSession(LEGACY_PROFILE, { sandbox, home })).arn ?? "", ARN);
  assert.deepEqual(sandbox.requests.counts, {
    "sso:GetRoleCredentials": 2,
    "sts:GetCallerIdentity": 2,
  });
});

Deno.test("sandbox: the AWS SDK refreshes a session that ends, and keeps the new refresh token", async () => {
  await using sandbox = await startSandbox();
  await using home = await createPrivateHome();
  await writeAwsConfig(home.folder);
  // The SDK refreshes in the last five minutes.
  sandbox.sso.settings.accessTokenSeconds = 200;
  const signedIn = sandbox.sso.signIn();
  const path = tokenFilePath(home.folder, SESSION_NAME);
  await writeTokenFile(path, signedIn);
  sandbox.sso.settings.accessTokenSeconds = 3600;
  const report = await useSession(SESSION_PROFILE, { sandbox, home });
  assert.match(report.arn ?? "", ARN, report.error);
  assert.equal(sandbox.sso.createTokenCount("refresh_token"), 1);
  const written = await readTokenFile(path);
  assert.equal(report.token, written["accessToken"]);
  assert.notEqual(written["accessToken"], signedIn.accessToken);
  assert.notEqual(written["refreshToken"], signedIn.refreshToken);
});

Deno.test("sandbox: the AWS SDK hears that a session was revoked", async () => {
  await using sandbox = await startSandbox();
  await using home = await createPrivateHome();
  await writeAwsConfig(home.folder);
  await writeTokenFile(tokenFilePath(home.folder, SESSION_NAME), sandbox.sso.signIn());
  sandbox.sso.revokeSession();
  const report = await useSession(SESSION_PROFILE, { sandbox, home });
  assert.match(report.error ?? "", /Session token not found or invalid/);
  assert.deepEqual(sandbox.requests.counts, { "sso:GetRoleCredentials": 1 });
});
