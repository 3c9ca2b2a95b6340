/**
 * `deno task demo`: the main job on a sandbox of AWS and Kubernetes, from the sign-in to `kubectl get pods`.
 *
 * Runs the real program step by step in a temporary home; the user's own files are never touched, and
 * nothing leaves this machine.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { verifyToken } from "../src/kube/verify_token.ts";
import { DENO_PERMISSIONS } from "../src/runtime/own_command.ts";
import {
  ACCOUNT_ID,
  CLUSTER_NAME,
  OPS_ROLE_ARN,
  PERMISSION_SET,
  REGION,
  SSO_START_URL,
} from "../tests/sandbox/cast.ts";
import { type Sandbox, startSandbox } from "../tests/sandbox/world.ts";
import { listPods } from "./demo/handshake.ts";
import { openStage, type Stage } from "./demo/stage.ts";
import { print, runScript } from "./script.ts";

const PROJECT = dirname(import.meta.dirname!);

async function demo(): Promise<void> {
  // Everything is on this machine, where the proxy of a company does not lead.
  Deno.env.set("NO_PROXY", "127.0.0.1");
  const started = performance.now();
  print("eksauth on a sandbox: an AWS and a cluster on this machine, nothing leaves it");
  await using sandbox = await startSandbox();
  const home = await Deno.makeTempDir({ prefix: "eksauth-demo-" });
  try {
    await play(sandbox, home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  print(`\nDone in ${seconds} s. The temporary home is gone; your own files were never touched.`);
}

async function play(sandbox: Sandbox, home: string): Promise<void> {
  const env = stageEnvironment(sandbox, home);
  const stage = openStage(env);
  const eksauth = [
    Deno.execPath(),
    "run",
    "--quiet",
    ...DENO_PERMISSIONS,
    join(PROJECT, "src/main.ts"),
  ];
  const cluster = ["--name", CLUSTER_NAME, "--region", REGION, "--profile", "dev-admin"];

  stage.step("A machine that only ever had the AWS CLI: ~/.aws/config with the profile dev-admin");
  await writeProfile(home);
  await writeBrowser(home);
  stage.say(`role ${PERMISSION_SET} in account ${ACCOUNT_ID}, from IAM Identity Center`);

  stage.step("Sign in, in the browser; here it is a small program, and the person says yes");
  sandbox.sso.settings.approval = "auto";
  // A demo may well run in a container, where eksauth would show a code instead.
  await stage.run("eksauth login dev-admin --with-browser", [
    ...eksauth,
    "login",
    "dev-admin",
    "--with-browser",
  ], { talk: "first" });

  stage.step("Write the cluster into the kubeconfig");
  await stage.run(
    `eksauth kubeconfig ${cluster.join(" ")} --alias dev`,
    [...eksauth, "kubeconfig", ...cluster, "--alias", "dev"],
  );
  await stage.run("eksauth kubeconfig … (again)", [
    ...eksauth,
    "kubeconfig",
    ...cluster,
    "--alias",
    "dev",
  ]);

  stage.step("What kubectl gets from the plugin, judged by the rules of EKS");
  await stage.run(
    `eksauth token --cluster-name=${CLUSTER_NAME} --region=${REGION} --profile=dev-admin`,
    [
      ...eksauth,
      "token",
      `--cluster-name=${CLUSTER_NAME}`,
      `--region=${REGION}`,
      "--profile=dev-admin",
    ],
    { summary: judge },
  );

  stage.step("A second identity on the same cluster: entries are never shared");
  trustSignIn(sandbox);
  await stage.run(
    `eksauth kubeconfig ${cluster.join(" ")} --role-arn ${OPS_ROLE_ARN} --alias ops`,
    [...eksauth, "kubeconfig", ...cluster, "--role-arn", OPS_ROLE_ARN, "--alias", "ops"],
  );

  stage.step("Into the cluster");
  await enter({ stage, home, env });
  const asked = sandbox.requests.all.filter(({ service }) => service !== "sign-in").length;
  stage.say(
    `AWS was asked ${asked} times, every signature checked with AWS's own signer`,
  );
}

/** Everything that the programs on stage see: no variable of the user's but the PATH. */
function stageEnvironment(sandbox: Sandbox, home: string): Readonly<Record<string, string>> {
  return {
    ...sandbox.env,
    HOME: home,
    BROWSER: `${home}/browser`,
    PATH: Deno.env.get("PATH") ?? "",
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    // Deno's cache is below the home of the user; from another home everything would be fetched again.
    DENO_DIR: denoFolder(),
  };
}

async function writeProfile(home: string): Promise<void> {
  await Deno.mkdir(`${home}/.aws`, { mode: 0o700 });
  await Deno.writeTextFile(
    `${home}/.aws/config`,
    `[sso-session company]
sso_start_url = ${SSO_START_URL}
sso_region = ${REGION}
sso_registration_scopes = sso:account:access

[profile dev-admin]
sso_session = company
sso_account_id = ${ACCOUNT_ID}
sso_role_name = ${PERMISSION_SET}
region = ${REGION}
`,
    { mode: 0o600 },
  );
}

/** Writes the program that `BROWSER` names; like `xdg-open`, it does not wait for the browser. */
async function writeBrowser(home: string): Promise<void> {
  const browser = join(PROJECT, "scripts/demo/browser.ts");
  const words = [Deno.execPath(), "run", "--quiet", "--no-prompt", "--allow-net", browser];
  const quoted = words.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${home}/browser`, `#!/bin/sh\n${quoted} "$1" &\n`, { mode: 0o700 });
}

/** Lets those who signed in assume the role that only reads the cluster. */
function trustSignIn({ accounts, sso }: Sandbox): void {
  const signedIn = sso.instance.roleArn({
    accountId: ACCOUNT_ID,
    permissionSetName: PERMISSION_SET,
  });
  accounts.addRole({ arn: OPS_ROLE_ARN, trusts: [signedIn] });
}

/** What a cluster in us-east-2 says of the token in an ExecCredential. */
function judge(execCredential: string): string {
  const { status } = JSON.parse(execCredential) as {
    readonly status: { readonly token: string; readonly expirationTimestamp: string };
  };
  const verdict = verifyToken(status.token, { partition: "aws", now: new Date() });
  if (verdict.rejected !== undefined) return `rejected: ${verdict.rejected.reason}`;
  return `${status.token.slice(0, 44)}… (${status.token.length} bytes)\n` +
    `accepted: signed for ${verdict.verified.host}, good until ${status.expirationTimestamp}`;
}

async function enter(
  { stage, home, env }: {
    readonly stage: Stage;
    readonly home: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<void> {
  if (await hasKubectl(env)) {
    const whoami = ["kubectl", "--context", "ops", "auth", "whoami"];
    await stage.run(whoami.join(" "), whoami);
    await stage.run("kubectl --context dev get pods", [
      "kubectl",
      "--context",
      "dev",
      "get",
      "pods",
    ]);
    return;
  }
  stage.say(
    "There is no kubectl here, so the demo starts the plugin and asks the cluster as kubectl would",
  );
  const kubeconfigPath = `${home}/.kube/config`;
  for (const line of (await listPods({ kubeconfigPath, contextName: "dev", env })).split("\n")) {
    print(`   ${line}`);
  }
}

async function hasKubectl(env: Readonly<Record<string, string>>): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("kubectl", {
      args: ["version", "--client"],
      env,
      clearEnv: true,
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

function denoFolder(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: PROJECT })
    .outputSync();
  return (JSON.parse(new TextDecoder().decode(stdout)) as { readonly denoDir: string }).denoDir;
}

if (import.meta.main) await runScript(() => demo());
