/**
 * Signing in with a browser on this machine: the authorization code with PKCE.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8252
 * @module
 */

import { authorizeUrl } from "../aws/sso_authorize_url.ts";
import { createToken } from "../aws/sso_oidc.ts";
import type { SsoSession } from "../config/sso_session.ts";
import { EksauthError, type ErrorCode } from "../errors.ts";
import { type SsoClient, ssoClient, ssoScopes } from "./sso_client.ts";
import { forgetSsoRegistration } from "./sso_registration_cache.ts";
import { type SsoRuntime, ssoSettings } from "./sso_settings.ts";
import {
  keepSsoSignIn,
  type PreparedSignIn,
  prepareSsoSignIn,
  type SsoSignedIn,
  type SsoSignInRequest,
} from "./sso_sign_in.ts";
import { expiredHint, signInFailure } from "./sso_sign_in_failure.ts";
import { signInCommand } from "./sso_sign_in_needed.ts";

/** What ties the browser that comes back to the one that was sent out. Unguessable, and for one sign-in. */
export interface PkceProof {
  /** Comes back with the code, or the code is not ours. */
  readonly state: string;
  /** A secret until the code is exchanged. */
  readonly codeVerifier: string;
  /** SHA-256 of the verifier, in base64url. */
  readonly codeChallenge: string;
}

/**
 * A new proof.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc7636#section-4.1
 */
export async function newPkceProof(): Promise<PkceProof> {
  // 48 bytes are 64 characters, as many as the AWS CLI's verifier has.
  const codeVerifier = base64Url(crypto.getRandomValues(new Uint8Array(48)));
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier));
  return {
    state: base64Url(crypto.getRandomValues(new Uint8Array(24))),
    codeVerifier,
    codeChallenge: base64Url(new Uint8Array(digest)),
  };
}

/**
 * Waits for the code in one way, such as a listener on this machine or a person who pastes the address. It has
 * checked the state.
 */
export type CodeSource = (signal: AbortSignal) => Promise<{ readonly code: string }>;

/** A sign-in by browser. */
export interface BrowserSignInRequest extends SsoSignInRequest {
  readonly proof: PkceProof;
  /** Where the browser comes back to: `http://127.0.0.1:<port>` and {@linkcode REDIRECT_PATH}. */
  readonly redirectUri: string;
  /** The first that settles counts; the others are aborted. */
  readonly codeSources: readonly CodeSource[];
  /** Shows the address, or opens a browser at it. */
  readonly onAuthorizeUrl: (url: string) => void | Promise<void>;
}

/** Whether a session can be signed in to by browser: one of an older profile cannot, as in the AWS CLI. */
export function canSignInByBrowser(session: SsoSession): boolean {
  return session.sessionName !== undefined;
}

/**
 * Signs in by browser and keeps the tokens.
 *
 * @throws `sign_in_denied`, `sign_in_expired` or `sign_in_failed`
 * @throws `interrupted` when the signal is aborted
 * @throws `usage` when the session has no name
 * @throws what keeps AWS from being reached, or the tokens from being kept
 */
export async function signInByBrowser(
  request: BrowserSignInRequest,
  runtime: SsoRuntime,
): Promise<SsoSignedIn> {
  assertNamed(request);
  try {
    const prepared = await prepareSsoSignIn(request, runtime);
    const { startUrl } = prepared;
    const client = await ssoClient({ request, startUrl, flow: "authorization_code" }, runtime);
    try {
      return await signInAs({ request, prepared, client }, runtime);
    } catch (error) {
      // A client that AWS has forgotten ends in the browser, and all that is seen here is that nobody comes
      // back. So the next sign-in begins with a new one, whatever went wrong.
      if (client.isReused) await forgetClient(client, runtime);
      throw error;
    }
  } catch (error) {
    throw signInFailure(error, request);
  }
}

interface BrowserSignIn {
  readonly request: BrowserSignInRequest;
  readonly prepared: PreparedSignIn;
  readonly client: SsoClient;
}

async function signInAs(
  { request, prepared, client: { registration } }: BrowserSignIn,
  runtime: SsoRuntime,
): Promise<SsoSignedIn> {
  const { session, proof, redirectUri, signal } = request;
  const settings = ssoSettings(request);
  await request.onAuthorizeUrl(authorizeUrl({
    settings,
    clientId: registration.clientId,
    redirectUri,
    state: proof.state,
    codeChallenge: proof.codeChallenge,
    scopes: ssoScopes(session) ?? [],
  }));
  const { code } = await firstCode(request);
  const askedAt = runtime.now();
  const tokens = await createToken({
    client: registration,
    grant: { grantType: "authorization_code", code, codeVerifier: proof.codeVerifier, redirectUri },
    settings,
    signal,
  }, runtime);
  const { files } = prepared;
  return await keepSsoSignIn({ request, files, client: registration, tokens, askedAt }, runtime);
}

async function firstCode(request: BrowserSignInRequest): Promise<{ readonly code: string }> {
  const { codeSources, signal } = request;
  const over = new AbortController();
  const end = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  const ended = Promise.withResolvers<never>();
  const giveUp = (): void => ended.reject(end.reason);
  end.addEventListener("abort", giveUp);
  try {
    end.throwIfAborted();
    return await Promise.race([ended.promise, ...codeSources.map((source) => source(end))]);
  } catch (error) {
    throw inWordsOfSignIn(error, request);
  } finally {
    end.removeEventListener("abort", giveUp);
    over.abort();
  }
}

/** What the browser may bring back, or not in time, has more general codes where it is read. */
const SIGN_IN_CODES: Readonly<Partial<Record<ErrorCode, ErrorCode>>> = {
  access_denied: "sign_in_denied",
  aws_error: "sign_in_failed",
  deadline_exceeded: "sign_in_expired",
};

function inWordsOfSignIn(error: unknown, request: BrowserSignInRequest): unknown {
  const code = error instanceof EksauthError ? SIGN_IN_CODES[error.code] : undefined;
  if (!(error instanceof EksauthError) || code === undefined) return error;
  const hint = code === "sign_in_expired"
    ? `${expiredHint(request)}; where the browser is on another machine, add --device-code`
    : error.hint;
  return new EksauthError(code, error.message, { hint, cause: error });
}

async function forgetClient(client: SsoClient, runtime: SsoRuntime): Promise<void> {
  const { path, registration: { clientId } } = client;
  try {
    await forgetSsoRegistration({ path, clientId }, runtime);
  } catch {
    // What stopped the sign-in is the error to tell.
  }
}

function assertNamed(request: BrowserSignInRequest): void {
  if (canSignInByBrowser(request.session)) return;
  throw new EksauthError(
    "usage",
    `Cannot sign in to "${request.session.startUrl}" by browser: it has no SSO session`,
    { hint: `${signInCommand(request)} --device-code` },
  );
}

function base64Url(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
