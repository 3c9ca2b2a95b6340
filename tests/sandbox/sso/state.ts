/**
 * All that the Identity Centers of one sandbox know and remember, for the services that answer in their name.
 *
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import type { Clock } from "../clock.ts";
import { AuthorizationCodes } from "./authorization_codes.ts";
import { DeviceCodes } from "./device_codes.ts";
import type { SsoInstance } from "./instance.ts";
import { Registrations } from "./registrations.ts";
import { Sessions } from "./sessions.ts";
import { defaultSettings, type SsoSettings } from "./settings.ts";

/** What the services share. */
export interface SsoState {
  readonly settings: SsoSettings;
  /** At least one. */
  readonly instances: SsoInstance[];
  readonly registrations: Registrations;
  readonly sessions: Sessions;
  readonly authorizationCodes: AuthorizationCodes;
  readonly deviceCodes: DeviceCodes;
}

/** The state of a world in which nobody has signed in yet. */
export function createSsoState(instance: SsoInstance, clock: Clock): SsoState {
  const settings = defaultSettings();
  const world = { clock, settings };
  return {
    settings,
    instances: [instance],
    registrations: new Registrations(world),
    sessions: new Sessions(world),
    authorizationCodes: new AuthorizationCodes(world),
    deviceCodes: new DeviceCodes(world),
  };
}

/**
 * The instance with that start URL, for a client that asks in `region`.
 *
 * @throws AwsError `InvalidRequestException` when there is none, or it lives in another region and
 * {@linkcode SsoSettings.wrongRegion} says that the client learns of it `at_once`
 */
export function findInstance(
  { startUrl, region }: { readonly startUrl: string; readonly region: string },
  { instances, settings }: SsoState,
): SsoInstance {
  const instance = instances.find((one) => one.hasStartUrl(startUrl));
  const isWrongRegion = instance?.region !== region && settings.wrongRegion === "at_once";
  if (instance === undefined || isWrongRegion) {
    throw new AwsError(400, "InvalidRequestException", "Invalid start URL provided");
  }
  return instance;
}
