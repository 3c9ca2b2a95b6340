/**
 * The one error class, its codes, and the exit code of each.
 *
 * @module
 */

/**
 * What went wrong, as a word that programs may match on. Codes are stable; messages are not.
 *
 * The value is the exit code: 1 failed, 2 usage or configuration, 4 sign-in needed, 130 interrupted.
 */
export const EXIT_CODES = {
  usage: 2,
  config_invalid: 2,
  profile_not_found: 2,
  region_missing: 2,
  region_invalid: 2,
  name_invalid: 2,
  kubeconfig_invalid: 2,
  kubeconfig_conflict: 2,
  credentials_missing: 4,
  credentials_partial: 2,
  credentials_expired: 4,
  credentials_rejected: 4,
  sign_in_needed: 4,
  sign_in_failed: 1,
  sign_in_denied: 1,
  sign_in_expired: 1,
  access_denied: 1,
  cluster_not_found: 1,
  cluster_not_ready: 1,
  token_too_large: 1,
  aws_error: 1,
  aws_answer_invalid: 1,
  network_unreachable: 1,
  certificate_untrusted: 1,
  deadline_exceeded: 1,
  file_unreadable: 1,
  file_unwritable: 1,
  file_locked: 1,
  port_unavailable: 1,
  interrupted: 130,
  internal: 1,
} as const;

/** A stable word for one kind of failure. */
export type ErrorCode = keyof typeof EXIT_CODES;

/** What an {@linkcode EksauthError} carries besides its message. */
export interface ErrorDetails {
  /** The next thing to type, or to look at; one line. */
  readonly hint?: string | undefined;
  /** What was caught, where this error was made from another. */
  readonly cause?: unknown;
}

/**
 * A failure that a person can act on: the message names the thing and its state, the hint the next step.
 *
 * Neither ever holds a secret: keys, session tokens and signed URLs stay out of both.
 */
export class EksauthError extends Error {
  override readonly name = "EksauthError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
  }
}

/**
 * Whether `error` is an {@linkcode EksauthError}: by its name, because the bundle holds the class twice, once
 * for what every start reads and once for what is loaded later.
 */
export function isEksauthError(error: unknown): error is EksauthError {
  return error instanceof Error && error.name === "EksauthError";
}

/** The exit code that belongs to `error`; 1 for anything that is not an {@linkcode EksauthError}. */
export function exitCodeOf(error: unknown): number {
  return isEksauthError(error) ? EXIT_CODES[error.code] : 1;
}

/** `error` in one line, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
