import assert from "node:assert/strict";

import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DescribeAccessEntryCommand,
  DescribeClusterCommand,
  DisassociateAccessPolicyCommand,
  EKSClient,
  ListAccessEntriesCommand,
  ListAccessPoliciesCommand,
  ListAssociatedAccessPoliciesCommand,
  ListClustersCommand,
  paginateListClusters,
  UpdateAccessEntryCommand,
} from "@aws-sdk/client-eks";

import { VIEW_POLICY } from "../access_entries.ts";
import {
  ACCOUNT_ID,
  ADMIN_ROLE_ARN,
  CLUSTER_NAME,
  OPS_ROLE_ARN,
  PERMISSION_SET,
  REGION,
  USER_ARN,
} from "../cast.ts";
import { type Sandbox, startSandbox } from "../world.ts";

function eksClient(
  sandbox: Sandbox,
  options: { readonly region?: string } = {},
): Disposable & EKSClient {
  const client = new EKSClient({
    region: options.region ?? REGION,
    endpoint: sandbox.url,
    credentials: sandbox.devAdmin,
    maxAttempts: 1,
  });
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

Deno.test("eksService() lists the clusters of one region, page by page", async () => {
  await using sandbox = await startSandbox();
  for (let number = 1; number <= 4; number++) {
    await sandbox.clusters.add({ name: `c${number}`, apiServer: "none" });
  }
  await sandbox.clusters.add({ name: "elsewhere", region: "eu-west-1", apiServer: "none" });
  await sandbox.clusters.add({ name: "foreign", accountId: "210987654321", apiServer: "none" });
  using client = eksClient(sandbox);
  const pages: (readonly string[] | undefined)[] = [];
  for await (const page of paginateListClusters({ client, pageSize: 2 }, {})) {
    pages.push(page.clusters);
  }
  assert.deepEqual(pages, [[CLUSTER_NAME, "c1"], ["c2", "c3"], ["c4"]]);
  using ireland = eksClient(sandbox, { region: "eu-west-1" });
  assert.deepEqual((await ireland.send(new ListClustersCommand({}))).clusters, ["elsewhere"]);
});

Deno.test("eksService() describes a cluster in every state", async () => {
  await using sandbox = await startSandbox();
  await sandbox.clusters.add({ name: "young", status: "CREATING" });
  await sandbox.clusters.add({ name: "outpost", outpostClusterId: "0f3c", apiServer: "none" });
  using client = eksClient(sandbox);
  const describe = async (name: string) =>
    (await client.send(new DescribeClusterCommand({ name }))).cluster ?? {};
  const dev = await describe(CLUSTER_NAME);
  assert.equal(dev.arn, "arn:aws:eks:us-east-2:123456789012:cluster/dev-cluster");
  assert.equal(dev.status, "ACTIVE");
  assert.equal(dev.endpoint, sandbox.cluster.endpoint);
  assert.match(atob(dev.certificateAuthority?.data ?? ""), /^-----BEGIN CERTIFICATE-----\n/);
  sandbox.cluster.status = "UPDATING";
  assert.equal((await describe(CLUSTER_NAME)).status, "UPDATING");
  const { status, endpoint, certificateAuthority } = await describe("young");
  assert.deepEqual([status, endpoint, certificateAuthority], ["CREATING", undefined, {}]);
  assert.equal((await describe("outpost")).id, "0f3c");
});

Deno.test("eksService() refuses with the errors of EKS", async () => {
  await using sandbox = await startSandbox();
  using client = eksClient(sandbox);
  const describe = (name: string) => errorOf(client.send(new DescribeClusterCommand({ name })));
  assert.equal(await describe("nope"), "ResourceNotFoundException");
  sandbox.accounts.deny(USER_ARN, "eks:DescribeCluster");
  assert.equal(await describe(CLUSTER_NAME), "AccessDeniedException");
  assert.equal(await errorOf(client.send(new ListClustersCommand({}))), "none");
  await sandbox.clusters.add({ name: "old", authenticationMode: "CONFIG_MAP", apiServer: "none" });
  const onOldCluster = new ListAccessEntriesCommand({ clusterName: "old" });
  assert.equal(await errorOf(client.send(onOldCluster)), "InvalidRequestException");
});

Deno.test("eksService() keeps access entries and their policies", async () => {
  await using sandbox = await startSandbox();
  using client = eksClient(sandbox);
  const principalArn = "arn:aws:iam::123456789012:role/team/new+role@x";
  const subject = { clusterName: CLUSTER_NAME, principalArn };
  const create = new CreateAccessEntryCommand({
    ...subject,
    kubernetesGroups: ["auditors"],
    tags: { a: "b" },
  });
  const created = (await client.send(create)).accessEntry;
  assert.equal(
    created?.username,
    "arn:aws:sts::123456789012:assumed-role/new+role@x/{{SessionName}}",
  );
  assert.equal(await errorOf(client.send(create)), "ResourceInUseException");
  const reserved = new CreateAccessEntryCommand({
    clusterName: CLUSTER_NAME,
    principalArn: "arn:aws:iam::123456789012:user/eve",
    kubernetesGroups: ["system:masters"],
  });
  assert.equal(await errorOf(client.send(reserved)), "InvalidParameterException");
  await client.send(new UpdateAccessEntryCommand({ ...subject, username: "auditor" }));
  const policy = { ...subject, policyArn: VIEW_POLICY };
  const accessScope = { type: "namespace" as const, namespaces: ["shop"] };
  await client.send(new AssociateAccessPolicyCommand({ ...policy, accessScope }));
  const { accessEntry } = await client.send(new DescribeAccessEntryCommand(subject));
  assert.deepEqual(
    [accessEntry?.username, accessEntry?.kubernetesGroups, accessEntry?.tags],
    ["auditor", ["auditors"], { a: "b" }],
  );
  const listed = await client.send(new ListAssociatedAccessPoliciesCommand(subject));
  assert.deepEqual(listed.associatedAccessPolicies?.map((one) => one.accessScope), [accessScope]);
  const withPolicy = { clusterName: CLUSTER_NAME, associatedPolicyArn: VIEW_POLICY };
  assert.deepEqual((await client.send(new ListAccessEntriesCommand(withPolicy))).accessEntries, [
    principalArn,
  ]);
  await client.send(new DisassociateAccessPolicyCommand(policy));
  assert.equal(
    await errorOf(client.send(new DisassociateAccessPolicyCommand(policy))),
    "ResourceNotFoundException",
  );
  await client.send(new DeleteAccessEntryCommand(subject));
  const left = await client.send(new ListAccessEntriesCommand({ clusterName: CLUSTER_NAME }));
  assert.deepEqual(left.accessEntries, [
    ...[USER_ARN, ADMIN_ROLE_ARN, OPS_ROLE_ARN],
    sandbox.sso.instance.roleArn({ accountId: ACCOUNT_ID, permissionSetName: PERMISSION_SET }),
  ]);
  const policies = await client.send(new ListAccessPoliciesCommand({}));
  assert.ok(policies.accessPolicies?.some((one) => one.arn === VIEW_POLICY));
});
