/**
 * One attempt of a call: sign, send, and say whether what came back is an answer, a refusal, or nothing
 * that AWS can have meant.
 *
 * @module
 */

import type { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { VERSION } from "../version.ts";
import { type AnswerOrigin, type AwsAnswer, invalidAnswer, parseBody } from "./answer.ts";
import type { Endpoint } from "./endpoints.ts";
import { parseErrorAnswer } from "./error_answer.ts";
import { explainNetworkFailure } from "./network_failure.ts";
import { isTransient, retryAfterMs } from "./retry.ts";
import type { AwsCall } from "./send.ts";
import { AwsServiceError } from "./service_error.ts";
import { type SignedRequest, signRequest } from "./sigv4.ts";

/** What all attempts of one call have in common. */
export interface CallPlan {
  readonly call: AwsCall;
  readonly endpoint: Endpoint;
  readonly url: string;
  readonly origin: AnswerOrigin;
  /** The same in all attempts, so that AWS can tell a repetition from a new call. */
  readonly invocationId: string;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  /** Milliseconds since the epoch. */
  readonly deadlineAtMs: number;
}

/** One attempt among those of a plan; the first is 1. */
export interface Attempt {
  readonly plan: CallPlan;
  readonly attempt: number;
}

/** How an attempt went. */
export type Outcome = { readonly answer: AwsAnswer } | FailedOutcome;

/** Why an attempt failed, and whether another may not. */
export interface FailedOutcome {
  readonly error: EksauthError;
  readonly isTransient: boolean;
  /** Milliseconds that AWS asks to wait; 0 when it does not say. */
  readonly retryAfterMs: number;
}

/** Signs a call with the time of now and sends it, once. */
export async function attemptCall(
  one: Attempt,
  runtime: Pick<Runtime, "fetch" | "now">,
): Promise<Outcome> {
  const { plan, attempt } = one;
  const sentAt = runtime.now();
  const request = await signedUnlessAnonymous(plan, sentAt);
  const remainingMs = Math.max(0, plan.deadlineAtMs - sentAt.getTime());
  const timeoutMs = Math.min(plan.timeoutMs, remainingMs);
  const sent = await exchange({ one, request, timeoutMs }, runtime);
  if ("response" in sent) return judge({ ...one, ...sent });
  const failure = explainNetworkFailure({
    origin: plan.origin,
    thrown: sent.thrown,
    timeoutMs: plan.timeoutMs,
    endedDeadlineMs: remainingMs < plan.timeoutMs ? plan.deadlineMs : undefined,
    attempts: attempt,
    isOverride: plan.endpoint.isOverride,
  });
  return { ...failure, retryAfterMs: 0 };
}

/** A response with all of its body, which came in whole as far as HTTP can tell. */
interface Received {
  readonly response: Response;
  readonly text: string;
  readonly receivedAt: Date;
}

async function exchange(
  sending: {
    readonly one: Attempt;
    readonly request: SignedRequest;
    readonly timeoutMs: number;
  },
  runtime: Pick<Runtime, "fetch" | "now">,
): Promise<Received | { readonly thrown: unknown }> {
  const { one, request } = sending;
  const { signal, settings } = one.plan.call;
  const timeout = AbortSignal.timeout(sending.timeoutMs);
  try {
    const response = await runtime.fetch(request.url, {
      method: request.method,
      headers: { ...request.headers, ...unsignedHeaders(one) },
      body: request.body,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      caCertificates: settings.caCertificates,
    });
    return { response, text: await response.text(), receivedAt: runtime.now() };
  } catch (thrown) {
    return { thrown };
  }
}

async function signedUnlessAnonymous(plan: CallPlan, signedAt: Date): Promise<SignedRequest> {
  const { method, headers = {}, body, credentials } = plan.call;
  const request = { method, url: plan.url, headers: { ...headers }, body };
  if (credentials === undefined) return request;
  const { signingRegion, signingName } = plan.endpoint;
  return await signRequest({ ...request, credentials, signingRegion, signingName, signedAt });
}

/** Headers that proxies may change or that differ between attempts, so no signature covers them. */
function unsignedHeaders({ plan, attempt }: Attempt): Record<string, string> {
  return {
    "user-agent": `eksauth/${VERSION}`,
    "amz-sdk-invocation-id": plan.invocationId,
    "amz-sdk-request": `attempt=${attempt}; max=${plan.call.settings.maxAttempts}`,
  };
}

function judge(received: Attempt & Received): Outcome {
  const { response, text } = received;
  const { origin } = received.plan;
  const { status, headers } = response;
  if (status >= 400) return refusal(received);
  if (status >= 300) {
    const error = invalidAnswer(origin, redirectFault(received));
    return { error, isTransient: false, retryAfterMs: 0 };
  }
  const parsed = parseBody(text, headers.get("content-type"));
  if ("document" in parsed) {
    return { answer: { ...origin, status, headers, document: parsed.document } };
  }
  return {
    error: invalidAnswer(origin, parsed.fault),
    isTransient: parsed.isBrokenOff,
    retryAfterMs: 0,
  };
}

function redirectFault({ response, plan }: Attempt & Received): string {
  const target = URL.parse(response.headers.get("location") ?? "", plan.url);
  return `HTTP ${response.status} redirects to ${target?.host || "nowhere"}`;
}

function refusal(received: Attempt & Received): FailedOutcome {
  const { response, receivedAt, plan, attempt } = received;
  const { status, headers } = response;
  const parsed = parseBody(received.text, headers.get("content-type"));
  const { awsCode, awsMessage, requestId } = parseErrorAnswer({
    headers,
    document: "document" in parsed ? parsed.document : undefined,
    secrets: secretsOf(plan.call),
  });
  const error = awsCode === undefined && requestId === undefined
    ? invalidAnswer(plan.origin, `HTTP ${status} without the error that AWS would give`)
    : new AwsServiceError({
      service: plan.origin.service,
      operation: plan.origin.operation,
      status,
      awsCode: awsCode ?? `HTTP ${status}`,
      awsMessage,
      requestId,
      attempts: attempt,
      clockAheadSeconds: clockAheadSeconds(headers, receivedAt),
    });
  return {
    error,
    isTransient: isTransient({ status, awsCode: awsCode ?? "" }),
    retryAfterMs: retryAfterMs(headers, receivedAt),
  };
}

function secretsOf(call: AwsCall): readonly string[] {
  const { secretAccessKey, sessionToken } = call.credentials ?? {};
  // The portal of Identity Center takes its access token in this header.
  const ssoAccessToken = call.headers?.["x-amz-sso_bearer_token"];
  return [secretAccessKey, sessionToken, ssoAccessToken].filter((secret) => secret !== undefined);
}

function clockAheadSeconds(headers: Headers, receivedAt: Date): number | undefined {
  const awsMs = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(awsMs) ? undefined : (receivedAt.getTime() - awsMs) / 1000;
}
