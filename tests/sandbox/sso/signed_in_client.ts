/**
 * A client that has signed in already, for tests that begin where a sign-in ends.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { ACCOUNT_ACCESS_SCOPE } from "./registrations.ts";
import type { SsoState } from "./state.ts";

/** How a client signed in. */
export interface SignInOptions {
  /** One of the instance's users; its first one when left out. */
  readonly userName?: string;
  /** What the client registered for; `legacy` is without scopes, and so without a refresh token. */
  readonly registeredFor?: "sso-session" | "legacy";
}

/** The contents of the AWS CLI's token file, in its own spelling and order. */
export interface SignedInClient {
  readonly startUrl: string;
  readonly region: string;
  readonly accessToken: string;
  readonly expiresAt: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly registrationExpiresAt: string;
  readonly refreshToken?: string;
}

/** Registers a client of the first instance and opens a session for it. */
export function signInWithoutPages(
  { userName, registeredFor = "sso-session" }: SignInOptions,
  { state, clock }: { readonly state: SsoState; readonly clock: Clock },
): SignedInClient {
  const [instance] = state.instances;
  const user = instance?.users.find((one) => userName === undefined || one.userName === userName);
  if (instance === undefined || user === undefined) throw new Error(`Nobody is called ${userName}`);
  const registration = state.registrations.add({
    clientName: "botocore-client-sandbox",
    scopes: registeredFor === "legacy" ? [] : [ACCOUNT_ACCESS_SCOPE],
    grantTypes: ["authorization_code", "refresh_token"],
    redirectUris: ["http://127.0.0.1/oauth/callback"],
    issuerUrl: instance.startUrl,
  }, instance.region);
  const issued = state.sessions.open({ user, instance }, registration);
  return {
    startUrl: instance.startUrl,
    region: instance.region,
    accessToken: issued.accessToken,
    expiresAt: inSeconds(new Date(clock.now().getTime() + issued.expiresInSeconds * 1000)),
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    registrationExpiresAt: inSeconds(registration.expiresAt),
    ...(issued.refreshToken === undefined ? {} : { refreshToken: issued.refreshToken }),
  };
}

function inSeconds(instant: Date): string {
  return instant.toISOString().replace(/\.\d+Z$/, "Z");
}
