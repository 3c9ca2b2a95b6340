/**
 * Who is signed in: each session with the tokens that were made from it.
 *
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import type { Clock } from "../clock.ts";
import type { SsoInstance, SsoUser } from "./instance.ts";
import { randomSsoToken } from "./random_text.ts";
import { ACCOUNT_ACCESS_SCOPE, type Registration } from "./registrations.ts";
import type { SsoSettings } from "./settings.ts";

/** Who signed in where. */
export interface SignedInUser {
  readonly user: SsoUser;
  readonly instance: SsoInstance;
}

/** What a client gets. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  /** Absent when the client may not refresh. */
  readonly refreshToken?: string;
}

interface Session extends SignedInUser {
  readonly clientId: string;
  readonly mayRefresh: boolean;
  /** The only one that is good; those before it are in the list of used ones. */
  refreshToken: string | undefined;
  endsAt: Date;
}

interface AccessToken {
  readonly session: Session;
  expiresAt: Date;
}

/** All sessions, of every instance. */
export class Sessions {
  readonly #clock: Clock;
  readonly #settings: SsoSettings;
  readonly #sessions = new Set<Session>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #usedRefreshTokens = new Map<string, Session>();

  constructor(world: { readonly clock: Clock; readonly settings: SsoSettings }) {
    this.#clock = world.clock;
    this.#settings = world.settings;
  }

  /** Begins a session for a client. */
  open(who: SignedInUser, registration: Registration): IssuedTokens {
    const session: Session = {
      ...who,
      clientId: registration.clientId,
      mayRefresh: registration.scopes.includes(ACCOUNT_ACCESS_SCOPE) &&
        registration.grantTypes.includes("refresh_token"),
      refreshToken: undefined,
      endsAt: this.#in(this.#settings.sessionSeconds),
    };
    this.#sessions.add(session);
    return this.#issue(session);
  }

  /**
   * New tokens for a refresh token, which is good only once.
   *
   * @throws AwsError `InvalidGrantException`
   */
  refresh(refreshToken: string, registration: Registration): IssuedTokens {
    const session = [...this.#sessions].find((one) => one.refreshToken === refreshToken);
    if (session === undefined) {
      const robbed = this.#usedRefreshTokens.get(refreshToken);
      if (robbed !== undefined && this.#settings.refreshTokenReuse === "revoke") this.#end(robbed);
    }
    if (session?.clientId !== registration.clientId || session.endsAt <= this.#clock.now()) {
      throw new AwsError(400, "InvalidGrantException", "Invalid refresh token provided");
    }
    this.#usedRefreshTokens.set(refreshToken, session);
    return this.#issue(session);
  }

  /**
   * Who is behind an access token in a region.
   *
   * @throws AwsError `UnauthorizedException`
   */
  authenticate(accessToken: string, region: string): SignedInUser {
    const now = this.#clock.now();
    const found = this.#accessTokens.get(accessToken);
    if (
      found === undefined || found.expiresAt <= now || found.session.endsAt <= now ||
      found.session.instance.region !== region
    ) {
      throw new AwsError(401, "UnauthorizedException", "Session token not found or invalid");
    }
    return found.session;
  }

  /** Ends the session of an access token, or all sessions: none of their tokens is good for anything. */
  revoke(accessToken?: string): void {
    const sessions = accessToken === undefined
      ? this.#sessions
      : [this.#accessTokens.get(accessToken)?.session];
    for (const session of sessions) if (session !== undefined) this.#end(session);
  }

  /** Ends all access tokens that there are; refresh tokens stay good. */
  expireAccessTokens(): void {
    for (const accessToken of this.#accessTokens.values()) {
      accessToken.expiresAt = this.#clock.now();
    }
  }

  #issue(session: Session): IssuedTokens {
    const now = this.#clock.now();
    const sessionSeconds = Math.floor((session.endsAt.getTime() - now.getTime()) / 1000);
    const expiresInSeconds = session.mayRefresh
      ? Math.min(this.#settings.accessTokenSeconds, sessionSeconds)
      : sessionSeconds;
    const accessToken = randomSsoToken("aoa");
    this.#accessTokens.set(accessToken, { session, expiresAt: this.#in(expiresInSeconds) });
    if (!session.mayRefresh) return { accessToken, expiresInSeconds };
    session.refreshToken = randomSsoToken("aor");
    return { accessToken, expiresInSeconds, refreshToken: session.refreshToken };
  }

  #end(session: Session): void {
    session.endsAt = this.#clock.now();
  }

  #in(seconds: number): Date {
    return new Date(this.#clock.now().getTime() + seconds * 1000);
  }
}
