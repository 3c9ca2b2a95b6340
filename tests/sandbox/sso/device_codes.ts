/**
 * Sign-ins on another device: a client waits and asks, while a person types a code elsewhere.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8628
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import type { Clock } from "../clock.ts";
import type { SsoInstance, SsoUser } from "./instance.ts";
import { randomText, randomUserCode } from "./random_text.ts";
import type { Registration } from "./registrations.ts";
import type { SignedInUser } from "./sessions.ts";
import type { SsoSettings } from "./settings.ts";

/** A sign-in that a client waits for. */
export interface DeviceAuthorization {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly registration: Registration;
  /** Where the person is known: with AWS, not always in the region that the client asked. */
  readonly instance: SsoInstance;
  readonly expiresInSeconds: number;
  readonly intervalSeconds: number;
}

/** What came of a sign-in so far. */
export type DeviceDecision = "pending" | "denied" | { readonly approvedBy: SsoUser };

interface WaitingClient {
  readonly authorization: DeviceAuthorization;
  decision: DeviceDecision;
  expiresAt: Date;
  /** How long it has to wait between two questions, by now. */
  intervalSeconds: number;
  /** `never` asked; or asked `once`, which is free, since clients look before they bother anybody. */
  lastAskedAt: "never" | "once" | Date;
}

/** What RFC 8628 §3.5 adds to the interval of a client that asks too often. */
const SLOW_DOWN_SECONDS = 5;

/** How much two questions may have drawn closer together on their way. */
const JITTER_MS = 250;

/** All device codes, of every region. */
export class DeviceCodes {
  readonly #clients = new Map<string, WaitingClient>();
  readonly #clock: Clock;
  readonly #settings: SsoSettings;

  constructor(world: { readonly clock: Clock; readonly settings: SsoSettings }) {
    this.#clock = world.clock;
    this.#settings = world.settings;
  }

  start(registration: Registration, instance: SsoInstance): DeviceAuthorization {
    const { deviceCodeSeconds, pollIntervalSeconds } = this.#settings;
    const authorization = {
      deviceCode: randomText(64),
      userCode: randomUserCode(),
      registration,
      instance,
      expiresInSeconds: deviceCodeSeconds,
      intervalSeconds: pollIntervalSeconds,
    };
    this.#clients.set(authorization.deviceCode, {
      authorization,
      decision: "pending",
      expiresAt: new Date(this.#clock.now().getTime() + deviceCodeSeconds * 1000),
      intervalSeconds: pollIntervalSeconds,
      lastAskedAt: "never",
    });
    return authorization;
  }

  /** The sign-in that a person means; undefined when the code is unknown, old, or was decided before. */
  find(userCode: string): DeviceAuthorization | undefined {
    return this.#waiting(userCode)?.authorization;
  }

  /** What the person wants. Nothing happens when {@linkcode DeviceCodes.find} would not find the code. */
  decide(userCode: string, decision: DeviceDecision): void {
    const client = this.#waiting(userCode);
    if (client !== undefined) client.decision = decision;
  }

  /**
   * Who approved, for the client that asks; a device code is good for one answer.
   *
   * @throws AwsError `AuthorizationPendingException`, `SlowDownException`, `ExpiredTokenException`,
   * `AccessDeniedException`, `InvalidGrantException`
   */
  redeem(deviceCode: string, registration: Registration): SignedInUser {
    const client = this.#clients.get(deviceCode);
    if (client?.authorization.registration.clientId !== registration.clientId) {
      throw new AwsError(400, "InvalidGrantException", "Invalid grant provided");
    }
    if (client.expiresAt <= this.#clock.now()) {
      throw new AwsError(400, "ExpiredTokenException", "The device code has expired");
    }
    const { decision } = client;
    if (decision === "denied") {
      throw new AwsError(400, "AccessDeniedException", "The request was denied");
    }
    if (decision === "pending") throw this.#notYet(client);
    this.#clients.delete(deviceCode);
    return { user: decision.approvedBy, instance: client.authorization.instance };
  }

  /** Ends all device codes that there are. */
  expire(): void {
    for (const client of this.#clients.values()) client.expiresAt = this.#clock.now();
  }

  #waiting(userCode: string): WaitingClient | undefined {
    const letters = lettersOf(userCode);
    return [...this.#clients.values()].find(({ authorization, decision, expiresAt }) =>
      decision === "pending" && expiresAt > this.#clock.now() &&
      lettersOf(authorization.userCode) === letters
    );
  }

  #notYet(client: WaitingClient): AwsError {
    const { lastAskedAt } = client;
    const now = this.#clock.now();
    client.lastAskedAt = lastAskedAt === "never" ? "once" : now;
    const isTooEarly = lastAskedAt instanceof Date &&
      now.getTime() - lastAskedAt.getTime() + JITTER_MS < client.intervalSeconds * 1000;
    if (!isTooEarly) {
      return new AwsError(400, "AuthorizationPendingException", "Authorization is still pending");
    }
    client.intervalSeconds += SLOW_DOWN_SECONDS;
    return new AwsError(400, "SlowDownException", "The client asks too often");
  }
}

/** People leave out the dash, or type in lower case. */
function lettersOf(userCode: string): string {
  return userCode.toUpperCase().replaceAll(/[^A-Z]/g, "");
}
