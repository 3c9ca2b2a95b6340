/**
 * SSO OIDC operations: how IAM Identity Center lets a program sign a person in. None of them is signed.
 *
 * @module
 */

import { webAddress } from "../runtime/web_address.ts";
import { type AwsAnswer, invalidAnswer } from "./answer.ts";
import { answerObject } from "./answer_object.ts";
import { type CallRuntime, sendToAws } from "./send.ts";
import { AwsServiceError } from "./service_error.ts";
import type { AwsSettings } from "./settings.ts";

/** How a call is made. The region is that of Identity Center, not the profile's. */
export interface OidcRequest {
  readonly settings: AwsSettings;
  readonly signal?: AbortSignal | undefined;
}

/** This program as Identity Center knows it. */
export interface RegisteredClient {
  readonly clientId: string;
  /** A secret, though a public client's: it renews sessions together with a refresh token. */
  readonly clientSecret: string;
  /** When AWS forgets the client; 90 days after the registration. */
  readonly expiresAt: Date;
}

/** What a client is registered for. */
export interface RegisterClientRequest extends OidcRequest {
  /** What the consent page calls the program. */
  readonly clientName: string;
  /** Such as `sso:account:access`; without any there are no refresh tokens. */
  readonly scopes?: readonly string[] | undefined;
  /** Absent for the device code. */
  readonly authorizationCode?: {
    /** Grants besides the code itself count too, such as `refresh_token`. */
    readonly grantTypes: readonly string[];
    /** Loopback URIs are registered without their port. */
    readonly redirectUris: readonly string[];
    /** The start URL of the Identity Center instance. */
    readonly issuerUrl: string;
  } | undefined;
}

/**
 * Registers this program.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
 */
export async function registerClient(
  request: RegisterClientRequest,
  runtime: CallRuntime,
): Promise<RegisteredClient> {
  const { clientName, scopes, authorizationCode } = request;
  const answer = answerObject(
    await callOidc({
      ...request,
      operation: "RegisterClient",
      path: "/client/register",
      body: { clientName, clientType: "public", scopes, ...authorizationCode },
      secrets: [],
    }, runtime),
  );
  return {
    clientId: answer.nonEmptyString("clientId"),
    clientSecret: answer.nonEmptyString("clientSecret"),
    expiresAt: answer.instant("clientSecretExpiresAt"),
  };
}

/** For whom a device code is wanted. */
export interface StartDeviceAuthorizationRequest extends OidcRequest {
  readonly client: RegisteredClient;
  readonly startUrl: string;
}

/** A sign-in that a person can finish in any browser. */
export interface DeviceAuthorization {
  /** A secret: whoever has it gets the tokens. */
  readonly deviceCode: string;
  /** What the person compares, or types. */
  readonly userCode: string;
  /** Where the person types the code: https, or http on this machine. */
  readonly verificationUri: string;
  /** The same page with the code filled in. */
  readonly verificationUriComplete?: string | undefined;
  readonly expiresInSeconds: number;
  /** The least time between two polls. */
  readonly intervalSeconds: number;
}

/**
 * Begins a sign-in by device code.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html
 */
export async function startDeviceAuthorization(
  request: StartDeviceAuthorizationRequest,
  runtime: CallRuntime,
): Promise<DeviceAuthorization> {
  const { client: { clientId, clientSecret }, startUrl } = request;
  const answer = await callOidc({
    ...request,
    operation: "StartDeviceAuthorization",
    path: "/device_authorization",
    body: { clientId, clientSecret, startUrl },
    secrets: [clientSecret],
  }, runtime);
  const fields = answerObject(answer);
  const authorization = {
    deviceCode: fields.nonEmptyString("deviceCode"),
    userCode: fields.nonEmptyString("userCode"),
    verificationUri: fields.nonEmptyString("verificationUri"),
    verificationUriComplete: fields.optionalString("verificationUriComplete") || undefined,
    expiresInSeconds: secondsIn(answer, "expiresIn"),
    // RFC 8628 §3.5 for servers that name none.
    intervalSeconds: fields.optionalNumber("interval") ?? 5,
  };
  assertShowable(authorization, answer);
  return authorization;
}

/** What is exchanged for tokens. */
export type TokenGrant =
  | { readonly grantType: "device_code"; readonly deviceCode: string }
  | {
    readonly grantType: "authorization_code";
    readonly code: string;
    /** PKCE: proves that the one who asks is the one who sent the browser out. */
    readonly codeVerifier: string;
    /** The same as in the authorize URL, with its port. */
    readonly redirectUri: string;
  }
  | { readonly grantType: "refresh_token"; readonly refreshToken: string };

/** A grant, and who exchanges it. */
export interface CreateTokenRequest extends OidcRequest {
  readonly client: RegisteredClient;
  readonly grant: TokenGrant;
}

/** The tokens of one sign-in. Both are secrets. */
export interface CreatedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  /** From now on the only one that works, where AWS gives one. */
  readonly refreshToken?: string | undefined;
}

/**
 * Exchanges a grant for tokens.
 *
 * Grants are for one use. An attempt that got no answer may have used it up, so `settings.maxAttempts` is the
 * caller's to choose: repeating saves a sign-in when the request was lost, and finds `invalid_grant` when
 * only the answer was.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 */
export async function createToken(
  request: CreateTokenRequest,
  runtime: CallRuntime,
): Promise<CreatedTokens> {
  const { client: { clientId, clientSecret }, grant } = request;
  const { grantType, ...details } = grant;
  const answer = await callOidc({
    ...request,
    operation: "CreateToken",
    path: "/token",
    body: { grantType: GRANT_TYPES[grantType], clientId, clientSecret, ...details },
    secrets: [clientSecret, ...secretsOf(grant)],
  }, runtime);
  const fields = answerObject(answer);
  const accessToken = fields.nonEmptyString("accessToken");
  // It goes into a header, and `fetch` would quote one that does not fit there.
  if (!/^[\x21-\x7e]+$/.test(accessToken)) {
    throw invalidAnswer(answer, "field accessToken is not a token");
  }
  return {
    accessToken,
    expiresInSeconds: secondsIn(answer, "expiresIn"),
    refreshToken: fields.optionalString("refreshToken") || undefined,
  };
}

/**
 * The OAuth word for a refusal of this service, such as `invalid_grant`; `undefined` for every other error.
 *
 * AWS names its exceptions in a header and says the same in the body; what stands between may lose either.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6749#section-5.2
 * @see https://datatracker.ietf.org/doc/html/rfc8628#section-3.5
 */
export function oidcErrorOf(error: unknown): string | undefined {
  if (!(error instanceof AwsServiceError) || error.service !== "sso_oidc") return undefined;
  const word = error.awsCode.replace(/Exception$/, "").replace(/(?<=[a-z])(?=[A-Z])/g, "_");
  return word === "Internal_Server" ? "server_error" : word.toLowerCase();
}

const GRANT_TYPES = {
  device_code: "urn:ietf:params:oauth:grant-type:device_code",
  authorization_code: "authorization_code",
  refresh_token: "refresh_token",
} as const;

function secretsOf(grant: TokenGrant): readonly string[] {
  switch (grant.grantType) {
    case "device_code":
      return [grant.deviceCode];
    case "authorization_code":
      return [grant.code, grant.codeVerifier];
    case "refresh_token":
      return [grant.refreshToken];
  }
}

interface OidcCall extends OidcRequest {
  readonly operation: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** What of the body no message may repeat. */
  readonly secrets: readonly string[];
}

function callOidc(call: OidcCall, runtime: CallRuntime): Promise<AwsAnswer> {
  const { operation, path, body, secrets, settings, signal } = call;
  return sendToAws({
    service: "sso_oidc",
    operation,
    method: "POST",
    path,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    settings,
    signal,
  }, runtime).catch((error: unknown) => {
    throw error instanceof AwsServiceError ? withoutSecrets(error, secrets) : error;
  });
}

/** The body of a request is not known where its refusal is read, so AWS may have been quoted repeating it. */
function withoutSecrets(error: AwsServiceError, secrets: readonly string[]): AwsServiceError {
  const told = secrets.filter((secret) => secret !== "" && error.awsMessage.includes(secret));
  if (told.length === 0) return error;
  const { service, operation, status, awsCode, requestId } = error;
  const awsMessage = told.reduce(
    (text, secret) => text.replaceAll(secret, "***"),
    error.awsMessage,
  );
  return new AwsServiceError({
    ...{ service, operation, status, awsCode, awsMessage, requestId },
    attempts: 1,
  });
}

/** A year is far beyond anything that AWS grants, and far from where dates end. */
const MAX_SECONDS = 366 * 24 * 3600;

function secondsIn(answer: AwsAnswer, field: string): number {
  const seconds = answerObject(answer).number(field);
  if (seconds > 0 && seconds <= MAX_SECONDS) return seconds;
  throw invalidAnswer(answer, `field ${field} is not a number of seconds`);
}

/** The code goes to the terminal as it is, and the address into a browser. */
function assertShowable(authorization: DeviceAuthorization, answer: AwsAnswer): void {
  const { userCode, verificationUri, verificationUriComplete } = authorization;
  if (!/^[\x21-\x7e]{1,64}$/.test(userCode)) {
    throw invalidAnswer(answer, "field userCode is not a code");
  }
  for (const address of [verificationUri, verificationUriComplete]) {
    if (address === undefined || webAddress(address) !== undefined) continue;
    throw invalidAnswer(answer, "the address to sign in at is not https");
  }
}
