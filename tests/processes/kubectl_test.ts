import assert from "node:assert/strict";

import { CLUSTER_NAME, OPS_ROLE_ARN } from "../sandbox/cast.ts";
import { createPrivateHome, hasProgram, type PrivateHome } from "../sandbox/private_home.ts";
import { environmentOf, type Sandbox, startSandbox } from "../sandbox/world.ts";
import { staticProfile } from "../world/run_program.ts";
import { DENO_ENV, EKSAUTH, installEksauth, writeHome } from "./_eksauth_process.ts";

const haveKubectl = hasProgram("kubectl");
const haveAws = hasProgram("aws");
const [PROGRAM, ...ARGS] = EKSAUTH;

/** What kubectl prints, which has to succeed and to be silent otherwise. */
async function kubectl(
  { home, line, env }: {
    readonly home: PrivateHome;
    readonly line: string;
    readonly env: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const { code, stdout, stderr } = await home.run("kubectl", line.split(" "), env);
  assert.deepEqual([code, stderr], [0, ""], `kubectl ${line}`);
  return stdout;
}

Deno.test("kubectl gets in through the kubeconfig that eksauth wrote (needs kubectl)", {
  ignore: !haveKubectl,
}, async () => {
  await using sandbox = await startSandbox();
  await using home = await createPrivateHome();
  await writeHome(home, ".aws/credentials", staticProfile("dev-admin"));
  const env = { ...sandbox.env, ...DENO_ENV };
  const cluster = ["--name", CLUSTER_NAME, "--region", "us-east-2", "--profile", "dev-admin"];
  for (const flags of [["--alias=dev"], ["--alias=ops", `--role-arn=${OPS_ROLE_ARN}`]]) {
    const written = await home.run(PROGRAM, [...ARGS, "kubeconfig", ...cluster, ...flags], env);
    assert.equal(written.code, 0, written.stderr);
  }
  const said = (line: string): Promise<string> => kubectl({ home, line, env });

  assert.match(await said("get pods"), /^NAME +READY +STATUS +RESTARTS +AGE\ncart-\S+ +1\/1 /);
  assert.match(await said("auth whoami"), /^Username +dev-admin$/m);
  // Another identity on the same cluster, and the first one as it was.
  assert.match(await said("--context=ops auth whoami"), /^Username +ops:EKSGetTokenAuth$/m);
  assert.match(await said("--context=dev auth whoami"), /^Username +dev-admin$/m);
  assert.deepEqual(sandbox.requests.counts, { "eks:DescribeCluster": 2, "sts:AssumeRole": 1 });
});

Deno.test("kubectl shows what eksauth says when it fails (needs kubectl)", {
  ignore: !haveKubectl,
}, async () => {
  await using sandbox = await startSandbox();
  await using home = await createPrivateHome();
  await writeHome(home, ".aws/credentials", staticProfile("dev-admin"));
  const env = { ...sandbox.env, ...DENO_ENV };
  const flags = ["--name", CLUSTER_NAME, "--region", "us-east-2", "--profile", "dev-admin"];
  assert.equal((await home.run(PROGRAM, [...ARGS, "kubeconfig", ...flags], env)).code, 0);
  await writeHome(home, ".aws/credentials", "[dev-admin]\n");
  const { code, stdout, stderr } = await home.run("kubectl", ["get", "pods"], env);
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(
    stderr,
    /^eksauth: error: Cannot find AWS credentials: profile "dev-admin" has none in /m,
  );
  assert.match(stderr, /^eksauth: hint: Set AWS_ACCESS_KEY_ID/m);
});

/** The kubeconfig of the AWS CLI with one word changed. */
async function writeAwsKubeconfig(
  { home, sandbox, flags }: {
    readonly home: PrivateHome;
    readonly sandbox: Sandbox;
    readonly flags: readonly string[];
  },
): Promise<void> {
  const args = ["eks", "update-kubeconfig", "--name", CLUSTER_NAME, "--region", "us-east-2"];
  const keys = environmentOf(sandbox.devAdmin);
  const updated = await home.run("aws", [...args, ...flags], { ...keys, ...sandbox.env });
  assert.equal(updated.code, 0, updated.stderr);
  const text = await Deno.readTextFile(home.kubeconfigPath);
  const changed = text.replace(/^( +command): aws$/m, "$1: eksauth");
  assert.notEqual(changed, text);
  await Deno.writeTextFile(home.kubeconfigPath, changed);
}

Deno.test(
  "an entry of aws eks update-kubeconfig works when its command is eksauth (needs aws, kubectl)",
  { ignore: !haveAws || !haveKubectl },
  async () => {
    await using sandbox = await startSandbox();
    await using home = await createPrivateHome();
    const env = {
      ...sandbox.env,
      ...environmentOf(sandbox.devAdmin),
      ...DENO_ENV,
      PATH: await installEksauth(home),
    };
    await writeAwsKubeconfig({ home, sandbox, flags: [] });
    const said = (line: string): Promise<string> => kubectl({ home, line, env });
    assert.match(await said("get pods -o name"), /^pod\/cart-/);
    assert.match(await said("auth whoami"), /^Username +dev-admin$/m);

    const flags = ["--role-arn", OPS_ROLE_ARN];
    await writeAwsKubeconfig({ home, sandbox, flags });
    assert.match(await said("auth whoami"), /^Username +ops:EKSGetTokenAuth$/m);
    assert.match(await said("get pods -o name"), /^pod\/cart-/);
    assert.deepEqual(sandbox.requests.counts, { "eks:DescribeCluster": 2, "sts:AssumeRole": 1 });
  },
);
