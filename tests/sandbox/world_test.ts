import assert from "node:assert/strict";

import { NOW } from "./cast.ts";
import { environmentOf, startSandbox } from "./world.ts";

Deno.test("startSandbox() gives the environment that leads clients into it, without credentials", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  assert.deepEqual(sandbox.env, {
    AWS_ENDPOINT_URL_STS: sandbox.url,
    AWS_ENDPOINT_URL_EKS: sandbox.url,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL_SSO: `${sandbox.url}/us-east-2`,
    AWS_ENDPOINT_URL_SSO_OIDC: `${sandbox.url}/us-east-2`,
  });
  assert.deepEqual(environmentOf(sandbox.devAdmin), {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  });
});

Deno.test("startSandbox() makes worlds that know nothing of one another", async () => {
  await using one = await startSandbox({ now: NOW });
  await using other = await startSandbox();
  const user = one.accounts.addUser({ arn: "arn:aws:iam::123456789012:user/ann" });
  assert.equal(one.accounts.find(user.accessKeyId, "us-east-2"), user);
  assert.equal(other.accounts.find(user.accessKeyId, "us-east-2"), undefined);
  assert.notEqual(one.cluster.endpoint, other.cluster.endpoint);
  assert.equal(one.clock.now().getTime(), NOW.getTime());
  assert.ok(Math.abs(other.clock.now().getTime() - Date.now()) < 60_000);
});

/** Requests that no client of AWS sends, and what the sandbox says of each. */
const UNEXPECTED: readonly (readonly [string, string, string])[] = [
  ["GET", "/nowhere", "no service of the sandbox claims it"],
  ["GET", "/", "no service of the sandbox claims it"],
  ["GET", "/clusters/dev-cluster/nodegroups", "eks has no such operation"],
  ["GET", "/?Action=GetFederationToken&Version=2011-06-15", "sts has no such operation"],
  ["GET", "/?Action=GetCallerIdentity&Version=2011-06-15", "GetCallerIdentity has to be signed"],
];

Deno.test("startSandbox() fails the test that sent an unexpected request", async () => {
  for (const [method, path, unexpected] of UNEXPECTED) {
    const sandbox = await startSandbox({ now: NOW });
    const response = await fetch(`${sandbox.url}${path}`, { method });
    await response.body?.cancel();
    const host = new URL(sandbox.url).host;
    await assert.rejects(async () => await sandbox[Symbol.asyncDispose](), {
      message: "The sandbox got unexpected requests:\n" +
        `  ${method} ${path.split("?")[0]} at ${host}: ${unexpected}`,
    });
  }
});

Deno.test("startSandbox() forgives the unexpected requests that a test takes out", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  await (await fetch(`${sandbox.url}/nowhere`)).body?.cancel();
  assert.equal(sandbox.requests.takeUnexpected().length, 1);
  assert.equal(sandbox.requests.takeUnexpected().length, 0);
});

Deno.test("startSandbox() fails the test that ordered a fault for nothing", async () => {
  const sandbox = await startSandbox({ now: NOW });
  sandbox.faults.add({
    service: "eks",
    operation: "ListClusters",
    times: 2,
    fault: { kind: "reset" },
  });
  await assert.rejects(async () => await sandbox[Symbol.asyncDispose](), {
    message: "The sandbox was left with faults:\n  eks:ListClusters reset, 2 left",
  });
});
