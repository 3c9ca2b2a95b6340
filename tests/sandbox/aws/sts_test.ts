import assert from "node:assert/strict";

import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

import { ADMIN_ROLE_ARN, OPS_ROLE_ARN, REGION, USER_ARN } from "../cast.ts";
import { type Sandbox, startSandbox } from "../world.ts";
import type { AccessKey } from "./accounts.ts";

/** The official client; it signs by the machine's clock, so the sandbox's must not be frozen elsewhere. */
function stsClient(
  sandbox: Sandbox,
  credentials: AccessKey = sandbox.devAdmin,
): Disposable & STSClient {
  const client = new STSClient({
    region: REGION,
    endpoint: sandbox.url,
    credentials,
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

const ROLE_SESSION = { RoleArn: OPS_ROLE_ARN, RoleSessionName: "ann@example.com" };

Deno.test("stsService() tells AWS's own client who is calling", async () => {
  await using sandbox = await startSandbox();
  using client = stsClient(sandbox);
  const { Arn, Account, UserId } = await client.send(new GetCallerIdentityCommand({}));
  const { userId } = sandbox.devAdmin.principal;
  assert.deepEqual({ Arn, Account, UserId }, {
    Arn: USER_ARN,
    Account: "123456789012",
    UserId: userId,
  });
});

Deno.test("stsService() issues keys that work, as whom they say, until they expire", async () => {
  await using sandbox = await startSandbox({ now: new Date(Math.floor(Date.now() / 1000) * 1000) });
  using client = stsClient(sandbox);
  const { Credentials, AssumedRoleUser } = await client.send(
    new AssumeRoleCommand({ ...ROLE_SESSION, DurationSeconds: 900 }),
  );
  const sessionArn = "arn:aws:sts::123456789012:assumed-role/ops/ann@example.com";
  assert.equal(AssumedRoleUser?.Arn, sessionArn);
  assert.equal(Credentials?.Expiration?.getTime(), sandbox.clock.now().getTime() + 900_000);
  const session = sandbox.accounts.find(Credentials?.AccessKeyId ?? "", REGION);
  assert.ok(session);
  assert.equal(session.sessionToken, Credentials?.SessionToken);
  using asSession = stsClient(sandbox, session);
  assert.equal((await asSession.send(new GetCallerIdentityCommand({}))).Arn, sessionArn);
});

/** What the role `strict` demands, and what is brought. */
const DEMANDS: readonly (readonly [string, Record<string, unknown>, string])[] = [
  ["nothing", {}, "AccessDenied"],
  ["another external id", { ExternalId: "wrong" }, "AccessDenied"],
  ["no code", { ExternalId: "vendor-42" }, "AccessDenied"],
  ["a wrong code", {
    ExternalId: "vendor-42",
    SerialNumber: "arn:aws:iam::123456789012:mfa/ann",
    TokenCode: "000000",
  }, "AccessDenied"],
  ["all of it", {
    ExternalId: "vendor-42",
    SerialNumber: "arn:aws:iam::123456789012:mfa/ann",
    TokenCode: "123456",
  }, "none"],
];

Deno.test("stsService() holds a role to its trust, external id and MFA", async () => {
  await using sandbox = await startSandbox();
  const strictArn = "arn:aws:iam::123456789012:role/vendors/strict";
  sandbox.accounts.addRole({
    arn: strictArn,
    trusts: ["arn:aws:iam::123456789012:root"],
    externalId: "vendor-42",
    mfa: { serialNumber: "arn:aws:iam::123456789012:mfa/ann", tokenCode: "123456" },
  });
  using client = stsClient(sandbox);
  for (const [what, demand, expected] of DEMANDS) {
    const command = new AssumeRoleCommand({ ...ROLE_SESSION, ...demand, RoleArn: strictArn });
    assert.equal(await errorOf(client.send(command)), expected, what);
  }
  using stranger = stsClient(
    sandbox,
    sandbox.accounts.addUser({ arn: "arn:aws:iam::210987654321:user/eve" }),
  );
  assert.equal(await errorOf(stranger.send(new AssumeRoleCommand(ROLE_SESSION))), "AccessDenied");
  const nowhere = { ...ROLE_SESSION, RoleArn: `${OPS_ROLE_ARN}-gone` };
  assert.equal(await errorOf(client.send(new AssumeRoleCommand(nowhere))), "AccessDenied");
});

Deno.test("stsService() validates what it is asked", async () => {
  await using sandbox = await startSandbox();
  sandbox.accounts.addRole({
    arn: "arn:aws:iam::123456789012:role/long",
    trusts: [USER_ARN, ADMIN_ROLE_ARN],
    maxSessionSeconds: 43_200,
  });
  const longRole = { ...ROLE_SESSION, RoleArn: "arn:aws:iam::123456789012:role/long" };
  using client = stsClient(sandbox);
  const asked = (input: Record<string, unknown>): Promise<string> =>
    errorOf(client.send(new AssumeRoleCommand({ ...ROLE_SESSION, ...input })));
  assert.equal(await asked({ DurationSeconds: 899 }), "ValidationError");
  assert.equal(await asked({ DurationSeconds: 43_201 }), "ValidationError");
  assert.equal(await asked({ DurationSeconds: 3601 }), "ValidationError");
  assert.equal(await asked({ ...longRole, DurationSeconds: 43_200 }), "none");
  assert.equal(await asked({ RoleSessionName: "no spaces" }), "ValidationError");
  assert.equal(await asked({ RoleArn: "ops" }), "ValidationError");
  const admin = sandbox.accounts.issueSession({ roleArn: ADMIN_ROLE_ARN, sessionName: "ann" });
  using chained = stsClient(sandbox, admin);
  assert.equal(await errorOf(chained.send(new AssumeRoleCommand(ROLE_SESSION))), "none");
  assert.equal(
    await errorOf(chained.send(new AssumeRoleCommand({ ...longRole, DurationSeconds: 3601 }))),
    "ValidationError",
  );
});
