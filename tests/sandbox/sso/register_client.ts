/**
 * RegisterClient: whoever names itself well gets an id and a secret.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_RegisterClient.html
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import type { ReceivedRequest } from "../listener.ts";
import { ACCOUNT_ACCESS_SCOPE, GRANT_TYPES, type GrantType } from "./registrations.ts";
import { isLoopbackUri } from "./redirect_uri.ts";
import { regionOf } from "./region_path.ts";
import { RequestFields } from "./request_fields.ts";
import { findInstance, type SsoState } from "./state.ts";

const FIELDS = {
  texts: ["clientName", "clientType", "issuerUrl"],
  lists: ["scopes", "grantTypes", "redirectUris"],
};

/** The scopes that the sandbox knows; the second is for who wants to be told of other services. */
const SCOPES: readonly string[] = [ACCOUNT_ACCESS_SCOPE, "codewhisperer:completions"];

/** What a client may do that does not say. */
const DEFAULT_GRANT_TYPES: readonly GrantType[] = [
  "urn:ietf:params:oauth:grant-type:device_code",
  "refresh_token",
];

/**
 * The body of the answer; the client is remembered.
 *
 * @throws AwsError
 */
export function registerClient(request: ReceivedRequest, state: SsoState): unknown {
  const fields = new RequestFields(request, FIELDS);
  const clientName = fields.text("clientName");
  if (fields.text("clientType") !== "public") {
    throw new AwsError(400, "InvalidClientMetadataException", "The client type is not public");
  }
  const scopes = fields.list("scopes");
  if (!scopes.every((scope) => SCOPES.includes(scope))) {
    throw new AwsError(400, "InvalidScopeException", "There is no such scope");
  }
  const grantTypes = grantTypesOf(fields.list("grantTypes"));
  const redirectUris = fields.list("redirectUris");
  const issuerUrl = fields.optionalText("issuerUrl");
  const region = regionOf(request, state);
  if (grantTypes.includes("authorization_code")) {
    if (redirectUris.length === 0 || !redirectUris.every(isLoopbackUri)) {
      throw new AwsError(400, "InvalidRedirectUriException", "A redirect URI is not on loopback");
    }
    findInstance({ startUrl: fields.text("issuerUrl"), region }, state);
  }
  const client = { clientName, scopes, grantTypes, redirectUris, issuerUrl };
  const registration = state.registrations.add(client, region);
  return {
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    clientIdIssuedAt: registration.issuedAt.getTime() / 1000,
    clientSecretExpiresAt: registration.expiresAt.getTime() / 1000,
  };
}

function grantTypesOf(names: readonly string[]): readonly GrantType[] {
  if (names.length === 0) return DEFAULT_GRANT_TYPES;
  return names.map((name) => {
    const grantType = GRANT_TYPES.find((one) => one === name);
    if (grantType !== undefined) return grantType;
    throw new AwsError(400, "UnsupportedGrantTypeException", "There is no such grant type");
  });
}
