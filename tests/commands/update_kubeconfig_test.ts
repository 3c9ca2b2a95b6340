import assert from "node:assert/strict";

import { ADMIN_ROLE_ARN, OPS_ROLE_ARN } from "../sandbox/cast.ts";
import { DEV_ARN, freshKubeconfig, startClusterHome } from "./_cluster_home.ts";

/** Every way to call the AWS CLI's command. */
const SPELLINGS: readonly string[] = [
  "update-kubeconfig --name dev-cluster --region us-east-2 --profile dev-admin",
  "eks update-kubeconfig --name dev-cluster --region us-east-2 --profile dev-admin",
  "--profile dev-admin --region us-east-2 eks update-kubeconfig --name dev-cluster",
  "aws eks update-kubeconfig --name=dev-cluster --region=us-east-2 --profile=dev-admin",
];

for (const line of SPELLINGS) {
  Deno.test(`eksauth ${line}`, async () => {
    await using world = await startClusterHome();
    const outcome = await world.run(line);
    assert.equal(outcome.stdout, `Added new context ${DEV_ARN} to ${world.kubeconfigPath}\n`);
    assert.equal(outcome.code, 0);
    assert.equal(world.kubeconfig(), freshKubeconfig(world.sandbox.cluster));
  });
}

const LINE = "eks update-kubeconfig --name dev-cluster --region us-east-2 --profile dev-admin";

Deno.test("eksauth eks update-kubeconfig: says with the AWS CLI's words what it did", async () => {
  await using world = await startClusterHome();
  const { kubeconfigPath } = world;
  const said = async (flags: string): Promise<string> => (await world.run(LINE + flags)).stdout;
  assert.equal(await said(" --alias dev"), `Added new context dev to ${kubeconfigPath}\n`);
  assert.equal(
    await said(` --alias dev --role-arn ${OPS_ROLE_ARN}`),
    `Updated context dev in ${kubeconfigPath}\n`,
  );
  assert.equal(await said(" --alias new"), `Added new context new to ${kubeconfigPath}\n`);
});

Deno.test("eksauth eks update-kubeconfig: takes every flag of the AWS CLI's", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  home.write(
    "ca.pem",
    new TextDecoder().decode(Uint8Array.fromBase64(sandbox.cluster.certificateAuthority ?? "")),
  );
  const outcome = await world.run(
    `${LINE} --kubeconfig ${home.path}/mine --role-arn ${OPS_ROLE_ARN} --proxy-url http://proxy:3128 ` +
      `--alias dev --user-alias me --assume-role-arn ${ADMIN_ROLE_ARN} --endpoint-url ${sandbox.url} ` +
      "--ca-bundle ~/ca.pem --output json --verbose",
  );
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.equal(
    home.read("mine"),
    freshKubeconfig(sandbox.cluster, {
      contextName: "dev",
      userName: "me",
      identity: "dev-admin+123456789012/ops",
      clusterLines: ["proxy-url: http://proxy:3128"],
      variables: { AWS_CA_BUNDLE: `${home.path}/ca.pem` },
      args: [
        "--cluster-name=dev-cluster",
        "--region=us-east-2",
        "--profile=dev-admin",
        `--role-arn=${OPS_ROLE_ARN}`,
      ],
    }),
  );
});

Deno.test("eksauth eks update-kubeconfig --dry-run: prints the document and nothing else", async () => {
  await using world = await startClusterHome();
  const outcome = await world.run(`${LINE} --dry-run`);
  assert.deepEqual([outcome.stdout, outcome.stderr, outcome.code], [
    freshKubeconfig(world.sandbox.cluster),
    "",
    0,
  ]);
});

Deno.test("eksauth eks update-kubeconfig: unlike the AWS CLI's, leaves the current context to its owner", async () => {
  await using world = await startClusterHome();
  world.home.write(".kube/config", "current-context: mine\n");
  const outcome = await world.run(`${LINE} --alias dev`);
  assert.match(world.kubeconfig(), /^current-context: mine$/m);
  assert.equal(
    outcome.stderr,
    'eksauth: the current context is still "mine"; to switch: kubectl config use-context dev\n',
  );
});
