import assert from "node:assert/strict";

import { OPS_ROLE_ARN } from "../sandbox/cast.ts";
import {
  DEV_ARN,
  type Entry,
  fileAt,
  freshKubeconfig,
  KUBECONFIG,
  said,
  startClusterHome,
} from "./_cluster_home.ts";

const TOKEN_ARGS = ["--cluster-name=dev-cluster", "--region=us-east-2", "--profile=dev-admin"];

/** What a flag changes in the file. */
const FLAGS: readonly (readonly [line: string, entry: Entry])[] = [
  [KUBECONFIG, {}],
  ["kubeconfig --name dev-cluster --profile dev-admin", {}],
  ["kubeconfig --name=dev-cluster --identity=dev-admin", {}],
  ["kubeconfig --name dev-cluster -i dev-admin", {}],
  [`kubeconfig --name ${DEV_ARN} --profile dev-admin`, {}],
  [`kubeconfig --name ${DEV_ARN} --region us-east-2 --profile dev-admin`, {}],
  [`${KUBECONFIG} --alias dev`, { contextName: "dev" }],
  [`${KUBECONFIG} --context-template {cluster}`, { contextName: "dev-cluster" }],
  [
    `${KUBECONFIG} --context-template {identity}@{partition}/{account}/{region}/{cluster}`,
    { contextName: "dev-admin@aws/123456789012/us-east-2/dev-cluster" },
  ],
  [`${KUBECONFIG} --context-template {arn}`, { contextName: DEV_ARN }],
  [`${KUBECONFIG} --user-alias me`, { userName: "me" }],
  [`${KUBECONFIG} --namespace shop`, { namespace: "shop" }],
  [`${KUBECONFIG} -n shop`, { namespace: "shop" }],
  [
    `${KUBECONFIG} --proxy-url socks5://proxy.example:1080`,
    { clusterLines: ["proxy-url: socks5://proxy.example:1080"] },
  ],
  [
    `${KUBECONFIG} --tls-server-name kubernetes.default`,
    { clusterLines: ["tls-server-name: kubernetes.default"] },
  ],
  [`${KUBECONFIG} --exec-api-version v1beta1`, { execVersion: "v1beta1" }],
  [
    `${KUBECONFIG} --role-arn ${OPS_ROLE_ARN}`,
    { identity: "dev-admin+123456789012/ops", args: [...TOKEN_ARGS, `--role-arn=${OPS_ROLE_ARN}`] },
  ],
  [
    `${KUBECONFIG} --role-arn ${OPS_ROLE_ARN} --external-id shop/7 --role-session-name ann --duration-seconds 900`,
    {
      identity: "dev-admin+123456789012/ops:ann",
      args: [
        ...TOKEN_ARGS,
        `--role-arn=${OPS_ROLE_ARN}`,
        "--external-id=shop/7",
        "--role-session-name=ann",
        "--duration-seconds=900",
      ],
    },
  ],
];

for (const [line, entry] of FLAGS) {
  Deno.test(`eksauth ${line}: writes it all, then nothing`, async () => {
    await using world = await startClusterHome();
    const { sandbox, kubeconfigPath } = world;
    const contextName = entry.contextName ?? DEV_ARN;

    const first = await world.run(line);
    const written = fileAt(kubeconfigPath);
    const second = await world.run(line);

    assert.equal(written.text, freshKubeconfig(sandbox.cluster, entry));
    assert.deepEqual(said(first), {
      stdout: `Added new context ${contextName} to ${kubeconfigPath}\n`,
      stderr: `eksauth: the current context is now "${contextName}"; there was none\n`,
      code: 0,
    });
    assert.deepEqual(said(second), {
      stdout: `Context ${contextName} in ${kubeconfigPath} is up to date\n`,
      stderr: "",
      code: 0,
    });
    assert.deepEqual(fileAt(kubeconfigPath), written);
    assert.deepEqual(sandbox.requests.counts, { "eks:DescribeCluster": 2 });
  });
}

Deno.test("eksauth kubeconfig: makes a private file, and --mode makes it wider", async () => {
  await using world = await startClusterHome();
  const modeOf = (path: string): number => (Deno.statSync(path).mode ?? 0) & 0o777;
  await world.run(`${KUBECONFIG}`);
  await world.run(`${KUBECONFIG} --kubeconfig ${world.home.path}/wide --mode 0640`);
  assert.equal(modeOf(world.kubeconfigPath), 0o600);
  assert.equal(modeOf(`${world.home.path}/.kube`), 0o700);
  assert.equal(modeOf(`${world.home.path}/wide`), 0o640);

  await world.run(`${KUBECONFIG} --alias other --mode 644`);
  assert.equal(modeOf(world.kubeconfigPath), 0o600, "a file that is there never gets wider");
});

Deno.test("eksauth kubeconfig: writes to the file of KUBECONFIG that has the cluster, else to the first", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  await sandbox.clusters.add({ name: "prod", apiServer: "none" });
  const paths = ["one", "two"].map((name) => `${home.path}/${name}`);
  const env = { KUBECONFIG: `:${paths[0]}:${paths[1]}:${paths[0]}` };
  await world.run(`${KUBECONFIG} --alias dev --kubeconfig ${paths[1]}`);

  const known = await world.run(`${KUBECONFIG} --alias dev2`, { env });
  const unknown = await world.run("kubeconfig --name prod --profile dev-admin --alias prod", {
    env,
  });
  const switched = await world.run(
    "kubeconfig --name prod --profile dev-admin --alias prod --use-context",
    { env },
  );

  assert.equal(known.stdout, `Added new context dev2 to ${paths[1]}\n`);
  assert.equal(unknown.stdout, `Added new context prod to ${paths[0]}\n`);
  assert.equal(
    unknown.stderr,
    'eksauth: the current context is still "dev"; to switch: kubectl config use-context prod\n',
  );
  assert.match(home.read("one"), /^current-context: ""$/m);
  // kubectl takes the current context from the first file that has one.
  assert.equal(switched.stderr, 'eksauth: the current context is now "prod"; it was "dev"\n');
  assert.match(home.read("two"), /^current-context: prod$/m);
  assert.equal(home.exists(".kube"), false);
});

Deno.test("eksauth kubeconfig --kubeconfig: writes that file only, whatever KUBECONFIG says", async () => {
  await using world = await startClusterHome();
  const { home } = world;
  const env = { KUBECONFIG: `${home.path}/other` };
  const line = `${KUBECONFIG} --kubeconfig=~/mine/config`;
  const first = await world.run(`${line} --alias dev`, { env });
  const second = await world.run(`${line} --alias ops`, { env });
  assert.equal(first.stdout, `Added new context dev to ${home.path}/mine/config\n`);
  assert.equal(
    second.stderr,
    'eksauth: the current context is still "dev"; ' +
      "to switch: kubectl config --kubeconfig '~/mine/config' use-context ops\n",
  );
  assert.deepEqual([home.exists("other"), home.exists(".kube")], [false, false]);
});

Deno.test("eksauth kubeconfig: what others wrote around the entry stays as it is", async () => {
  await using world = await startClusterHome();
  const theirs = `# the team's kubeconfig
apiVersion: v1
kind: Config
clusters:
    - cluster: {server: 'https://kind.example'} # local
      name: kind
contexts: []
current-context: "kind"
users:
    - name: kind
      user:
          token: not-ours   # no comment
`.replaceAll("\n", "\r\n");
  world.home.write(".kube/config", theirs);
  const outcome = await world.run(`${KUBECONFIG} --alias dev`);
  assert.equal(outcome.stdout, `Added new context dev to ${world.kubeconfigPath}\n`);
  const lines = world.kubeconfig().split("\r\n");
  const [empty, ...others] = theirs.split("\r\n").filter((line) => line !== "contexts: []");
  assert.ok(empty !== undefined && !world.kubeconfig().replaceAll("\r\n", "").includes("\n"));
  let from = 0;
  for (const line of [empty, ...others]) {
    const index = lines.indexOf(line, from);
    assert.ok(index >= from, `"${line}" was moved or lost`);
    from = index + 1;
  }
});
