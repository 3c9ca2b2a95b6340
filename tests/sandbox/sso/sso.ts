/**
 * IAM Identity Center in the sandbox: the OIDC service, the sign-in pages, the portal, and the people.
 *
 * ```ts
 * const { sso } = sandbox;
 * await sso.approve(authorizeUrl);
 * sso.settings.approval = "auto";
 * sso.revokeSession();
 * ```
 *
 * @module
 */

import type { Accounts } from "../aws/accounts.ts";
import type { AwsService } from "../aws/service.ts";
import type { Clock } from "../clock.ts";
import type { RequestRecord } from "../record.ts";
import { createCompany, growCompany } from "./company.ts";
import { SsoInstance, type SsoInstanceOptions } from "./instance.ts";
import { oidcService } from "./oidc.ts";
import {
  type BrowserVisit,
  decideElsewhere,
  decideInBrowser,
  type Decision,
  type PersonOptions,
} from "./person.ts";
import { portalService } from "./portal.ts";
import type { GrantType } from "./registrations.ts";
import type { SsoSettings } from "./settings.ts";
import { signInPages } from "./sign_in_pages.ts";
import { type SignedInClient, type SignInOptions, signInWithoutPages } from "./signed_in_client.ts";
import { createSsoState, type SsoState } from "./state.ts";

/** What the Identity Centers of a sandbox are built on. */
export interface SsoWorld {
  /** Leads to the sandbox. */
  readonly url: string;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly requests: RequestRecord;
}

/** All Identity Centers of one sandbox. */
export class SandboxSso {
  /** The company of the cast. */
  readonly instance: SsoInstance;
  /** For the front door. */
  readonly services: readonly AwsService[];
  readonly #world: SsoWorld;
  readonly #state: SsoState;

  constructor(world: SsoWorld) {
    this.#world = world;
    this.instance = createCompany(world.accounts);
    this.#state = createSsoState(this.instance, world.clock);
    this.services = [
      oidcService(this.#state, world.url),
      signInPages(this.#state),
      portalService(this.#state, world.accounts),
    ];
  }

  /** May be changed at any time. */
  get settings(): SsoSettings {
    return this.#state.settings;
  }

  /** The variables that lead clients to the services of a region; to those of the cast's instance by default. */
  environmentIn(region: string = this.instance.region): Readonly<Record<string, string>> {
    const url = `${this.#world.url}/${region}`;
    return { AWS_ENDPOINT_URL_SSO: url, AWS_ENDPOINT_URL_SSO_OIDC: url };
  }

  /** One more Identity Center, with nobody in it, in this region or another. */
  addInstance(options: SsoInstanceOptions): SsoInstance {
    const instance = new SsoInstance(options, this.#world.accounts);
    this.#state.instances.push(instance);
    return instance;
  }

  /** Makes the cast's company a large one. */
  growCompany(accountCount: number): void {
    growCompany(this.instance, accountCount);
  }

  /** A person approves the sign-in at `url`, and the browser takes the news to the client. */
  approve(url: string, person: PersonOptions = {}): Promise<BrowserVisit> {
    return decideInBrowser(url, { ...person, decision: "approve" });
  }

  /** A person denies the sign-in at `url`, and the browser takes the news to the client. */
  deny(url: string): Promise<BrowserVisit> {
    return decideInBrowser(url, { decision: "deny" });
  }

  /**
   * A person approves in a browser on another machine: gives the address at which that browser fails to reach
   * the client, for pasting.
   */
  approveElsewhere(url: string, person: PersonOptions = {}): Promise<string> {
    return decideElsewhere(url, { ...person, decision: "approve" });
  }

  /** A person types the code of a device, and approves. */
  approveDevice(userCode: string, person: PersonOptions = {}): Promise<BrowserVisit> {
    return this.#decideOnDevice(userCode, { ...person, decision: "approve" });
  }

  /** A person types the code of a device, and denies. */
  denyDevice(userCode: string): Promise<BrowserVisit> {
    return this.#decideOnDevice(userCode, { decision: "deny" });
  }

  /** Signs a client in without any page, for tests that begin there. No request is recorded. */
  signIn(options: SignInOptions = {}): SignedInClient {
    return signInWithoutPages(options, { state: this.#state, clock: this.#world.clock });
  }

  /**
   * Ends the session of an access token, or all sessions, as an administrator would: 401 from the portal, and
   * `invalid_grant` for its refresh token. Role credentials that are out stay good, as with AWS.
   */
  revokeSession(accessToken?: string): void {
    this.#state.sessions.revoke(accessToken);
  }

  /** Ends all access tokens that there are; refresh tokens stay good. */
  expireAccessTokens(): void {
    this.#state.sessions.expireAccessTokens();
  }

  /** Ends all device codes that there are. */
  expireDeviceCodes(): void {
    this.#state.deviceCodes.expire();
  }

  /** Ends all registrations that there are. */
  expireRegistrations(): void {
    this.#state.registrations.expire();
  }

  /** How often a token was asked for, with one grant or with any; failures count. */
  createTokenCount(grantType?: GrantType): number {
    const calls = this.#world.requests.of("sso-oidc", "CreateToken");
    if (grantType === undefined) return calls.length;
    return calls.filter(({ request }) =>
      new TextDecoder().decode(request.body).includes(JSON.stringify(grantType))
    ).length;
  }

  /** How often role credentials were asked for; failures count. */
  get roleCredentialsCount(): number {
    return this.#world.requests.of("sso", "GetRoleCredentials").length;
  }

  /** How many sign-ins a client began: authorize pages that were opened, and device codes. */
  get signInCount(): number {
    const { requests } = this.#world;
    return requests.of("sign-in", "OpenAuthorizePage").length +
      requests.of("sso-oidc", "StartDeviceAuthorization").length;
  }

  #decideOnDevice(
    userCode: string,
    options: PersonOptions & { readonly decision: Decision },
  ): Promise<BrowserVisit> {
    const region = this.#state.deviceCodes.find(userCode)?.registration.region;
    const url = `${this.#world.url}/${region ?? this.instance.region}/device`;
    return decideInBrowser(`${url}?user_code=${encodeURIComponent(userCode)}`, options);
  }
}
