/**
 * A home folder in which somebody has signed in, a clock, and an Identity Center.
 *
 * @module
 */

import type { SsoSession } from "../../src/config/sso_session.ts";
import { ssoSessionFiles } from "../../src/credentials/sso_files.ts";
import type { SsoAccessRequest } from "../../src/credentials/sso_settings.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { ACCOUNT_ID, NOW } from "../sandbox/cast.ts";
import { capturingRuntime, type Home, temporaryHome } from "../world/run_program.ts";
import { CLIENT_ID, CLIENT_SECRET, type SsoDouble, ssoDouble } from "./_sso_double.ts";

/** The cast's portal. */
export const START_URL = "https://d-9067012345.awsapps.com/start";

/** The cast's session. */
export const SESSION: SsoSession = {
  sessionName: "dev-sso",
  startUrl: START_URL,
  region: "us-east-1",
};

/** The same portal, signed in to by a profile of the older kind. */
export const LEGACY: SsoSession = { startUrl: START_URL, region: "us-east-1" };

/** The defaults of the AWS CLI. */
export const SETTINGS: SsoAccessRequest["settings"] = {
  useFips: false,
  useDualStack: false,
  endpointUrls: {},
  maxAttempts: 3,
};

/** A request for the cast's session. */
export const REQUEST: SsoAccessRequest = { session: SESSION, settings: SETTINGS };

/** `~/.aws/config` with the cast's session and its profile. */
export const CONFIG = `[sso-session dev-sso]
sso_start_url = ${START_URL}
sso_region = us-east-1

[profile dev-admin]
sso_session = dev-sso
sso_account_id = ${ACCOUNT_ID}
sso_role_name = Admin
region = us-east-2
`;

/** `~/.aws/config` with a profile of the older kind. */
export const LEGACY_CONFIG = `[profile dev-admin]
sso_start_url = ${START_URL}
sso_region = us-east-1
sso_account_id = ${ACCOUNT_ID}
sso_role_name = Admin
`;

/** Everything a test needs, gone when it is disposed of. */
export interface SsoWorld extends Disposable {
  readonly home: Home;
  readonly sso: SsoDouble;
  readonly runtime: Runtime;
  /** What was waited for, in milliseconds. */
  readonly slept: number[];
  /** Moves the clock. */
  advance(milliseconds: number): void;
  /** The token file of a session below the home. */
  tokenFile(session?: SsoSession): Promise<string>;
  /** Writes a token file, good for an hour unless `change` says otherwise. */
  signIn(change?: Readonly<Record<string, unknown>>, session?: SsoSession): Promise<void>;
  /** The token file's fields. */
  readToken(session?: SsoSession): Promise<Record<string, unknown>>;
}

/** A world. Pauses let others work, and take no time. */
export function ssoWorld(options: { readonly expiresInSeconds?: number } = {}): SsoWorld {
  const home = temporaryHome();
  let nowMs = NOW.getTime();
  const now = (): Date => new Date(nowMs);
  const sso = ssoDouble({ now, ...options });
  const slept: number[] = [];
  const { runtime } = capturingRuntime([], { env: home.env, fetch: sso.fetch });
  const world: SsoWorld = {
    home,
    sso,
    slept,
    runtime: {
      ...runtime,
      now,
      random: () => 0,
      sleep(milliseconds, signal): Promise<void> {
        slept.push(milliseconds);
        if (signal?.aborted) return Promise.reject(signal.reason);
        return new Promise((resolve) => setTimeout(resolve));
      },
    },
    advance: (milliseconds) => void (nowMs += milliseconds),
    async tokenFile(session = SESSION): Promise<string> {
      const { key } = await ssoSessionFiles(session, runtime);
      return `.aws/sso/cache/${key}.json`;
    },
    async signIn(change = {}, session = SESSION): Promise<void> {
      home.write(await world.tokenFile(session), JSON.stringify(tokenFields(change)));
    },
    readToken: async (session = SESSION) => JSON.parse(home.read(await world.tokenFile(session))),
    [Symbol.dispose]: () => home[Symbol.dispose](),
  };
  return world;
}

/** A token file as the AWS CLI writes it; `undefined` takes a field away. */
export function tokenFields(
  change: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    startUrl: START_URL,
    region: "us-east-1",
    accessToken: "access-0",
    expiresAt: "2026-01-02T04:04:05Z",
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    registrationExpiresAt: "2026-03-02T03:04:05Z",
    refreshToken: "refresh-0",
    ...change,
  };
}
