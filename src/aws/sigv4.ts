/**
 * Signing of requests that are sent, by headers: the one door to aws4fetch.
 *
 * @module
 */

import { AwsV4Signer } from "aws4fetch";
import { EksauthError } from "../errors.ts";
import type { AwsCredentials } from "./credentials.ts";
import { amzTimestamp } from "./presign.ts";

/** A request that nobody has signed yet. */
export interface UnsignedRequest {
  readonly method: string;
  /** Absolute, its path labels and its query percent-encoded. */
  readonly url: string;
  /** All of them are signed. What a proxy may change, such as `user-agent`, is added after signing. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly credentials: AwsCredentials;
  readonly signingRegion: string;
  readonly signingName: string;
  readonly signedAt: Date;
}

/** The same request with `authorization`, `x-amz-date` and, where there is one, `x-amz-security-token`. */
export interface SignedRequest {
  readonly url: string;
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Record<string, string>;
  readonly body?: string | undefined;
}

/**
 * Signs a request the way botocore does: `content-type` included, the path encoded a second time.
 *
 * AWS takes the signature from 15 minutes before to 5 minutes after its own clock.
 *
 * @throws `credentials_rejected` when the keys cannot stand in a header
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export async function signRequest(request: UnsignedRequest): Promise<SignedRequest> {
  const { method, url, headers, body, credentials } = request;
  assertSendable(credentials);
  // Empty is taken for none, as in `presign.ts`.
  const sessionToken = credentials.sessionToken || undefined;
  const signed = await new AwsV4Signer({
    method,
    url,
    headers: { ...headers },
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey,
    service: request.signingName,
    region: request.signingRegion,
    datetime: amzTimestamp(request.signedAt),
    // Without it aws4fetch leaves `content-type` out.
    allHeaders: true,
    ...(body === undefined ? {} : { body }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  }).sign();
  return {
    url: signed.url.href,
    method: signed.method,
    headers: Object.fromEntries(signed.headers),
    ...(body === undefined ? {} : { body }),
  };
}

/** A line break gets into keys when they are pasted, and `Headers` would quote the secret in its error. */
function assertSendable(credentials: AwsCredentials): void {
  const keys = [
    ["access key id", credentials.accessKeyId],
    ["secret access key", credentials.secretAccessKey],
    ["session token", credentials.sessionToken || undefined],
  ] as const;
  for (const [noun, key] of keys) {
    if (key === undefined || /^[\x21-\x7e]+$/.test(key)) continue;
    const state = key === ""
      ? "is empty"
      : "holds a space, a line break or a character that is not ASCII";
    throw new EksauthError(
      "credentials_rejected",
      `Cannot sign with these credentials: the ${noun} ${state}`,
      { hint: "Copy the keys once more, or sign in with eksauth login" },
    );
  }
}
