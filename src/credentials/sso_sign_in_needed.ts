/**
 * The error that asks a person to sign in, and what to type for it.
 *
 * @module
 */

import { type SsoSession, ssoSessionLabel } from "../config/sso_session.ts";
import { EksauthError } from "../errors.ts";
import { shellWord } from "../runtime/shell_word.ts";

/** A sign-in, and who wants it. */
export interface SsoSignInTarget {
  readonly session: SsoSession;
  /** The profile that is signed in for; absent when the session itself was named. */
  readonly profileName?: string | undefined;
}

/** The error for a session that nobody can use before signing in. `state` completes "Cannot use …:". */
export function signInNeeded(
  target: SsoSignInTarget,
  reason: { readonly state: string; readonly cause?: unknown },
): EksauthError {
  const message = `Cannot use ${ssoSessionLabel(target.session)}: ${reason.state}`;
  return new EksauthError("sign_in_needed", message, {
    hint: signInCommand(target),
    cause: reason.cause,
  });
}

/** The command line that signs in, ready to be typed. */
export function signInCommand({ session, profileName }: SsoSignInTarget): string {
  const { sessionName, startUrl, region } = session;
  const flags = profileName !== undefined
    ? ["--profile", profileName]
    : sessionName !== undefined
    ? ["--sso-session", sessionName]
    : ["--start-url", startUrl, "--sso-region", region];
  return ["eksauth", "login", ...flags.map(shellWord)].join(" ");
}
