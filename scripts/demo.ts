/**
 * `deno task demo`: the main job on a sandbox of AWS and Kubernetes, from a profile to `kubectl get pods`.
 *
 * Runs the real program step by step in a temporary home; the user's own files are never touched, and
 * nothing leaves this machine.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { verifyToken } from "../src/kube/verify_token.ts";
import { DENO_PERMISSIONS } from "../src/runtime/own_command.ts";
import { CLUSTER_NAME, OPS_ROLE_ARN, REGION } from "../tests/sandbox/cast.ts";
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

  stage.step(
    "A machine that only ever had the AWS CLI: keys in ~/.aws/credentials, profile dev-admin",
  );
  await writeProfile(sandbox, home);

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
  await stage.run(
    `eksauth kubeconfig ${cluster.join(" ")} --role-arn ${OPS_ROLE_ARN} --alias ops`,
    [...eksauth, "kubeconfig", ...cluster, "--role-arn", OPS_ROLE_ARN, "--alias", "ops"],
  );

  stage.step("Into the cluster");
  await enter({ stage, home, env });
  stage.say(
    `AWS was asked ${sandbox.requests.all.length} times, every signature checked with AWS's own signer`,
  );
}

/** Everything that the programs on stage see: no variable of the user's but the PATH. */
function stageEnvironment(sandbox: Sandbox, home: string): Readonly<Record<string, string>> {
  return {
    ...sandbox.env,
    HOME: home,
    PATH: Deno.env.get("PATH") ?? "",
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
    // Deno's cache is below the home of the user; from another home everything would be fetched again.
    DENO_DIR: denoFolder(),
  };
}

async function writeProfile(sandbox: Sandbox, home: string): Promise<void> {
  const { accessKeyId, secretAccessKey } = sandbox.devAdmin;
  await Deno.mkdir(`${home}/.aws`, { mode: 0o700 });
  await Deno.writeTextFile(
    `${home}/.aws/credentials`,
    `[dev-admin]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    { mode: 0o600 },
  );
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
