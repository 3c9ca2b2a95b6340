/**
 * Signing in with a browser on any machine: a code that a person confirms there.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8628
 * @module
 */

import { isThrottling } from "../aws/retry.ts";
import { AwsServiceError } from "../aws/service_error.ts";
import {
  type CreatedTokens,
  createToken,
  type DeviceAuthorization,
  oidcErrorOf,
  startDeviceAuthorization,
} from "../aws/sso_oidc.ts";
import { ssoSessionLabel } from "../config/sso_session.ts";
import { EksauthError } from "../errors.ts";
import { newSsoClient, type SsoClient, ssoClient } from "./sso_client.ts";
import type { SsoRegistration } from "./sso_registration_cache.ts";
import { type SsoRuntime, ssoSettings } from "./sso_settings.ts";
import {
  keepSsoSignIn,
  prepareSsoSignIn,
  type SsoSignedIn,
  type SsoSignInRequest,
} from "./sso_sign_in.ts";
import { expiredHint, signInFailure } from "./sso_sign_in_failure.ts";

/** What a person is shown. */
export type DeviceCode = Pick<
  DeviceAuthorization,
  "userCode" | "verificationUri" | "verificationUriComplete" | "expiresInSeconds"
>;

/** A sign-in by device code. */
export interface DeviceCodeSignInRequest extends SsoSignInRequest {
  /** Shows the code and the address; the wait begins when it returns. */
  readonly onDeviceCode: (code: DeviceCode) => void | Promise<void>;
  /** Hears why AWS could not be asked just now; the wait goes on. */
  readonly onTrouble?: ((error: EksauthError) => void) | undefined;
}

/**
 * Signs in by device code and keeps the tokens.
 *
 * @throws `sign_in_denied`, `sign_in_expired` or `sign_in_failed`
 * @throws `interrupted` when the signal is aborted
 * @throws what keeps AWS from being reached, or the tokens from being kept
 */
export async function signInByDeviceCode(
  request: DeviceCodeSignInRequest,
  runtime: SsoRuntime,
): Promise<SsoSignedIn> {
  try {
    const { files, startUrl } = await prepareSsoSignIn(request, runtime);
    const { authorization, client } = await startFlow({ request, startUrl }, runtime);
    const { userCode, verificationUri, verificationUriComplete, expiresInSeconds } = authorization;
    const shown = { userCode, verificationUri, verificationUriComplete, expiresInSeconds };
    await request.onDeviceCode(shown);
    const granted = await pollForTokens({ request, authorization, client }, runtime);
    return await keepSsoSignIn({ request, files, client, ...granted }, runtime);
  } catch (error) {
    throw signInFailure(error, request);
  }
}

/** A flow under way. */
interface DeviceFlow {
  readonly request: DeviceCodeSignInRequest;
  readonly authorization: DeviceAuthorization;
  readonly client: SsoRegistration;
}

/** Begins with the client in the cache, and with a new one if AWS has forgotten that. */
async function startFlow(
  { request, startUrl }: {
    readonly request: DeviceCodeSignInRequest;
    readonly startUrl: string;
  },
  runtime: SsoRuntime,
): Promise<Omit<DeviceFlow, "request">> {
  const start = async ({ registration }: SsoClient): Promise<Omit<DeviceFlow, "request">> => {
    const authorization = await startDeviceAuthorization({
      client: registration,
      startUrl,
      settings: ssoSettings(request),
      signal: request.signal,
    }, runtime);
    return { authorization, client: registration };
  };
  const wanted = { request, startUrl, flow: "device_code" } as const;
  const client = await ssoClient(wanted, runtime);
  try {
    return await start(client);
  } catch (error) {
    if (!client.isReused || !FORGOTTEN.has(oidcErrorOf(error) ?? "")) throw error;
    return await start(await newSsoClient(wanted, runtime));
  }
}

const FORGOTTEN: ReadonlySet<string> = new Set(["invalid_client", "unauthorized_client"]);

/** RFC 8628 §3.5: what `slow_down` adds, for good. */
const SLOW_DOWN_MS = 5_000;

/** However long the network is away, its return is noticed within a minute. */
const MAX_PAUSE_MS = 60_000;

/**
 * Asks until the person has decided, or the code has expired. Pauses are counted, not the clock: AWS tells when
 * a laptop has slept for too long.
 */
async function pollForTokens(
  flow: DeviceFlow,
  runtime: SsoRuntime,
): Promise<{ readonly tokens: CreatedTokens; readonly askedAt: Date }> {
  const { request, authorization } = flow;
  let intervalMs = Math.max(1, authorization.intervalSeconds) * 1000;
  let leftMs = authorization.expiresInSeconds * 1000;
  let troubles: EksauthError[] = [];
  for (;;) {
    const pauseMs = Math.min(intervalMs * 2 ** troubles.length, Math.max(intervalMs, MAX_PAUSE_MS));
    if (pauseMs > leftMs) throw troubles.at(-1) ?? expired(request);
    await runtime.sleep(pauseMs, request.signal);
    leftMs -= pauseMs;
    const askedAt = runtime.now();
    try {
      return { tokens: await poll(flow, runtime), askedAt };
    } catch (error) {
      const kind = oidcErrorOf(error);
      if (kind === "slow_down") intervalMs += SLOW_DOWN_MS;
      if (kind === "slow_down" || kind === "authorization_pending") {
        troubles = [];
      } else if (isTrouble(error)) {
        troubles.push(error);
        request.onTrouble?.(error);
      } else {
        throw error;
      }
    }
  }
}

function poll(
  { request, authorization, client }: DeviceFlow,
  runtime: SsoRuntime,
): Promise<CreatedTokens> {
  return createToken({
    client,
    grant: { grantType: "device_code", deviceCode: authorization.deviceCode },
    // The next poll is the repetition.
    settings: { ...ssoSettings(request), maxAttempts: 1 },
    signal: request.signal,
  }, runtime);
}

/** Whether AWS has said nothing about the sign-in, so that it may go on. */
function isTrouble(error: unknown): error is EksauthError {
  if (error instanceof AwsServiceError) return error.status >= 500 || isThrottling(error);
  return error instanceof EksauthError &&
    ["network_unreachable", "deadline_exceeded", "aws_answer_invalid"].includes(error.code);
}

function expired(request: DeviceCodeSignInRequest): EksauthError {
  return new EksauthError(
    "sign_in_expired",
    `Cannot sign in to ${ssoSessionLabel(request.session)}: nobody allowed the request in time`,
    { hint: expiredHint(request) },
  );
}
