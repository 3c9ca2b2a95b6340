/**
 * The bearer token that an EKS cluster reads: a presigned STS URL in another coat.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";

/** What every EKS token starts with; the version that today's authenticators accept. */
export const TOKEN_PREFIX = "k8s-aws-v1.";

/** The authenticator refuses longer tokens unread; bytes, prefix included (aws-iam-authenticator, `maxTokenLenBytes`). */
export const MAX_TOKEN_BYTES = 4096;

/**
 * STS honours a presigned request for 15 minutes after its date. One is left for the way to the cluster, as
 * every EKS client does.
 */
const TOKEN_LIFETIME_MS = 14 * 60 * 1000;

/**
 * The token that carries `presignedUrl` to the cluster.
 *
 * @throws `token_too_large` when the cluster would refuse it for its length, which a large session token causes
 */
export function eksToken(presignedUrl: string): string {
  const encoded = new TextEncoder().encode(presignedUrl)
    .toBase64({ alphabet: "base64url", omitPadding: true });
  const token = TOKEN_PREFIX + encoded;
  if (token.length > MAX_TOKEN_BYTES) {
    throw new EksauthError(
      "token_too_large",
      `Cannot make a token: it would be ${token.length} bytes long and clusters accept ${MAX_TOKEN_BYTES}, ` +
        "because the session token of these credentials is too large",
      { hint: "Sign in with fewer session tags or a smaller session policy" },
    );
  }
  return token;
}

/**
 * When a token signed at `signedAt` stops working: 14 minutes later, or when its credentials expire if that
 * is earlier. The cluster asks STS each time, and STS refuses expired credentials.
 */
export function eksTokenExpiresAt(signedAt: Date, credentialsExpireAt: Date | undefined): Date {
  const lifetimeEnd = signedAt.getTime() + TOKEN_LIFETIME_MS;
  return new Date(Math.min(lifetimeEnd, credentialsExpireAt?.getTime() ?? lifetimeEnd));
}
