/**
 * What the calls for a sign-in need: whose it is, and how AWS is reached.
 *
 * @module
 */

import type { CallRuntime } from "../aws/send.ts";
import type { AwsSettings } from "../aws/settings.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { SsoSignInTarget } from "./sso_sign_in_needed.ts";

/** Whose sign-in is used, and how AWS is reached. */
export interface SsoAccessRequest extends SsoSignInTarget {
  /** The region in it has no say: the session has its own. */
  readonly settings: Omit<AwsSettings, "region">;
}

/** The outside world, as far as a sign-in needs it. */
export type SsoRuntime = CallRuntime & Pick<Runtime, "env" | "program">;

/** Settings for calls of OIDC and portal: those of Identity Center's region. */
export function ssoSettings(
  { session, settings }: Pick<SsoAccessRequest, "session" | "settings">,
): AwsSettings {
  return { ...settings, region: session.region };
}
