/**
 * The slow path to credentials: the cache had none. Of many processes that come here at once, one does the work
 * and the others find its result.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";
import { type SelectedProfile, selectProfile } from "../config/aws_profile.ts";
import { profileSettings, resolveAwsSettings, resolveRegion } from "../config/aws_settings.ts";
import { isNowhere } from "../config/paths.ts";
import { chooseProfile } from "../config/profile_choice.ts";
import { messageOf } from "../errors.ts";
import { withLockFile } from "../runtime/file_lock.ts";
import { makePrivateFolder, replaceFile } from "../runtime/file_writing.ts";
import { folderOf } from "../runtime/paths.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { roleCredentials, type RoleRequest } from "./assumed_role.ts";
import {
  type CachedSettings,
  type CacheEntry,
  type CachePlace,
  readCache,
  serializeCacheEntry,
} from "./cache.ts";
import { environmentCredentials } from "./environment.ts";
import { imdsRegion } from "./imds_region.ts";
import { resolveCredentials } from "./resolve.ts";
import { sharingFailure } from "./shared_failure.ts";
import type { FoundCredentials } from "./source.ts";

/** Whose credentials are wanted, as the flags say, and where they are kept. */
export interface CredentialRequest extends Partial<RoleRequest> {
  /** Where the cache entry of this request is kept. */
  readonly place: CachePlace;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
}

/** What was obtained. */
export interface ObtainedCredentials {
  /** What the cache holds now, or would hold if it could be written. */
  readonly entry: CacheEntry;
  /** The entry's credentials, or those of the environment. */
  readonly credentials: AwsCredentials;
  /** What went wrong without standing in the way; a sentence each. */
  readonly warnings: readonly string[];
}

/** A little longer than a call to AWS may take: the process before us is either done by then or stuck. */
const LOCK_WAIT_MS = 35_000;

/**
 * Finds credentials, assumes the role if one is asked for, and keeps the result in the cache.
 *
 * Where nothing can be locked or kept, as in a read-only home, it works all the same and warns. Where there is no
 * home folder at all, nobody expects anything to be kept, and it says nothing.
 *
 * @throws whatever stops the profile, the credentials or the role from being had
 */
export async function obtainCredentials(
  request: CredentialRequest,
  runtime: Runtime,
): Promise<ObtainedCredentials> {
  if (isNowhere(request.place.path, runtime)) {
    return { ...await resolveAnew(request, runtime), warnings: [] };
  }
  const { path, key } = request.place;
  const lock = { path: `${path}.lock`, waitMs: LOCK_WAIT_MS };
  const waitingSince = runtime.now();
  let isLocked = false;
  try {
    return await withLockFile(lock, () => {
      isLocked = true;
      const work = (): Promise<ObtainedCredentials> => obtainOnce(request, runtime);
      return sharingFailure({ path: `${path}.failure`, key, waitingSince, work }, runtime);
    }, runtime);
  } catch (error) {
    // What fails under the lock is the answer; what fails before it is only the lock.
    if (isLocked) throw error;
    const obtained = await obtainOnce(request, runtime);
    // Where nothing can be written, that is said once.
    return obtained.warnings.length > 0 ? obtained : { ...obtained, warnings: [messageOf(error)] };
  }
}

async function obtainOnce(
  request: CredentialRequest,
  runtime: Runtime,
): Promise<ObtainedCredentials> {
  const cached = cachedMeanwhile(request, runtime);
  if (cached !== undefined) return { ...cached, warnings: [] };
  const fresh = await resolveAnew(request, runtime);
  try {
    // 0600 in 0700: the file holds keys.
    makePrivateFolder(folderOf(request.place.path));
    replaceFile({ path: request.place.path, text: serializeCacheEntry(fresh.entry), mode: 0o600 });
    return { ...fresh, warnings: [] };
  } catch (error) {
    return { ...fresh, warnings: [messageOf(error)] };
  }
}

type Obtained = Omit<ObtainedCredentials, "warnings">;

/** What another process has put into the cache while this one waited for the lock. */
function cachedMeanwhile(request: CredentialRequest, runtime: Runtime): Obtained | undefined {
  const cached = readCache(request.place, runtime);
  if (cached === undefined || "refused" in cached) return undefined;
  const { entry } = cached;
  // The keys of the environment never stand in for a role or for a profile that was named.
  const isOwn = request.roleArn === undefined && !chooseProfile(request, runtime).isExplicit;
  const credentials = entry.credentials ?? (isOwn ? environmentCredentials(runtime) : undefined);
  return credentials && { entry, credentials };
}

async function resolveAnew(request: CredentialRequest, runtime: Runtime): Promise<Obtained> {
  const profile = selectProfile(request, runtime);
  const base = await resolveCredentials({ profile }, runtime);
  const hasRegion = resolveRegion({ ...request, profile }, runtime) !== undefined;
  const region = hasRegion ? undefined : await imdsRegion(runtime);
  const { roleArn } = request;
  const { source, credentials } = roleArn === undefined
    ? base
    : await assumeOnTop({ role: { ...request, roleArn }, profile, base, region }, runtime);
  const settings: CachedSettings = { ...profileSettings(profile), ...(region && { region }) };
  const madeFrom = [...profile.awsConfig.fingerprints, ...(base.madeFrom ?? [])];
  const { ssoSession } = base;
  const entry: CacheEntry = {
    version: 1,
    key: request.place.key,
    madeFrom,
    settings,
    source,
    ...(ssoSession === undefined ? {} : { ssoSession }),
  };
  const isStored = roleArn !== undefined || base.kind !== "environment";
  return { entry: isStored ? { ...entry, credentials } : entry, credentials };
}

interface RoleOnTop {
  readonly role: CredentialRequest & RoleRequest;
  readonly profile: SelectedProfile;
  readonly base: FoundCredentials;
  /** The region that the instance gave where nobody else did. */
  readonly region: string | undefined;
}

function assumeOnTop(
  { role, profile, base, region: instanceRegion }: RoleOnTop,
  runtime: Runtime,
): ReturnType<typeof roleCredentials> {
  const { settings } = resolveAwsSettings({ region: role.region, profile }, runtime);
  // Without any region STS has its global endpoint, which the AWS CLI then uses too.
  const region = settings.region ?? instanceRegion ?? "aws-global";
  return roleCredentials({ role, base, settings: { ...settings, region } }, runtime);
}
