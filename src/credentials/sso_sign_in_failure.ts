/**
 * Why a sign-in failed, and what to do about it.
 *
 * @module
 */

import { AwsServiceError } from "../aws/service_error.ts";
import { oidcErrorOf } from "../aws/sso_oidc.ts";
import { type SsoSession, ssoSessionLabel } from "../config/sso_session.ts";
import { EksauthError, type ErrorCode } from "../errors.ts";
import type { SsoSignInRequest } from "./sso_sign_in.ts";
import { signInCommand } from "./sso_sign_in_needed.ts";

/** The error of a sign-in, told with its session and the next step. */
export function signInFailure(error: unknown, request: SsoSignInRequest): unknown {
  if (request.signal?.aborted) return interruption(request);
  if (!(error instanceof EksauthError)) return error;
  const kind = oidcErrorOf(error);
  if (error instanceof AwsServiceError && kind !== undefined) {
    return error.retold({
      cannot: `sign in to ${ssoSessionLabel(request.session)}`,
      ...meaningOf(error, kind),
      hint: hintFor(kind, request) ?? error.hint,
    });
  }
  const hint = networkHint(error, request);
  return hint === undefined
    ? error
    : new EksauthError(error.code, error.message, { hint, cause: error });
}

function interruption({ session, signal }: SsoSignInRequest): EksauthError {
  const reason: unknown = signal?.reason;
  if (reason instanceof EksauthError) return reason;
  return new EksauthError(
    "interrupted",
    `Cannot sign in to ${ssoSessionLabel(session)}: interrupted`,
    { cause: reason },
  );
}

interface Meaning {
  readonly code?: ErrorCode;
  readonly state?: string;
}

function meaningOf(error: AwsServiceError, kind: string): Meaning {
  switch (kind) {
    case "access_denied":
      // Without the key of an encrypted Identity Center nobody can sign in, which AWS's sentence tells.
      return /kms/i.test(error.awsMessage)
        ? { code: "sign_in_failed" }
        : { code: "sign_in_denied", state: "the request was denied in the browser" };
    case "expired_token":
      return { code: "sign_in_expired", state: "nobody allowed the request in time" };
    default:
      return error.status < 500 ? { code: "sign_in_failed" } : {};
  }
}

function hintFor(kind: string, request: SsoSignInRequest): string | undefined {
  const { startUrl, region, sessionName } = request.session;
  switch (kind) {
    case "invalid_request":
    case "invalid_client_metadata":
      return `Check that ${startUrl} is the start URL of your Identity Center and ${region} its region` +
        placeOf(request.session);
    case "invalid_scope":
      return `Check sso_registration_scopes of [sso-session ${sessionName}]`;
    case "expired_token":
      return expiredHint(request);
    case "access_denied":
    case "invalid_grant":
    case "invalid_client":
    case "unauthorized_client":
      return `Sign in again: ${signInCommand(request)}`;
    default:
      return undefined;
  }
}

/** What may be wrong when nobody has allowed a sign-in: AWS tells it in the browser only. */
export function expiredHint(request: SsoSignInRequest): string {
  const { session } = request;
  return `Sign in again: ${signInCommand(request)}; where AWS showed an error instead, ` +
    `check the start URL and the SSO region ${session.region}${placeOf(session)}`;
}

/** A region without Identity Center, or a misspelt one, has no such host. */
function networkHint(error: EksauthError, request: SsoSignInRequest): string | undefined {
  const { session, settings } = request;
  const isOwnHost = settings.endpointUrls.sso_oidc !== undefined;
  if (error.code !== "network_unreachable" || isOwnHost) return undefined;
  return `Check that Identity Center is in ${session.region}${
    placeOf(session)
  }, the network and HTTPS_PROXY`;
}

function placeOf({ origin }: SsoSession): string {
  return origin === undefined ? "" : ` (${origin})`;
}
