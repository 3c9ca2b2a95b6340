import assert from "node:assert/strict";

import {
  CreateTokenCommand,
  RegisterClientCommand,
  type RegisterClientCommandInput,
  StartDeviceAuthorizationCommand,
} from "@aws-sdk/client-sso-oidc";

import { NOW, SSO_START_URL } from "./cast.ts";
import {
  BROWSER_CLIENT,
  DEVICE_CLIENT,
  exceptionOf,
  oidcClient,
  register,
} from "./sso/official_clients.ts";
import { startSandbox } from "./world.ts";

Deno.test("RegisterClient gives an id of the region, and 90 days", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  for (const region of ["us-east-2", "ap-northeast-1"]) {
    using client = oidcClient(sandbox, region);
    const registered = await client.send(new RegisterClientCommand(DEVICE_CLIENT));
    const id = Uint8Array.fromBase64(registered.clientId ?? "", { alphabet: "base64url" });
    assert.equal(new TextDecoder().decode(id.subarray(16)), region);
    assert.ok((registered.clientSecret ?? "").length > 1000);
    assert.equal(registered.clientIdIssuedAt, NOW.getTime() / 1000);
    assert.equal(registered.clientSecretExpiresAt, NOW.getTime() / 1000 + 90 * 86_400);
  }
});

/** What is wrong with a registration, and what comes of it. */
const REFUSED: readonly (readonly [string, Partial<RegisterClientCommandInput>, string])[] = [
  ["no name", { clientName: "" }, "InvalidRequestException"],
  ["a confidential client", { clientType: "confidential" }, "InvalidClientMetadataException"],
  ["an unknown scope", { scopes: ["sso:everything"] }, "InvalidScopeException"],
  ["an unknown grant", { grantTypes: ["password"] }, "UnsupportedGrantTypeException"],
  ["no redirect", { redirectUris: [] }, "InvalidRedirectUriException"],
  ["a name for loopback", { redirectUris: ["http://localhost/"] }, "InvalidRedirectUriException"],
  ["https on loopback", { redirectUris: ["https://127.0.0.1/"] }, "InvalidRedirectUriException"],
  ["a redirect elsewhere", { redirectUris: ["http://10.0.0.1/"] }, "InvalidRedirectUriException"],
  ["a user on loopback", { redirectUris: ["http://me@127.0.0.1/"] }, "InvalidRedirectUriException"],
  [
    "a disguised redirect",
    { redirectUris: ["http://127.0.0.1@evil.example/"] },
    "InvalidRedirectUriException",
  ],
  ["no Identity Center", { issuerUrl: "https://example.com/start" }, "InvalidRequestException"],
];

Deno.test("RegisterClient refuses what AWS refuses", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  for (const [what, change, exception] of REFUSED) {
    const call = client.send(new RegisterClientCommand({ ...BROWSER_CLIENT, ...change }));
    assert.equal(await exceptionOf(call), exception, what);
  }
  assert.equal(await exceptionOf(register(client, BROWSER_CLIENT)), "none");
});

Deno.test("RegisterClient refuses a misspelt field, which AWS would pass over", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const bodies = [
    JSON.stringify({ ...DEVICE_CLIENT, scope: "sso:account:access" }),
    JSON.stringify({ ...DEVICE_CLIENT, scopes: "sso:account:access" }),
    "clientName=a&clientType=public",
    "[]",
  ];
  for (const body of bodies) {
    const response = await fetch(`${sandbox.url}/us-east-2/client/register`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    assert.deepEqual([response.status, (await response.json()).error], [400, "invalid_request"]);
  }
});

Deno.test("A client is known in its region only, with its secret, until it expires", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  using elsewhere = oidcClient(sandbox, "eu-west-1");
  const secret = await register(client, DEVICE_CLIENT);
  const start = { ...secret, startUrl: SSO_START_URL };
  const call = new StartDeviceAuthorizationCommand(start);
  const forged = new StartDeviceAuthorizationCommand({ ...start, clientSecret: "guess" });
  const asked = new CreateTokenCommand({ ...secret, grantType: "refresh_token" });
  assert.equal(await exceptionOf(client.send(call)), "none");
  assert.equal(await exceptionOf(client.send(forged)), "InvalidClientException");
  assert.equal(await exceptionOf(elsewhere.send(call)), "InvalidClientException");
  assert.equal(await exceptionOf(elsewhere.send(asked)), "InvalidClientException");
  sandbox.clock.advance(90 * 86_400);
  assert.equal(await exceptionOf(client.send(call)), "InvalidClientException");
  const fresh = new StartDeviceAuthorizationCommand({
    ...await register(client, DEVICE_CLIENT),
    startUrl: SSO_START_URL,
  });
  assert.equal(await exceptionOf(client.send(fresh)), "none");
  sandbox.sso.expireRegistrations();
  assert.equal(await exceptionOf(client.send(fresh)), "InvalidClientException");
});

Deno.test("A client may do only what it registered for", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  const browser = await register(client, BROWSER_CLIENT);
  const device = await register(client, DEVICE_CLIENT);
  const legacy = await register(client, { clientName: "legacy", clientType: "public" });
  const start = new StartDeviceAuthorizationCommand({ ...browser, startUrl: SSO_START_URL });
  assert.equal(await exceptionOf(client.send(start)), "UnauthorizedClientException");
  const exchange = new CreateTokenCommand({ ...device, grantType: "authorization_code" });
  assert.equal(await exceptionOf(client.send(exchange)), "UnauthorizedClientException");
  const refresh = new CreateTokenCommand({
    ...legacy,
    grantType: "refresh_token",
    refreshToken: "aor",
  });
  assert.equal(await exceptionOf(client.send(refresh)), "UnauthorizedClientException");
  const unknown = new CreateTokenCommand({ ...device, grantType: "password" });
  assert.equal(await exceptionOf(client.send(unknown)), "UnsupportedGrantTypeException");
});

Deno.test("Errors name their code in the header, in the body, or in both", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const seen = new Map<string, readonly unknown[]>();
  for (const errorShape of ["header_and_body", "header", "body"] as const) {
    sandbox.sso.settings.errorShape = errorShape;
    const response = await fetch(`${sandbox.url}/us-east-2/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        grantType: "refresh_token",
        clientId: "nobody",
        clientSecret: "guess",
      }),
    });
    seen.set(errorShape, [
      response.status,
      response.headers.get("x-amzn-errortype"),
      await response.json(),
    ]);
  }
  const header = "InvalidClientException:http://internal.amazon.com/coral/com.amazonaws.sso.oidc/";
  const body = { error: "invalid_client", error_description: "Invalid client provided" };
  assert.deepEqual([...seen], [
    ["header_and_body", [401, header, body]],
    ["header", [401, header, {}]],
    ["body", [401, null, body]],
  ]);
});
