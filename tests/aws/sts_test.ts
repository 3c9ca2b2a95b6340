import assert from "node:assert/strict";
import { assumeRole, type AssumeRoleRequest, getCallerIdentity } from "../../src/aws/sts.ts";
import { ACCOUNT_ID, OPS_ROLE_ARN } from "../sandbox/cast.ts";
import { KEYS, SESSION_KEYS, SETTINGS } from "./_cast.ts";
import { jsonReply, type Reply, scriptedRuntime } from "./_scripted_runtime.ts";

const REQUEST: AssumeRoleRequest = {
  roleArn: OPS_ROLE_ARN,
  roleSessionName: "dev-admin",
  credentials: SESSION_KEYS,
  settings: SETTINGS,
};

const ASSUMED_ROLE_ARN = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/ops/dev-admin`;

const ASSUMED = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "secret&more",
  sessionToken: "token==",
  expiresAt: new Date("2026-01-02T04:04:05Z"),
  assumedRoleArn: ASSUMED_ROLE_ARN,
};

function assumedAsJson(expiration: unknown): Response {
  return jsonReply({
    AssumeRoleResponse: {
      AssumeRoleResult: {
        Credentials: {
          AccessKeyId: "ASIAEXAMPLE",
          SecretAccessKey: "secret&more",
          SessionToken: "token==",
          Expiration: expiration,
        },
        AssumedRoleUser: { AssumedRoleId: "AROAEXAMPLE:dev-admin", Arn: ASSUMED_ROLE_ARN },
        PackedPolicySize: null,
      },
      ResponseMetadata: { RequestId: "1b2c3d4e" },
    },
  });
}

function xmlReply(text: string, status = 200): Response {
  return new Response(text, { status, headers: { "content-type": "text/xml" } });
}

function assumedAsXml(): Response {
  return xmlReply(`<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>AROAEXAMPLE:dev-admin</AssumedRoleId>
      <Arn>${ASSUMED_ROLE_ARN}</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIAEXAMPLE</AccessKeyId>
      <SecretAccessKey>secret&amp;more</SecretAccessKey>
      <SessionToken>token==</SessionToken>
      <Expiration>2026-01-02T04:04:05Z</Expiration>
    </Credentials>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>1b2c3d4e</RequestId></ResponseMetadata>
</AssumeRoleResponse>`);
}

Deno.test("assumeRole() reads credentials from JSON and XML alike", async () => {
  const replies: readonly Reply[] = [
    assumedAsJson(1_767_326_645),
    assumedAsJson(1.767326645e9),
    assumedAsJson("2026-01-02T04:04:05Z"),
    assumedAsXml(),
  ];
  for (const reply of replies) {
    assert.deepEqual(await assumeRole(REQUEST, scriptedRuntime([reply])), ASSUMED);
  }
});

Deno.test("assumeRole() posts a signed form to STS of the region", async () => {
  const runtime = scriptedRuntime([assumedAsXml, assumedAsXml]);
  await assumeRole(REQUEST, runtime);
  await assumeRole({ ...REQUEST, externalId: "a:b/c+d", durationSeconds: 900 }, runtime);
  const [plain, full] = runtime.requests;
  assert.equal(plain?.method, "POST");
  assert.equal(plain.url, "https://sts.us-east-2.amazonaws.com/");
  assert.equal(plain.headers["accept"], "application/json");
  assert.equal(plain.headers["content-type"], "application/x-www-form-urlencoded; charset=utf-8");
  assert.match(plain.headers["authorization"] ?? "", /\/us-east-2\/sts\/aws4_request/);
  const form = {
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: OPS_ROLE_ARN,
    RoleSessionName: "dev-admin",
  };
  assert.deepEqual(Object.fromEntries(new URLSearchParams(plain.body)), form);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(full?.body)), {
    ...form,
    ExternalId: "a:b/c+d",
    DurationSeconds: "900",
  });
});

Deno.test("assumeRole() refuses what STS would refuse, without asking it", async () => {
  const rows: readonly (readonly [Partial<AssumeRoleRequest>, RegExp])[] = [
    [{ roleArn: "ops" }, /^Cannot assume role "ops": a role ARN looks like /],
    [{ roleArn: "" }, /a role ARN looks like/],
    [{ roleArn: `arn:aws:iam::${ACCOUNT_ID}:user/ops` }, /a role ARN looks like/],
    [{ roleArn: "arn:aws:iam::1234:role/ops" }, /a role ARN looks like/],
    [{ roleArn: `${OPS_ROLE_ARN} ` }, /a role ARN looks like/],
    [{ roleArn: OPS_ROLE_ARN + "x".repeat(2048) }, /a role ARN looks like/],
    [{ roleSessionName: "x" }, /a role session name has 2 to 64/],
    [{ roleSessionName: "x".repeat(65) }, /a role session name has 2 to 64/],
    [{ roleSessionName: "dev admin" }, /a role session name has 2 to 64/],
    [{ roleSessionName: "zoë" }, /a role session name has 2 to 64/],
    [{ externalId: "" }, /an external id has 2 to 1224/],
    [{ externalId: "a b" }, /an external id has 2 to 1224/],
    [{ externalId: "x".repeat(1225) }, /an external id has 2 to 1224/],
    [{ durationSeconds: 899 }, /a session lasts from 900 to 43200/],
    [{ durationSeconds: 43_201 }, /a session lasts from 900 to 43200/],
    [{ durationSeconds: 900.5 }, /a session lasts from 900 to 43200/],
    [{ durationSeconds: NaN }, /a session lasts from 900 to 43200/],
  ];
  const runtime = scriptedRuntime([]);
  for (const [change, message] of rows) {
    await assert.rejects(assumeRole({ ...REQUEST, ...change }, runtime), {
      code: "usage",
      message,
    });
  }
  runtime.assertPlayedOut();
});

Deno.test("assumeRole() takes roles with paths and of every partition", async () => {
  const roleArns = [
    "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/us-east-2/AWSReservedSSO_Admin_0123456789abcdef",
    "arn:aws-us-gov:iam::123456789012:role/ops",
    "arn:aws-iso-b:iam::123456789012:role/ops",
  ];
  for (const roleArn of roleArns) {
    await assumeRole({ ...REQUEST, roleArn }, scriptedRuntime([assumedAsXml]));
  }
});

/** Code, message of STS, our code, the hint. */
const REFUSALS: readonly (readonly [string, string, string, RegExp])[] = [
  [
    "AccessDenied",
    "User is not authorized to perform: sts:AssumeRole",
    "access_denied",
    /^The trust policy of the role /,
  ],
  [
    "ExpiredToken",
    "The security token included in the request is expired",
    "credentials_expired",
    /eksauth login/,
  ],
  [
    "ValidationError",
    "The requested DurationSeconds exceeds the MaxSessionDuration set for this role",
    "aws_error",
    /^Ask for a shorter duration_seconds/,
  ],
];

Deno.test("assumeRole() names the role and the way out when STS refuses, in XML and JSON", async () => {
  for (const [awsCode, message, code, hint] of REFUSALS) {
    const error = { Type: "Sender", Code: awsCode, Message: message };
    const replies = [
      jsonReply({ Error: error, RequestId: "1b2c3d4e" }, { status: 403 }),
      xmlReply(
        `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${awsCode}` +
          `</Code><Message>${message}</Message></Error><RequestId>1b2c3d4e</RequestId></ErrorResponse>`,
        403,
      ),
    ];
    for (const reply of replies) {
      await assert.rejects(assumeRole(REQUEST, scriptedRuntime([reply])), {
        code,
        awsCode,
        hint,
        message:
          `Cannot assume role "${OPS_ROLE_ARN}": AWS refused AssumeRole: ${awsCode}: ${message} (request id 1b2c3d4e)`,
      });
    }
  }
});

Deno.test("assumeRole() refuses an answer that lacks a key, naming the field", async () => {
  const rows: readonly (readonly [Response, string])[] = [
    [jsonReply({}), "field AssumeRoleResponse is missing"],
    [
      jsonReply({ AssumeRoleResponse: { AssumeRoleResult: { Credentials: {} } } }),
      "field AssumeRoleResponse.AssumeRoleResult.Credentials.AccessKeyId is missing",
    ],
    [
      assumedAsJson(null),
      "field AssumeRoleResponse.AssumeRoleResult.Credentials.Expiration is missing",
    ],
  ];
  for (const [reply, fault] of rows) {
    await assert.rejects(assumeRole(REQUEST, scriptedRuntime([reply])), {
      code: "aws_answer_invalid",
      message: `Cannot read the answer of sts.us-east-2.amazonaws.com to AssumeRole: ${fault}`,
    });
  }
});

Deno.test("getCallerIdentity() says who the credentials belong to", async () => {
  const identity = {
    account: ACCOUNT_ID,
    arn: ASSUMED_ROLE_ARN,
    userId: "AROAEXAMPLE:dev-admin",
  };
  const { account, arn, userId } = identity;
  const replies = [
    jsonReply({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: { Account: account, Arn: arn, UserId: userId },
        ResponseMetadata: { RequestId: "1b2c3d4e" },
      },
    }),
    xmlReply(
      "<GetCallerIdentityResponse><GetCallerIdentityResult>" +
        `<Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${account}</Account>` +
        "</GetCallerIdentityResult></GetCallerIdentityResponse>",
    ),
  ];
  for (const reply of replies) {
    const runtime = scriptedRuntime([reply]);
    assert.deepEqual(
      await getCallerIdentity({ credentials: KEYS, settings: SETTINGS }, runtime),
      identity,
    );
    assert.equal(runtime.requests[0]?.body, "Action=GetCallerIdentity&Version=2011-06-15");
  }
});

Deno.test("getCallerIdentity() goes to an override where one is set", async () => {
  const runtime = scriptedRuntime([
    jsonReply({
      GetCallerIdentityResponse: {
        GetCallerIdentityResult: { Account: "1", Arn: "a", UserId: "u" },
      },
    }),
  ]);
  const settings = {
    ...SETTINGS,
    endpointUrls: { sts: "https://vpce-1.sts.us-east-2.vpce.amazonaws.com" },
  };
  await getCallerIdentity({ credentials: KEYS, settings }, runtime);
  assert.equal(runtime.requests[0]?.url, "https://vpce-1.sts.us-east-2.vpce.amazonaws.com/");
});
