/**
 * The wire of the AWS access portal.
 *
 * @module
 */

import assert from "node:assert/strict";
import { getRoleCredentials, listAccountRoles, listAccounts, logout } from "../../src/aws/sso.ts";
import { ACCOUNT_ID } from "../sandbox/cast.ts";
import { SETTINGS } from "./_cast.ts";
import { jsonReply, refusalReply, scriptedRuntime } from "./_scripted_runtime.ts";

const PORTAL = { accessToken: "access-1", settings: SETTINGS };
const ROLE = { ...PORTAL, accountId: ACCOUNT_ID, roleName: "Admin+x" };
const HOST = "https://portal.sso.us-east-2.amazonaws.com";

const CREDENTIALS = {
  accessKeyId: "ASIDEXAMPLE",
  secretAccessKey: "secret-1",
  sessionToken: "session-1",
  expiration: 1_767_326_645_500,
};

Deno.test("getRoleCredentials() sends the token in a header and reads milliseconds", async () => {
  const runtime = scriptedRuntime([jsonReply({ roleCredentials: CREDENTIALS })]);
  assert.deepEqual(await getRoleCredentials(ROLE, runtime), {
    accessKeyId: "ASIDEXAMPLE",
    secretAccessKey: "secret-1",
    sessionToken: "session-1",
    expiresAt: new Date("2026-01-02T04:04:05.500Z"),
  });
  const [sent] = runtime.requests;
  assert.equal(sent?.method, "GET");
  assert.equal(
    sent.url,
    `${HOST}/federation/credentials?role_name=Admin%2Bx&account_id=${ACCOUNT_ID}`,
  );
  assert.equal(sent.headers["x-amz-sso_bearer_token"], "access-1");
  assert.equal(sent.headers["authorization"], undefined);
});

Deno.test("getRoleCredentials() takes no half credentials, and never shows them", async () => {
  const rows: readonly (readonly [Partial<Record<keyof typeof CREDENTIALS, unknown>>, string])[] = [
    [
      { secretAccessKey: "" },
      "field roleCredentials.secretAccessKey is empty",
    ],
    [{ sessionToken: null }, "field roleCredentials.sessionToken is missing"],
    [{ expiration: "2026-01-02T04:04:05Z" }, "field roleCredentials.expiration is not a number"],
    [{ expiration: 1e300 }, "field roleCredentials.expiration is not a time"],
  ];
  for (const [change, fault] of rows) {
    const runtime = scriptedRuntime([
      jsonReply({ roleCredentials: { ...CREDENTIALS, ...change } }),
    ]);
    await assert.rejects(getRoleCredentials(ROLE, runtime), {
      code: "aws_answer_invalid",
      message:
        `Cannot read the answer of portal.sso.us-east-2.amazonaws.com to GetRoleCredentials: ${fault}`,
    });
  }
});

Deno.test("getRoleCredentials() comes back when the portal is asked too often", async () => {
  const throttled = refusalReply(429, { awsCode: "TooManyRequestsException" });
  const runtime = scriptedRuntime([throttled, jsonReply({ roleCredentials: CREDENTIALS })]);
  await getRoleCredentials(ROLE, runtime);
  runtime.assertPlayedOut();
  assert.deepEqual(runtime.pausesMs, [1000]);
});

Deno.test("portal refusals are told once, by status, without the token", async () => {
  for (
    const [status, awsCode] of [[401, "UnauthorizedException"], [
      403,
      "ForbiddenException",
    ]] as const
  ) {
    const reply = refusalReply(status, { awsCode, message: "access-1 is no good" });
    const runtime = scriptedRuntime([reply]);
    const error = await getRoleCredentials(ROLE, runtime).catch((error) => error);
    runtime.assertPlayedOut();
    assert.equal(error.status, status);
    assert.doesNotMatch(error.message, /access-1/);
  }
});

Deno.test("listAccounts() reads all pages", async () => {
  const runtime = scriptedRuntime([
    jsonReply({
      nextToken: "page 2",
      accountList: [
        { accountId: ACCOUNT_ID, accountName: "dev", emailAddress: "dev@example.com" },
        { accountId: "210987654321" },
      ],
    }),
    jsonReply({
      nextToken: null,
      accountList: [{ accountId: "000000000001", accountName: "old" }],
    }),
  ]);
  assert.deepEqual(await listAccounts(PORTAL, runtime), [
    { accountId: ACCOUNT_ID, accountName: "dev", emailAddress: "dev@example.com" },
    { accountId: "210987654321", accountName: undefined, emailAddress: undefined },
    { accountId: "000000000001", accountName: "old", emailAddress: undefined },
  ]);
  assert.deepEqual(runtime.requests.map(({ url }) => url), [
    `${HOST}/assignment/accounts?max_result=100`,
    `${HOST}/assignment/accounts?max_result=100&next_token=page%202`,
  ]);
});

Deno.test("listAccountRoles() asks for one account and gives names", async () => {
  const runtime = scriptedRuntime([
    jsonReply({ nextToken: "2", roleList: [{ roleName: "Admin", accountId: ACCOUNT_ID }] }),
    jsonReply({ roleList: [{ roleName: "ReadOnly", accountId: ACCOUNT_ID }] }),
  ]);
  const roles = await listAccountRoles({ ...PORTAL, accountId: ACCOUNT_ID }, runtime);
  assert.deepEqual(roles, ["Admin", "ReadOnly"]);
  assert.equal(
    runtime.requests[1]?.url,
    `${HOST}/assignment/roles?account_id=${ACCOUNT_ID}&max_result=100&next_token=2`,
  );
});

Deno.test("listAccounts() does not go round in circles", async () => {
  const same = (): Response => jsonReply({ nextToken: "again", accountList: [] });
  await assert.rejects(listAccounts(PORTAL, scriptedRuntime([same, same])), {
    code: "aws_answer_invalid",
    message: /there is no end to its pages$/,
  });
  let page = 0;
  const endless = Array.from(
    { length: 501 },
    () => (): Response => jsonReply({ nextToken: `${++page}` }),
  );
  await assert.rejects(
    listAccounts(PORTAL, scriptedRuntime(endless)),
    /there is no end to its pages$/,
  );
  assert.equal(page, 500);
});

Deno.test("logout() posts nothing but the token", async () => {
  const runtime = scriptedRuntime([new Response(null, { status: 200 })]);
  await logout(PORTAL, runtime);
  const [sent] = runtime.requests;
  assert.equal(sent?.method, "POST");
  assert.equal(sent.url, `${HOST}/logout`);
  assert.equal(sent.body, undefined);
  assert.equal(sent.headers["x-amz-sso_bearer_token"], "access-1");
});
