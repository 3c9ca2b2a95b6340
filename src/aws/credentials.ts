/**
 * What signs a request.
 *
 * @module
 */

/** A set of AWS keys. The three strings are secrets: they never go into messages, logs or argv. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Present in temporary credentials only. */
  readonly sessionToken?: string | undefined;
  /** When AWS stops honouring them; absent for long-term keys. */
  readonly expiresAt?: Date | undefined;
}
