import assert from "node:assert/strict";

import {
  GetRoleCredentialsCommand,
  ListAccountRolesCommand,
  ListAccountsCommand,
  LogoutCommand,
  paginateListAccounts,
  type RoleCredentials,
} from "@aws-sdk/client-sso";

import { ACCOUNT_ID, NOW, PROD_ACCOUNT_ID } from "./cast.ts";
import { exceptionOf, portalClient } from "./sso/official_clients.ts";
import { referenceToken } from "./reference_token.ts";
import { type Sandbox, startSandbox } from "./world.ts";

async function roleCredentials(
  sandbox: Sandbox,
  request: {
    readonly accessToken: string;
    readonly roleName?: string;
    readonly accountId?: string;
    readonly region?: string;
  },
): Promise<RoleCredentials | undefined> {
  const { region, ...rest } = request;
  using client = portalClient(sandbox, region);
  const asked = { roleName: "DevAdmin", accountId: ACCOUNT_ID, ...rest };
  return (await client.send(new GetRoleCredentialsCommand(asked))).roleCredentials;
}

Deno.test("ListAccounts and ListAccountRoles show what is assigned, page by page", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = portalClient(sandbox);
  const { accessToken } = sandbox.sso.signIn();
  const listed = await client.send(new ListAccountsCommand({ accessToken }));
  assert.deepEqual(listed.accountList, [
    { accountId: "123456789012", accountName: "dev", emailAddress: "aws+dev@example.com" },
    { accountId: "210987654321", accountName: "prod", emailAddress: "aws+prod@example.com" },
    { accountId: "345678901234", accountName: "staging", emailAddress: "aws+staging@example.com" },
    {
      accountId: "456789012345",
      accountName: "shared services",
      emailAddress: "aws+shared-services@example.com",
    },
  ]);
  const roles = await client.send(
    new ListAccountRolesCommand({ accessToken, accountId: ACCOUNT_ID, maxResults: 1 }),
  );
  assert.deepEqual(roles.roleList, [{ roleName: "DevAdmin", accountId: ACCOUNT_ID }]);
  const { nextToken } = roles;
  const others = await client.send(
    new ListAccountRolesCommand({ accessToken, accountId: ACCOUNT_ID, nextToken }),
  );
  assert.deepEqual(others.roleList, [{ roleName: "ReadOnly", accountId: ACCOUNT_ID }]);
  const bob = sandbox.sso.signIn({ userName: "bob@example.com" });
  const ofBob = await client.send(new ListAccountsCommand({ accessToken: bob.accessToken }));
  assert.deepEqual(ofBob.accountList?.map((one) => one.accountName), ["dev"]);
});

Deno.test("ListAccounts hands out a large company in pieces of 100", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = portalClient(sandbox);
  sandbox.sso.growCompany(300);
  const { accessToken } = sandbox.sso.signIn();
  const pages: number[] = [];
  const accountIds = new Set<string | undefined>();
  for await (const page of paginateListAccounts({ client }, { accessToken })) {
    pages.push(page.accountList?.length ?? 0);
    for (const { accountId } of page.accountList ?? []) accountIds.add(accountId);
  }
  assert.deepEqual([pages, accountIds.size], [[100, 100, 100], 300]);
  for (const query of ["max_result=0", "max_result=101", "next_token=x", "max_results=9"]) {
    const response = await fetch(`${sandbox.url}/us-east-2/assignment/accounts?${query}`, {
      headers: { "x-amz-sso_bearer_token": accessToken },
    });
    assert.equal(response.status, 400, query);
    assert.equal(response.headers.get("x-amzn-errortype"), "InvalidRequestException");
    await response.body?.cancel();
  }
});

Deno.test("GetRoleCredentials gives a session of the reserved role, in milliseconds", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const { accessToken } = sandbox.sso.signIn();
  const credentials = await roleCredentials(sandbox, { accessToken });
  assert.equal(credentials?.expiration, NOW.getTime() + 3_600_000);
  const known = sandbox.accounts.find(credentials?.accessKeyId ?? "", "us-east-2");
  assert.equal(known?.secretAccessKey, credentials?.secretAccessKey);
  assert.equal(known?.sessionToken, credentials?.sessionToken);
  assert.match(
    known?.principal.arn ?? "",
    /^arn:aws:sts::123456789012:assumed-role\/AWSReservedSSO_DevAdmin_[0-9a-f]{16}\/ann@example\.com$/,
  );
  assert.match(
    known?.principal.roleArn ?? "",
    /^arn:aws:iam::123456789012:role\/aws-reserved\/sso\.amazonaws\.com\/us-east-2\/AWSReservedSSO_DevAdmin_[0-9a-f]{16}$/,
  );
  sandbox.sso.instance.setRoleDuration("DevAdmin", 12 * 3600);
  const long = await roleCredentials(sandbox, { accessToken });
  assert.equal(long?.expiration, NOW.getTime() + 12 * 3_600_000);
});

Deno.test("Role credentials sign tokens that open the cluster, and outlive the sign-in", async () => {
  await using sandbox = await startSandbox();
  const { accessToken } = sandbox.sso.signIn();
  const credentials = await roleCredentials(sandbox, { accessToken });
  sandbox.sso.revokeSession();
  const key = sandbox.accounts.find(credentials?.accessKeyId ?? "", "us-east-2");
  assert.ok(key);
  const eksToken = await referenceToken({ key });
  assert.equal(await receptionAt(sandbox, eksToken), "200");
  const looker = sandbox.accounts.issueSession({
    roleArn: sandbox.sso.instance.roleArn({ accountId: ACCOUNT_ID, permissionSetName: "ReadOnly" }),
    sessionName: "ann@example.com",
  });
  assert.match(
    await receptionAt(sandbox, await referenceToken({ key: looker })),
    /^no access entry: .*AWSReservedSSO_ReadOnly_/,
  );
});

/** The status of the cluster's answer, or why it refused. */
async function receptionAt(sandbox: Sandbox, eksToken: string): Promise<string> {
  const { endpoint = "", certificateAuthority = "", requests } = sandbox.cluster;
  const caCerts = [new TextDecoder().decode(Uint8Array.fromBase64(certificateAuthority))];
  using client = Deno.createHttpClient({ caCerts });
  const response = await fetch(`${endpoint}/api/v1/namespaces`, {
    client,
    headers: { authorization: `Bearer ${eksToken}` },
  });
  await response.body?.cancel();
  return requests.at(-1)?.refusal ?? String(response.status);
}

Deno.test("The portal refuses with the errors of AWS", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const { accessToken } = sandbox.sso.signIn();
  const refused: readonly (readonly [Parameters<typeof roleCredentials>[1], string])[] = [
    [{ accessToken: "" }, "UnauthorizedException"],
    [{ accessToken: "aoaAAAAAGguess" }, "UnauthorizedException"],
    [{ accessToken, region: "eu-west-1" }, "UnauthorizedException"],
    [{ accessToken, roleName: "Nobody" }, "ForbiddenException"],
    [{ accessToken, accountId: PROD_ACCOUNT_ID }, "ForbiddenException"],
    [{ accessToken, accountId: "999999999999" }, "ForbiddenException"],
    [{ accessToken, accountId: "" }, "InvalidRequestException"],
  ];
  for (const [request, exception] of refused) {
    assert.equal(await exceptionOf(roleCredentials(sandbox, request)), exception);
  }
  using client = portalClient(sandbox);
  const strange = new ListAccountRolesCommand({ accessToken, accountId: "999999999999" });
  assert.equal(await exceptionOf(client.send(strange)), "ForbiddenException");
  const mine = {
    userName: "ann@example.com",
    accountId: ACCOUNT_ID,
    permissionSetName: "DevAdmin",
  };
  sandbox.sso.instance.unassign(mine);
  assert.equal(
    await exceptionOf(roleCredentials(sandbox, { accessToken })),
    "ForbiddenException",
  );
  sandbox.sso.instance.assign(mine);
  sandbox.clock.advance(3600);
  assert.equal(
    await exceptionOf(roleCredentials(sandbox, { accessToken })),
    "UnauthorizedException",
  );
});

Deno.test("The portal words its errors as AWS does, in one place or in both", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const seen: unknown[] = [];
  for (const errorShape of ["header_and_body", "header", "body"] as const) {
    sandbox.sso.settings.errorShape = errorShape;
    const response = await fetch(`${sandbox.url}/us-east-2/logout`, { method: "POST" });
    seen.push([response.headers.get("x-amzn-errortype"), await response.json()]);
  }
  const message = "Session token not found or invalid";
  const __type = "com.amazonaws.switchboard.portal#UnauthorizedException";
  assert.deepEqual(seen, [
    ["UnauthorizedException", { message, __type }],
    ["UnauthorizedException", { message }],
    [null, { message, __type }],
  ]);
});

Deno.test("The portal throttles on demand", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  const { accessToken } = sandbox.sso.signIn();
  sandbox.faults.add({
    service: "sso",
    operation: "GetRoleCredentials",
    fault: { kind: "error", status: 429, awsCode: "TooManyRequestsException" },
  });
  assert.equal(
    await exceptionOf(roleCredentials(sandbox, { accessToken })),
    "TooManyRequestsException",
  );
  assert.equal(await exceptionOf(roleCredentials(sandbox, { accessToken })), "none");
  assert.equal(sandbox.sso.roleCredentialsCount, 2);
});

Deno.test("Logout ends one session, and no other", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = portalClient(sandbox);
  const { accessToken } = sandbox.sso.signIn();
  const other = sandbox.sso.signIn();
  assert.equal(await exceptionOf(client.send(new LogoutCommand({ accessToken }))), "none");
  assert.equal(
    await exceptionOf(client.send(new LogoutCommand({ accessToken }))),
    "UnauthorizedException",
  );
  assert.equal(
    await exceptionOf(roleCredentials(sandbox, { accessToken: other.accessToken })),
    "none",
  );
});
