/**
 * Which profile of the AWS config files a call uses. On the token path: reads the environment only.
 *
 * @module
 */

import type { Runtime } from "../runtime/runtime.ts";

/** A profile that somebody named, or the fact that nobody did. */
export interface ProfileChoice {
  /** Absent when nobody named one: then `default` is used if it exists. */
  readonly profile?: string;
  /** Where the name came from: `--profile`, or an environment variable. */
  readonly origin?: string;
  /** Whether it was named for this very call, so that keys in the environment no longer count. */
  readonly isExplicit: boolean;
}

/**
 * The profile named by the flag, `EKSAUTH_PROFILE`, `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`, in that order.
 * Empty variables count as not set.
 *
 * As in the AWS CLI, `AWS_ACCESS_KEY_ID` beats a profile named by an `AWS_*` variable and loses to the flag.
 */
export function chooseProfile(
  request: { readonly profile?: string | undefined },
  runtime: Pick<Runtime, "env">,
): ProfileChoice {
  if (request.profile !== undefined) {
    return { profile: request.profile, origin: "--profile", isExplicit: true };
  }
  for (const variable of ["EKSAUTH_PROFILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"]) {
    const profile = runtime.env(variable);
    if (profile) {
      return { profile, origin: variable, isExplicit: variable === "EKSAUTH_PROFILE" };
    }
  }
  return { isExplicit: false };
}
