/**
 * Going on after a sign-in, where somebody is there to sign in.
 *
 * @module
 */

import type { SelectedProfile } from "../config/aws_profile.ts";
import { resolveAwsSettings } from "../config/aws_settings.ts";
import { ssoSessionOf } from "../config/sso_session.ts";
import { isEksauthError } from "../errors.ts";
import { note } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { isInteractive } from "../runtime/terminal.ts";
import { signIn } from "./_sign_in.ts";

/** Something that may need a sign-in first. */
export interface SignedInWork<T> {
  readonly profile: SelectedProfile;
  readonly caBundle?: string | undefined;
  readonly work: () => Promise<T>;
}

/**
 * The result of the work. When it asks for a sign-in and a person is at the terminal, they sign in, and it is done
 * once more.
 *
 * @throws what the work throws, `sign_in_needed` only where nobody is there, or right after a sign-in
 * @throws why the sign-in failed
 */
export async function signingInAgain<T>(
  { profile, caBundle, work }: SignedInWork<T>,
  runtime: Runtime,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isEksauthError(error) || error.code !== "sign_in_needed") throw error;
    const session = ssoSessionOf({ profile, awsConfig: profile.awsConfig });
    if (session === undefined || !isInteractive({}, runtime)) throw error;
    note(`signing in again: ${error.message}`, runtime);
    const { settings } = resolveAwsSettings({ profile, caBundle }, runtime);
    const { profileName } = profile;
    const target = { session, profile, profileName, settings, isTyped: false };
    await signIn({ target, options: { isBrowserClosed: false, noInput: false } }, runtime);
    return await work();
  }
}
