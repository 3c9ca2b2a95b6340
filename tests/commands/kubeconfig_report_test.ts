import assert from "node:assert/strict";

import {
  DEV_ARN,
  fileAt,
  freshKubeconfig,
  KUBECONFIG,
  said,
  startClusterHome,
} from "./_cluster_home.ts";

Deno.test("eksauth kubeconfig: --use-context switches and says from where, nothing else does", async () => {
  await using world = await startClusterHome();
  await world.run(`${KUBECONFIG} --alias first`);
  const kept = await world.run(`${KUBECONFIG} --alias it's-mine`);
  const switched = await world.run(`${KUBECONFIG} --alias third --use-context`);
  const again = await world.run(`${KUBECONFIG} --alias third --use-context`);
  assert.equal(
    kept.stderr,
    'eksauth: the current context is still "first"; ' +
      "to switch: kubectl config use-context 'it'\\''s-mine'\n",
  );
  assert.equal(
    switched.stderr,
    'eksauth: the current context is now "third"; it was "first"\n',
  );
  assert.deepEqual(said(again), {
    stdout: `Context third in ${world.kubeconfigPath} is up to date\n`,
    stderr: "",
    code: 0,
  });
  assert.match(world.kubeconfig(), /^current-context: third$/m);
});

Deno.test("eksauth kubeconfig --use-context: switching alone is a change", async () => {
  await using world = await startClusterHome();
  await world.run(`${KUBECONFIG} --alias first`);
  await world.run(`${KUBECONFIG} --alias second`);
  assert.deepEqual(said(await world.run(`${KUBECONFIG} --alias second --use-context`)), {
    stdout: `Updated context second in ${world.kubeconfigPath}\n`,
    stderr: 'eksauth: the current context is now "second"; it was "first"\n',
    code: 0,
  });
});

Deno.test("eksauth kubeconfig --dry-run: prints the file as it would be, and writes nothing", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  const fresh = await world.run(`${KUBECONFIG} --dry-run`);
  assert.deepEqual(said(fresh), {
    stdout: freshKubeconfig(sandbox.cluster),
    stderr: "",
    code: 0,
  });
  assert.equal(home.exists(".kube"), false);

  home.write(".kube/config", "# mine\ncurrent-context: ''\n");
  const there = fileAt(world.kubeconfigPath);
  const merged = await world.run(`${KUBECONFIG} --dry-run --use-context`);
  assert.ok(merged.stdout.startsWith(`# mine\ncurrent-context: '${DEV_ARN}'\n`));
  assert.deepEqual(fileAt(world.kubeconfigPath), there);
});

Deno.test("eksauth kubeconfig --dry-run: names the files where several would change", async () => {
  await using world = await startClusterHome();
  const { home } = world;
  const one = home.write("one", "clusters: []\n");
  const two = home.write("two", "current-context: mine\n");
  const outcome = await world.run(`${KUBECONFIG} --alias dev --use-context --dry-run`, {
    env: { KUBECONFIG: `${one}:${two}` },
  });
  assert.ok(outcome.stdout.startsWith(`# ${one}\nclusters:\n- name: ${DEV_ARN}\n`));
  assert.ok(outcome.stdout.endsWith(`---\n# ${two}\ncurrent-context: dev\n`));
});

Deno.test("eksauth kubeconfig -o json: has the same keys whatever happened", async () => {
  await using world = await startClusterHome();
  const { kubeconfigPath } = world;
  const json = async (line: string): Promise<Record<string, unknown>> =>
    JSON.parse((await world.run(`${line} --output json`)).stdout);
  const change = (kind: string, name: string, action: string): unknown => ({ kind, name, action });
  const user = `dev-admin@${DEV_ARN}`;

  assert.deepEqual(await json(`${KUBECONFIG} --alias dev --dry-run`), {
    kubeconfig: kubeconfigPath,
    context: "dev",
    cluster: DEV_ARN,
    user,
    namespace: null,
    currentContext: "dev",
    isChanged: true,
    isDryRun: true,
    changes: [
      change("cluster", DEV_ARN, "added"),
      change("context", "dev", "added"),
      change("user", user, "added"),
    ],
  });
  await world.run(`${KUBECONFIG} --alias dev`);
  assert.deepEqual(await json(`${KUBECONFIG} --alias dev`), {
    kubeconfig: kubeconfigPath,
    context: "dev",
    cluster: DEV_ARN,
    user,
    namespace: null,
    currentContext: "dev",
    isChanged: false,
    isDryRun: false,
    changes: [
      change("cluster", DEV_ARN, "unchanged"),
      change("context", "dev", "unchanged"),
      change("user", user, "unchanged"),
    ],
  });
  assert.deepEqual(await json(`${KUBECONFIG} --alias shop --namespace shop`), {
    kubeconfig: kubeconfigPath,
    context: "shop",
    cluster: DEV_ARN,
    user,
    namespace: "shop",
    currentContext: "dev",
    isChanged: true,
    isDryRun: false,
    changes: [
      change("cluster", DEV_ARN, "unchanged"),
      change("context", "shop", "added"),
      change("user", user, "unchanged"),
    ],
  });
});

Deno.test("eksauth kubeconfig --verbose: tells where each value came from, and shows the entries", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  const outcome = await world.run("kubeconfig --name dev-cluster --profile dev-admin -v");
  const entries = freshKubeconfig(sandbox.cluster)
    .replace(/^current-context: .*$/m, 'current-context: ""');
  assert.deepEqual(said(outcome), {
    stdout: `Added new context ${DEV_ARN} to ${world.kubeconfigPath}\nEntries:\n\n${entries}`,
    stderr: `eksauth: credentials: profile dev-admin in ${home.path}/.aws/credentials:2\n` +
      `eksauth: region: us-east-2 (${home.path}/.aws/config:2)\n` +
      `eksauth: the current context is now "${DEV_ARN}"; there was none\n`,
    code: 0,
  });
});
