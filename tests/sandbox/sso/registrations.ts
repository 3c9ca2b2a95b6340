/**
 * The clients that registered with the OIDC service of a region, such as every installation of the AWS CLI.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import type { Clock } from "../clock.ts";
import { randomClientId, randomText } from "./random_text.ts";
import type { SsoSettings } from "./settings.ts";

/** What a client may ask a token for. Without it there is no refresh token. */
export const ACCOUNT_ACCESS_SCOPE = "sso:account:access";

/** The grants that a client may exchange for a token. */
export type GrantType = (typeof GRANT_TYPES)[number];

/** All {@linkcode GrantType}s. */
export const GRANT_TYPES = [
  "authorization_code",
  "refresh_token",
  "urn:ietf:params:oauth:grant-type:device_code",
] as const;

/** What a client says of itself. */
export interface ClientMetadata {
  readonly clientName: string;
  readonly scopes: readonly string[];
  readonly grantTypes: readonly GrantType[];
  readonly redirectUris: readonly string[];
  /** The start URL of the instance; only clients that sign in with a browser name it this early. */
  readonly issuerUrl: string | undefined;
}

/** A registered client. */
export interface Registration extends ClientMetadata {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly region: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** How a client shows who it is. */
export interface ClientClaim {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of the service that the client asks. */
  readonly region: string;
}

/** All clients, of every region. */
export class Registrations {
  readonly #registrations = new Map<string, Registration>();
  readonly #clock: Clock;
  readonly #settings: SsoSettings;

  constructor(world: { readonly clock: Clock; readonly settings: SsoSettings }) {
    this.#clock = world.clock;
    this.#settings = world.settings;
  }

  add(metadata: ClientMetadata, region: string): Registration {
    // AWS tells whole seconds.
    const issuedAtSeconds = Math.floor(this.#clock.now().getTime() / 1000);
    const registration = {
      ...metadata,
      clientId: randomClientId(region),
      // As long as real ones, which are signed JSON: they have to fit wherever a client puts them.
      clientSecret: `eyJraWQiOiJrZXktMSJ9.${randomText(900)}`,
      region,
      issuedAt: new Date(issuedAtSeconds * 1000),
      expiresAt: new Date((issuedAtSeconds + this.#settings.registrationSeconds) * 1000),
    };
    this.#registrations.set(registration.clientId, registration);
    return registration;
  }

  /** @throws AwsError `InvalidClientException`, for whatever reason */
  authenticate(claim: ClientClaim): Registration {
    const registration = this.find(claim);
    if (registration?.clientSecret === claim.clientSecret) return registration;
    throw new AwsError(401, "InvalidClientException", "Invalid client provided");
  }

  /** The client with that id, in this region or in any, unless it has expired. */
  find(
    { clientId, region }: { readonly clientId: string; readonly region: string | undefined },
  ): Registration | undefined {
    const registration = this.#registrations.get(clientId);
    if (registration === undefined || registration.expiresAt <= this.#clock.now()) return undefined;
    return region === undefined || region === registration.region ? registration : undefined;
  }

  /** Ends all registrations that there are. */
  expire(): void {
    const expiresAt = this.#clock.now();
    for (const [clientId, registration] of this.#registrations) {
      this.#registrations.set(clientId, { ...registration, expiresAt });
    }
  }
}
