/**
 * What a sign-in is about, and how it is wished for.
 *
 * @module
 */

import type { SignInTarget } from "./_sign_in_target.ts";

/** A sign-in to do. */
export interface SignInWish {
  readonly target: SignInTarget;
  readonly options: SignInOptions;
  /** Ends the sign-in at any time. */
  readonly signal?: AbortSignal | undefined;
}

/** How to sign in. */
export interface SignInOptions {
  /** The way that somebody insists on. */
  readonly flow?: "browser" | "device_code" | undefined;
  /** Show the address instead of opening it. */
  readonly isBrowserClosed: boolean;
  /** The port for the browser to come back to; any free one when absent. */
  readonly callbackPort?: number | undefined;
  /** Never ask. */
  readonly noInput: boolean;
}
