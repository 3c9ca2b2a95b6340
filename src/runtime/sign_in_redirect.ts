/**
 * What the browser brings back from a sign-in: the query of an OAuth 2.0 redirect.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";

/** What a redirect says. */
export type SignInRedirect =
  | { readonly kind: "code"; readonly code: string }
  | { readonly kind: "refused"; readonly failure: EksauthError }
  /** It carries another `state`, or none: it comes from another sign-in, or from somebody else. */
  | { readonly kind: "foreign" };

/** A redirect as it came in, and what it must carry to be believed. */
export interface SignInRedirectSource {
  /** Without the question mark. */
  readonly query: string;
  /** The `state` that this sign-in sent out. */
  readonly state: string;
}

/**
 * Reads a redirect. Without the right `state`, exactly once, nothing in it is believed, not even an error.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6749#section-4.1.2
 */
export function parseSignInRedirect(source: SignInRedirectSource): SignInRedirect {
  const parameters = new URLSearchParams(source.query);
  const [state, ...otherStates] = parameters.getAll("state");
  if (state === undefined || otherStates.length > 0 || !isSame(state, source.state)) {
    return { kind: "foreign" };
  }
  const error = parameters.get("error");
  if (error !== null) {
    return {
      kind: "refused",
      failure: refusal(printable(error), printable(parameters.get("error_description") ?? "")),
    };
  }
  const [code, ...otherCodes] = parameters.getAll("code");
  if (code === undefined || code === "" || otherCodes.length > 0) {
    return { kind: "refused", failure: refusal("no authorization code", "") };
  }
  return { kind: "code", code };
}

/** What a person pasted, and the `state` that it must carry. */
export interface PastedRedirect {
  readonly text: string;
  readonly state: string;
}

/** The listener takes no longer redirect from a browser either. */
const MAX_PASTED_CHARACTERS = 32_768;

/**
 * The authorization code in a pasted redirect: the address at which a browser on another machine ended, or
 * its query alone.
 *
 * @throws `usage` when it is not the redirect of this sign-in; asking again may help
 * @throws `access_denied`, `aws_error` when it says that the sign-in failed
 */
export function parsePastedRedirect({ text, state }: PastedRedirect): { readonly code: string } {
  // Chat programs and shells wrap addresses in quotes and angle brackets.
  const address = text.trim().replace(/^[<"'`]+|[>"'`]+$/g, "");
  if (address === "") throw unusable("nothing was pasted");
  if (address.length > MAX_PASTED_CHARACTERS) throw unusable("it is too long for an address");
  const query = address.slice(address.indexOf("?") + 1).replace(/#.*$/s, "");
  const parameters = new URLSearchParams(query);
  if (parameters.has("code_challenge") || parameters.has("response_type")) {
    throw unusable("it is the address where the sign-in begins");
  }
  if (!parameters.has("code") && !parameters.has("error")) {
    throw unusable("there is no authorization code in it");
  }
  const redirect = parseSignInRedirect({ query, state });
  if (redirect.kind === "foreign") throw unusable("it belongs to another sign-in");
  if (redirect.kind === "refused") throw redirect.failure;
  return { code: redirect.code };
}

/** Whether two texts are the same, found out in a time that does not tell where they differ. */
function isSame(given: string, expected: string): boolean {
  const left = new TextEncoder().encode(given);
  const right = new TextEncoder().encode(expected);
  let difference = left.length ^ right.length;
  for (let index = 0; index < right.length; index++) {
    difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  }
  return difference === 0;
}

function refusal(error: string, description: string): EksauthError {
  const detail = description === "" ? "" : ` (${description})`;
  const message = `Cannot sign in: IAM Identity Center answered with ${error}${detail}`;
  if (error === "access_denied") {
    return new EksauthError("access_denied", message, {
      hint: "Sign in again, and allow the access that the browser asks about",
    });
  }
  return new EksauthError("aws_error", message, {
    hint: error === "server_error" || error === "temporarily_unavailable"
      ? "Sign in again in a minute"
      : "Sign in again, or add --device-code to do without the redirect",
  });
}

/** Text from a URL, fit for a terminal: no control characters, one line, at most 200 characters. */
function printable(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

function unusable(state: string): EksauthError {
  return new EksauthError("usage", `Cannot use the pasted address: ${state}`, {
    hint: "Paste the whole address at which the browser ended; it begins with http://127.0.0.1",
  });
}
