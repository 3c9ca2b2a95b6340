/**
 * The codes that a browser carries from the sign-in page to a client, and that the client exchanges for tokens.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc7636
 * @module
 */

import { createHash } from "node:crypto";

import { AwsError } from "../aws/aws_error.ts";
import type { Clock } from "../clock.ts";
import { randomText } from "./random_text.ts";
import type { Registration } from "./registrations.ts";
import type { SignedInUser } from "./sessions.ts";
import type { SsoSettings } from "./settings.ts";

/** What a code stands for. */
export interface ApprovedSignIn extends SignedInUser {
  readonly clientId: string;
  /** As the client gave it at the sign-in page, with its port. */
  readonly redirectUri: string;
  /** Base64url of the SHA-256 of what the client keeps to itself. */
  readonly codeChallenge: string;
}

/** What a client gives for tokens. */
export interface CodeExchange {
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly registration: Registration;
}

/** The codes that nobody has exchanged yet. */
export class AuthorizationCodes {
  readonly #codes = new Map<string, ApprovedSignIn & { readonly expiresAt: Date }>();
  readonly #clock: Clock;
  readonly #settings: SsoSettings;

  constructor(world: { readonly clock: Clock; readonly settings: SsoSettings }) {
    this.#clock = world.clock;
    this.#settings = world.settings;
  }

  issue(signIn: ApprovedSignIn): string {
    const code = randomText(64);
    const expiresAt = new Date(
      this.#clock.now().getTime() + this.#settings.authorizationCodeSeconds * 1000,
    );
    this.#codes.set(code, { ...signIn, expiresAt });
    return code;
  }

  /**
   * Who signed in. A code is gone after the first attempt, even one that fails.
   *
   * @throws AwsError `InvalidGrantException`, `ExpiredTokenException`
   */
  redeem({ code, redirectUri, codeVerifier, registration }: CodeExchange): SignedInUser {
    const signIn = this.#codes.get(code);
    this.#codes.delete(code);
    if (
      signIn?.clientId !== registration.clientId || signIn.redirectUri !== redirectUri ||
      signIn.codeChallenge !== challengeOf(codeVerifier)
    ) {
      throw new AwsError(400, "InvalidGrantException", "Invalid grant provided");
    }
    if (signIn.expiresAt <= this.#clock.now()) {
      throw new AwsError(400, "ExpiredTokenException", "The authorization code has expired");
    }
    return { user: signIn.user, instance: signIn.instance };
  }
}

function challengeOf(codeVerifier: string): string {
  return createHash("sha256").update(codeVerifier, "ascii").digest("base64url");
}
