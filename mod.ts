/**
 * The pure pieces of eksauth, for programs of your own: make an EKS token, answer kubectl, judge a token as a
 * cluster does, and edit a kubeconfig without harming it. Nothing here runs by itself or touches the system.
 *
 * @example An EKS token from keys at hand
 * ```ts
 * import { eksToken, presignGetCallerIdentity, stsTokenEndpoint } from "eksauth";
 *
 * const { host, signingRegion } = stsTokenEndpoint({
 *   region: "us-east-2",
 *   useFips: false,
 *   useDualStack: false,
 * });
 * const bearer = eksToken(
 *   await presignGetCallerIdentity({
 *     url: `https://${host}`,
 *     signingRegion,
 *     clusterId: "dev-cluster",
 *     credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
 *     signedAt: new Date(),
 *   }),
 * );
 * ```
 *
 * @module
 */

export type { AwsCredentials } from "./src/aws/credentials.ts";
export { stsTokenEndpoint, type StsTokenRequest } from "./src/aws/sts_token_endpoint.ts";
export { presignGetCallerIdentity, type PresignRequest } from "./src/aws/presign.ts";
export { EksauthError, type ErrorCode } from "./src/errors.ts";
export {
  eksToken,
  eksTokenExpiresAt,
  MAX_TOKEN_BYTES,
  TOKEN_PREFIX,
} from "./src/kube/eks_token.ts";
export {
  type ExecApiVersion,
  execCredential,
  negotiateApiVersion,
} from "./src/kube/exec_credential.ts";
