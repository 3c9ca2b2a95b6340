/**
 * Renewing the tokens of a session with its refresh token.
 *
 * @module
 */

import { isThrottling } from "../aws/retry.ts";
import { AwsServiceError } from "../aws/service_error.ts";
import { type CreatedTokens, createToken, oidcErrorOf } from "../aws/sso_oidc.ts";
import { type SsoSession, ssoSessionLabel } from "../config/sso_session.ts";
import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { catchSignals } from "../runtime/signals.ts";
import { type SsoAccessRequest, type SsoRuntime, ssoSettings } from "./sso_settings.ts";
import { signInNeeded } from "./sso_sign_in_needed.ts";
import {
  assertSsoTokenWritable,
  readSsoToken,
  type SsoToken,
  writeSsoToken,
} from "./sso_token_cache.ts";

/** Whether AWS can be asked to renew a token without anybody signing in. */
export function isRenewable(
  { session, token }: { readonly session: SsoSession; readonly token: SsoToken },
  runtime: Pick<Runtime, "now">,
): boolean {
  return session.sessionName !== undefined && token.refreshToken !== undefined &&
    token.client !== undefined && token.client.expiresAt > runtime.now();
}

/** A token to renew, and the file that it stands in. */
export interface RenewalRequest {
  readonly request: SsoAccessRequest;
  /** Has a refresh token, and a client that lives. */
  readonly token: SsoToken;
  readonly path: string;
}

/** The new token, or why the old one stays the last. */
export type Renewal = { readonly token: SsoToken } | { readonly failure: EksauthError };

/**
 * Renews a token and writes the new one to its file before anything else happens. To be called under the lock
 * of the session.
 *
 * While the old access token lives the call is sent once: an attempt without an answer may have used up the
 * refresh token, and a server that sees one twice may end the whole session. When it has expired there is
 * nothing to lose, and the call is repeated like any other.
 */
export async function renewSsoToken(
  renewal: RenewalRequest,
  runtime: SsoRuntime,
): Promise<Renewal> {
  // Ctrl-C between AWS's answer and the file would lose the only refresh token that still works.
  const signals = catchSignals();
  try {
    const token = await renewAndKeep(renewal, runtime);
    signals.throwIfCaught("the renewal of the sign-in");
    return { token };
  } catch (error) {
    if (!(error instanceof EksauthError)) throw error;
    const other = isRefusal(error) ? await renewedByOthers(renewal, runtime) : undefined;
    return other === undefined ? { failure: retell(error, renewal.request) } : { token: other };
  } finally {
    signals.release();
  }
}

async function renewAndKeep(
  { request, token, path }: RenewalRequest,
  runtime: SsoRuntime,
): Promise<SsoToken> {
  const { client, refreshToken } = token;
  if (client === undefined || refreshToken === undefined) {
    throw new Error("a token without client and refresh token cannot be renewed");
  }
  // In a home that is mounted read-only, this would spend a refresh token that its owner still needs.
  assertSsoTokenWritable(path);
  const askedAt = runtime.now();
  const settings = ssoSettings(request);
  const created = await createToken({
    settings: token.expiresAt > askedAt ? { ...settings, maxAttempts: 1 } : settings,
    client,
    grant: { grantType: "refresh_token", refreshToken },
  }, runtime);
  const renewed = { ...token, ...renewedFields(created, askedAt) };
  writeSsoToken({ path, session: request.session, token: renewed });
  return renewed;
}

function renewedFields(
  created: CreatedTokens,
  askedAt: Date,
): Pick<SsoToken, "accessToken" | "expiresAt"> & Partial<Pick<SsoToken, "refreshToken">> {
  const { accessToken, expiresInSeconds, refreshToken } = created;
  return {
    accessToken,
    expiresAt: new Date(askedAt.getTime() + expiresInSeconds * 1000),
    // Without a new one the old one stays good (RFC 6749 §6).
    ...(refreshToken !== undefined && { refreshToken }),
  };
}

/** Whether AWS has looked at the refresh token and does not want it. */
function isRefusal(error: EksauthError): boolean {
  return error instanceof AwsServiceError && error.status < 500 && !isThrottling(error) &&
    oidcErrorOf(error) !== "slow_down";
}

/** Pauses between looks at the file, in milliseconds: another program got its answer before we got ours. */
const LOOK_AGAIN_MS = [0, 250, 500];

/** The token that another program, such as the AWS CLI, has got for the refresh token that AWS refused us. */
async function renewedByOthers(
  { token, path }: RenewalRequest,
  runtime: SsoRuntime,
): Promise<SsoToken | undefined> {
  for (const pauseMs of LOOK_AGAIN_MS) {
    if (pauseMs > 0) await runtime.sleep(pauseMs);
    const file = await readSsoToken(path, runtime);
    if (file === undefined || !("token" in file)) continue;
    const isOther = file.token.accessToken !== token.accessToken;
    if (isOther && file.token.expiresAt > runtime.now()) return file.token;
  }
  return undefined;
}

function retell(error: EksauthError, request: SsoAccessRequest): EksauthError {
  const label = ssoSessionLabel(request.session);
  if (isRefusal(error)) {
    const state = `IAM Identity Center no longer renews the sign-in (${oidcErrorOf(error)})`;
    return signInNeeded(request, { state, cause: error });
  }
  return error instanceof AwsServiceError ? error.retold({ cannot: `renew ${label}` }) : error;
}
