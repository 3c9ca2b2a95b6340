/**
 * Verifies Signature Version 4 on a received request, as strictly as AWS does: the request is signed again with
 * the secret that AWS would know, by AWS's own signer for JavaScript, and both signatures have to be equal.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @module
 */

import { createHash } from "node:crypto";

import { SignatureV4 } from "@smithy/signature-v4";

import type { Clock } from "../clock.ts";
import type { ReceivedRequest } from "../listener.ts";
import type { AccessKey, Accounts } from "./accounts.ts";
import type { SignatureProblem } from "./aws_error.ts";
import { decodeQuery } from "./query.ts";
import { Sha256 } from "./sha256.ts";
import { readSignatureClaim, type SignatureClaim } from "./signature_claim.ts";

/** Who signed, and for which region; or what is wrong. */
export type SignatureVerdict =
  | { readonly caller: AccessKey; readonly region: string }
  | { readonly problem: SignatureProblem; readonly reason: string; readonly region?: string };

/** Whom to believe. */
export interface SignatureRules {
  /** The name that has to stand in the credential scope. */
  readonly signingName: string;
  readonly accounts: Accounts;
  readonly clock: Clock;
}

/** How old a signature may be. STS names these 15 minutes in its own error. */
const MAX_AGE_MS = 15 * 60 * 1000;

/** How far ahead the signer's clock may be. */
const MAX_AHEAD_MS = 5 * 60 * 1000;

/** Checks the header or the query signature of `request`. */
export async function verifySignature(
  request: ReceivedRequest,
  rules: SignatureRules,
): Promise<SignatureVerdict> {
  const claim = readSignatureClaim(request);
  if (claim === undefined) return { problem: "missing", reason: "The request is not signed" };
  if ("incomplete" in claim) return { problem: "incomplete", reason: claim.incomplete };
  const { region } = claim.scope;
  const caller = rules.accounts.find(claim.accessKeyId, region);
  if (caller === undefined || caller.sessionToken !== claim.sessionToken) {
    return {
      problem: "unknown_key",
      reason: "The security token in the request is invalid",
      region,
    };
  }
  if (caller.expiresAt !== undefined && caller.expiresAt <= rules.clock.now()) {
    return {
      problem: "expired_session",
      reason: "The security token in the request has expired",
      region,
    };
  }
  const reason = mismatchOfScope({ claim, request, signingName: rules.signingName }) ??
    mismatchOfDate(claim, rules.clock.now()) ?? mismatchOfHeaders(claim, request) ??
    await mismatchOfSignature({ claim, request, caller });
  return reason === undefined ? { caller, region } : { problem: "mismatch", reason, region };
}

function mismatchOfScope(
  { claim, request, signingName }: {
    readonly claim: SignatureClaim;
    readonly request: ReceivedRequest;
    readonly signingName: string;
  },
): string | undefined {
  const { scope } = claim;
  if (scope.service !== signingName) {
    return `The credential is not scoped to service ${signingName}`;
  }
  if (scope.date !== claim.date.slice(0, 8)) {
    return "The credential is not scoped to the day of the date";
  }
  const hostRegion = regionOfHost(request.headers.get("host") ?? "");
  if (hostRegion !== undefined && hostRegion !== scope.region) {
    return `The credential is not scoped to region ${hostRegion}`;
  }
  return undefined;
}

/** The region that a public AWS host name stands for; `undefined` for a loopback address. */
function regionOfHost(host: string): string | undefined {
  if (/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host)) return undefined;
  if (host === "sts.amazonaws.com") return "us-east-1";
  return host.split(".").find((label) => /^[a-z]+(?:-[a-z]+)+-\d+$/.test(label)) ?? "none";
}

function mismatchOfDate(claim: SignatureClaim, now: Date): string | undefined {
  const ageMs = now.getTime() - claim.signedAt.getTime();
  if (ageMs > MAX_AGE_MS) return `Signature expired: ${claim.date} is more than 15 minutes ago`;
  if (ageMs < -MAX_AHEAD_MS) {
    return `Signature not yet current: ${claim.date} is more than 5 minutes ahead`;
  }
  return undefined;
}

function mismatchOfHeaders(claim: SignatureClaim, request: ReceivedRequest): string | undefined {
  if (!claim.signedHeaders.includes("host")) return "The header host is not signed";
  for (const header of request.headers.keys()) {
    if (header.startsWith("x-amz-") && !claim.signedHeaders.includes(header)) {
      return `The header ${header} is not signed`;
    }
  }
  for (const header of claim.signedHeaders) {
    if (!request.headers.has(header)) return `The signed header ${header} is not in the request`;
  }
  const bodyHash = request.headers.get("x-amz-content-sha256");
  if (
    bodyHash !== undefined && bodyHash !== createHash("sha256").update(request.body).digest("hex")
  ) {
    return "The header x-amz-content-sha256 is not the hash of the body";
  }
  return undefined;
}

async function mismatchOfSignature(
  { claim, request, caller }: {
    readonly claim: SignatureClaim;
    readonly request: ReceivedRequest;
    readonly caller: AccessKey;
  },
): Promise<string | undefined> {
  const ours = await signAgain({ claim, request, caller });
  const same = ours.signature === claim.signature &&
    ours.signedHeaders === claim.signedHeaders.join(";");
  return same ? undefined : "The signature that was calculated here is not the one in the request";
}

async function signAgain(
  { claim, request, caller }: {
    readonly claim: SignatureClaim;
    readonly request: ReceivedRequest;
    readonly caller: AccessKey;
  },
): Promise<{ readonly signature: string; readonly signedHeaders: string }> {
  const { scope, signedAt, expiresInSeconds } = claim;
  const { accessKeyId, secretAccessKey, sessionToken } = caller;
  const signer = new SignatureV4({
    service: scope.service,
    region: scope.region,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    sha256: Sha256,
    applyChecksum: false,
  });
  const unsigned = {
    method: request.method,
    protocol: "https:",
    hostname: "",
    path: request.path,
    query: unsignedQuery(request),
    headers: Object.fromEntries(
      [...request.headers].filter(([header]) => claim.signedHeaders.includes(header)),
    ),
    body: request.body,
  };
  // Otherwise the signer would pass over headers that it would not sign itself, such as user-agent.
  const signableHeaders = new Set(claim.signedHeaders);
  if (expiresInSeconds === undefined) {
    const signed = await signer.sign(unsigned, { signingDate: signedAt, signableHeaders });
    const [, signedHeaders = "", signature = ""] =
      /SignedHeaders=([^,]*), Signature=(.*)$/.exec(signed.headers["authorization"] ?? "") ?? [];
    return { signature, signedHeaders };
  }
  const signed = await signer.presign(unsigned, {
    signingDate: signedAt,
    expiresIn: expiresInSeconds,
    signableHeaders,
  });
  return {
    signature: String(signed.query?.["X-Amz-Signature"]),
    signedHeaders: String(signed.query?.["X-Amz-SignedHeaders"]),
  };
}

/** The query without what the signer adds: all parameters of a presigned URL that begin with `X-Amz-`. */
function unsignedQuery(request: ReceivedRequest): Record<string, string[]> {
  const query: Record<string, string[]> = {};
  for (const [parameter, value] of decodeQuery(request.query) ?? []) {
    if (!parameter.startsWith("X-Amz-")) (query[parameter] ??= []).push(value);
  }
  return query;
}
