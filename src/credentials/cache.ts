/**
 * What the token path needs, in one private JSON file per way of calling: the profile's settings and, unless
 * the environment supplies them, the credentials.
 *
 * An entry is used only while every file it was made from is unchanged, so editing `~/.aws/config` or
 * rotating a key takes effect at once. On the token path: reads one file, no INI, no network.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";
import { cacheFolder } from "../config/paths.ts";
import { type FileFingerprint, fingerprintFile, readPrivateFile } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { isUsable } from "./expiry.ts";

/** Everything that decides which credentials a call gets. Two calls that differ in one of these share nothing. */
export interface CacheKey {
  /** The profile as it was named; absent when nobody named one. */
  readonly profile?: string | undefined;
  /** The source identity where the environment supplies the keys. `*` when they sign for themselves: nothing of theirs is stored. */
  readonly accessKeyId?: string | undefined;
  /** Path of the AWS config file. */
  readonly configFile: string;
  /** Path of the AWS credentials file. */
  readonly credentialsFile: string;
  /** Where STS is asked for a role; `*` for any region where it is not. Absent when only the profile may name one. */
  readonly region?: string | undefined;
  /** The endpoint overrides in force, so that a test double's answer is never taken for AWS's. */
  readonly endpoints?: string | undefined;
  /** What follows is set only where a role is assumed on top. */
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  readonly roleSessionName?: string | undefined;
  readonly durationSeconds?: number | undefined;
}

/** One cached resolution. */
export interface CacheEntry {
  readonly version: 1;
  /** For which calls it is; see {@linkcode CachePlace}. */
  readonly key: string;
  /** The files it was made from, as they were then. */
  readonly madeFrom: readonly FileFingerprint[];
  /** The profile's own settings; flags and environment come before them. */
  readonly settings: CachedSettings;
  /** Where the credentials came from, for people. */
  readonly source: string;
  /** Absent when the environment supplies them. */
  readonly credentials?: AwsCredentials | undefined;
  /** The sign-in that they came of, by the name of its token file, for signing out. */
  readonly ssoSession?: string | undefined;
  /** What `signing_keys.ts` keeps: see {@linkcode keptSigningKey}. */
  readonly signingKeys?: Readonly<Record<string, unknown>> | undefined;
}

/** The settings of a profile that decide where a token is signed for. */
export interface CachedSettings {
  readonly region?: string | undefined;
  readonly useFips?: boolean | undefined;
  readonly useDualStack?: boolean | undefined;
}

/** Where an entry is kept, and how it is told from others. */
export interface CachePlace {
  readonly path: string;
  /** Stands in the entry; an entry with another one belongs to somebody else. */
  readonly key: string;
}

/** The place of the entry that belongs to `key`. Names never appear in its path, only a hash of them. */
export function cachePlace(
  key: CacheKey,
  runtime: Pick<Runtime, "env" | "program">,
): CachePlace {
  // A list, so that no two keys can be written alike.
  const text = JSON.stringify([
    key.profile ?? null,
    key.accessKeyId ?? null,
    key.configFile,
    key.credentialsFile,
    key.roleArn ?? null,
    key.externalId ?? null,
    key.roleSessionName ?? null,
    key.durationSeconds ?? null,
    key.region ?? null,
    key.endpoints ?? null,
  ]);
  return { path: `${cacheFolder(runtime)}/credentials/${fileNameHash(text)}.json`, key: text };
}

/**
 * 16 hexadecimal digits that spread names over files: FNV-1a, once from either end. It need not withstand
 * anybody, because each entry names its key; SHA-256 would cost the token path a round through a thread.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-eastlake-fnv
 */
function fileNameHash(text: string): string {
  let forward = 0x811c9dc5;
  let backward = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    forward = Math.imul(forward ^ text.charCodeAt(index), 0x01000193);
    backward = Math.imul(backward ^ text.charCodeAt(text.length - 1 - index), 0x01000193);
  }
  const hex = (half: number): string => (half >>> 0).toString(16).padStart(8, "0");
  return hex(forward) + hex(backward);
}

/** What a look into the cache gives: an entry to use, why one was not read, or nothing. */
export type CacheLookup =
  | { readonly entry: CacheEntry }
  | { readonly refused: string }
  | undefined;

/**
 * Reads the entry at `place`, if it may be trusted, is whole, was made from files that are still the same, and
 * its credentials still live. Anything else is a miss; only a file that others can touch is `refused`.
 */
export function readCache(place: CachePlace, runtime: Pick<Runtime, "now">): CacheLookup {
  const file = readPrivateFile(place.path);
  if (file === undefined || "refused" in file) return file;
  const entry = parseEntry(file.text);
  if (entry?.key !== place.key || !entry.madeFrom.every(isUnchanged)) return undefined;
  if (entry.credentials !== undefined && !isUsable(entry.credentials, runtime.now())) {
    return undefined;
  }
  return { entry };
}

/**
 * The key that signs within `scope`, if it was kept with the credentials: a token then needs one HMAC instead
 * of five, and no key that is not as good as the credentials beside it.
 */
export function keptSigningKey(
  entry: CacheEntry,
  scope: string,
): Uint8Array<ArrayBuffer> | undefined {
  const kept = entry.signingKeys?.[scope];
  try {
    return typeof kept === "string" ? Uint8Array.fromBase64(kept) : undefined;
  } catch {
    return undefined;
  }
}

/** `entry` as the text of its file. */
export function serializeCacheEntry(entry: CacheEntry): string {
  return JSON.stringify(entry) + "\n";
}

function isUnchanged(then: FileFingerprint): boolean {
  const now = fingerprintFile(then.path);
  return now.size === then.size && now.modifiedMs === then.modifiedMs &&
    now.inode === then.inode;
}

/** Checks shape and types field by field: what is on disk may be of another version, or cut short. */
function parseEntry(text: string): CacheEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.version !== 1) return undefined;
  const { key, madeFrom, settings, source, ssoSession } = value;
  if (typeof key !== "string" || typeof source !== "string") return undefined;
  if (!Array.isArray(madeFrom) || !madeFrom.every(isFingerprint) || !isSettings(settings)) {
    return undefined;
  }
  const entry: CacheEntry = {
    version: 1,
    key,
    madeFrom,
    settings,
    source,
    ...(typeof ssoSession === "string" ? { ssoSession } : {}),
  };
  if (value.credentials === undefined) return entry;
  const credentials = parseCredentials(value.credentials);
  if (credentials === undefined) return undefined;
  return isRecord(value.signingKeys)
    ? { ...entry, credentials, signingKeys: value.signingKeys }
    : { ...entry, credentials };
}

function parseCredentials(value: unknown): AwsCredentials | undefined {
  if (!isRecord(value)) return undefined;
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = value;
  if (typeof accessKeyId !== "string" || typeof secretAccessKey !== "string") return undefined;
  if (sessionToken !== undefined && typeof sessionToken !== "string") return undefined;
  if (expiresAt === undefined) return { accessKeyId, secretAccessKey, sessionToken };
  const date = new Date(typeof expiresAt === "string" ? expiresAt : NaN);
  if (Number.isNaN(date.getTime())) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt: date };
}

function isFingerprint(value: unknown): value is FileFingerprint {
  return isRecord(value) && typeof value.path === "string" && typeof value.size === "number" &&
    typeof value.modifiedMs === "number" && typeof value.inode === "number";
}

function isSettings(value: unknown): value is CachedSettings {
  if (!isRecord(value)) return false;
  const { region, useFips, useDualStack } = value;
  return (region === undefined || typeof region === "string") &&
    (useFips === undefined || typeof useFips === "boolean") &&
    (useDualStack === undefined || typeof useDualStack === "boolean");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
