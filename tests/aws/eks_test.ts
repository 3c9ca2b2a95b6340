import assert from "node:assert/strict";
import {
  assertClusterName,
  assertReachable,
  type Cluster,
  describeCluster,
} from "../../src/aws/eks.ts";
import { ACCOUNT_ID, CLUSTER_NAME, REGION } from "../sandbox/cast.ts";
import { KEYS, SETTINGS } from "./_cast.ts";
import { jsonReply, refusalReply, scriptedRuntime } from "./_scripted_runtime.ts";

const ARN = `arn:aws:eks:${REGION}:${ACCOUNT_ID}:cluster/${CLUSTER_NAME}`;
const ENDPOINT = "https://0123456789ABCDEF.gr7.us-east-2.eks.amazonaws.com";
const CA = btoa("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n");

const REQUEST = { clusterName: CLUSTER_NAME, credentials: KEYS, settings: SETTINGS };

/** DescribeCluster's answer, with fields nobody asks for. */
const ANSWER = {
  name: CLUSTER_NAME,
  arn: ARN,
  createdAt: 1_767_323_045.123,
  version: "1.34",
  endpoint: ENDPOINT,
  roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/cluster`,
  resourcesVpcConfig: {
    subnetIds: [],
    endpointPublicAccess: true,
    endpointPrivateAccess: false,
    publicAccessCidrs: ["0.0.0.0/0"],
  },
  status: "ACTIVE",
  certificateAuthority: { data: CA },
  tags: { team: "dev" },
  accessConfig: { bootstrapClusterCreatorAdminPermissions: null, authenticationMode: "API" },
};

const CLUSTER: Cluster = {
  clusterName: CLUSTER_NAME,
  arn: ARN,
  status: "ACTIVE",
  endpoint: ENDPOINT,
  certificateAuthorityData: CA,
  id: undefined,
  isOutpostLocal: false,
  kubernetesVersion: "1.34",
  authenticationMode: "API",
  isEndpointPublic: true,
  isEndpointPrivate: false,
  publicAccessCidrs: ["0.0.0.0/0"],
  tags: new Map([["team", "dev"]]),
};

Deno.test("describeCluster() asks EKS of the region and gives the facts", async () => {
  const runtime = scriptedRuntime([jsonReply({ cluster: ANSWER })]);
  assert.deepEqual(await describeCluster(REQUEST, runtime), CLUSTER);
  const [request] = runtime.requests;
  assert.equal(request?.method, "GET");
  assert.equal(request.url, "https://eks.us-east-2.amazonaws.com/clusters/dev-cluster");
  assert.match(request.headers["authorization"] ?? "", /\/us-east-2\/eks\/aws4_request/);
});

Deno.test("describeCluster() gives what a cluster in the making has", async () => {
  const answer = {
    name: CLUSTER_NAME,
    arn: ARN,
    status: "CREATING",
    endpoint: null,
    certificateAuthority: {},
  };
  const cluster = await describeCluster(REQUEST, scriptedRuntime([jsonReply({ cluster: answer })]));
  assert.equal(cluster.status, "CREATING");
  assert.equal(cluster.endpoint, undefined);
  assert.equal(cluster.certificateAuthorityData, undefined);
  assert.deepEqual(cluster.publicAccessCidrs, []);
  assert.equal(cluster.tags.size, 0);
});

Deno.test("describeCluster() knows a local cluster on an Outpost", async () => {
  const id = "1a2b3c4d-5e6f-7081-92a3-b4c5d6e7f809";
  const answer = {
    ...ANSWER,
    id,
    outpostConfig: { outpostArns: [], controlPlaneInstanceType: "m5.large" },
  };
  const cluster = await describeCluster(REQUEST, scriptedRuntime([jsonReply({ cluster: answer })]));
  assert.equal(cluster.isOutpostLocal, true);
  assert.equal(cluster.id, id);
});

Deno.test("describeCluster() refuses an answer with fields of other types", async () => {
  const rows: readonly (readonly [unknown, string])[] = [
    [{}, "field cluster is missing"],
    [{ cluster: null }, "field cluster is missing"],
    [{ cluster: { ...ANSWER, name: "" } }, "field cluster.name is empty"],
    [{ cluster: { ...ANSWER, arn: 7 } }, "field cluster.arn is not text"],
    [{ cluster: { ...ANSWER, status: undefined } }, "field cluster.status is missing"],
    [{ cluster: { ...ANSWER, endpoint: {} } }, "field cluster.endpoint is not text"],
    [
      { cluster: { ...ANSWER, certificateAuthority: { data: [] } } },
      "field cluster.certificateAuthority.data is not text",
    ],
    [{ cluster: { ...ANSWER, tags: [] } }, "field cluster.tags is not an object"],
  ];
  for (const [answer, fault] of rows) {
    await assert.rejects(describeCluster(REQUEST, scriptedRuntime([jsonReply(answer)])), {
      code: "aws_answer_invalid",
      message: `Cannot read the answer of eks.us-east-2.amazonaws.com to DescribeCluster: ${fault}`,
    });
  }
});

Deno.test("describeCluster() says that there is no such cluster, and where to look", async () => {
  const reply = refusalReply(404, {
    awsCode: "ResourceNotFoundException",
    message: "No cluster found for name: dev-cluster.",
  });
  await assert.rejects(describeCluster(REQUEST, scriptedRuntime([reply])), {
    code: "cluster_not_found",
    awsCode: "ResourceNotFoundException",
    message:
      'Cannot describe cluster "dev-cluster" in us-east-2: no cluster of that name exists there',
    hint: "Check the name, --region, and the account that the identity or profile belongs to",
  });
});

Deno.test("describeCluster() says what to grant, or how to do without", async () => {
  const reply = refusalReply(403, { awsCode: "AccessDeniedException", message: "Not authorized." });
  await assert.rejects(describeCluster(REQUEST, scriptedRuntime([reply])), {
    code: "access_denied",
    message: 'Cannot describe cluster "dev-cluster" in us-east-2: ' +
      "AWS refused DescribeCluster: AccessDeniedException: Not authorized (request id 1b2c3d4e)",
    hint:
      "Grant eks:DescribeCluster to this identity, or write the entry without it: --endpoint URL --ca-file FILE",
  });
});

Deno.test("describeCluster() keeps code and hint of other refusals", async () => {
  const reply = refusalReply(403, { awsCode: "ExpiredTokenException", message: "Expired" });
  await assert.rejects(describeCluster(REQUEST, scriptedRuntime([reply])), {
    code: "credentials_expired",
    message: /^Cannot describe cluster "dev-cluster" in us-east-2: AWS refused DescribeCluster: /,
    hint: "Sign in again: eksauth login",
  });
});

Deno.test("assertClusterName() takes EKS's names, and nothing that would bend a URL", async () => {
  for (const clusterName of ["a", "0", "dev-cluster", "Dev_Cluster-01", "a".repeat(100)]) {
    assertClusterName(clusterName);
  }
  const runtime = scriptedRuntime([]);
  for (
    const clusterName of ["", "-a", "_a", "a/b", "..", "a b", "a.b", "a\n", "zoë", "a".repeat(101)]
  ) {
    assert.throws(() => assertClusterName(clusterName), {
      code: "name_invalid",
      message: `Cannot use cluster name "${clusterName}": EKS has no such names`,
    });
    await assert.rejects(describeCluster({ ...REQUEST, clusterName }, runtime), {
      code: "name_invalid",
    });
  }
  runtime.assertPlayedOut();
});

Deno.test("assertReachable() takes a cluster that is active or being updated", () => {
  for (const status of ["ACTIVE", "UPDATING"]) {
    assert.deepEqual(assertReachable({ ...CLUSTER, status }), { ...CLUSTER, status });
  }
});

Deno.test("assertReachable() refuses a cluster that is not ready, and says what to do", () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ["CREATING", /aws eks wait cluster-active --name dev-cluster --region us-east-2$/],
    ["PENDING", /^Wait until it is ACTIVE/],
    ["DELETING", /choose another cluster/],
    ["FAILED", /^Look at the cluster in the EKS console of us-east-2$/],
    ["SOMETHING_NEW", /^Look at the cluster/],
  ];
  for (const [status, hint] of rows) {
    assert.throws(() => assertReachable({ ...CLUSTER, status, endpoint: undefined }), {
      code: "cluster_not_ready",
      message: `Cannot use cluster "dev-cluster": its status is ${status}`,
      hint,
    });
  }
});

Deno.test("assertReachable() refuses an endpoint that is not https and a CA that is none", () => {
  const endpoints = [
    undefined,
    "",
    "dev",
    "http://dev.example",
    "ftp://dev.example",
    "https://u:p@dev.example",
  ];
  for (const endpoint of endpoints) {
    assert.throws(() => assertReachable({ ...CLUSTER, endpoint }), {
      code: "aws_answer_invalid",
      message: 'Cannot use cluster "dev-cluster": AWS gives no https endpoint for it',
    });
  }
  for (const certificateAuthorityData of [undefined, "", "!", btoa("not PEM")]) {
    assert.throws(() => assertReachable({ ...CLUSTER, certificateAuthorityData }), {
      code: "aws_answer_invalid",
      message: 'Cannot use cluster "dev-cluster": AWS gives no valid certificate authority for it',
    });
  }
});
