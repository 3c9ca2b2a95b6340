/**
 * eksauth as Identity Center knows it: registered once for each session and way to sign in.
 *
 * @module
 */

import { registerClient } from "../aws/sso_oidc.ts";
import type { SsoSession } from "../config/sso_session.ts";
import {
  readSsoRegistration,
  type RegistrationQuestion,
  type SsoRegistration,
  ssoRegistrationFile,
  writeSsoRegistration,
} from "./sso_registration_cache.ts";
import { type SsoRuntime, ssoSettings } from "./sso_settings.ts";
import type { SsoSignInRequest } from "./sso_sign_in.ts";

/** Who signs in, and how. */
export interface SsoClientRequest {
  readonly request: SsoSignInRequest;
  /** The start URL as AWS knows it. */
  readonly startUrl: string;
  readonly flow: RegistrationQuestion["flow"];
}

/** A registered client, and whether this sign-in registered it. */
export interface SsoClient {
  readonly registration: SsoRegistration;
  /** From the cache: AWS may have forgotten it. */
  readonly isReused: boolean;
  /** The registration's file. */
  readonly path: string;
}

/** Where browsers come back to. AWS knows the address without its port, which is another one each time. */
export const REDIRECT_PATH = "/oauth/callback";

/** The client in the cache, or a new one. */
export async function ssoClient(wanted: SsoClientRequest, runtime: SsoRuntime): Promise<SsoClient> {
  const path = await ssoRegistrationFile(wanted.request.session, runtime);
  const registration = await readSsoRegistration({ path, flow: wanted.flow }, runtime);
  if (registration !== undefined) return { registration, isReused: true, path };
  return await newSsoClient(wanted, runtime);
}

/** A new client, kept in the cache. */
export async function newSsoClient(
  { request, startUrl, flow }: SsoClientRequest,
  runtime: SsoRuntime,
): Promise<SsoClient> {
  const path = await ssoRegistrationFile(request.session, runtime);
  const scopes = ssoScopes(request.session);
  const grantTypes = flow === "authorization_code" ? CODE_GRANTS : undefined;
  const client = await registerClient({
    clientName: "eksauth",
    scopes,
    authorizationCode: grantTypes &&
      { grantTypes, redirectUris: [`http://127.0.0.1${REDIRECT_PATH}`], issuerUrl: startUrl },
    settings: ssoSettings(request),
    signal: request.signal,
  }, runtime);
  const registration = { ...client, scopes, grantTypes };
  writeSsoRegistration(path, registration);
  return { registration, isReused: false, path };
}

/**
 * What a session asks to be allowed: what the config says, else access to the accounts.
 *
 * Sessions of older profiles ask for nothing. AWS then gives no refresh token, and an access token for the
 * whole session in place of one for an hour, which such sessions could not renew.
 */
export function ssoScopes(session: SsoSession): readonly string[] | undefined {
  if (session.registrationScopes !== undefined) return session.registrationScopes;
  return session.sessionName === undefined ? undefined : ["sso:account:access"];
}

const CODE_GRANTS = ["authorization_code", "refresh_token"];
