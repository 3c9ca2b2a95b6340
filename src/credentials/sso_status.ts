/**
 * Whether somebody is signed in, as far as can be told without asking AWS.
 *
 * @module
 */

import type { SsoSession } from "../config/sso_session.ts";
import { recallSsoFailure } from "./sso_failure_memo.ts";
import { ssoSessionFiles } from "./sso_files.ts";
import { isRenewable } from "./sso_renewal.ts";
import type { SsoRuntime } from "./sso_settings.ts";
import { foreignTokenState, readSsoToken } from "./sso_token_cache.ts";

/** What is known of a sign-in. */
export interface SsoStatus {
  /** `unreadable`: the token file is there, and others can touch it. */
  readonly state: "signed_in" | "expired" | "signed_out" | "unreadable";
  /** When the access token ends, or ended; absent without one. */
  readonly expiresAt?: Date | undefined;
  /** Whether eksauth gets a new access token by itself when this one ends. */
  readonly isRenewable: boolean;
  /** The token file, whether it is there or not. */
  readonly tokenPath: string;
  /** Why the file was not read, or its token does not count. */
  readonly reason?: string | undefined;
}

/** The state of a session. Nothing is renewed and nobody is asked. */
export async function ssoStatus(
  session: SsoSession,
  runtime: Pick<SsoRuntime, "env" | "program" | "now" | "sleep">,
): Promise<SsoStatus> {
  const { tokenPath, failurePath } = await ssoSessionFiles(session, runtime);
  const file = await readSsoToken(tokenPath, runtime);
  if (file === undefined) return { state: "signed_out", isRenewable: false, tokenPath };
  if ("refused" in file) {
    return { state: "unreadable", isRenewable: false, tokenPath, reason: file.refused };
  }
  const { token } = file;
  const reason = foreignTokenState(token, session);
  if (reason !== undefined) return { state: "signed_out", isRenewable: false, tokenPath, reason };
  const { expiresAt } = token;
  const failure = recallSsoFailure(failurePath, runtime);
  const concerned = failure !== undefined && await failure.concerns(token.accessToken);
  const canRenew = isRenewable({ session, token }, runtime) && !concerned;
  const isRefused = concerned && failure.scope === "session";
  const isSignedIn = !isRefused && (canRenew || expiresAt > runtime.now());
  return {
    state: isSignedIn ? "signed_in" : "expired",
    expiresAt,
    isRenewable: canRenew,
    tokenPath,
  };
}
