/**
 * Which cache entry belongs to a token call. On the token path.
 *
 * @module
 */

import { awsConfigFile, awsCredentialsFile } from "../config/paths.ts";
import type { ProfileChoice } from "../config/profile_choice.ts";
import type { CacheKey } from "../credentials/cache.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TokenRequest } from "./_token_request.ts";

/** Who calls, as far as it is known without reading a file. */
export interface Caller {
  readonly choice: ProfileChoice;
  /** Of keys in the environment, where they count. */
  readonly accessKeyId: string | undefined;
}

/** The key of everything that decides which credentials `request` gets. */
export function tokenCacheKey(
  request: Omit<TokenRequest, "clusterName" | "clusterId">,
  caller: Caller,
  runtime: Pick<Runtime, "env" | "program">,
): CacheKey {
  const key = {
    profile: caller.choice.profile,
    configFile: awsConfigFile(runtime),
    credentialsFile: awsCredentialsFile(runtime),
  };
  const { roleArn, externalId, roleSessionName, durationSeconds } = request;
  const region = requestedRegion(request, runtime);
  if (roleArn === undefined && caller.accessKeyId !== undefined) {
    // Keys of the environment sign for themselves and are not stored, and one region is as good as another:
    // all of them share one entry of settings.
    return { ...key, accessKeyId: "*", region: region && "*" };
  }
  // Whoever stands in for STS, or for the portal that gives a profile its keys, gives other keys.
  const endpoints = ENDPOINT_VARIABLES.map((variable) => runtime.env(variable)).join(" ");
  if (roleArn === undefined) return { ...key, region: region && "*", endpoints };
  return {
    ...key,
    accessKeyId: caller.accessKeyId,
    roleArn,
    externalId,
    roleSessionName,
    durationSeconds,
    region,
    endpoints,
  };
}

const ENDPOINT_VARIABLES = [
  "AWS_ENDPOINT_URL_STS",
  "AWS_ENDPOINT_URL_SSO",
  "AWS_ENDPOINT_URL",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
];

/** The region of the flag or the environment, `undefined` when only the profile can name one. */
export function requestedRegion(
  request: Pick<TokenRequest, "region">,
  runtime: Pick<Runtime, "env">,
): string | undefined {
  return request.region || runtime.env("EKSAUTH_REGION") || runtime.env("AWS_REGION") ||
    runtime.env("AWS_DEFAULT_REGION") || undefined;
}
