/**
 * What a cluster checks before it asks STS who is calling: the rules of aws-iam-authenticator, in its order.
 *
 * Whoever breaks one is told only "Unauthorized" by the cluster; here the rule has a name. Where EKS is known
 * to differ from the open source, or the open source is lax, the stricter reading holds.
 *
 * @see https://github.com/kubernetes-sigs/aws-iam-authenticator
 * @module
 */

import { MAX_TOKEN_BYTES, TOKEN_PREFIX } from "./eks_token.ts";
import { checkTokenHost, type ClusterLocation } from "./token_host.ts";

/** Which cluster reads the token, and when. */
export interface VerifierRules extends ClusterLocation {
  readonly now: Date;
}

/** A token that passed every check a cluster makes by itself. Whether its signature is good, only STS knows. */
export interface VerifiedToken {
  /** The request that the cluster replays. It is as secret as the token. */
  readonly stsUrl: string;
  readonly host: string;
  /** The region in the host name; `undefined` for the global host `sts.amazonaws.com`. */
  readonly region: string | undefined;
  readonly accessKeyId: string;
  readonly signedAt: Date;
  /** What the signer asked for, 0 to 900. STS does not heed it. */
  readonly expiresInSeconds: number;
  /** When this check begins to fail: 15 minutes after {@linkcode VerifiedToken.signedAt}. */
  readonly acceptedUntil: Date;
  /** In the order of the token; `x-k8s-aws-id` is always among them. */
  readonly signedHeaders: readonly string[];
  /** Whether the keys are temporary ones, which bring a session token. */
  readonly hasSessionToken: boolean;
}

/** The rule that a token broke. Stable words, in the order in which the rules are applied. */
export type TokenRule =
  | "size"
  | "prefix"
  | "encoding"
  | "url"
  | "scheme"
  | "host"
  | "path"
  | "query"
  | "duplicate_parameter"
  | "unknown_parameter"
  | "action"
  | "signed_headers"
  | "expires"
  | "date"
  | "age";

/** Why a cluster would not even ask STS. */
export interface TokenRejection {
  readonly rule: TokenRule;
  /** One sentence without a full stop. It never quotes a signature or a session token. */
  readonly reason: string;
  /** The decoded URL, as soon as there was one; as secret as the token. */
  readonly stsUrl?: string;
}

/** Exactly one of the two. */
export type TokenVerdict =
  | { readonly verified: VerifiedToken; readonly rejected?: never }
  | { readonly rejected: TokenRejection; readonly verified?: never };

/** Every name that may stand in the query. An SDK that adds one more makes tokens that no cluster accepts. */
const PARAMETERS: ReadonlySet<string> = new Set([
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
]);

/** The header whose signature ties a token to one cluster. */
const CLUSTER_ID_HEADER = "x-k8s-aws-id";

/** The longest validity that a token may claim. */
const MAX_EXPIRES_SECONDS = 900;

/** STS honours a presigned GetCallerIdentity for 15 minutes, whatever it claims. */
const MAX_AGE_MS = 15 * 60 * 1000;

/**
 * Applies to `eksToken` the rules of a cluster in `rules.partition` at `rules.now`.
 *
 * A clock that is ahead passes here, as it does in a cluster, and is refused by STS afterwards.
 */
export function verifyToken(eksToken: string, rules: VerifierRules): TokenVerdict {
  const decoded = decode(eksToken);
  if ("rule" in decoded) return { rejected: decoded };
  const { stsUrl } = decoded;
  const checked = checkUrl(stsUrl, rules);
  return "rule" in checked ? { rejected: { ...checked, stsUrl } } : { verified: checked };
}

function decode(eksToken: string): TokenRejection | { readonly stsUrl: string } {
  if (new TextEncoder().encode(eksToken).length > MAX_TOKEN_BYTES) {
    return { rule: "size", reason: `The token is longer than ${MAX_TOKEN_BYTES} bytes` };
  }
  if (!eksToken.startsWith(TOKEN_PREFIX)) {
    return { rule: "prefix", reason: `The token does not begin with "${TOKEN_PREFIX}"` };
  }
  const encoded = eksToken.slice(TOKEN_PREFIX.length);
  // Four characters carry three bytes; one left over carries none.
  if (!/^[A-Za-z0-9_-]*$/.test(encoded) || encoded.length % 4 === 1) {
    return { rule: "encoding", reason: "The token is not base64url without padding" };
  }
  const bytes = Uint8Array.fromBase64(encoded, { alphabet: "base64url" });
  // A byte order mark is kept, so that it is refused with everything else that is not ASCII.
  return { stsUrl: new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) };
}

/** The parts of a URL as they stand: `URL` would mend what the authenticator refuses. */
const URL_PARTS = /^([^:/?#]+):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/;

function checkUrl(stsUrl: string, rules: VerifierRules): TokenRejection | VerifiedToken {
  const parts = /^[\x21-\x7e]+$/.test(stsUrl) ? URL_PARTS.exec(stsUrl) : null;
  if (parts === null) return { rule: "url", reason: "The token does not hold a URL" };
  const [, scheme = "", host = "", path = "", query = ""] = parts;
  if (scheme !== "https") {
    return { rule: "scheme", reason: `The scheme is "${scheme}", not "https"` };
  }
  const hostVerdict = checkTokenHost(host, rules);
  if ("refused" in hostVerdict) return { rule: "host", reason: hostVerdict.refused };
  if (path !== "/") return { rule: "path", reason: `The path is "${path}", not "/"` };
  const parameters = parseQuery(query);
  if ("rule" in parameters) return parameters;
  const claims = checkClaims(parameters, rules);
  if ("rule" in claims) return claims;
  return { stsUrl, host, region: hostVerdict.region, ...claims };
}

type QueryParameters = ReadonlyMap<string, string>;

/** The parameters by their lower-case names. */
function parseQuery(query: string): TokenRejection | QueryParameters {
  const pairs: QueryPair[] = [];
  for (const text of query.split("&").filter((part) => part !== "")) {
    const pair = parsePair(text);
    if (pair === undefined) {
      return { rule: "query", reason: 'The query holds a bare ";" or a broken percent escape' };
    }
    pairs.push(pair);
  }
  const parameters = new Map<string, string>();
  for (const { name, value } of pairs) {
    if (parameters.has(name.toLowerCase())) {
      // CVE-2022-2385: two spellings of one parameter let the caller choose which of them was checked.
      return { rule: "duplicate_parameter", reason: `The query holds "${name}" twice` };
    }
    parameters.set(name.toLowerCase(), value);
  }
  const unknown = pairs.find(({ name }) => !PARAMETERS.has(name.toLowerCase()));
  if (unknown !== undefined) {
    const reason = `No token may hold the parameter "${unknown.name}"`;
    return { rule: "unknown_parameter", reason };
  }
  return parameters;
}

interface QueryPair {
  readonly name: string;
  readonly value: string;
}

function parsePair(pair: string): QueryPair | undefined {
  if (pair.includes(";")) return undefined;
  const equals = pair.indexOf("=");
  const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
  try {
    return { name: unescaped(name), value: unescaped(value) };
  } catch {
    return undefined;
  }
}

function unescaped(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

type Claims = Omit<VerifiedToken, "stsUrl" | "host" | "region">;

function checkClaims(parameters: QueryParameters, rules: VerifierRules): TokenRejection | Claims {
  const action = parameters.get("action") ?? "";
  if (action !== "GetCallerIdentity") {
    return { rule: "action", reason: `The action is "${action}", not "GetCallerIdentity"` };
  }
  const signedHeaders = (parameters.get("x-amz-signedheaders") ?? "").split(";");
  if (!signedHeaders.some((header) => header.toLowerCase() === CLUSTER_ID_HEADER)) {
    return { rule: "signed_headers", reason: `The header "${CLUSTER_ID_HEADER}" is not signed` };
  }
  const expires = parameters.get("x-amz-expires") ?? "";
  if (!/^[0-9]+$/.test(expires) || Number(expires) > MAX_EXPIRES_SECONDS) {
    return {
      rule: "expires",
      reason: `X-Amz-Expires is "${expires}", not a number from 0 to ${MAX_EXPIRES_SECONDS}`,
    };
  }
  const date = parameters.get("x-amz-date") ?? "";
  const signedAt = parseDate(date);
  if (signedAt === undefined) {
    return { rule: "date", reason: `X-Amz-Date is "${date}", not a time such as 20260102T030405Z` };
  }
  const acceptedUntil = new Date(signedAt.getTime() + MAX_AGE_MS);
  if (rules.now > acceptedUntil) {
    return {
      rule: "age",
      reason: `The token was signed at ${signedAt.toISOString()}, more than 15 minutes ago`,
    };
  }
  return {
    accessKeyId: (parameters.get("x-amz-credential") ?? "").split("/", 1)[0] ?? "",
    signedAt,
    expiresInSeconds: Number(expires),
    acceptedUntil,
    signedHeaders,
    hasSessionToken: parameters.has("x-amz-security-token"),
  };
}

/** ISO 8601 basic form; `undefined` when it is not that, or names no moment, such as the 30th of February. */
function parseDate(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const extended = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const date = new Date(extended);
  return Number.isNaN(date.getTime()) || date.toISOString() !== extended ? undefined : date;
}
