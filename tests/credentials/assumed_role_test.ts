/**
 * Becoming a role on top of other credentials.
 *
 * @module
 */

import assert from "node:assert/strict";
import { roleCredentials, type RoleRequest } from "../../src/credentials/assumed_role.ts";
import { EksauthError } from "../../src/errors.ts";
import { ACCESS_KEY_ID, OPS_ROLE_ARN, SECRET_ACCESS_KEY } from "../sandbox/cast.ts";
import { capturingRuntime } from "../world/run_program.ts";
import { type StsDouble, stsDouble } from "./_sts_double.ts";

Deno.test("roleCredentials() assumes the role as aws eks get-token does", async () => {
  const sts = stsDouble();
  assert.deepEqual(await assume({ roleArn: OPS_ROLE_ARN }, sts), {
    credentials: {
      accessKeyId: "ASIDEXAMPLE1",
      secretAccessKey: "secret1",
      sessionToken: "session1",
      expiresAt: new Date("2026-01-02T04:04:05Z"),
    },
    assumedRoleArn: "arn:aws:sts::123456789012:assumed-role/ops/EKSGetTokenAuth",
    source: `role ${OPS_ROLE_ARN}, assumed with profile dev-admin in /home/u/.aws/credentials:2`,
  });
  assert.deepEqual(sts.calls, [{
    host: "sts.us-east-2.amazonaws.com",
    scope: `${ACCESS_KEY_ID}/20260102/us-east-2/sts/aws4_request`,
    form: {
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: OPS_ROLE_ARN,
      RoleSessionName: "EKSGetTokenAuth",
    },
    caCertificates: undefined,
  }]);
});

Deno.test("roleCredentials() passes on external id, session name and duration", async () => {
  const sts = stsDouble();
  await assume({
    roleArn: OPS_ROLE_ARN,
    externalId: "partner/7",
    roleSessionName: "jane@example.com",
    durationSeconds: 900,
  }, sts);
  assert.deepEqual(sts.calls[0]?.form, {
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: OPS_ROLE_ARN,
    RoleSessionName: "jane@example.com",
    ExternalId: "partner/7",
    DurationSeconds: "900",
  });
});

Deno.test("roleCredentials() calls nobody with what STS would refuse", async () => {
  const sts = stsDouble();
  const roles: readonly RoleRequest[] = [
    { roleArn: "ops" },
    { roleArn: OPS_ROLE_ARN, roleSessionName: "a b" },
    { roleArn: OPS_ROLE_ARN, externalId: "x" },
    { roleArn: OPS_ROLE_ARN, durationSeconds: 899 },
  ];
  for (const role of roles) {
    await assert.rejects(
      assume(role, sts),
      (error: unknown) => error instanceof EksauthError && error.code === "usage",
    );
  }
  assert.equal(sts.calls.length, 0);
});

function assume(role: RoleRequest, sts: StsDouble): ReturnType<typeof roleCredentials> {
  return roleCredentials({
    role,
    base: {
      credentials: { accessKeyId: ACCESS_KEY_ID, secretAccessKey: SECRET_ACCESS_KEY },
      source: "profile dev-admin in /home/u/.aws/credentials:2",
      kind: "profile",
    },
    settings: {
      region: "us-east-2",
      useFips: false,
      useDualStack: false,
      endpointUrls: {},
      maxAttempts: 1,
    },
  }, capturingRuntime([], { fetch: sts.fetch }).runtime);
}
