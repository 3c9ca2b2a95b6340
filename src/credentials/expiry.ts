/**
 * When credentials count as gone. On the token path.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";

/**
 * One minute: a token lives no longer than the credentials that signed it, and one handed to kubectl with less
 * left has died before a slow call, or a clock a few seconds off, gets to the API server.
 */
const LEAST_LIFE_MS = 60_000;

/** Whether `credentials` live long enough to be worth using. Those without an expiry always do. */
export function isUsable(credentials: Pick<AwsCredentials, "expiresAt">, now: Date): boolean {
  const { expiresAt } = credentials;
  return expiresAt === undefined || expiresAt.getTime() - now.getTime() >= LEAST_LIFE_MS;
}
