import assert from "node:assert/strict";

import { SSO_START_URL } from "./cast.ts";
import { createPrivateHome, hasProgram, type PrivateHome } from "./private_home.ts";
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

const haveAws = hasProgram("aws");
const haveSsoLogin = haveAws && await isVersion2();

/** Only version 2 of the AWS CLI has `aws sso login`; version 1 uses and refreshes what others signed in. */
async function isVersion2(): Promise<boolean> {
  const { stdout } = await new Deno.Command("aws", { args: ["--version"] }).output();
  if (new TextDecoder().decode(stdout).startsWith("aws-cli/2.")) return true;
  const line = "SKIPPED: the aws on the PATH is older than 2, so its sign-in proves nothing\n";
  Deno.stderr.writeSync(new TextEncoder().encode(line));
  return false;
}

const ARN =
  /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_DevAdmin_[0-9a-f]{16}\/ann@example\.com$/;

/** One sandbox and one home, in which `aws` runs. */
interface Stage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly home: PrivateHome;
  /** Runs to the end: the output, or the errors when it failed. */
  aws(...args: readonly string[]): Promise<string>;
}

async function setStage(): Promise<Stage> {
  const sandbox = await startSandbox();
  const home = await createPrivateHome();
  await writeAwsConfig(home.folder);
  return {
    sandbox,
    home,
    async aws(...args): Promise<string> {
      const run = await home.run("aws", args, sandbox.env);
      return run.code === 0 ? run.stdout.trim() : run.stderr.trim();
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await home[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

function callerArn(profile: string): readonly string[] {
  const query = ["--query", "Arn", "--output", "text"];
  return ["sts", "get-caller-identity", "--profile", profile, ...query];
}

Deno.test("sandbox: aws uses a session, of a sso-session and of a legacy profile (needs aws)", {
  ignore: !haveAws,
}, async () => {
  await using stage = await setStage();
  const { sandbox, home } = stage;
  await writeTokenFile(tokenFilePath(home.folder, SESSION_NAME), sandbox.sso.signIn());
  const legacy = sandbox.sso.signIn({ registeredFor: "legacy" });
  await writeTokenFile(tokenFilePath(home.folder, SSO_START_URL), legacy);
  assert.match(await stage.aws(...callerArn(SESSION_PROFILE)), ARN);
  assert.match(await stage.aws(...callerArn(LEGACY_PROFILE)), ARN);
  assert.equal(sandbox.sso.createTokenCount(), 0);
  sandbox.sso.revokeSession();
  await Deno.remove(`${home.folder}/.aws/cli`, { recursive: true }).catch(() => {});
  assert.match(
    await stage.aws(...callerArn(SESSION_PROFILE)),
    /The SSO session associated with this profile has expired or is otherwise invalid/,
  );
});

Deno.test(
  "sandbox: aws refreshes a session that ends, and keeps the new refresh token (needs aws)",
  {
    ignore: !haveAws,
  },
  async () => {
    await using stage = await setStage();
    const { sandbox, home } = stage;
    // The AWS CLI refreshes in the last 15 minutes.
    sandbox.sso.settings.accessTokenSeconds = 600;
    const signedIn = sandbox.sso.signIn();
    const path = tokenFilePath(home.folder, SESSION_NAME);
    await writeTokenFile(path, signedIn);
    sandbox.sso.settings.accessTokenSeconds = 3600;
    assert.match(await stage.aws(...callerArn(SESSION_PROFILE)), ARN);
    assert.equal(sandbox.sso.createTokenCount("refresh_token"), 1);
    const written = await readTokenFile(path);
    assert.deepEqual(Object.keys(written), Object.keys(signedIn));
    assert.notEqual(written["refreshToken"], signedIn.refreshToken);
  },
);

Deno.test("sandbox: aws sso-oidc and aws sso speak to it, command by command (needs aws)", {
  ignore: !haveAws,
}, async () => {
  await using stage = await setStage();
  const { sandbox } = stage;
  const region = ["--region", "us-east-2", "--output", "json"];
  const ask = async (...args: readonly string[]): Promise<Readonly<Record<string, string>>> =>
    JSON.parse(await stage.aws(...args, ...region));
  const client = await ask(
    "sso-oidc",
    "register-client",
    "--client-name=me",
    "--client-type=public",
  );
  const secret = [`--client-id=${client["clientId"]}`, `--client-secret=${client["clientSecret"]}`];
  // As JSON: version 1 would fetch a URL that is an argument of its own.
  const started = await ask(
    ...["sso-oidc", "start-device-authorization", ...secret],
    ...["--cli-input-json", JSON.stringify({ startUrl: SSO_START_URL })],
  );
  const token = [
    ...["sso-oidc", "create-token", ...secret, `--device-code=${started["deviceCode"]}`],
    "--grant-type=urn:ietf:params:oauth:grant-type:device_code",
  ];
  assert.match(
    await stage.aws(...token, ...region),
    /\(AuthorizationPendingException\) when calling the CreateToken operation/,
  );
  await sandbox.sso.approveDevice(started["userCode"] ?? "");
  const { accessToken = "" } = await ask(...token);
  const bearer = `--access-token=${accessToken}`;
  const accounts = [
    ...["sso", "list-accounts", bearer, "--page-size=1", "--query=accountList[].accountName"],
    ...["--region", "us-east-2", "--output", "text"],
  ];
  assert.equal(await stage.aws(...accounts), "dev\nprod\nstaging\nshared services");
});

/** Runs `aws sso login` and does what it asks a person to do. */
async function login(
  { sandbox, home }: Stage,
  { args, pattern, act }: {
    readonly args: readonly string[];
    /** Finds what the person needs in what it prints. */
    readonly pattern: RegExp;
    readonly act: (found: string) => Promise<unknown>;
  },
): Promise<string> {
  const process = new Deno.Command("aws", {
    args: ["sso", "login", "--no-browser", ...args],
    clearEnv: true,
    env: { ...sandbox.env, PATH: Deno.env.get("PATH") ?? "", HOME: home.folder },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let printed = "";
  let acted: Promise<unknown> | undefined;
  for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
    printed += text;
    const found = pattern.exec(printed)?.[1];
    // It would wait for ten minutes.
    if (found !== undefined) acted ??= act(found).catch(() => process.kill());
  }
  await acted;
  assert.equal((await process.status).code, 0, printed);
  return printed;
}

Deno.test("sandbox: aws sso login signs in with the browser and with a device code (needs aws 2)", {
  ignore: !haveSsoLogin,
}, async () => {
  await using stage = await setStage();
  const { sandbox, home } = stage;
  const session = ["--sso-session", SESSION_NAME];
  const browser = await login(stage, {
    args: session,
    pattern: /(http:\S+\/authorize\?\S+)\s/,
    act: (url) => sandbox.sso.approve(url),
  });
  assert.match(browser, /Successfully logged into Start URL/);
  assert.match(await stage.aws(...callerArn(SESSION_PROFILE)), ARN);
  await login(stage, {
    args: [...session, "--use-device-code"],
    pattern: /\n([A-Z]{4}-[A-Z]{4})\n/,
    act: (userCode) => sandbox.sso.approveDevice(userCode),
  });
  await login(stage, {
    args: ["--profile", LEGACY_PROFILE],
    pattern: /user_code=([A-Z]{4}-[A-Z]{4})\s/,
    act: (userCode) => sandbox.sso.approveDevice(userCode),
  });
  assert.match(await stage.aws(...callerArn(LEGACY_PROFILE)), ARN);
  const written = await readTokenFile(tokenFilePath(home.folder, SESSION_NAME));
  assert.deepEqual(Object.keys(written), Object.keys(sandbox.sso.signIn()));
  assert.equal(await stage.aws("sso", "logout"), "");
  assert.equal(sandbox.requests.of("sso", "Logout").length, 2);
  assert.ok(
    sandbox.requests.of("sso-oidc", "CreateToken").every((one) =>
      one.awsCode === undefined || one.awsCode === "AuthorizationPendingException"
    ),
  );
});
