/**
 * What a request says about its own signature, from the `Authorization` header or from a presigned URL.
 *
 * @module
 */

import type { ReceivedRequest } from "../listener.ts";
import { decodeQuery } from "./query.ts";

/** A claim that is complete and well formed; whether it is true is another matter. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly scope: { readonly date: string; readonly region: string; readonly service: string };
  /** As sent, such as `20260102T030405Z`. */
  readonly date: string;
  readonly signedAt: Date;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly sessionToken: string | undefined;
  /** Only a presigned URL has it. */
  readonly expiresInSeconds?: number;
}

type Parts = Readonly<
  Record<"algorithm" | "credential" | "date" | "signedHeaders" | "signature", string>
>;

const ALGORITHM = "AWS4-HMAC-SHA256";

/** The claim, `undefined` when the request is not signed at all, or what is missing in it. */
export function readSignatureClaim(
  request: ReceivedRequest,
): SignatureClaim | { readonly incomplete: string } | undefined {
  const query = decodeQuery(request.query);
  if (query === undefined) return { incomplete: "The query has a broken escape" };
  // Without those of the operation, which may repeat.
  const presigned = query.filter(([parameter]) => parameter.startsWith("X-Amz-"));
  const authorization = request.headers.get("authorization");
  if (authorization === undefined) {
    return presigned.length === 0 ? undefined : presignedClaim(presigned);
  }
  if (presigned.length > 0) {
    return { incomplete: "The request is signed in the header and in the query" };
  }
  return headerClaim(authorization, request.headers);
}

function headerClaim(
  authorization: string,
  headers: ReadonlyMap<string, string>,
): SignatureClaim | { readonly incomplete: string } {
  const [, algorithm = "", credential = "", signedHeaders = "", signature = ""] =
    /^(\S+) Credential=(\S+), ?SignedHeaders=(\S+), ?Signature=(\S+)$/.exec(authorization) ?? [];
  const date = headers.get("x-amz-date") ?? "";
  const claim = claimOf({ algorithm, credential, date, signedHeaders, signature });
  return "incomplete" in claim
    ? claim
    : { ...claim, sessionToken: headers.get("x-amz-security-token") };
}

function presignedClaim(
  parameters: readonly (readonly [string, string])[],
): SignatureClaim | { readonly incomplete: string } {
  const query = new Map(parameters);
  if (query.size < parameters.length) return { incomplete: "A parameter stands twice" };
  const claim = claimOf({
    algorithm: query.get("X-Amz-Algorithm") ?? "",
    credential: query.get("X-Amz-Credential") ?? "",
    date: query.get("X-Amz-Date") ?? "",
    signedHeaders: query.get("X-Amz-SignedHeaders") ?? "",
    signature: query.get("X-Amz-Signature") ?? "",
  });
  if ("incomplete" in claim) return claim;
  const expires = query.get("X-Amz-Expires") ?? "";
  // A week is the longest that any presigned URL may be good for.
  if (!/^\d+$/.test(expires) || Number(expires) > 604_800) {
    return { incomplete: "X-Amz-Expires is not a number of seconds in a week" };
  }
  const sessionToken = query.get("X-Amz-Security-Token");
  return { ...claim, sessionToken, expiresInSeconds: Number(expires) };
}

function claimOf(
  parts: Parts,
): Omit<SignatureClaim, "sessionToken"> | { readonly incomplete: string } {
  if (parts.algorithm !== ALGORITHM) return { incomplete: `The algorithm is not ${ALGORITHM}` };
  const [accessKeyId = "", date = "", region = "", service = "", terminator, ...rest] = parts
    .credential
    .split("/");
  if (accessKeyId === "" || region === "" || terminator !== "aws4_request" || rest.length > 0) {
    return { incomplete: "The credential is not KEY/DATE/REGION/SERVICE/aws4_request" };
  }
  const signedAt = parseDate(parts.date);
  if (signedAt === undefined) {
    return { incomplete: "The date is missing or not like 20260102T030405Z" };
  }
  if (parts.signedHeaders === "") return { incomplete: "The list of signed headers is missing" };
  if (parts.signature === "") return { incomplete: "The signature is missing" };
  return {
    accessKeyId,
    scope: { date, region, service },
    date: parts.date,
    signedAt,
    signedHeaders: parts.signedHeaders.split(";"),
    signature: parts.signature,
  };
}

function parseDate(text: string): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
