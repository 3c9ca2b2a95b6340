import assert from "node:assert/strict";

import { ListAccountsCommand } from "@aws-sdk/client-sso";
import { CreateTokenCommand, type CreateTokenCommandOutput } from "@aws-sdk/client-sso-oidc";

import { NOW } from "./cast.ts";
import {
  DEVICE_CLIENT,
  exceptionOf,
  oidcClient,
  portalClient,
  register,
} from "./sso/official_clients.ts";
import type { SignedInClient } from "./sso/signed_in_client.ts";
import { type Sandbox, startSandbox } from "./world.ts";

async function refresh(
  sandbox: Sandbox,
  fields: Pick<SignedInClient, "clientId" | "clientSecret" | "refreshToken">,
): Promise<CreateTokenCommandOutput> {
  const { clientId, clientSecret, refreshToken } = fields;
  using client = oidcClient(sandbox);
  return await client.send(
    new CreateTokenCommand({ grantType: "refresh_token", clientId, clientSecret, refreshToken }),
  );
}

async function portalException(sandbox: Sandbox, accessToken: string | undefined): Promise<string> {
  using client = portalClient(sandbox);
  return await exceptionOf(client.send(new ListAccountsCommand({ accessToken })));
}

Deno.test("signIn() gives what the AWS CLI keeps in its token file", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const signedIn = sandbox.sso.signIn();
  assert.deepEqual({
    ...signedIn,
    accessToken: "",
    clientId: "",
    clientSecret: "",
    refreshToken: "",
  }, {
    startUrl: "https://d-9067example.awsapps.com/start",
    region: "us-east-2",
    accessToken: "",
    expiresAt: "2026-01-02T04:04:05Z",
    clientId: "",
    clientSecret: "",
    registrationExpiresAt: "2026-04-02T03:04:05Z",
    refreshToken: "",
  });
  const legacy = sandbox.sso.signIn({ registeredFor: "legacy" });
  assert.equal(legacy.refreshToken, undefined);
  assert.equal(legacy.expiresAt, "2026-01-02T11:04:05Z");
  assert.throws(() => sandbox.sso.signIn({ userName: "eve" }), /Nobody is called eve/);
});

Deno.test("A refresh token is good once; the access token before it lives on", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const signedIn = sandbox.sso.signIn();
  sandbox.clock.advance(3000);
  const second = await refresh(sandbox, signedIn);
  assert.deepEqual([second.tokenType, second.expiresIn], ["Bearer", 3600]);
  assert.notEqual(second.refreshToken, signedIn.refreshToken);
  assert.equal(await portalException(sandbox, signedIn.accessToken), "none");
  assert.equal(await portalException(sandbox, second.accessToken), "none");
  assert.equal(await exceptionOf(refresh(sandbox, signedIn)), "InvalidGrantException");
  const third = await refresh(sandbox, { ...signedIn, refreshToken: second.refreshToken ?? "" });
  sandbox.clock.advance(600);
  assert.equal(await portalException(sandbox, signedIn.accessToken), "UnauthorizedException");
  assert.equal(await portalException(sandbox, third.accessToken), "none");
  sandbox.sso.expireAccessTokens();
  assert.equal(await portalException(sandbox, third.accessToken), "UnauthorizedException");
  assert.equal(
    await exceptionOf(refresh(sandbox, { ...signedIn, refreshToken: third.refreshToken ?? "" })),
    "none",
  );
});

Deno.test("A refresh token that comes back can end the session of whoever has the new one", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  sandbox.sso.settings.refreshTokenReuse = "revoke";
  const signedIn = sandbox.sso.signIn();
  const bystander = sandbox.sso.signIn();
  const second = await refresh(sandbox, signedIn);
  assert.equal(await exceptionOf(refresh(sandbox, signedIn)), "InvalidGrantException");
  assert.equal(await portalException(sandbox, second.accessToken), "UnauthorizedException");
  const robbed = { ...signedIn, refreshToken: second.refreshToken ?? "" };
  assert.equal(await exceptionOf(refresh(sandbox, robbed)), "InvalidGrantException");
  assert.equal(await portalException(sandbox, bystander.accessToken), "none");
});

Deno.test("A refresh token belongs to one client, and ends with the sign-in or its revocation", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  const signedIn = sandbox.sso.signIn();
  const other = await register(client, DEVICE_CLIENT);
  assert.equal(
    await exceptionOf(refresh(sandbox, { ...signedIn, ...other })),
    "InvalidGrantException",
  );
  sandbox.clock.advance(8 * 3600 - 60);
  const last = await refresh(sandbox, signedIn);
  assert.equal(last.expiresIn, 60);
  sandbox.clock.advance(60);
  const ended = { ...signedIn, refreshToken: last.refreshToken ?? "" };
  assert.equal(await exceptionOf(refresh(sandbox, ended)), "InvalidGrantException");
  const revoked = sandbox.sso.signIn();
  const spared = sandbox.sso.signIn();
  sandbox.sso.revokeSession(revoked.accessToken);
  assert.equal(await exceptionOf(refresh(sandbox, revoked)), "InvalidGrantException");
  assert.equal(await portalException(sandbox, revoked.accessToken), "UnauthorizedException");
  assert.equal(await exceptionOf(refresh(sandbox, spared)), "none");
  sandbox.sso.revokeSession();
  assert.equal(await portalException(sandbox, spared.accessToken), "UnauthorizedException");
});

Deno.test("An answer that is lost takes the rotated refresh token with it", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const signedIn = sandbox.sso.signIn();
  sandbox.faults.add({
    service: "sso-oidc",
    operation: "CreateToken",
    fault: { kind: "reset" },
  });
  assert.notEqual(await exceptionOf(refresh(sandbox, signedIn)), "none");
  assert.equal(await exceptionOf(refresh(sandbox, signedIn)), "InvalidGrantException");
  sandbox.faults.add({
    service: "sso-oidc",
    operation: "CreateToken",
    fault: { kind: "error", status: 400, awsCode: "SlowDownException" },
  });
  assert.equal(await exceptionOf(refresh(sandbox, signedIn)), "SlowDownException");
  sandbox.faults.add({
    service: "sso-oidc",
    operation: "CreateToken",
    fault: { kind: "error", status: 500, awsCode: "InternalServerException" },
  });
  assert.equal(await exceptionOf(refresh(sandbox, signedIn)), "InternalServerException");
});
