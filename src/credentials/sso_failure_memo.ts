/**
 * A failure that is remembered for a moment, so that fifty plugins which start at once fail at once, instead of
 * asking AWS one after the other.
 *
 * @module
 */

import { EksauthError, type ErrorCode, EXIT_CODES } from "../errors.ts";
import { readPrivateFile } from "../runtime/files.ts";
import { removeFile } from "../runtime/file_removal.ts";
import { replaceFile } from "../runtime/file_writing.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { parseIsoTime } from "./iso_time.ts";
import { parseJsonFields, textField } from "./sso_cache_file.ts";

/** A failure, and what it was about. */
export interface SsoFailure {
  /** `session`: the access token is of no use. `renewal`: it cannot be renewed, and serves until it expires. */
  readonly scope: "session" | "renewal";
  /** The access token that failed. With another one the failure no longer counts. */
  readonly accessToken: string;
  readonly error: EksauthError;
}

/** A remembered failure. */
export interface RememberedFailure {
  readonly scope: SsoFailure["scope"];
  readonly error: EksauthError;
  /** Whether it was about this access token. */
  concerns(accessToken: string): Promise<boolean>;
}

/**
 * How long a failure counts, in milliseconds. A refusal by AWS stays one until somebody signs in, which removes
 * the memo. A network may be back any moment: there it is just long enough for those who waited in line.
 */
const REFUSAL_COUNTS_MS = 20_000;
const NETWORK_FAILURE_COUNTS_MS = 5_000;

/** Remembers a failure in the file at `path`. Where nothing can be written it is forgotten. */
export async function rememberSsoFailure(
  path: string,
  { scope, accessToken, error }: SsoFailure,
  runtime: Pick<Runtime, "now">,
): Promise<void> {
  const { code, message, hint } = error;
  const text = JSON.stringify({
    version: 1,
    failedAt: runtime.now().toISOString(),
    scope,
    accessTokenHash: await hashOf(accessToken),
    code,
    message,
    hint,
  });
  try {
    replaceFile({ path, text, mode: 0o600 });
  } catch {
    // Everybody then finds out for himself.
  }
}

/** The failure in the file at `path`, while it counts. */
export function recallSsoFailure(
  path: string,
  runtime: Pick<Runtime, "now">,
): RememberedFailure | undefined {
  const file = readPrivateFile(path);
  const fields = file !== undefined && "text" in file ? parseJsonFields(file.text) : undefined;
  if (fields === undefined || fields.get("version") !== 1) return undefined;
  const failedAt = parseIsoTime(textField(fields, "failedAt") ?? "");
  const scope = fields.get("scope");
  const code = textField(fields, "code") ?? "";
  const message = textField(fields, "message");
  const accessTokenHash = textField(fields, "accessTokenHash");
  if (failedAt === undefined || message === undefined || !isErrorCode(code)) return undefined;
  if (scope !== "session" && scope !== "renewal") return undefined;
  const ageMs = runtime.now().getTime() - failedAt.getTime();
  const countsMs = code === "sign_in_needed" ? REFUSAL_COUNTS_MS : NETWORK_FAILURE_COUNTS_MS;
  if (ageMs < 0 || ageMs >= countsMs) return undefined;
  return {
    scope,
    error: new EksauthError(code, message, { hint: textField(fields, "hint") }),
    concerns: async (accessToken) => await hashOf(accessToken) === accessTokenHash,
  };
}

/** Forgets what went wrong: somebody has signed in, or out. */
export function forgetSsoFailure(path: string): void {
  try {
    removeFile(path);
  } catch {
    // It is about another token now, so it does not count any more.
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(EXIT_CODES, code);
}

/** The token itself has no place in a second file. */
async function hashOf(accessToken: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(accessToken));
  return new Uint8Array(digest).toHex();
}
