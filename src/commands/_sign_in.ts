/**
 * Signing in with a person: by browser, or by device code where a browser cannot work.
 *
 * @module
 */

import { canSignInByBrowser } from "../credentials/sso_pkce.ts";
import type { SsoSignedIn } from "../credentials/sso_sign_in.ts";
import { note } from "../output.ts";
import { browserAvailability } from "../runtime/browser_availability.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { interruptible } from "../runtime/signals.ts";
import { withBrowser } from "./_browser_sign_in.ts";
import { withDeviceCode } from "./_device_code_sign_in.ts";
import type { SignInWish } from "./_sign_in_wish.ts";

/**
 * Signs in and keeps the tokens where eksauth and the AWS CLI find them.
 *
 * @throws `sign_in_denied`, `sign_in_expired`, `sign_in_failed`, `interrupted`
 */
export async function signIn(
  wish: Omit<SignInWish, "signal">,
  runtime: Runtime,
): Promise<SsoSignedIn> {
  const reason = await deviceCodeReason(wish, runtime);
  using interruption = interruptible();
  const { signal } = interruption;
  if (reason === undefined) return await withBrowser({ ...wish, signal }, runtime);
  if (wish.options.flow === undefined) note(`signing in by device code: ${reason}`, runtime);
  return await withDeviceCode({ ...wish, signal }, runtime);
}

/** Why a browser on this machine is not to be used. */
async function deviceCodeReason(
  { target, options }: Omit<SignInWish, "signal">,
  runtime: Runtime,
): Promise<string | undefined> {
  if (options.flow === "device_code") return "it was asked for";
  // The flow itself refuses a browser to a session that cannot have one.
  if (options.flow === "browser") return undefined;
  if (!canSignInByBrowser(target.session)) {
    return "the profile has no sso_session, and older profiles know no other way";
  }
  const availability = browserAvailability(await runtime.machineFacts(), runtime);
  return availability.canOpen ? undefined : availability.reason;
}
