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
  /** What follows is set only where a role is assumed on top. */
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
  readonly roleSessionName?: string | undefined;
  readonly durationSeconds?: number | undefined;
  readonly region?: string | undefined;
  /** The endpoint overrides in force, so that a test double's answer is never taken for AWS's. */
  readonly stsEndpoint?: string | undefined;
}

/** One cached resolution. */
export interface CacheEntry {
  readonly version: 1;
  /** The files it was made from, as they were then. */
  readonly madeFrom: readonly FileFingerprint[];
  /** The profile's own settings; flags and environment come before them. */
  readonly settings: CachedSettings;
  /** Where the credentials came from, for people. */
  readonly source: string;
  /** Absent when the environment supplies them. */
  readonly credentials?: AwsCredentials | undefined;
}

/** The settings of a profile that decide where a token is signed for. */
export interface CachedSettings {
  readonly region?: string | undefined;
  readonly useFips?: boolean | undefined;
  readonly useDualStack?: boolean | undefined;
}

/** The path of the cache file that belongs to `key`. Names never appear in it, only their SHA-256. */
export async function cacheFile(
  key: CacheKey,
  runtime: Pick<Runtime, "env" | "program">,
): Promise<string> {
  // A list, so that no two keys can be written alike; its first element changes when the fields do.
  const identity = JSON.stringify([
    1,
    key.profile ?? null,
    key.accessKeyId ?? null,
    key.configFile,
    key.credentialsFile,
    key.roleArn ?? null,
    key.externalId ?? null,
    key.roleSessionName ?? null,
    key.durationSeconds ?? null,
    key.region ?? null,
    key.stsEndpoint ?? null,
  ]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(identity));
  return `${cacheFolder(runtime)}/credentials/${new Uint8Array(digest).toHex()}.json`;
}

/** What a look into the cache gives: an entry to use, why one was not read, or nothing. */
export type CacheLookup =
  | { readonly entry: CacheEntry }
  | { readonly refused: string }
  | undefined;

/**
 * Reads the entry at `path`, if it may be trusted, is whole, was made from files that are still the same, and
 * its credentials still live. Anything else is a miss; only a file that others can touch is `refused`.
 */
export function readCache(path: string, runtime: Pick<Runtime, "now">): CacheLookup {
  const file = readPrivateFile(path);
  if (file === undefined || "refused" in file) return file;
  const entry = parseEntry(file.text);
  if (entry === undefined || !entry.madeFrom.every(isUnchanged)) return undefined;
  if (entry.credentials !== undefined && !isUsable(entry.credentials, runtime.now())) {
    return undefined;
  }
  return { entry };
}

/** `entry` as the text of its file. */
export function serializeCacheEntry(entry: CacheEntry): string {
  return JSON.stringify(entry) + "\n";
}

function isUnchanged(then: FileFingerprint): boolean {
  const now = fingerprintFile(then.path);
  return now.size === then.size && now.modifiedMs === then.modifiedMs;
}

/** Checks shape and types field by field: what is on disk may be of another version, or cut short. */
function parseEntry(text: string): CacheEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value.version !== 1 || typeof value.source !== "string") return undefined;
  const { madeFrom, settings, source } = value;
  if (!Array.isArray(madeFrom) || !madeFrom.every(isFingerprint) || !isSettings(settings)) {
    return undefined;
  }
  if (value.credentials === undefined) return { version: 1, madeFrom, settings, source };
  const credentials = parseCredentials(value.credentials);
  return credentials && { version: 1, madeFrom, settings, source, credentials };
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
    typeof value.modifiedMs === "number";
}

function isSettings(value: unknown): value is CachedSettings {
  return isRecord(value) && isOptional(value.region, "string") &&
    isOptional(value.useFips, "boolean") && isOptional(value.useDualStack, "boolean");
}

function isOptional(value: unknown, type: "string" | "boolean"): boolean {
  return value === undefined || typeof value === type;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
