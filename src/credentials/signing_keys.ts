/**
 * Keeping derived signing keys with the credentials that they were derived from. Loaded once a day and region,
 * after the token has been printed.
 *
 * @module
 */

import { isEksauthError } from "../errors.ts";
import { withLockFile } from "../runtime/file_lock.ts";
import { replaceFile } from "../runtime/file_writing.ts";
import { readPrivateFile } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CacheEntry, CachePlace } from "./cache.ts";

/** A key, and the entry that it belongs to. */
export interface DerivedKey {
  readonly place: CachePlace;
  readonly entry: CacheEntry;
  /** See `signingScope`. */
  readonly scope: string;
  readonly signingKey: Uint8Array<ArrayBuffer>;
}

/** More regions than one identity uses in a day. */
const MAX_KEYS = 32;

/**
 * Adds the key to its entry, and drops those of other days. Where that cannot be done at once, because another
 * process has the lock or nothing can be written, it is left to the next token.
 */
export async function keepSigningKey(
  derived: DerivedKey,
  runtime: Pick<Runtime, "sleep">,
): Promise<void> {
  const { path } = derived.place;
  try {
    await withLockFile({ path: `${path}.lock`, waitMs: 0 }, () => {
      const text = withKey(derived);
      // 0600: whoever has the key of a day signs for that day.
      if (text !== undefined) replaceFile({ path, text, mode: 0o600 });
      return Promise.resolve();
    }, runtime);
  } catch (error) {
    if (!isEksauthError(error)) throw error;
  }
}

/** The file with the key in it; `undefined` when it now holds other credentials, or none. */
function withKey({ place, entry, scope, signingKey }: DerivedKey): string | undefined {
  const file = readPrivateFile(place.path);
  if (file === undefined || "refused" in file) return undefined;
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(file.text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const sameCredentials =
    JSON.stringify(fields["credentials"]) === JSON.stringify(entry.credentials);
  if (fields["key"] !== place.key || !sameCredentials) return undefined;
  const today = scope.slice(0, "yyyymmdd".length);
  const kept = Object.entries(entry.signingKeys ?? {})
    .filter(([other]) => other.startsWith(today) && other !== scope)
    .slice(0, MAX_KEYS - 1);
  const signingKeys = Object.fromEntries([...kept, [scope, signingKey.toBase64()]]);
  return JSON.stringify({ ...fields, signingKeys }) + "\n";
}
