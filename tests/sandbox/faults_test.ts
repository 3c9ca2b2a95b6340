import assert from "node:assert/strict";

import { EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";

import { CLUSTER_NAME, REGION } from "./cast.ts";
import { type Fault, spoil } from "./faults.ts";
import { type Sandbox, startSandbox } from "./world.ts";

/** The official client, which tries three times and does not wait long. */
async function listClusters(sandbox: Sandbox): Promise<readonly string[] | undefined> {
  const client = new EKSClient({
    region: REGION,
    endpoint: sandbox.url,
    credentials: sandbox.devAdmin,
  });
  try {
    return (await client.send(new ListClustersCommand({}))).clusters;
  } finally {
    client.destroy();
  }
}

function order(sandbox: Sandbox, fault: Fault): void {
  sandbox.faults.add({ service: "eks", operation: "ListClusters", fault });
}

const OVERCOME: readonly (readonly [string, Fault])[] = [
  ["throttling", {
    kind: "error",
    status: 429,
    awsCode: "ThrottlingException",
    retryAfterSeconds: 0,
  }],
  ["a server error", { kind: "error", status: 503, awsCode: "ServiceUnavailableException" }],
  ["a reset", { kind: "reset" }],
  ["an answer that breaks off", { kind: "truncated", bytes: 7 }],
];

Deno.test("Faults: the official client gets over those that pass", async () => {
  for (const [what, fault] of OVERCOME) {
    await using sandbox = await startSandbox();
    order(sandbox, fault);
    assert.deepEqual(await listClusters(sandbox), [CLUSTER_NAME], what);
    assert.deepEqual(sandbox.requests.counts, { "eks:ListClusters": 2 }, what);
  }
});

Deno.test("Faults: a slow answer arrives whole", async () => {
  await using sandbox = await startSandbox();
  order(sandbox, { kind: "slow", milliseconds: 50 });
  const start = performance.now();
  assert.deepEqual(await listClusters(sandbox), [CLUSTER_NAME]);
  assert.ok(performance.now() - start >= 50);
});

Deno.test("Faults: an answer of somebody else is noticed", async () => {
  await using sandbox = await startSandbox();
  order(sandbox, {
    kind: "foreign",
    status: 200,
    contentType: "text/html",
    body: "<h1>Sign in</h1>",
  });
  await assert.rejects(listClusters(sandbox), SyntaxError);
});

Deno.test("spoil() moves the Date header and nothing else", () => {
  const headers = { "date": "Fri, 02 Jan 2026 03:04:05 GMT", "content-type": "application/json" };
  const answer = { status: 200, headers, body: "{}" };
  assert.deepEqual(spoil(answer, { kind: "skewed_date", seconds: -3600 }), {
    answer: { ...answer, headers: { ...headers, date: "Fri, 02 Jan 2026 02:04:05 GMT" } },
  });
  assert.deepEqual(spoil(answer, undefined).answer, answer);
});

Deno.test("Faults: the official client corrects its clock by the Date header", async () => {
  await using sandbox = await startSandbox({ now: new Date("2026-01-02T03:04:05Z") });
  assert.deepEqual(await listClusters(sandbox), [CLUSTER_NAME]);
  assert.deepEqual(sandbox.requests.all.map((one) => one.awsCode), [
    "InvalidSignatureException",
    undefined,
  ]);
});

Deno.test("Faults: those for one operation come in turn and leave others alone", async () => {
  await using sandbox = await startSandbox();
  const { faults } = sandbox;
  faults.add({ service: "eks", operation: "ListClusters", times: 2, fault: { kind: "reset" } });
  faults.add({
    service: "eks",
    operation: "ListClusters",
    fault: { kind: "slow", milliseconds: 1 },
  });
  assert.equal(faults.take("eks", "DescribeCluster"), undefined);
  assert.equal(faults.take("sts", "ListClusters"), undefined);
  const kinds = [1, 2, 3, 4].map(() => faults.take("eks", "ListClusters")?.kind);
  assert.deepEqual(kinds, ["reset", "reset", "slow", undefined]);
});
