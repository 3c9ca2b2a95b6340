/**
 * What a refusal by AWS means to the one who called: its kind, its sentence, and what to do about it.
 *
 * @module
 */

import type { ErrorCode } from "../errors.ts";
import { isThrottling } from "./retry.ts";
import type { Service } from "./settings.ts";

/** What AWS said when it refused a call. */
export interface Refusal {
  readonly service: Service;
  /** As in AWS's API reference, such as `DescribeCluster`. */
  readonly operation: string;
  /** HTTP status, 400 or higher. */
  readonly status: number;
  /** AWS's word for the error, such as `AccessDeniedException`. */
  readonly awsCode: string;
  /** AWS's sentence for it, in one line and without secrets; may be empty. */
  readonly awsMessage: string;
  readonly requestId?: string | undefined;
  /** How many times the call was sent. */
  readonly attempts: number;
  /** Seconds by which the clock of this computer is ahead of AWS's; negative when it is behind. */
  readonly clockAheadSeconds?: number | undefined;
}

/** The kind of failure that a refusal is. */
export function errorCodeOf(refusal: Refusal): ErrorCode {
  // Signing in again does not mend a clock, so this must not ask for it.
  if (isClockAtFault(refusal)) return "aws_error";
  return MEANINGS.get(refusal.awsCode) ?? "aws_error";
}

/** A refusal in one sentence, with the request id that AWS's support asks for. */
export function sentenceOf(refusal: Refusal): string {
  const { operation, awsCode, awsMessage, attempts, requestId } = refusal;
  const verb = refusal.status >= 500 ? "failed at" : "refused";
  const facts = [
    ...(attempts > 1 ? [`${attempts} attempts`] : []),
    ...(requestId === undefined ? [] : [`request id ${requestId}`]),
  ];
  return `AWS ${verb} ${operation}: ${awsCode}` +
    (awsMessage === "" ? "" : `: ${awsMessage.replace(/\.$/, "")}`) +
    (facts.length === 0 ? "" : ` (${facts.join(", ")})`);
}

/** The next thing to do about a refusal, where that is known. */
export function hintFor(refusal: Refusal): string | undefined {
  if (isClockAtFault(refusal)) return clockHint(refusal.clockAheadSeconds ?? 0);
  if (isThrottling(refusal)) return "AWS limits how often this may be asked; try again in a minute";
  if (refusal.status >= 500) return "Try again in a minute; health.aws.amazon.com tells of outages";
  return HINTS.get(refusal.awsCode) ?? hintByMeaning(refusal);
}

/**
 * What each code means. The same refusal has other names in other services.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
 * @see https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html
 */
const MEANINGS: ReadonlyMap<string, ErrorCode> = new Map([
  ["ExpiredToken", "credentials_expired"],
  ["ExpiredTokenException", "credentials_expired"],
  // The portal's word for an SSO access token that it no longer knows.
  ["UnauthorizedException", "credentials_expired"],
  ["InvalidClientTokenId", "credentials_rejected"],
  ["UnrecognizedClientException", "credentials_rejected"],
  ["InvalidAccessKeyId", "credentials_rejected"],
  ["AuthFailure", "credentials_rejected"],
  ["SignatureDoesNotMatch", "credentials_rejected"],
  ["InvalidSignatureException", "credentials_rejected"],
  ["IncompleteSignature", "credentials_rejected"],
  ["IncompleteSignatureException", "credentials_rejected"],
  ["MissingAuthenticationToken", "credentials_rejected"],
  ["MissingAuthenticationTokenException", "credentials_rejected"],
  ["InvalidIdentityToken", "credentials_rejected"],
  ["IDPRejectedClaim", "credentials_rejected"],
  ["AccessDenied", "access_denied"],
  ["AccessDeniedException", "access_denied"],
  ["ForbiddenException", "access_denied"],
]);

const BAD_KEYS_HINT = "Sign in again with eksauth login, or check the keys; " +
  "a region that the account has not enabled answers the same";
const BAD_SIGNATURE_HINT =
  "Check the secret access key, and that the clock of this computer is right";
const BAD_WEB_IDENTITY_HINT =
  "Get a new web identity token, and check which audience and subject the role trusts";

const HINTS: ReadonlyMap<string, string> = new Map([
  ["InvalidClientTokenId", BAD_KEYS_HINT],
  ["UnrecognizedClientException", BAD_KEYS_HINT],
  ["InvalidAccessKeyId", BAD_KEYS_HINT],
  ["AuthFailure", BAD_SIGNATURE_HINT],
  ["SignatureDoesNotMatch", BAD_SIGNATURE_HINT],
  ["InvalidSignatureException", BAD_SIGNATURE_HINT],
  ["InvalidIdentityToken", BAD_WEB_IDENTITY_HINT],
  ["IDPRejectedClaim", BAD_WEB_IDENTITY_HINT],
  [
    "RegionDisabledException",
    "Activate STS for this region in the account settings of IAM, or use another region",
  ],
]);

/** How the actions of a service begin in IAM policies; Identity Center's are not granted there. */
const ACTION_PREFIXES: Readonly<Partial<Record<Service, string>>> = {
  sts: "sts",
  eks: "eks",
  ecr: "ecr",
};

function hintByMeaning(refusal: Refusal): string | undefined {
  switch (MEANINGS.get(refusal.awsCode)) {
    case "credentials_expired":
    case "credentials_rejected":
      return "Sign in again: eksauth login";
    case "access_denied": {
      const prefix = ACTION_PREFIXES[refusal.service];
      return prefix === undefined
        ? "Ask for this account and permission set to be assigned to you in IAM Identity Center"
        : `Grant ${prefix}:${refusal.operation} to this identity`;
    }
    default:
      return undefined;
  }
}

/** Refusals for no other reason than the clock. */
const CLOCK_CODES: ReadonlySet<string> = new Set([
  "RequestExpired",
  "RequestInTheFuture",
  "RequestTimeTooSkewed",
]);

/** Refusals of a signature, which a wrong clock causes as well as a wrong key. */
const SIGNATURE_CODES: ReadonlySet<string> = new Set([
  "AuthFailure",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
]);

/** AWS takes signatures from the future up to 5 minutes, so a smaller difference is not to blame. */
const CLOCK_TOLERANCE_SECONDS = 5 * 60;

function isClockAtFault(refusal: Refusal): boolean {
  if (CLOCK_CODES.has(refusal.awsCode)) return true;
  return SIGNATURE_CODES.has(refusal.awsCode) &&
    (Math.abs(refusal.clockAheadSeconds ?? 0) >= CLOCK_TOLERANCE_SECONDS ||
      /^Signature (expired|not yet current)/.test(refusal.awsMessage));
}

function clockHint(aheadSeconds: number): string {
  const minutes = Math.round(Math.abs(aheadSeconds) / 60);
  if (minutes < 2) return "Set the clock of this computer: AWS says that it is wrong";
  const direction = aheadSeconds > 0 ? "ahead of" : "behind";
  return `Set the clock of this computer: it is ${minutes} minutes ${direction} AWS`;
}
