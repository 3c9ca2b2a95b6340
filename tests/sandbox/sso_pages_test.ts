import assert from "node:assert/strict";

import { StartDeviceAuthorizationCommand } from "@aws-sdk/client-sso-oidc";

import { NOW, SSO_START_URL } from "./cast.ts";
import {
  authorizeUrl,
  BROWSER_CLIENT,
  DEVICE_CLIENT,
  oidcClient,
  register,
} from "./sso/official_clients.ts";
import { type Sandbox, startSandbox } from "./world.ts";

const HOSTILE_NAME = `<script>alert("1")</script>&`;
const ESCAPED_NAME = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;";

async function pageAt(url: string): Promise<{ readonly status: number; readonly page: string }> {
  const response = await fetch(url, { redirect: "manual" });
  return { status: response.status, page: await response.text() };
}

async function authorizePage(sandbox: Sandbox, clientName: string): Promise<string> {
  using client = oidcClient(sandbox);
  const { clientId } = await register(client, { ...BROWSER_CLIENT, clientName });
  return authorizeUrl({ sandbox, clientId });
}

Deno.test("The authorize page names the client, and can be used without a script", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const { status, page } = await pageAt(await authorizePage(sandbox, "eksauth on ann's laptop"));
  assert.equal(status, 200);
  assert.match(page, /<h1>Allow eksauth on ann's laptop to sign in\?<\/h1>/);
  assert.match(page, /<form method="post">/);
  assert.match(page, /<button class="first" name="decision" value="approve">Approve<\/button>/);
  assert.match(page, /<button name="decision" value="deny">Deny<\/button>/);
  assert.match(page, /<option value="ann@example\.com">Ann Example<\/option><option /);
  assert.doesNotMatch(page, /<script|https?:\/\/(?!d-9067example\.)/);
});

Deno.test("The pages do not let a client write HTML", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const { page } = await pageAt(await authorizePage(sandbox, HOSTILE_NAME));
  assert.ok(page.includes(`<dd>${ESCAPED_NAME}</dd>`));
  assert.ok(!page.includes("<script>"));
  using client = oidcClient(sandbox);
  const secret = await register(client, { ...DEVICE_CLIENT, clientName: HOSTILE_NAME });
  const start = new StartDeviceAuthorizationCommand({ ...secret, startUrl: SSO_START_URL });
  const { userCode = "" } = await client.send(start);
  const approved = await sandbox.sso.approveDevice(userCode);
  assert.ok(approved.page.includes(`<p>${ESCAPED_NAME} is signed in now.`));
});

Deno.test("The device page asks for the code, and again when it is wrong", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  const secret = await register(client, DEVICE_CLIENT);
  const started = await client.send(
    new StartDeviceAuthorizationCommand({ ...secret, startUrl: SSO_START_URL }),
  );
  const empty = await pageAt(started.verificationUri ?? "");
  assert.equal(empty.status, 200);
  assert.match(empty.page, /<form method="get">[^]*<input id="code" name="user_code"/);
  const wrong = await pageAt(`${started.verificationUri}?user_code=BCDF-GHJK`);
  assert.equal(wrong.status, 400);
  assert.match(wrong.page, /That code is invalid[^]*<input id="code" name="user_code"/);
  const right = await pageAt(started.verificationUriComplete ?? "");
  assert.ok(right.page.includes(`<dd class="code">${started.userCode}</dd>`));
  assert.match(right.page, /<dd>botocore-client-dev<\/dd>/);
});

Deno.test("A form without a decision decides nothing", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const url = await authorizePage(sandbox, "me");
  for (const [body, status] of [["", 400], ["decision=maybe", 400], ["decision=approve", 403]]) {
    const response = await fetch(url, { method: "POST", body: String(body), redirect: "manual" });
    await response.body?.cancel();
    assert.deepEqual([response.status, response.headers.has("location")], [status, false]);
  }
});

Deno.test("The pages count apart from the calls of clients, and know no other methods", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const url = await authorizePage(sandbox, "me");
  await pageAt(url);
  assert.deepEqual(sandbox.requests.counts, {
    "sso-oidc:RegisterClient": 1,
    "sign-in:OpenAuthorizePage": 1,
  });
  await (await fetch(url, { method: "PUT" })).body?.cancel();
  await (await fetch(`${sandbox.url}/us-east-2/token`)).body?.cancel();
  await (await fetch(`${sandbox.url}/us-east-2/userinfo`)).body?.cancel();
  assert.deepEqual(sandbox.requests.takeUnexpected().map((one) => one.unexpected), [
    "sign-in has no such operation",
    "sso-oidc has no such operation",
    "no service of the sandbox claims it",
  ]);
});

Deno.test("The region leads the path; without one it is that of the company, or of the client", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  assert.deepEqual(sandbox.sso.environmentIn(), {
    AWS_ENDPOINT_URL_SSO: `${sandbox.url}/us-east-2`,
    AWS_ENDPOINT_URL_SSO_OIDC: `${sandbox.url}/us-east-2`,
  });
  assert.equal(
    sandbox.sso.environmentIn("eu-west-1")["AWS_ENDPOINT_URL_SSO"],
    `${sandbox.url}/eu-west-1`,
  );
  const { accessToken } = sandbox.sso.signIn();
  const headers = { "x-amz-sso_bearer_token": accessToken };
  const statuses = await Promise.all(["", "/us-east-2", "/eu-west-1"].map(async (region) => {
    const response = await fetch(`${sandbox.url}${region}/assignment/accounts`, { headers });
    await response.body?.cancel();
    return response.status;
  }));
  assert.deepEqual(statuses, [200, 200, 401]);
  // The AWS CLI puts the page in place of the path of an endpoint.
  using client = oidcClient(sandbox, "eu-west-1");
  const { clientId } = await register(client, BROWSER_CLIENT);
  const url = authorizeUrl({ sandbox, clientId, region: "eu-west-1" });
  assert.equal((await pageAt(url)).status, 200);
  assert.equal((await pageAt(url.replace("/eu-west-1/", "/"))).status, 200);
  assert.equal((await pageAt(url.replace("/eu-west-1/", "/us-east-2/"))).status, 401);
});

Deno.test("A second instance, in its own region, has its own people", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const region = "eu-west-1";
  const startUrl = "https://d-9367example.awsapps.com/start";
  const other = sandbox.sso.addInstance({ startUrl, region });
  other.addUser({ userName: "eve", displayName: "Eve" });
  using client = oidcClient(sandbox, region);
  const { clientId } = await register(client, { ...BROWSER_CLIENT, issuerUrl: startUrl });
  const url = authorizeUrl({ sandbox, clientId, region });
  const { page } = await pageAt(url);
  assert.match(page, /<select [^>]*><option value="eve">Eve<\/option><\/select>/);
  assert.match(await sandbox.sso.approveElsewhere(url), /\?code=/);
});
