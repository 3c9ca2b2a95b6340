import assert from "node:assert/strict";

import { CLUSTER_NAME, OPS_ROLE_ARN } from "./cast.ts";
import { createPrivateHome, hasProgram, type PrivateHome } from "./private_home.ts";
import { referenceToken } from "./reference_token.ts";
import { environmentOf, type Sandbox, startSandbox } from "./world.ts";

const haveKubectl = hasProgram("kubectl");
const haveAws = hasProgram("aws");

/** A kubeconfig with the cluster and a bearer token, and no plugin. */
async function writeKubeconfig(
  home: PrivateHome,
  sandbox: Sandbox,
  eksToken: string,
): Promise<void> {
  await Deno.mkdir(`${home.folder}/.kube`);
  const { endpoint, certificateAuthority } = sandbox.cluster;
  const kubeconfig = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{
      name: CLUSTER_NAME,
      cluster: { "server": endpoint, "certificate-authority-data": certificateAuthority },
    }],
    "users": [{ name: "dev-admin", user: { token: eksToken } }],
    "contexts": [{ name: "dev", context: { cluster: CLUSTER_NAME, user: "dev-admin" } }],
    "current-context": "dev",
  };
  await Deno.writeTextFile(home.kubeconfigPath, JSON.stringify(kubeconfig));
}

Deno.test("sandbox: kubectl is at ease with the API server (needs kubectl)", {
  ignore: !haveKubectl,
}, async () => {
  await using sandbox = await startSandbox();
  await using home = await createPrivateHome();
  await writeKubeconfig(home, sandbox, await referenceToken({ key: sandbox.devAdmin }));
  const said = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await home.run("kubectl", args);
    assert.equal(code, 0, `kubectl ${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  assert.match(
    await said("get", "pods"),
    /^NAME +READY +STATUS +RESTARTS +AGE\ncart-\S+ +1\/1 +Running /,
  );
  assert.match(
    await said("get", "pods", "-A", "-o", "wide"),
    /^NAMESPACE .* NODE\n.*\nkube-system /s,
  );
  assert.match(await said("get", "namespaces"), /^default +Active +12d$/m);
  assert.match(await said("get", "nodes"), /^ip-10-0-12-34\S+ +Ready .*v1\.32\.9-eks/m);
  assert.equal(
    JSON.parse(await said("get", "pods", "-n", "kube-system", "-o", "json")).items.length,
    6,
  );
  assert.match(await said("version"), /^Server Version: v1\.32\.9-eks-113cf36$/m);
  assert.match(await said("auth", "whoami"), /^Username +dev-admin$/m);
  assert.equal(await said("auth", "can-i", "delete", "pods"), "yes\n");
  assert.match(await said("auth", "can-i", "--list"), /^pods +\[\] +\[\] +\[get list watch /m);
  assert.equal(new Set(sandbox.cluster.requests.map((one) => one.username)).size, 1);
});

Deno.test("sandbox: kubectl hears what a viewer and a stranger may not (needs kubectl)", {
  ignore: !haveKubectl,
}, async () => {
  await using sandbox = await startSandbox();
  await using home = await createPrivateHome();
  const key = sandbox.accounts.issueSession({ roleArn: OPS_ROLE_ARN, sessionName: "ann" });
  await writeKubeconfig(home, sandbox, await referenceToken({ key }));
  const canDelete = await home.run("kubectl", ["auth", "can-i", "delete", "pods"]);
  assert.deepEqual([canDelete.code, canDelete.stdout], [1, "no\n"]);
  const deleted = await home.run("kubectl", ["delete", "pod", "postgres-0"]);
  assert.match(
    deleted.stderr,
    /^Error from server \(Forbidden\): .*User "ops:ann" cannot delete/,
  );
  sandbox.cluster.accessEntries.delete(OPS_ROLE_ARN);
  const stranger = await home.run("kubectl", ["get", "pods"]);
  assert.equal(stranger.code, 1);
  assert.match(stranger.stderr, /You must be logged in to the server/);
});

Deno.test(
  "sandbox: aws eks update-kubeconfig and get-token bring kubectl in (needs aws, kubectl)",
  {
    ignore: !haveAws || !haveKubectl,
  },
  async () => {
    await using sandbox = await startSandbox();
    await using home = await createPrivateHome();
    const keys = environmentOf(sandbox.devAdmin);
    const args = ["eks", "update-kubeconfig", "--name", CLUSTER_NAME, "--region", "us-east-2"];
    const updated = await home.run("aws", args, { ...keys, ...sandbox.env });
    assert.equal(updated.code, 0, updated.stderr);
    assert.match(await Deno.readTextFile(home.kubeconfigPath), /^ +command: aws$/m);
    // Without sandbox.env: the AWS CLI would put the loopback address into the token, which no cluster follows.
    const pods = await home.run("kubectl", ["get", "pods", "-o", "name"], keys);
    assert.deepEqual([pods.code, pods.stderr], [0, ""]);
    assert.match(pods.stdout, /^pod\/cart-/);
    assert.deepEqual(sandbox.requests.counts, { "eks:DescribeCluster": 1 });
    const lost = await home.run("kubectl", ["get", "pods"], { ...keys, ...sandbox.env });
    assert.match(lost.stderr, /You must be logged in to the server/);
    assert.equal(sandbox.cluster.requests.at(-1)?.refusal, "token rule: scheme");
  },
);
