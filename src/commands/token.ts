/**
 * `eksauth token`: kubectl's credential plugin. Prints one ExecCredential, or nothing.
 *
 * The usual call finds everything in one cached file, signs, and prints: nothing else is loaded. Only a miss
 * loads the code that reads AWS's config files and calls STS.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";
import { deriveSigningKey, presignGetCallerIdentity, signingScope } from "../aws/presign.ts";
import { stsTokenEndpoint } from "../aws/sts_token_endpoint.ts";
import { chooseProfile } from "../config/profile_choice.ts";
import {
  type CacheEntry,
  type CachePlace,
  cachePlace,
  keptSigningKey,
  readCache,
} from "../credentials/cache.ts";
import { eksToken, eksTokenExpiresAt } from "../kube/eks_token.ts";
import { execCredential, negotiateApiVersion } from "../kube/exec_credential.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { requestedRegion, tokenCacheKey } from "./_cache_key.ts";
import type { TokenRequest } from "./_token_request.ts";

/**
 * Prints the ExecCredential that lets `request` into its cluster.
 *
 * @throws every failure before anything is printed
 */
export async function runToken(request: TokenRequest, runtime: Runtime): Promise<void> {
  const { apiVersion, warning } = negotiateApiVersion(runtime.env("KUBERNETES_EXEC_INFO"));
  if (warning !== undefined) await warn(warning, runtime);
  const signer = await resolve(request, runtime);
  const { credentials, settings, entry } = signer;

  const { host, signingRegion } = stsTokenEndpoint(settings);
  const signedAt = runtime.now();
  const scope = signingScope({ signedAt, signingRegion });
  const { secretAccessKey } = credentials;
  const kept = keptSigningKey(entry, scope);
  const signingKey = kept ?? await deriveSigningKey({ secretAccessKey, scope });
  const presignedUrl = await presignGetCallerIdentity({
    url: `https://${host}`,
    signingRegion,
    clusterId: request.clusterId ?? request.clusterName ?? "",
    credentials,
    signedAt,
    signingKey,
  });
  const expiresAt = eksTokenExpiresAt(signedAt, credentials.expiresAt);
  const answer = execCredential({ apiVersion, eksToken: eksToken(presignedUrl), expiresAt });
  if (request.isVerbose) {
    (await detours()).tellToken({ entry, region: settings.region, host }, runtime);
  }
  runtime.stdout.write(answer + "\n");

  // What is derived from keys of the environment is stored no more than they are.
  if (kept !== undefined || entry.credentials === undefined) return;
  const { keepSigningKey } = await import("../credentials/signing_keys.ts");
  await keepSigningKey(
    { place: signer.place, entry, scope, signingKey },
    runtime,
  );
}

/** Who signs, and for which region. */
interface Signer {
  readonly credentials: AwsCredentials;
  readonly settings: {
    readonly region: string;
    readonly useFips: boolean;
    readonly useDualStack: boolean;
  };
  /** Where the credentials, or the settings at least, are cached. */
  readonly entry: CacheEntry;
  readonly place: CachePlace;
}

async function resolve(request: TokenRequest, runtime: Runtime): Promise<Signer> {
  const choice = chooseProfile(request, runtime);
  const fromEnvironment = choice.isExplicit ? undefined : await keysOfEnvironment(runtime);
  const caller = { choice, accessKeyId: fromEnvironment?.accessKeyId };
  const place = cachePlace(tokenCacheKey(request, caller, runtime), runtime);
  const cached = readCache(place, runtime);
  if (cached !== undefined && "refused" in cached) {
    await warn(
      `Cannot use the cache file "${place.path}": ${cached.refused}; making a new one`,
      runtime,
    );
  }
  const entry = cached !== undefined && "entry" in cached ? cached.entry : undefined;
  // The keys of the environment sign for themselves, never in place of a role.
  const own = request.roleArn === undefined ? fromEnvironment : undefined;
  const credentials = entry?.credentials ?? own;
  const found = entry !== undefined && credentials !== undefined
    ? { entry, credentials }
    : await (await detours()).obtain({ ...request, place }, runtime);
  return {
    credentials: found.credentials,
    settings: effectiveSettings(request, found.entry, runtime),
    entry: found.entry,
    place,
  };
}

/** Flag, then environment, then the profile; without any region the global endpoint, as in the AWS CLI. */
function effectiveSettings(
  request: TokenRequest,
  entry: CacheEntry,
  runtime: Pick<Runtime, "env">,
): Signer["settings"] {
  const { settings } = entry;
  return {
    region: requestedRegion(request, runtime) ?? settings.region ?? "aws-global",
    useFips: switchOf(runtime.env("AWS_USE_FIPS_ENDPOINT")) ?? settings.useFips ?? false,
    useDualStack: switchOf(runtime.env("AWS_USE_DUALSTACK_ENDPOINT")) ?? settings.useDualStack ??
      false,
  };
}

/** As in the AWS CLI, `true` in any case switches on, and nothing else; empty is not set. */
function switchOf(value: string | undefined): boolean | undefined {
  return value ? value.toLowerCase() === "true" : undefined;
}

async function keysOfEnvironment(runtime: Runtime): Promise<AwsCredentials | undefined> {
  if (!runtime.env("AWS_ACCESS_KEY_ID")) return undefined;
  return (await import("../credentials/environment.ts")).environmentCredentials(runtime);
}

async function warn(text: string, runtime: Runtime): Promise<void> {
  (await import("../output.ts")).warn(text, runtime);
}

function detours(): Promise<typeof import("./_token_detours.ts")> {
  return import("./_token_detours.ts");
}
