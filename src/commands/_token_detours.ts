/**
 * What a token sometimes needs besides: credentials that are not cached, words for `--verbose`. Loaded only then.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";
import type { CacheEntry, CachePlace } from "../credentials/cache.ts";
import { obtainCredentials } from "../credentials/obtain.ts";
import { note, warn } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { TokenRequest } from "./_token_request.ts";

/** Nothing usable is cached: resolves anew, under a lock, and caches the result for the next call. */
export async function obtain(
  request: TokenRequest & { readonly place: CachePlace },
  runtime: Runtime,
): Promise<{ readonly entry: CacheEntry; readonly credentials: AwsCredentials }> {
  const obtained = await obtainCredentials(request, runtime);
  for (const warning of obtained.warnings) warn(warning, runtime);
  return obtained;
}

/** A token that was made, and by whom. */
export interface MadeToken {
  readonly entry: CacheEntry;
  readonly region: string;
  /** The STS host that it was signed for. */
  readonly host: string;
}

/** Tells for `--verbose` where everything came from. */
export function tellToken({ entry, region, host }: MadeToken, runtime: Runtime): void {
  note(`credentials: ${entry.source}`, runtime);
  note(`region: ${region}`, runtime);
  note(`token signed for ${host}`, runtime);
  const override = runtime.env("AWS_ENDPOINT_URL_STS") ?? runtime.env("AWS_ENDPOINT_URL");
  if (override !== undefined) {
    note(
      "the endpoint override does not apply to the token: clusters accept public STS hosts only",
      runtime,
    );
  }
}
