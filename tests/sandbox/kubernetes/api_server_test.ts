import assert from "node:assert/strict";

import { ADMIN_ROLE_ARN, NOW, OPS_ROLE_ARN, REGION } from "../cast.ts";
import type { SandboxCluster } from "../clusters.ts";
import type { Fault } from "../faults.ts";
import { referenceToken } from "../reference_token.ts";
import { type Sandbox, startSandbox } from "../world.ts";

interface ApiAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Asks an API server, trusting only the authority that DescribeCluster names. */
async function ask(
  cluster: SandboxCluster,
  path: string,
  request: { readonly eksToken?: string; readonly accept?: string; readonly body?: string } = {},
): Promise<ApiAnswer> {
  using client = Deno.createHttpClient({ caCerts: [atob(cluster.certificateAuthority ?? "")] });
  const response = await fetch(`${cluster.endpoint}${path}`, {
    client,
    headers: {
      accept: request.accept ?? "application/json",
      ...(request.eksToken === undefined ? {} : { authorization: `Bearer ${request.eksToken}` }),
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(request.body === undefined ? {} : { method: "POST", body: request.body }),
  });
  return { status: response.status, body: await response.json() };
}

/** Why the cluster refused its last request; `none` when it let somebody in. */
function lastRefusal(cluster: SandboxCluster): string {
  return cluster.requests.at(-1)?.refusal ?? "none";
}

function tokenOf(
  sandbox: Sandbox,
  change: Partial<Parameters<typeof referenceToken>[0]> = {},
): Promise<string> {
  return referenceToken({ key: sandbox.devAdmin, signedAt: sandbox.clock.now(), ...change });
}

/** The same token with one digit of the signature changed. */
function withOtherSignature(eksToken: string): string {
  const prefix = "k8s-aws-v1.";
  const stsUrl = atob(eksToken.slice(prefix.length).replaceAll("-", "+").replaceAll("_", "/"));
  const changed = stsUrl.replace(/(?<=Signature=)./, (digit) => digit === "0" ? "1" : "0");
  return prefix + btoa(changed).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const PODS = "/api/v1/namespaces/default/pods";

const minutesFrom = (instant: Date, minutes: number): Date =>
  new Date(instant.getTime() + minutes * 60_000);

Deno.test("startApiServer() lets in whom STS and the access entries know", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const { cluster } = sandbox;
  const session = sandbox.accounts.issueSession({
    roleArn: OPS_ROLE_ARN,
    sessionName: "ann@example.com",
  });
  const hosts = [
    "sts.us-east-2.amazonaws.com",
    "sts-fips.us-east-2.amazonaws.com",
    "sts.us-east-2.api.aws",
  ];
  for (const host of hosts) {
    const { status, body } = await ask(cluster, PODS, {
      eksToken: await tokenOf(sandbox, { host }),
    });
    assert.deepEqual([status, body["kind"]], [200, "PodList"]);
  }
  const global = { host: "sts.amazonaws.com", region: "us-east-1", key: session };
  assert.equal(
    (await ask(cluster, PODS, { eksToken: await tokenOf(sandbox, global) })).status,
    200,
  );
  assert.deepEqual(cluster.requests.map(({ username, groups }) => [username, groups]), [
    ...hosts.map(() => ["dev-admin", ["system:authenticated"]]),
    ["ops:ann-example.com", ["viewers", "system:authenticated"]],
  ]);
  assert.deepEqual(sandbox.requests.counts, {});
  const [replay] = sandbox.replays.all;
  assert.equal(replay?.request.headers.get("host"), "sts.us-east-2.amazonaws.com");
  assert.equal(replay?.request.headers.get("x-k8s-aws-id"), "dev-cluster");
  assert.equal(replay?.request.headers.get("accept"), "application/json");
});

Deno.test("startApiServer() refuses every other token and keeps the reason to itself", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const { cluster, devAdmin } = sandbox;
  const session = sandbox.accounts.issueSession({ roleArn: ADMIN_ROLE_ARN, sessionName: "ann" });
  const { sessionToken: _, ...withoutToken } = session;
  const stranger = sandbox.accounts.addUser({ arn: "arn:aws:iam::123456789012:user/eve" });
  const chinese = sandbox.accounts.addUser({ arn: "arn:aws-cn:iam::123456789012:user/dev-admin" });
  const refused: readonly (readonly [string, string | undefined])[] = [
    ["no bearer token", undefined],
    ["token rule: prefix", "abc"],
    ["token rule: age", await tokenOf(sandbox, { signedAt: minutesFrom(NOW, -16) })],
    ["token rule: host", await tokenOf(sandbox, { host: "127.0.0.1:4566" })],
    [
      "token rule: host",
      await tokenOf(sandbox, { region: "cn-north-1", host: "sts.cn-north-1.amazonaws.com.cn" }),
    ],
    ["STS: SignatureDoesNotMatch", await tokenOf(sandbox, { clusterId: "prod-cluster" })],
    ["STS: SignatureDoesNotMatch", await tokenOf(sandbox, { signedAt: minutesFrom(NOW, 6) })],
    [
      "STS: SignatureDoesNotMatch",
      await tokenOf(sandbox, { key: { ...devAdmin, secretAccessKey: "x" } }),
    ],
    ["STS: SignatureDoesNotMatch", await tokenOf(sandbox, { host: "sts.eu-west-1.amazonaws.com" })],
    ["STS: SignatureDoesNotMatch", withOtherSignature(await tokenOf(sandbox))],
    [
      "STS: InvalidClientTokenId",
      await tokenOf(sandbox, { key: { ...devAdmin, accessKeyId: "AKIDNOBODY" } }),
    ],
    ["STS: InvalidClientTokenId", await tokenOf(sandbox, { key: withoutToken })],
    ["STS: InvalidClientTokenId", await tokenOf(sandbox, { key: chinese })],
    [
      "no access entry: arn:aws:iam::123456789012:user/eve",
      await tokenOf(sandbox, { key: stranger }),
    ],
  ];
  for (const [refusal, eksToken] of refused) {
    const { status, body } = await ask(cluster, PODS, eksToken === undefined ? {} : { eksToken });
    assert.deepEqual(
      [status, body["message"], body["kind"]],
      [401, "Unauthorized", "Status"],
      refusal,
    );
    assert.equal(lastRefusal(cluster), refusal);
  }
});

Deno.test("startApiServer() refuses when STS is in trouble", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const trouble: readonly (readonly [Fault, RegExp])[] = [
    [{ kind: "error", status: 400, awsCode: "Throttling" }, /^STS: Throttling$/],
    [{ kind: "reset" }, /^STS: /],
    [{ kind: "foreign", status: 302, contentType: "text/html", body: "{}" }, /^STS: 302$/],
    [{ kind: "foreign", status: 200, contentType: "text/html", body: "<html>" }, /^STS: /],
    [{ kind: "foreign", status: 200, contentType: "text/html", body: "{}" }, /^STS named a caller/],
  ];
  for (const [fault, refusal] of trouble) {
    sandbox.faults.add({ service: "sts", operation: "GetCallerIdentity", fault });
    assert.equal(
      (await ask(sandbox.cluster, PODS, { eksToken: await tokenOf(sandbox) })).status,
      401,
    );
    assert.match(lastRefusal(sandbox.cluster), refusal);
  }
});

Deno.test("startApiServer() refuses a token as soon as its credentials have expired", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const key = sandbox.accounts.issueSession({
    roleArn: ADMIN_ROLE_ARN,
    sessionName: "ann",
    durationSeconds: 900,
  });
  sandbox.clock.advance(899);
  const eksToken = await tokenOf(sandbox, { key });
  assert.equal((await ask(sandbox.cluster, PODS, { eksToken })).status, 200);
  sandbox.clock.advance(1);
  assert.equal((await ask(sandbox.cluster, PODS, { eksToken })).status, 401);
  assert.equal(lastRefusal(sandbox.cluster), "STS: ExpiredToken");
});

Deno.test("startApiServer() serves a token to one cluster only, each with its own authority", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const other = await sandbox.clusters.add({ name: "prod-cluster" });
  const outpost = await sandbox.clusters.add({ name: "edge", outpostClusterId: "0f3c-22" });
  const eksToken = await tokenOf(sandbox);
  assert.equal((await ask(sandbox.cluster, PODS, { eksToken })).status, 200);
  assert.equal((await ask(other, PODS, { eksToken })).status, 401);
  const forOutpost = await tokenOf(sandbox, { clusterId: "0f3c-22" });
  assert.equal((await ask(outpost, PODS, { eksToken: forOutpost })).status, 200);
  const impostor = { ...other, certificateAuthority: sandbox.cluster.certificateAuthority };
  await assert.rejects(ask(impostor, PODS, { eksToken }), TypeError);
});

Deno.test("startApiServer() works in every partition", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const regions: readonly (readonly [string, string, string])[] = [
    ["aws-cn", "cn-north-1", "sts.cn-north-1.amazonaws.com.cn"],
    ["aws-us-gov", "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"],
    ["aws-iso", "us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov"],
    ["aws-iso-b", "us-isob-east-1", "sts.us-isob-east-1.sc2s.sgov.gov"],
    ["aws-iso-e", "eu-isoe-west-1", "sts.eu-isoe-west-1.cloud.adc-e.uk"],
    ["aws-iso-f", "us-isof-south-1", "sts.us-isof-south-1.csp.hci.ic.gov"],
    ["aws-eusc", "eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu"],
  ];
  for (const [partition, region, host] of regions) {
    const principalArn = `arn:${partition}:iam::123456789012:user/dev-admin`;
    const key = sandbox.accounts.addUser({ arn: principalArn });
    const entry = { principalArn, groups: ["system:masters"] };
    const cluster = await sandbox.clusters.add({ name: "local", region, accessEntries: [entry] });
    const eksToken = await tokenOf(sandbox, { key, region, host, clusterId: "local" });
    assert.equal((await ask(cluster, PODS, { eksToken })).status, 200, lastRefusal(cluster));
  }
});

Deno.test("startApiServer() gives a user the rights of its groups and policies", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const { cluster } = sandbox;
  const key = sandbox.accounts.issueSession({ roleArn: OPS_ROLE_ARN, sessionName: "ann" });
  const eksToken = await tokenOf(sandbox, { key });
  const allowed = async (verb: string): Promise<unknown> => {
    const resourceAttributes = { verb, resource: "pods", namespace: "default" };
    const { body } = await ask(cluster, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", {
      eksToken,
      body: JSON.stringify({ spec: { resourceAttributes } }),
    });
    return (body["status"] as Record<string, unknown>)["allowed"];
  };
  assert.deepEqual([await allowed("list"), await allowed("delete")], [true, false]);
  cluster.accessEntries.put({ principalArn: OPS_ROLE_ARN }, NOW);
  assert.deepEqual([await allowed("list"), await allowed("delete")], [false, false]);
  const { status, body } = await ask(cluster, PODS, { eksToken });
  assert.deepEqual([status, body["reason"]], [403, "Forbidden"]);
  cluster.accessEntries.delete(OPS_ROLE_ARN);
  assert.equal((await ask(cluster, PODS, { eksToken })).status, 401);
});

Deno.test("startApiServer() tells a user its name and serves tables", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const eksToken = await tokenOf(sandbox);
  const { body } = await ask(sandbox.cluster, "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
    eksToken,
    body: "{}",
  });
  assert.deepEqual(body["status"], {
    userInfo: {
      username: "dev-admin",
      uid: `aws-iam-authenticator:123456789012:${sandbox.devAdmin.principal.userId}`,
      groups: ["system:authenticated"],
      extra: {
        accessKeyId: ["AKIDEXAMPLE"],
        arn: ["arn:aws:iam::123456789012:user/dev-admin"],
        canonicalArn: ["arn:aws:iam::123456789012:user/dev-admin"],
        principalId: [sandbox.devAdmin.principal.userId],
        sessionName: [""],
      },
    },
  });
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  const table = await ask(sandbox.cluster, `${PODS}?labelSelector=app%3Dpayments`, {
    eksToken,
    accept,
  });
  const rows = table.body["rows"] as readonly { readonly cells: readonly unknown[] }[];
  assert.deepEqual(rows.map(({ cells }) => cells.slice(0, 5)), [
    ["payments-5b7c8d4f9d-2wv8k", "1/1", "Running", "1", "2d5h"],
    ["payments-5b7c8d4f9d-hj6sx", "1/1", "Running", "0", "2d5h"],
  ]);
  const path = `${PODS}/web-gone`;
  assert.equal((await ask(sandbox.cluster, path, { eksToken })).status, 404);
  assert.equal(sandbox.replays.all.every((one) => one.region === REGION), true);
});
