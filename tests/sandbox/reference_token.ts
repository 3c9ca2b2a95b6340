/**
 * EKS tokens made with AWS's own signer: what a token has to look like, without a line of eksauth.
 *
 * @module
 */

import { SignatureV4 } from "@smithy/signature-v4";

import type { AccessKey } from "./aws/accounts.ts";
import { Sha256 } from "./aws/sha256.ts";
import { CLUSTER_NAME, REGION } from "./cast.ts";

/** What goes into a token. */
export interface TokenRequest {
  readonly key: AccessKey;
  /** The name of the cluster, or the id of a local one; `dev-cluster` unless given. */
  readonly clusterId?: string;
  readonly region?: string;
  /** The public host of STS in the region unless given. */
  readonly host?: string;
  readonly signedAt?: Date;
}

/** The token. */
export async function referenceToken(request: TokenRequest): Promise<string> {
  const { key, clusterId = CLUSTER_NAME, region = REGION, signedAt = new Date() } = request;
  const host = request.host ?? `sts.${region}.amazonaws.com`;
  const signer = new SignatureV4({
    service: "sts",
    region,
    credentials: {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      ...(key.sessionToken === undefined ? {} : { sessionToken: key.sessionToken }),
    },
    sha256: Sha256,
  });
  const signed = await signer.presign({
    method: "GET",
    protocol: "https:",
    hostname: host,
    path: "/",
    query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
    headers: { host, "x-k8s-aws-id": clusterId },
  }, { signingDate: signedAt, expiresIn: 60 });
  const query = Object.entries(signed.query ?? {})
    .map(([parameter, value]) => `${parameter}=${encodeURIComponent(String(value))}`);
  const url = new TextEncoder().encode(`https://${host}/?${query.join("&")}`);
  return `k8s-aws-v1.${url.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}
