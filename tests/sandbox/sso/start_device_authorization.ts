/**
 * StartDeviceAuthorization: a code for the client to wait with, and one for a person to type.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import type { ReceivedRequest } from "../listener.ts";
import { regionOf } from "./region_path.ts";
import { RequestFields } from "./request_fields.ts";
import { findInstance, type SsoState } from "./state.ts";

const FIELDS = { texts: ["clientId", "clientSecret", "startUrl"], lists: [] };

/**
 * The body of the answer; the codes are remembered. `url` leads to the sandbox, without a region.
 *
 * @throws AwsError
 */
export function startDeviceAuthorization(
  request: ReceivedRequest,
  { state, url }: { readonly state: SsoState; readonly url: string },
): unknown {
  const fields = new RequestFields(request, FIELDS);
  const region = regionOf(request, state);
  const registration = state.registrations.authenticate({
    clientId: fields.text("clientId"),
    clientSecret: fields.text("clientSecret"),
    region,
  });
  if (!registration.grantTypes.includes("urn:ietf:params:oauth:grant-type:device_code")) {
    throw new AwsError(400, "UnauthorizedClientException", "The client did not register for that");
  }
  const instance = findInstance({ startUrl: fields.text("startUrl"), region }, state);
  const started = state.deviceCodes.start(registration, instance);
  const verificationUri = `${url}/${region}/device`;
  return {
    deviceCode: started.deviceCode,
    userCode: started.userCode,
    verificationUri,
    verificationUriComplete: `${verificationUri}?user_code=${started.userCode}`,
    expiresIn: started.expiresInSeconds,
    interval: started.intervalSeconds,
  };
}
