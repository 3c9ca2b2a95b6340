import assert from "node:assert/strict";

import { ADMIN_ROLE_ARN } from "../sandbox/cast.ts";
import { environmentOf } from "../sandbox/world.ts";
import { DEV_ARN, freshKubeconfig, KUBECONFIG, said, startClusterHome } from "./_cluster_home.ts";

Deno.test("eksauth kubeconfig --endpoint --ca-file: asks nobody", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  const { endpoint, certificateAuthority = "" } = sandbox.cluster;
  const pem = new TextDecoder().decode(Uint8Array.fromBase64(certificateAuthority));
  home.write("ca.pem", pem);
  // As `aws eks describe-cluster --query cluster.certificateAuthority.data` prints it.
  home.write("ca.b64", certificateAuthority + "\n");
  const options = {
    fetch: (url: string): never => assert.fail(`asked ${url}`),
    env: { AWS_EC2_METADATA_DISABLED: "false" },
  };
  for (const caFile of [`${home.path}/ca.pem`, "~/ca.pem", "~/ca.b64"]) {
    const line = `kubeconfig --name ${DEV_ARN} --profile dev-admin --endpoint ${endpoint} ` +
      `--ca-file ${caFile} --dry-run`;
    assert.deepEqual(said(await world.run(line, options)), {
      stdout: freshKubeconfig(sandbox.cluster),
      stderr: "",
      code: 0,
    });
  }
  const byName = await world.run(
    `kubeconfig --name dev-cluster --profile dev-admin --endpoint ${endpoint} --ca-file ~/ca.pem -o json`,
    options,
  );
  const { cluster, user } = JSON.parse(byName.stdout) as Record<string, unknown>;
  assert.deepEqual([cluster, user], [
    "dev-cluster.us-east-2.eks",
    "dev-admin@dev-cluster.us-east-2.eks",
  ]);
  assert.deepEqual(sandbox.requests.all, []);
});

Deno.test("eksauth kubeconfig: names no profile where there is none", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  home.write(
    "ca.pem",
    new TextDecoder().decode(Uint8Array.fromBase64(sandbox.cluster.certificateAuthority ?? "")),
  );
  const offline = `kubeconfig --name ${DEV_ARN} --endpoint ${sandbox.cluster.endpoint} ` +
    "--ca-file ~/ca.pem --dry-run";
  const online = "kubeconfig --name dev-cluster --region us-east-2 --dry-run";
  const keys = environmentOf(sandbox.devAdmin);
  const expected = {
    stdout: freshKubeconfig(sandbox.cluster, {
      identity: "environment",
      args: ["--cluster-name=dev-cluster", "--region=us-east-2"],
    }),
    stderr:
      "eksauth: no profile is written: kubectl needs the AWS keys in its environment as well\n",
    code: 0,
  };
  assert.deepEqual(said(await world.run(online, { env: keys })), expected);
  assert.deepEqual(said(await world.run(offline, { env: keys })), expected);
  assert.deepEqual(said(await world.run(offline)), expected);

  home.write(".aws/config", "[default]\nregion = us-east-2\n");
  const byDefault = await world.run(offline);
  assert.equal(
    byDefault.stdout,
    freshKubeconfig(sandbox.cluster, {
      identity: "default",
      args: ["--cluster-name=dev-cluster", "--region=us-east-2", "--profile=default"],
    }),
  );
});

Deno.test("eksauth kubeconfig: AWS_PROFILE is written down, unless keys in the environment beat it", async () => {
  await using world = await startClusterHome();
  const { sandbox } = world;
  const line = "kubeconfig --name dev-cluster --region us-east-2 --dry-run";
  const named = await world.run(line, { env: { AWS_PROFILE: "dev-admin" } });
  const beaten = await world.run(line, {
    env: { AWS_PROFILE: "dev-admin", ...environmentOf(sandbox.devAdmin) },
  });
  assert.equal(named.stdout, freshKubeconfig(sandbox.cluster));
  assert.doesNotMatch(beaten.stdout, /--profile/);
});

Deno.test("eksauth kubeconfig: tells kubectl where the AWS files are, if not in their usual place", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  home.write("aws/config", home.read(".aws/config"));
  home.write("aws/keys", home.read(".aws/credentials"));
  const outcome = await world.run(`${KUBECONFIG} --dry-run`, {
    env: { AWS_CONFIG_FILE: "~/aws/config", AWS_SHARED_CREDENTIALS_FILE: "$HOME/aws/keys" },
  });
  assert.equal(
    outcome.stdout,
    freshKubeconfig(sandbox.cluster, {
      variables: {
        AWS_CONFIG_FILE: `${home.path}/aws/config`,
        AWS_SHARED_CREDENTIALS_FILE: `${home.path}/aws/keys`,
      },
    }),
  );
});

Deno.test("eksauth kubeconfig: tells kubectl which certificates to trust when the plugin asks AWS", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  const { certificateAuthority = "" } = sandbox.cluster;
  const pem = new TextDecoder().decode(Uint8Array.fromBase64(certificateAuthority));
  const expected = freshKubeconfig(sandbox.cluster, {
    variables: { AWS_CA_BUNDLE: home.write("company.pem", pem) },
  });
  const byVariable = await world.run(`${KUBECONFIG} --dry-run`, {
    env: { AWS_CA_BUNDLE: "~/company.pem" },
  });
  assert.deepEqual([byVariable.stdout, byVariable.code], [expected, 0]);
  const byFlag = await world.run(`${KUBECONFIG} --dry-run --ca-bundle ${home.path}/company.pem`);
  assert.deepEqual([byFlag.stdout, byFlag.code], [expected, 0]);
});

Deno.test("eksauth kubeconfig --assume-role-arn: describes with the role, and signs in without it", async () => {
  await using world = await startClusterHome();
  const { sandbox } = world;
  const outcome = await world.run(`${KUBECONFIG} --assume-role-arn ${ADMIN_ROLE_ARN} --dry-run`);
  assert.equal(outcome.stdout, freshKubeconfig(sandbox.cluster));
  const [assumed] = sandbox.requests.of("sts", "AssumeRole");
  const form = new URLSearchParams(new TextDecoder().decode(assumed?.request.body));
  assert.deepEqual([form.get("RoleArn"), form.get("RoleSessionName"), assumed?.region], [
    ADMIN_ROLE_ARN,
    "EKSDescribeClusterSession",
    "us-east-2",
  ]);
  const [described] = sandbox.requests.of("eks", "DescribeCluster");
  assert.equal(
    described?.callerArn,
    "arn:aws:sts::123456789012:assumed-role/dev-admin/EKSDescribeClusterSession",
  );
});

Deno.test("eksauth kubeconfig --endpoint-url: asks EKS there", async () => {
  await using world = await startClusterHome();
  const { sandbox } = world;
  const outcome = await world.run(`${KUBECONFIG} --endpoint-url ${sandbox.url} --dry-run`, {
    env: { AWS_ENDPOINT_URL_EKS: "http://127.0.0.1:1" },
  });
  assert.equal(outcome.stdout, freshKubeconfig(sandbox.cluster));
});

Deno.test("eksauth kubeconfig: tokens for a local cluster on Outposts are signed for its id", async () => {
  await using world = await startClusterHome();
  const id = "0f6a5d8e-5b0e-4d1c-9d0b-6a5c6c1d3f10";
  const outpost = await world.sandbox.clusters.add({
    name: "outpost",
    outpostClusterId: id,
    apiServer: "none",
  });
  const outcome = await world.run("kubeconfig --name outpost --profile dev-admin --dry-run");
  const args = [`--cluster-id=${id}`, "--region=us-east-2", "--profile=dev-admin"];
  assert.equal(outcome.stdout, freshKubeconfig(outpost, { args }));
});

Deno.test("eksauth kubeconfig: tokens for a cluster with etcd instances of its own are signed for its name", async () => {
  await using world = await startClusterHome();
  const { cluster } = world.sandbox;
  const outcome = await world.run(`${KUBECONFIG} --dry-run`, {
    fetch: () =>
      Promise.resolve(Response.json({
        cluster: {
          name: cluster.name,
          arn: cluster.arn,
          status: "ACTIVE",
          id: "0f6a5d8e-5b0e-4d1c-9d0b-6a5c6c1d3f10",
          endpoint: cluster.endpoint,
          certificateAuthority: { data: cluster.certificateAuthority },
          outpostConfig: {
            outpostArns: [],
            controlPlaneInstanceType: "m5.large",
            etcdInstanceType: "m5.large",
          },
        },
      })),
  });
  assert.equal(outcome.stdout, freshKubeconfig(cluster));
});

Deno.test("eksauth kubeconfig: an UPDATING cluster is as good as an ACTIVE one", async () => {
  await using world = await startClusterHome();
  world.sandbox.cluster.status = "UPDATING";
  assert.equal((await world.run(KUBECONFIG)).code, 0);
});

Deno.test("eksauth kubeconfig: on an EC2 instance its region serves where nobody names one", async () => {
  await using world = await startClusterHome();
  const { home, sandbox } = world;
  home.write(".aws/config", "[profile dev-admin]\n");
  const asked: string[] = [];
  const outcome = await world.run(
    "kubeconfig --name dev-cluster --profile dev-admin -v --dry-run",
    {
      env: { AWS_EC2_METADATA_DISABLED: "false" },
      fetch: (url, request) => {
        asked.push(`${request.method} ${new URL(url).pathname}`);
        if (url.endsWith("/token")) return Promise.resolve(new Response("SESSION=="));
        if (url.endsWith("/region")) return Promise.resolve(new Response("us-east-2"));
        const { arn, endpoint, certificateAuthority } = sandbox.cluster;
        const cluster = {
          ...{ name: "dev-cluster", arn, endpoint, status: "ACTIVE" },
          certificateAuthority: { data: certificateAuthority },
        };
        return Promise.resolve(Response.json({ cluster }));
      },
    },
  );
  assert.equal(outcome.stdout, freshKubeconfig(sandbox.cluster));
  assert.match(outcome.stderr, /^eksauth: region: us-east-2 \(the instance metadata service\)$/m);
  assert.deepEqual(asked, [
    "PUT /latest/api/token",
    "GET /latest/meta-data/placement/region",
    "GET /clusters/dev-cluster",
  ]);
});
