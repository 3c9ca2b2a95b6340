import assert from "node:assert/strict";

import { OPS_ROLE_ARN } from "../sandbox/cast.ts";
import { type ClusterHome, startClusterHome } from "./_cluster_home.ts";

const TOKEN = "token --cluster-name dev-cluster --region us-east-2 --profile dev-admin";

/** The token that a line prints, which has to work without a word of talk. */
async function tokenOf(world: ClusterHome, line: string): Promise<string> {
  const { stdout, stderr, code } = await world.run(line);
  assert.deepEqual([stderr, code], ["", 0], line);
  return (JSON.parse(stdout) as { readonly status: { readonly token: string } }).status.token;
}

Deno.test("eksauth token --verbose: tells on stderr who signs, where, and that overrides do not count", async () => {
  await using world = await startClusterHome();
  const { home } = world;
  for (const flag of ["-v", "--verbose"]) {
    const { stdout, stderr, code } = await world.run(`${TOKEN} ${flag}`);
    assert.equal(
      stderr,
      `eksauth: credentials: profile dev-admin in ${home.path}/.aws/credentials:2\n` +
        "eksauth: region: us-east-2\n" +
        "eksauth: token signed for sts.us-east-2.amazonaws.com\n" +
        "eksauth: the endpoint override does not apply to the token: clusters accept public STS hosts only\n",
    );
    assert.deepEqual([code, Object.keys(JSON.parse(stdout))[0]], [0, "kind"]);
    assert.equal((await world.run(TOKEN)).stdout, stdout);
  }
});

Deno.test("eksauth token: every spelling of a flag means the same", async () => {
  await using world = await startClusterHome();
  const plain = await tokenOf(world, TOKEN);
  const SAME: readonly string[] = [
    "token --cluster-name=dev-cluster --region=us-east-2 --profile=dev-admin",
    "token --cluster-name dev-cluster --profile dev-admin",
    "token --cluster-name dev-cluster --identity dev-admin",
    "token --cluster-name dev-cluster -i dev-admin",
    "token -i dev-admin -o json --cluster-name dev-cluster",
    "get-token --cluster-name dev-cluster --profile dev-admin --output json",
    "--profile dev-admin --region us-east-2 eks get-token --cluster-name dev-cluster --output json",
    "aws eks token --cluster-name dev-cluster --region us-east-2 --identity=dev-admin",
    // A local cluster on Outposts whose id is this name signs the very same.
    "token --cluster-id dev-cluster --profile dev-admin",
  ];
  for (const line of SAME) assert.equal(await tokenOf(world, line), plain, line);
});

Deno.test("eksauth token: --role is what the AWS CLI writes for --role-arn", async () => {
  await using world = await startClusterHome();
  const token = await tokenOf(world, `${TOKEN} --role-arn ${OPS_ROLE_ARN}`);
  assert.equal(await tokenOf(world, `${TOKEN} --role ${OPS_ROLE_ARN}`), token);
  // The second was answered from the cache of the first.
  assert.deepEqual(world.sandbox.requests.counts, { "sts:AssumeRole": 1 });

  const told = await world.run(`${TOKEN} --role ${OPS_ROLE_ARN} -v`);
  assert.match(
    told.stderr,
    new RegExp(`^eksauth: credentials: role ${OPS_ROLE_ARN}, assumed with`),
  );
});

Deno.test("eksauth token: another session, external id or duration is another role session", async () => {
  await using world = await startClusterHome();
  const role = `${TOKEN} --role-arn ${OPS_ROLE_ARN}`;
  const tokens = [
    await tokenOf(world, role),
    await tokenOf(world, `${role} --role-session-name ann`),
    await tokenOf(world, `${role} --external-id shop`),
    await tokenOf(world, `${role} --duration-seconds 900`),
  ];
  assert.equal(new Set(tokens).size, 4);
  const forms = world.sandbox.requests.of("sts", "AssumeRole").map(({ request }) =>
    new URLSearchParams(new TextDecoder().decode(request.body))
  );
  assert.deepEqual(
    forms.map((form) =>
      ["RoleSessionName", "ExternalId", "DurationSeconds"].map((key) => form.get(key))
    ),
    [
      ["EKSGetTokenAuth", null, null],
      ["ann", null, null],
      ["EKSGetTokenAuth", "shop", null],
      ["EKSGetTokenAuth", null, "900"],
    ],
  );
});
