/**
 * The wire of IAM Identity Center's OIDC service.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  createToken,
  oidcErrorOf,
  registerClient,
  startDeviceAuthorization,
  type TokenGrant,
} from "../../src/aws/sso_oidc.ts";
import { SETTINGS } from "./_cast.ts";
import { jsonReply, type Reply, scriptedRuntime, type SentRequest } from "./_scripted_runtime.ts";

const START_URL = "https://d-9067012345.awsapps.com/start";

const CLIENT = {
  clientId: "client-1",
  clientSecret: "client-secret-1",
  expiresAt: new Date("2026-04-02T03:04:05Z"),
};

const REGISTERED = {
  clientId: "client-1",
  clientSecret: "client-secret-1",
  clientIdIssuedAt: 1_767_323_045,
  clientSecretExpiresAt: 1_775_099_045,
};

const DEVICE = {
  deviceCode: "device-code-1",
  userCode: "ABCD-EFGH",
  verificationUri: "https://d-9067012345.awsapps.com/start/#/device",
  verificationUriComplete: "https://d-9067012345.awsapps.com/start/#/device?user_code=ABCD-EFGH",
  expiresIn: 600,
  interval: 1,
};

const CREATED = {
  accessToken: "access-1",
  tokenType: "Bearer",
  expiresIn: 3600,
  refreshToken: "refresh-1",
};

Deno.test("registerClient() asks for a public client, for codes only when told to", async () => {
  const runtime = scriptedRuntime([jsonReply(REGISTERED), jsonReply(REGISTERED)]);
  const plain = { clientName: "eksauth", settings: SETTINGS };
  assert.deepEqual(await registerClient(plain, runtime), CLIENT);
  await registerClient({
    ...plain,
    scopes: ["sso:account:access"],
    authorizationCode: {
      grantTypes: ["authorization_code", "refresh_token"],
      redirectUris: ["http://127.0.0.1/oauth/callback"],
      issuerUrl: START_URL,
    },
  }, runtime);
  const [first, second] = runtime.requests;
  assertUnsigned(first, "https://oidc.us-east-2.amazonaws.com/client/register");
  assert.deepEqual(bodyOf(first), { clientName: "eksauth", clientType: "public" });
  assert.deepEqual(bodyOf(second), {
    clientName: "eksauth",
    clientType: "public",
    scopes: ["sso:account:access"],
    grantTypes: ["authorization_code", "refresh_token"],
    redirectUris: ["http://127.0.0.1/oauth/callback"],
    issuerUrl: START_URL,
  });
});

Deno.test("startDeviceAuthorization() gives what a person and a poller need", async () => {
  const { interval: _, verificationUriComplete: _filled, ...least } = DEVICE;
  const runtime = scriptedRuntime([jsonReply(DEVICE), jsonReply(least)]);
  const request = { client: CLIENT, startUrl: START_URL, settings: SETTINGS };
  const { expiresIn: expiresInSeconds, interval: intervalSeconds, ...shown } = DEVICE;
  assert.deepEqual(await startDeviceAuthorization(request, runtime), {
    ...shown,
    expiresInSeconds,
    intervalSeconds,
  });
  const sparse = await startDeviceAuthorization(request, runtime);
  assert.equal(sparse.intervalSeconds, 5);
  assert.equal(sparse.verificationUriComplete, undefined);
  const [sent] = runtime.requests;
  assertUnsigned(sent, "https://oidc.us-east-2.amazonaws.com/device_authorization");
  assert.deepEqual(bodyOf(sent), {
    clientId: "client-1",
    clientSecret: "client-secret-1",
    startUrl: START_URL,
  });
});

Deno.test("startDeviceAuthorization() takes nothing that could mislead a person", async () => {
  const rows: readonly (readonly [Partial<Record<keyof typeof DEVICE, unknown>>, string])[] = [
    [{ userCode: "AB\u001b[2JCD" }, "field userCode is not a code"],
    [{ userCode: "A".repeat(65) }, "field userCode is not a code"],
    [{ userCode: "" }, "field userCode is empty"],
    [{ verificationUri: "http://evil.example/" }, "the address to sign in at is not https"],
    [{ verificationUri: "javascript:alert(1)" }, "the address to sign in at is not https"],
    [{ verificationUriComplete: "file:///etc" }, "the address to sign in at is not https"],
    [
      { verificationUriComplete: "https://aws.example@evil.example/" },
      "the address to sign in at is not https",
    ],
    [{ expiresIn: 0 }, "field expiresIn is not a number of seconds"],
    [{ expiresIn: 1e300 }, "field expiresIn is not a number of seconds"],
    [{ deviceCode: null }, "field deviceCode is missing"],
  ];
  for (const [change, fault] of rows) {
    const runtime = scriptedRuntime([jsonReply({ ...DEVICE, ...change })]);
    const request = { client: CLIENT, startUrl: START_URL, settings: SETTINGS };
    await assert.rejects(startDeviceAuthorization(request, runtime), {
      code: "aws_answer_invalid",
      message:
        `Cannot read the answer of oidc.us-east-2.amazonaws.com to StartDeviceAuthorization: ${fault}`,
    });
  }
});

Deno.test("startDeviceAuthorization() takes plain http on this machine", async () => {
  const reply = jsonReply({ ...DEVICE, verificationUri: "http://127.0.0.1:8080/device" });
  const request = { client: CLIENT, startUrl: START_URL, settings: SETTINGS };
  const authorization = await startDeviceAuthorization(request, scriptedRuntime([reply]));
  assert.equal(authorization.verificationUri, "http://127.0.0.1:8080/device");
});

/** A grant, and its part of the body. */
const GRANTS: readonly (readonly [TokenGrant, Readonly<Record<string, string>>])[] = [
  [
    { grantType: "device_code", deviceCode: "device-code-1" },
    {
      grantType: "urn:ietf:params:oauth:grant-type:device_code",
      deviceCode: "device-code-1",
    },
  ],
  [
    {
      grantType: "authorization_code",
      code: "code-1",
      codeVerifier: "verifier-1",
      redirectUri: "http://127.0.0.1:40001/oauth/callback",
    },
    {
      grantType: "authorization_code",
      code: "code-1",
      codeVerifier: "verifier-1",
      redirectUri: "http://127.0.0.1:40001/oauth/callback",
    },
  ],
  [
    { grantType: "refresh_token", refreshToken: "refresh-0" },
    { grantType: "refresh_token", refreshToken: "refresh-0" },
  ],
];

Deno.test("createToken() exchanges each of the three grants", async () => {
  for (const [grant, body] of GRANTS) {
    const runtime = scriptedRuntime([jsonReply(CREATED)]);
    const tokens = await createToken({ client: CLIENT, grant, settings: SETTINGS }, runtime);
    assert.deepEqual(tokens, {
      accessToken: "access-1",
      expiresInSeconds: 3600,
      refreshToken: "refresh-1",
    });
    const [sent] = runtime.requests;
    assertUnsigned(sent, "https://oidc.us-east-2.amazonaws.com/token");
    assert.deepEqual(bodyOf(sent), {
      ...body,
      clientId: "client-1",
      clientSecret: "client-secret-1",
    });
  }
});

Deno.test("createToken() does without a refresh token, and not without an access token", async () => {
  const { refreshToken: _, ...withoutRefresh } = CREATED;
  const request = { client: CLIENT, grant: GRANTS[0]![0], settings: SETTINGS };
  const tokens = await createToken(request, scriptedRuntime([jsonReply(withoutRefresh)]));
  assert.equal(tokens.refreshToken, undefined);
  for (
    const change of [{ accessToken: "" }, { accessToken: "a\r\nb" }, { expiresIn: "3600" }, {
      expiresIn: -1,
    }]
  ) {
    const runtime = scriptedRuntime([jsonReply({ ...CREATED, ...change })]);
    await assert.rejects(createToken(request, runtime), { code: "aws_answer_invalid" });
  }
});

/** Header, body, status, and the word that they mean. */
const REFUSALS: readonly (readonly [string | undefined, unknown, number, string])[] = [
  [
    "AuthorizationPendingException",
    { error: "authorization_pending" },
    400,
    "authorization_pending",
  ],
  [undefined, { error: "authorization_pending" }, 400, "authorization_pending"],
  ["SlowDownException", {}, 400, "slow_down"],
  [undefined, { error: "slow_down" }, 400, "slow_down"],
  ["ExpiredTokenException", { error: "expired_token" }, 400, "expired_token"],
  [
    "AccessDeniedException",
    { error: "access_denied", reason: "KMS_AccessDeniedException" },
    400,
    "access_denied",
  ],
  ["InvalidGrantException", { error: "invalid_grant" }, 400, "invalid_grant"],
  ["InvalidClientException", { error: "invalid_client" }, 401, "invalid_client"],
  [undefined, { error: "invalid_client" }, 401, "invalid_client"],
  ["UnauthorizedClientException", {}, 400, "unauthorized_client"],
  ["UnsupportedGrantTypeException", {}, 400, "unsupported_grant_type"],
  ["InvalidScopeException", {}, 400, "invalid_scope"],
  ["InvalidClientMetadataException", {}, 400, "invalid_client_metadata"],
  ["InvalidRedirectUriException", {}, 400, "invalid_redirect_uri"],
  [
    "InvalidRequestException",
    { error: "invalid_request", reason: "KMS_DisabledException" },
    400,
    "invalid_request",
  ],
  ["com.amazonaws.ssooidc#InvalidGrantException:http://x/", {}, 400, "invalid_grant"],
  ["InternalServerException", { error: "server_error" }, 500, "server_error"],
  [undefined, { error: "server_error" }, 500, "server_error"],
];

Deno.test("oidcErrorOf() knows every refusal by header or body", async () => {
  for (const [header, body, status, word] of REFUSALS) {
    const reply = refusal({ header, body, status });
    const settings = { ...SETTINGS, maxAttempts: 1 };
    const request = { client: CLIENT, grant: GRANTS[0]![0], settings };
    const error = await createToken(request, scriptedRuntime([reply])).catch((error) => error);
    assert.equal(oidcErrorOf(error), word, `${header} ${JSON.stringify(body)}`);
  }
  assert.equal(oidcErrorOf(new Error("InvalidGrantException")), undefined);
});

Deno.test("createToken() waits for no code by itself: the poller does", async () => {
  const runtime = scriptedRuntime([
    refusal({ header: "AuthorizationPendingException", body: {}, status: 400 }),
  ]);
  const request = { client: CLIENT, grant: GRANTS[0]![0], settings: SETTINGS };
  await assert.rejects(createToken(request, runtime));
  runtime.assertPlayedOut();
  assert.deepEqual(runtime.pausesMs, []);
});

Deno.test("OIDC refusals never repeat a secret of the request, and leave the rest readable", async () => {
  for (const [grant] of GRANTS) {
    const { grantType: _, redirectUri = "", ...secretParts } = { redirectUri: "", ...grant };
    const secrets = ["client-secret-1", ...Object.values(secretParts)];
    const reply: Reply = refusal({
      header: "InvalidGrantException",
      body: { error_description: `I do not want ${secrets.join(" and ")} at ${redirectUri}` },
      status: 400,
    });
    const request = { client: CLIENT, grant, settings: SETTINGS };
    const error = await createToken(request, scriptedRuntime([reply])).catch((error) => error);
    const blots = secrets.map(() => "***").join(" and ");
    assert.equal(error.awsMessage, `I do not want ${blots} at ${redirectUri}`.trim());
    assert.ok(error.message.includes(error.awsMessage));
  }
});

function refusal(
  { header, body, status }: {
    readonly header: string | undefined;
    readonly body: unknown;
    readonly status: number;
  },
): Response {
  const headers = header === undefined ? {} : { "x-amzn-errortype": header };
  return jsonReply(body, { status, headers: { "x-amzn-requestid": "1b2c3d4e", ...headers } });
}

function assertUnsigned(sent: SentRequest | undefined, url: string): void {
  assert.equal(sent?.url, url);
  assert.equal(sent.method, "POST");
  assert.equal(sent.headers["content-type"], "application/json");
  assert.equal(sent.headers["authorization"], undefined);
}

function bodyOf(sent: SentRequest | undefined): unknown {
  return JSON.parse(sent?.body ?? "");
}
