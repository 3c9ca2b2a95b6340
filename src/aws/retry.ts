/**
 * When a call is worth sending again, and after how long: the `standard` mode of the AWS CLI v2.
 *
 * Of that mode the token bucket is left out. It keeps a client from flooding AWS over many calls; here one
 * call is a few attempts under a deadline, and nothing outlives it that could hold a bucket.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 * @module
 */

/** The part of a refusal that decides. */
export interface RefusalKind {
  readonly status: number;
  readonly awsCode: string;
}

/** Whether the same request may succeed a little later. */
export function isTransient(refusal: RefusalKind): boolean {
  return TRANSIENT_STATUSES.has(refusal.status) || TRANSIENT_CODES.has(refusal.awsCode) ||
    isThrottling(refusal);
}

/** Whether AWS refused because it is asked too often. */
export function isThrottling(refusal: RefusalKind): boolean {
  // The AWS CLI goes by the codes alone; the portal of Identity Center also sends a bare 429.
  return refusal.status === 429 || THROTTLING_CODES.has(refusal.awsCode);
}

/**
 * Milliseconds to wait after `failedAttempts` attempts: a random share of 1, 2, 4 … at most 20 seconds.
 *
 * @param random in [0, 1)
 */
export function backoffMs(failedAttempts: number, random: number): number {
  return random * Math.min(2 ** (failedAttempts - 1), MAX_BACKOFF_SECONDS) * 1000;
}

/**
 * Milliseconds that a `Retry-After` header asks for; 0 when there is none, or none that makes sense.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfterMs(headers: Headers, receivedAt: Date): number {
  const text = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const untilMs = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : NaN;
  // By the server's own clock where it tells the time, because ours may be wrong.
  const dateMs = Date.parse(headers.get("date") ?? "");
  const nowMs = Number.isNaN(dateMs) ? receivedAt.getTime() : dateMs;
  return Number.isNaN(untilMs) ? 0 : Math.max(0, untilMs - nowMs);
}

const MAX_BACKOFF_SECONDS = 20;

const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([500, 502, 503, 504]);

const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  "RequestTimeout",
  "RequestTimeoutException",
  "PriorRequestNotComplete",
  // STS could not reach the identity provider: modelled as retryable.
  "IDPCommunicationError",
]);

const THROTTLING_CODES: ReadonlySet<string> = new Set([
  "Throttling",
  "ThrottlingException",
  "ThrottledException",
  "RequestThrottledException",
  "TooManyRequestsException",
  "ProvisionedThroughputExceededException",
  "TransactionInProgressException",
  "RequestLimitExceeded",
  "BandwidthLimitExceeded",
  "LimitExceededException",
  "RequestThrottled",
  "SlowDown",
  "EC2ThrottledException",
]);
