/**
 * A failure that is everybody's who waited for the outcome. Of a hundred processes that want the same
 * credentials at once, one asks and the others stand in line behind it; when it fails, so would they, one
 * after the other.
 *
 * @module
 */

import { EksauthError, type ErrorCode, EXIT_CODES, isEksauthError } from "../errors.ts";
import { removeFile } from "../runtime/file_removal.ts";
import { replaceFile } from "../runtime/file_writing.ts";
import { readPrivateFile } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { parseIsoTime } from "./iso_time.ts";
import { parseJsonFields, textField } from "./sso_cache_file.ts";

/** Work that only one process does at a time. */
export interface SharedWork<T> {
  /** The file for its failure. */
  readonly path: string;
  /** Tells this work from other work that may have the same file. */
  readonly key: string;
  /** Since when this process has waited for its turn. */
  readonly waitingSince: Date;
  readonly work: () => Promise<T>;
}

/**
 * The result of the work. It is not begun when it has failed while this process was waiting: whoever comes later
 * tries for himself.
 *
 * @throws what the work throws, now or a moment ago
 */
export async function sharingFailure<T>(
  shared: SharedWork<T>,
  runtime: Pick<Runtime, "now">,
): Promise<T> {
  const failure = failureMeanwhile(shared, runtime);
  if (failure !== undefined) throw failure;
  try {
    const result = await shared.work();
    forget(shared.path);
    return result;
  } catch (error) {
    // What one person calls off is nobody else's failure.
    if (isEksauthError(error) && error.code !== "interrupted") remember(error, shared, runtime);
    throw error;
  }
}

function failureMeanwhile(
  { path, key, waitingSince }: Omit<SharedWork<unknown>, "work">,
  runtime: Pick<Runtime, "now">,
): EksauthError | undefined {
  const file = readPrivateFile(path);
  const fields = file !== undefined && "text" in file ? parseJsonFields(file.text) : undefined;
  if (fields === undefined || textField(fields, "key") !== key) return undefined;
  const failedAt = parseIsoTime(textField(fields, "failedAt") ?? "");
  const code = textField(fields, "code") ?? "";
  const message = textField(fields, "message");
  if (failedAt === undefined || message === undefined || !isErrorCode(code)) return undefined;
  // From the future, where the clock has been set back.
  if (failedAt <= waitingSince || failedAt > runtime.now()) return undefined;
  return new EksauthError(code, message, { hint: textField(fields, "hint") });
}

function remember(
  { code, message, hint }: EksauthError,
  { path, key }: Omit<SharedWork<unknown>, "work">,
  runtime: Pick<Runtime, "now">,
): void {
  const failedAt = runtime.now().toISOString();
  try {
    replaceFile({
      path,
      text: JSON.stringify({ key, failedAt, code, message, hint }),
      mode: 0o600,
    });
  } catch {
    // Everybody then finds out for himself.
  }
}

function forget(path: string): void {
  try {
    removeFile(path);
  } catch {
    // It is too old for everybody who comes now.
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(EXIT_CODES, code);
}
