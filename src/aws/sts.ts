/**
 * STS operations: who is calling, and becoming someone else.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { type AnswerObject, answerObject } from "./answer_object.ts";
import type { AwsCredentials } from "./credentials.ts";
import { type AwsCall, type CallRuntime, sendToAws } from "./send.ts";
import { AwsServiceError } from "./service_error.ts";
import type { AwsSettings } from "./settings.ts";

/** How a call of STS is made. */
export interface StsRequest {
  readonly credentials: AwsCredentials;
  readonly settings: AwsSettings;
  readonly signal?: AbortSignal | undefined;
}

/** The role to become. */
export interface AssumeRoleRequest extends StsRequest {
  readonly roleArn: string;
  /** What CloudTrail shows; 2 to 64 letters, digits and `_+=,.@-`. */
  readonly roleSessionName: string;
  /** What the trust policy of a third party's role asks for; 2 to 1224 letters, digits and `_+=,.@:/-`. */
  readonly externalId?: string | undefined;
  /** 900 to 43200, and no more than the role allows; 3600 when absent. */
  readonly durationSeconds?: number | undefined;
}

/** The credentials of a role session. */
export interface AssumedRole extends AwsCredentials {
  /** `arn:aws:sts::123456789012:assumed-role/dev-admin/session`. */
  readonly assumedRoleArn: string;
}

/** Who a set of credentials belongs to. */
export interface CallerIdentity {
  /** Account id, 12 digits. */
  readonly account: string;
  readonly arn: string;
  /** Unique id of the user or role; for a role session, with `:` and the session name behind it. */
  readonly userId: string;
}

/**
 * Becomes a role for a while. What {@linkcode sendToAws} throws, this does too.
 *
 * @throws `usage` when a value breaks a rule that STS would refuse it for
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function assumeRole(
  request: AssumeRoleRequest,
  runtime: CallRuntime,
): Promise<AssumedRole> {
  assertAssumable(request);
  const { roleArn, roleSessionName, externalId, durationSeconds } = request;
  const parameters = {
    RoleArn: roleArn,
    RoleSessionName: roleSessionName,
    ExternalId: externalId,
    DurationSeconds: durationSeconds?.toString(),
  };
  const result = await callSts({ ...request, operation: "AssumeRole", parameters }, runtime)
    .catch((error: unknown) => {
      throw error instanceof AwsServiceError ? retellAssumeRole(error, roleArn) : error;
    });
  const credentials = result.object("Credentials");
  return {
    accessKeyId: credentials.nonEmptyString("AccessKeyId"),
    secretAccessKey: credentials.nonEmptyString("SecretAccessKey"),
    sessionToken: credentials.nonEmptyString("SessionToken"),
    expiresAt: credentials.instant("Expiration"),
    assumedRoleArn: result.object("AssumedRoleUser").nonEmptyString("Arn"),
  };
}

/**
 * Who the credentials belong to. No policy can deny this call, so it also proves that they work.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export async function getCallerIdentity(
  request: StsRequest,
  runtime: CallRuntime,
): Promise<CallerIdentity> {
  const result = await callSts(
    { ...request, operation: "GetCallerIdentity", parameters: {} },
    runtime,
  );
  return {
    account: result.nonEmptyString("Account"),
    arn: result.nonEmptyString("Arn"),
    userId: result.nonEmptyString("UserId"),
  };
}

interface StsCall extends Pick<AwsCall, "operation" | "credentials" | "settings" | "signal"> {
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

/** Sends a call of the query protocol and unwraps its result. */
async function callSts(call: StsCall, runtime: CallRuntime): Promise<AnswerObject> {
  const { operation, parameters, credentials, settings, signal } = call;
  const form = new URLSearchParams({ Action: operation, Version: "2011-06-15" });
  for (const [key, value] of Object.entries(parameters)) {
    if (value !== undefined) form.set(key, value);
  }
  const answer = await sendToAws({
    service: "sts",
    operation,
    method: "POST",
    path: "/",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      // STS then answers in JSON; most of its emulators answer in XML all the same.
      "accept": "application/json",
    },
    body: form.toString(),
    credentials,
    settings,
    signal,
  }, runtime);
  return answerObject(answer).object(`${operation}Response`).object(`${operation}Result`);
}

/**
 * Checks a role before it is assumed, or written down to be assumed later.
 *
 * @throws `usage` when a value breaks a rule that STS would refuse it for
 */
export function assertAssumable(request: Omit<AssumeRoleRequest, keyof StsRequest>): void {
  const rule = brokenRule(request);
  if (rule === undefined) return;
  throw new EksauthError("usage", `Cannot assume role "${request.roleArn}": ${rule}`, {
    hint: "Check the ARN, the session name, the external id and the duration of the role",
  });
}

function brokenRule(request: Omit<AssumeRoleRequest, keyof StsRequest>): string | undefined {
  const { roleArn, roleSessionName, externalId, durationSeconds } = request;
  if (!isRoleArn(roleArn)) return "a role ARN looks like arn:aws:iam::123456789012:role/dev-admin";
  if (!/^[\w+=,.@-]{2,64}$/.test(roleSessionName)) {
    return "a role session name has 2 to 64 letters, digits and _+=,.@-";
  }
  if (externalId !== undefined && !/^[\w+=,.@:\/-]{2,1224}$/.test(externalId)) {
    return "an external id has 2 to 1224 letters, digits and _+=,.@:/-";
  }
  if (durationSeconds !== undefined && !isSessionDuration(durationSeconds)) {
    return "a session lasts from 900 to 43200 whole seconds";
  }
  return undefined;
}

function isRoleArn(text: string): boolean {
  return text.length <= 2048 && /^arn:aws[a-z-]*:iam::\d{12}:role\/[\x21-\x7e]+$/.test(text);
}

function isSessionDuration(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= 900 && seconds <= 43_200;
}

function retellAssumeRole(error: AwsServiceError, roleArn: string): AwsServiceError {
  return error.retold({ cannot: `assume role "${roleArn}"`, hint: assumeRoleHint(error) });
}

function assumeRoleHint(error: AwsServiceError): string | undefined {
  if (error.code === "access_denied") {
    return "The trust policy of the role has to allow this identity, and a policy of this identity sts:AssumeRole";
  }
  if (error.awsCode === "ValidationError" && error.awsMessage.includes("DurationSeconds")) {
    return "Ask for a shorter duration_seconds; a role assumed from a role gets 3600 at most";
  }
  return error.hint;
}
