import assert from "node:assert/strict";

import { OPS_ROLE_ARN } from "../sandbox/cast.ts";
import { DEV_ARN, fileAt, KUBECONFIG, said, startClusterHome } from "./_cluster_home.ts";

Deno.test("eksauth kubeconfig: two identities on one cluster share nothing but the cluster", async () => {
  await using world = await startClusterHome();
  await world.run(`${KUBECONFIG} --alias dev`);
  const before = world.kubeconfig();
  const outcome = await world.run(`${KUBECONFIG} --alias ops --role-arn ${OPS_ROLE_ARN}`);
  assert.deepEqual(said(outcome), {
    stdout: `Added new context ops to ${world.kubeconfigPath}\n`,
    stderr:
      'eksauth: the current context is still "dev"; to switch: kubectl config use-context ops\n',
    code: 0,
  });
  const after = world.kubeconfig();
  // Every line that was there is still there, in the same order.
  const added = after.split("\n");
  for (const line of before.split("\n")) {
    const index = added.indexOf(line);
    assert.ok(index >= 0, line);
    added.splice(index, 1);
  }
  assert.deepEqual(added.filter((line) => /^- name:| user:| cluster:|role-arn/.test(line)), [
    "- name: ops",
    `    cluster: ${DEV_ARN}`,
    `    user: dev-admin+123456789012/ops@${DEV_ARN}`,
    `        cluster: ${DEV_ARN}`,
    `- name: dev-admin+123456789012/ops@${DEV_ARN}`,
    "  user:",
    `      - --role-arn=${OPS_ROLE_ARN}`,
    `        cluster: ${DEV_ARN}`,
  ]);
});

Deno.test("eksauth kubeconfig: another session of a role is another user", async () => {
  await using world = await startClusterHome();
  const role = `--role-arn ${OPS_ROLE_ARN}`;
  for (const session of ["ann", "bob"]) {
    await world.run(`${KUBECONFIG} --alias ${session} ${role} --role-session-name ${session}`);
  }
  const users = world.kubeconfig().match(/--role-session-name=\w+/g);
  assert.deepEqual(users, ["--role-session-name=ann", "--role-session-name=bob"]);
});

Deno.test("eksauth kubeconfig: tells when a context gets another identity or cluster", async () => {
  await using world = await startClusterHome();
  const prod = await world.sandbox.clusters.add({ name: "prod", apiServer: "none" });
  await world.run(`${KUBECONFIG} --alias dev`);

  const asOps = await world.run(`${KUBECONFIG} --alias dev --role-arn ${OPS_ROLE_ARN}`);
  const toProd = await world.run("kubeconfig --name prod --profile dev-admin --alias dev");

  assert.deepEqual(said(asOps), {
    stdout: `Updated context dev in ${world.kubeconfigPath}\n`,
    stderr: `eksauth: warning: Context "dev" signed in as user "dev-admin@${DEV_ARN}" before; ` +
      "another --alias would have left it alone\n",
    code: 0,
  });
  assert.deepEqual(said(toProd), {
    stdout: `Updated context dev in ${world.kubeconfigPath}\n`,
    stderr: `eksauth: warning: Context "dev" led to cluster "${DEV_ARN}" ` +
      `as user "dev-admin+123456789012/ops@${DEV_ARN}" before; another --alias would have left it alone\n`,
    code: 0,
  });
  assert.ok(world.kubeconfig().includes(prod.arn));
});

const FOREIGN = `apiVersion: v1
clusters:
- cluster:
    server: https://old.example
    proxy-url: http://old:3128
  name: ${DEV_ARN}
contexts:
- context:
    cluster: ${DEV_ARN}
    namespace: mine
    user: ${DEV_ARN}
  name: dev
users:
- name: ${DEV_ARN}
  user: {exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}}
`;

Deno.test("eksauth kubeconfig --update merge: keeps what it does not set, and says whose the context was", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  home.write(".kube/config", FOREIGN);
  const outcome = await world.run(`${KUBECONFIG} --alias dev`);
  assert.equal(
    outcome.stderr,
    `eksauth: warning: Context "dev" signed in as user "${DEV_ARN}" before; ` +
      "another --alias would have left it alone\n" +
      'eksauth: the current context is now "dev"; there was none\n',
  );
  const text = world.kubeconfig();
  assert.match(text, /^ {4}proxy-url: http:\/\/old:3128$/m);
  assert.match(text, /^ {4}namespace: mine$/m);
  assert.ok(text.includes(`    server: ${sandbox.cluster.endpoint}\n`));
  assert.match(text, /^- name: arn:\S+\n {2}user: \{exec: .*command: aws\}\}$/m);
});

Deno.test("eksauth kubeconfig --update replace: puts its entries in the place of those", async () => {
  await using world = await startClusterHome();
  world.home.write(".kube/config", FOREIGN);
  assert.equal((await world.run(`${KUBECONFIG} --alias dev --update replace`)).code, 0);
  assert.doesNotMatch(world.kubeconfig(), /proxy-url|namespace: mine/);
});

Deno.test("eksauth kubeconfig --update error: takes nothing over, but writes its own again", async () => {
  await using world = await startClusterHome();
  const { home } = world;
  home.write(".kube/config", FOREIGN);
  const refused = await world.run(`${KUBECONFIG} --alias dev --update error`);
  assert.deepEqual(said(refused), {
    stdout: "",
    stderr:
      `eksauth: error: Cannot write cluster "${DEV_ARN}" to "${world.kubeconfigPath}": there is one that eksauth did not write\n` +
      "eksauth: hint: Choose other names with --alias and --user-alias, or take it over with --update merge\n",
    code: 2,
  });
  assert.equal(world.kubeconfig(), FOREIGN);

  home.write(".kube/config", "");
  assert.equal((await world.run(`${KUBECONFIG} --alias dev --update error`)).code, 0);
  assert.equal((await world.run(`${KUBECONFIG} --alias dev --update error -n shop`)).code, 0);
  const asOps = await world.run(
    `${KUBECONFIG} --alias dev --update error --role-arn ${OPS_ROLE_ARN}`,
  );
  assert.equal(asOps.code, 2);
  assert.match(
    asOps.stderr,
    /Cannot write context "dev" .*: there is one for identity "dev-admin"/,
  );
});

Deno.test("eksauth kubeconfig --user-alias: no context is made to sign in elsewhere or as somebody else", async () => {
  await using world = await startClusterHome();
  await world.sandbox.clusters.add({ name: "prod", apiServer: "none" });
  await world.run(`${KUBECONFIG} --alias dev --user-alias me`);
  const before = fileAt(world.kubeconfigPath);
  const cannot =
    `eksauth: error: Cannot write user "me" to "${world.kubeconfigPath}": context "dev" signs in with it`;
  const hint =
    "eksauth: hint: Choose another name with --user-alias, or take it over with --update replace\n";

  const prod = "kubeconfig --name prod --profile dev-admin --alias prod --user-alias me";
  const asOps = `${KUBECONFIG} --alias ops --user-alias me --role-arn ${OPS_ROLE_ARN}`;
  assert.deepEqual(said(await world.run(prod)), {
    stdout: "",
    stderr: `${cannot} to cluster "${DEV_ARN}"\n${hint}`,
    code: 2,
  });
  assert.deepEqual(said(await world.run(asOps)), {
    stdout: "",
    stderr: `${cannot} as "dev-admin"\n${hint}`,
    code: 2,
  });
  assert.deepEqual(fileAt(world.kubeconfigPath), before);

  const taken = await world.run(`${asOps} --update replace`);
  assert.deepEqual(said(taken), {
    stdout: `Added new context ops to ${world.kubeconfigPath}\n`,
    stderr: 'eksauth: warning: User "me" now signs in for context "dev" as well\n' +
      'eksauth: the current context is still "dev"; to switch: kubectl config use-context ops\n',
    code: 0,
  });
});

Deno.test("eksauth kubeconfig --user-alias: the same identity may have several contexts", async () => {
  await using world = await startClusterHome();
  await world.run(`${KUBECONFIG} --alias dev --user-alias me`);
  const outcome = await world.run(`${KUBECONFIG} --alias shop --user-alias me -n shop`);
  assert.equal(outcome.code, 0, outcome.stderr);
  assert.equal(world.kubeconfig().match(/^ {4}user: me$/gm)?.length, 2);
});

Deno.test("eksauth kubeconfig --user-alias: a user with another kind of credential is not touched", async () => {
  await using world = await startClusterHome();
  world.home.write(".kube/config", "users:\n- name: me\n  user:\n    token: only-copy\n");
  const outcome = await world.run(`${KUBECONFIG} --user-alias me`);
  assert.equal(outcome.code, 2);
  assert.equal(
    outcome.stderr,
    `eksauth: error: Cannot write user "me" to "${world.kubeconfigPath}": it has a "token", which kubectl prefers\n` +
      "eksauth: hint: Choose another name with --user-alias, or give that up with --update replace\n",
  );
  assert.equal(world.kubeconfig(), "users:\n- name: me\n  user:\n    token: only-copy\n");
});

Deno.test("eksauth kubeconfig: a user entry that others wrote for this cluster is taken over aloud", async () => {
  await using world = await startClusterHome();
  world.home.write(".kube/config", `${FOREIGN}current-context: dev\n`);
  const outcome = await world.run([
    ...KUBECONFIG.split(" "),
    "--alias",
    "new",
    "--user-alias",
    DEV_ARN,
  ]);
  assert.deepEqual(said(outcome), {
    stdout: `Added new context new to ${world.kubeconfigPath}\n`,
    stderr:
      `eksauth: warning: The user entry "${DEV_ARN}" was not written by eksauth; it is now\n` +
      `eksauth: warning: User "${DEV_ARN}" now signs in for context "dev" as well\n` +
      'eksauth: the current context is still "dev"; to switch: kubectl config use-context new\n',
    code: 0,
  });
});
