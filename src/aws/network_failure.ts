/**
 * Why a request got no answer: what `fetch` threw, as an error that a person can act on.
 *
 * @module
 */

import { EksauthError, messageOf } from "../errors.ts";
import type { AnswerOrigin } from "./answer.ts";

/** A request that got no answer. */
export interface NetworkFailure {
  readonly origin: AnswerOrigin;
  /** What `fetch` threw. */
  readonly thrown: unknown;
  /** Milliseconds that one attempt was given. */
  readonly timeoutMs: number;
  /** Milliseconds that the whole call was given, when it was the end of those that cut this attempt off. */
  readonly endedDeadlineMs?: number | undefined;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** Whether the user, not AWS, chose the host. */
  readonly isOverride: boolean;
}

/** The error for it, and whether the next attempt may fare better. */
export interface ExplainedFailure {
  readonly error: EksauthError;
  readonly isTransient: boolean;
}

/** Explains what `fetch` threw. Its own text holds the URL and is never shown, only kept as the cause. */
export function explainNetworkFailure(failure: NetworkFailure): ExplainedFailure {
  const text = fullMessageOf(failure.thrown);
  const certificateFault = /invalid peer certificate: (?<fault>.*)/.exec(text)?.groups?.["fault"];
  if (certificateFault === undefined) {
    return { error: unreachable(failure, text), isTransient: true };
  }
  const error = text.startsWith("invalid peer certificate")
    ? unreadableCaBundle(failure)
    : untrusted(failure, certificateFault);
  return { error, isTransient: false };
}

/** Deno puts the reason into the cause: "error sending request for url (…): client error (Connect): …". */
function fullMessageOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  return cause === undefined ? messageOf(thrown) : `${messageOf(thrown)}: ${messageOf(cause)}`;
}

function unreachable(failure: NetworkFailure, text: string): EksauthError {
  const { origin, thrown, attempts } = failure;
  const hasTimedOut = thrown instanceof Error && thrown.name === "TimeoutError";
  const isPastDeadline = hasTimedOut && failure.endedDeadlineMs !== undefined;
  const waitedMs = isPastDeadline ? failure.endedDeadlineMs : failure.timeoutMs;
  const [, known, hint] = REASONS.find(([pattern]) => pattern.test(text)) ?? [];
  const reason = hasTimedOut
    ? `no answer to ${origin.operation} within ${waitedMs / 1000} s`
    : known ?? "the connection failed";
  return new EksauthError(
    isPastDeadline ? "deadline_exceeded" : "network_unreachable",
    `Cannot reach ${origin.host}: ${reason}${attempts > 1 ? ` (${attempts} attempts)` : ""}`,
    { hint: hint ?? reachHint(failure), cause: thrown },
  );
}

function reachHint(failure: NetworkFailure): string {
  const variable = `AWS_ENDPOINT_URL_${failure.origin.service.toUpperCase()}`;
  return failure.isOverride
    ? `Check the endpoint URL, which ${variable}, AWS_ENDPOINT_URL or the profile sets`
    : "Check the region, the network and HTTPS_PROXY; " +
      `the URL of a private endpoint goes into ${variable}`;
}

/**
 * The words of Deno's network stack (hyper, rustls and the operating systems), most telling first, what they mean,
 * and what to do where that does not depend on who chose the host.
 */
const REASONS: readonly (readonly [pattern: RegExp, reason: string, hint?: string])[] = [
  [/dns error/, "no such host is known here"],
  [
    /proxy authentication required/,
    "the proxy wants a user name and password",
    "Put them into HTTPS_PROXY, such as http://USER:PASSWORD@proxy.example:3128",
  ],
  [
    /unsuccessful tunnel/,
    "the proxy refused to connect to it",
    "Check HTTPS_PROXY, or put the host into NO_PROXY where it is reached without a proxy",
  ],
  [/connection refused|os error 10061/i, "connection refused"],
  [/reset by peer|os error 10054/i, "the connection was reset"],
  [/timed out|os error 10060/i, "the connection timed out"],
  [/unreachable|no route to host/i, "there is no route to it"],
  [
    /before message completed|reading a body|unexpected eof|unexpected end of file|broken pipe/i,
    "the connection broke off before the whole answer was here",
  ],
  [/corrupt message|InvalidContentType/, "it does not speak TLS"],
  [/are blocked/, "this port is never used for HTTP"],
];

function untrusted(failure: NetworkFailure, certificateFault: string): EksauthError {
  const known = CERTIFICATE_FAULTS.find(({ pattern }) => pattern.test(certificateFault));
  const state = known?.state ?? `is not valid: ${certificateFault}`;
  return new EksauthError(
    "certificate_untrusted",
    `Cannot trust ${failure.origin.host}: its certificate ${state}`,
    { hint: known?.hint ?? PRIVATE_CA_HINT, cause: failure.thrown },
  );
}

const PRIVATE_CA_HINT =
  "Set AWS_CA_BUNDLE to a PEM file with the authority that signed it, such as that of your proxy";

interface CertificateFault {
  readonly pattern: RegExp;
  readonly state: string;
  readonly hint: string;
}

/** In the words of rustls, which does the TLS of Deno. */
const CERTIFICATE_FAULTS: readonly CertificateFault[] = [
  {
    pattern: /^UnknownIssuer/,
    state: "is signed by an authority that is unknown here",
    hint: PRIVATE_CA_HINT,
  },
  {
    pattern: /^certificate expired/,
    state: "has expired",
    hint: "Check the clock of this computer",
  },
  {
    pattern: /^certificate not valid yet/,
    state: "is not valid yet",
    hint: "Check the clock of this computer",
  },
  {
    pattern: /^certificate not valid for name/,
    state: "is for another host name",
    hint: "Check the endpoint URL and HTTPS_PROXY: another server answers for this name",
  },
];

/** Thrown before anything is sent, when a certificate of the user's own bundle is malformed. */
function unreadableCaBundle(failure: NetworkFailure): EksauthError {
  return new EksauthError(
    "config_invalid",
    "Cannot use the CA bundle: it holds a certificate that cannot be read",
    { hint: "Check the PEM file that AWS_CA_BUNDLE or ca_bundle names", cause: failure.thrown },
  );
}
