/**
 * Presigning of the one request that an EKS token is made of. On the token path, so Web Crypto alone:
 * everything else is signed in `sigv4.ts`.
 *
 * @module
 */

import type { AwsCredentials } from "./credentials.ts";

/** What a presigned GetCallerIdentity URL is made from. */
export interface PresignRequest {
  /** Scheme, host and port of STS, such as `https://sts.us-east-2.amazonaws.com`; no path. */
  readonly url: string;
  readonly signingRegion: string;
  /** The name of the cluster; for a local cluster on an Outpost, its id. */
  readonly clusterId: string;
  readonly credentials: AwsCredentials;
  readonly signedAt: Date;
  /** The key for {@linkcode signingScope}, where somebody has kept it; derived when absent. */
  readonly signingKey?: Uint8Array<ArrayBuffer> | undefined;
}

/**
 * A GetCallerIdentity URL that proves to one EKS cluster who is calling, without a call to AWS.
 *
 * STS honours it for 15 minutes from `signedAt`, whatever `X-Amz-Expires` says. The parameters stand in
 * the order the AWS CLI emits, and there is none besides: the authenticator refuses others.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
 * @see https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
 */
export async function presignGetCallerIdentity(request: PresignRequest): Promise<string> {
  const { credentials } = request;
  const timestamp = amzTimestamp(request.signedAt);
  const scope = signingScope(request);
  const parameters = queryParameters({ credentials, timestamp, scope });
  const canonicalRequest = [
    "GET",
    "/",
    parameters.toSorted().join("&"),
    `host:${hostHeader(request.url)}`,
    `x-k8s-aws-id:${headerValue(request.clusterId)}`,
    "",
    SIGNED_HEADERS,
    EMPTY_BODY_SHA256,
  ].join("\n");
  const digest = await crypto.subtle.digest("SHA-256", utf8(canonicalRequest));
  const stringToSign = `${ALGORITHM}\n${timestamp}\n${scope}\n${new Uint8Array(digest).toHex()}`;
  const { secretAccessKey } = credentials;
  const key = request.signingKey ?? await deriveSigningKey({ secretAccessKey, scope });
  const signature = (await hmacSha256(key, stringToSign)).toHex();
  return `${request.url}/?${parameters.join("&")}&X-Amz-Signature=${signature}`;
}

/** What a signing key is good for: one day, one region, one service. It begins with the day, `20260102`. */
export function signingScope(
  { signedAt, signingRegion }: Pick<PresignRequest, "signedAt" | "signingRegion">,
): string {
  return `${amzTimestamp(signedAt).slice(0, 8)}/${signingRegion}/sts/aws4_request`;
}

/**
 * The key that signs within `scope`, 32 bytes. As secret as the access key, for as long as the scope lasts.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export async function deriveSigningKey(
  { secretAccessKey, scope }: { readonly secretAccessKey: string; readonly scope: string },
): Promise<Uint8Array<ArrayBuffer>> {
  let key = utf8(`AWS4${secretAccessKey}`);
  for (const part of scope.split("/")) key = await hmacSha256(key, part);
  return key;
}

/** `instant` as AWS signatures spell it: `20260102T030405Z`. */
export function amzTimestamp(instant: Date): string {
  const two = (number: number): string => (number < 10 ? "0" : "") + number;
  // Part by part, because the first `toISOString` of a process loads what makes dates local.
  return `${instant.getUTCFullYear()}${two(instant.getUTCMonth() + 1)}${
    two(instant.getUTCDate())
  }` +
    `T${two(instant.getUTCHours())}${two(instant.getUTCMinutes())}${two(instant.getUTCSeconds())}Z`;
}

/**
 * `text` with everything but RFC 3986's unreserved characters percent-encoded, as signatures and path
 * labels need it. `encodeURIComponent` leaves five characters more.
 */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replaceAll("!", "%21").replaceAll("'", "%27")
    .replaceAll("(", "%28").replaceAll(")", "%29").replaceAll("*", "%2A");
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const SIGNED_HEADERS = "host;x-k8s-aws-id";
const EMPTY_BODY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** The encoded parameters in the order they are emitted. */
function queryParameters(
  signing: { credentials: AwsCredentials; timestamp: string; scope: string },
): string[] {
  const { accessKeyId, sessionToken } = signing.credentials;
  const parameters = [
    "Action=GetCallerIdentity",
    "Version=2011-06-15",
    `X-Amz-Algorithm=${ALGORITHM}`,
    `X-Amz-Credential=${percentEncode(`${accessKeyId}/${signing.scope}`)}`,
    `X-Amz-Date=${signing.timestamp}`,
    // The authenticator wants a number up to 900 and then ignores it; every client sends 60.
    "X-Amz-Expires=60",
    `X-Amz-SignedHeaders=${percentEncode(SIGNED_HEADERS)}`,
  ];
  // Empty is what an unset variable in a script leaves behind; every SDK takes it for none.
  if (sessionToken !== undefined && sessionToken !== "") {
    parameters.push(`X-Amz-Security-Token=${percentEncode(sessionToken)}`);
  }
  return parameters;
}

/** The host of an origin as the `Host` header spells it: lower case, without the scheme's own port. */
function hostHeader(origin: string): string {
  // By hand, because the first `URL` of a process takes as long as a signature.
  const [scheme, host = ""] = origin.toLowerCase().split("://");
  const ownPort = scheme === "https" ? ":443" : ":80";
  return host.endsWith(ownPort) ? host.slice(0, -ownPort.length) : host;
}

/** A header value as the signature sees it: trimmed, runs of white space made one space. */
function headerValue(text: string): string {
  const isPlain = encodeURIComponent(text) === text;
  return isPlain ? text : text.trim().replace(/\s+/g, " ");
}

async function hmacSha256(
  key: Uint8Array<ArrayBuffer>,
  text: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const hmacKey = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", hmacKey, utf8(text)));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
