/**
 * CreateToken: an authorization code, a device code or a refresh token becomes an access token.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import type { ReceivedRequest } from "../listener.ts";
import { ACCOUNT_ACCESS_SCOPE, GRANT_TYPES, type Registration } from "./registrations.ts";
import { regionOf } from "./region_path.ts";
import { RequestFields } from "./request_fields.ts";
import type { IssuedTokens } from "./sessions.ts";
import type { SsoState } from "./state.ts";

const FIELDS = {
  texts: [
    ...["grantType", "clientId", "clientSecret"],
    ...["code", "codeVerifier", "redirectUri", "deviceCode", "refreshToken"],
  ],
  lists: [],
};

/** What RFC 7636 §4.1 allows. */
const CODE_VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/;

/**
 * The body of the answer.
 *
 * @throws AwsError
 */
export function createToken(request: ReceivedRequest, state: SsoState): unknown {
  const fields = new RequestFields(request, FIELDS);
  const grantType = GRANT_TYPES.find((one) => one === fields.text("grantType"));
  if (grantType === undefined) {
    throw new AwsError(400, "UnsupportedGrantTypeException", "There is no such grant type");
  }
  const registration = state.registrations.authenticate({
    clientId: fields.text("clientId"),
    clientSecret: fields.text("clientSecret"),
    region: regionOf(request, state),
  });
  if (!registration.grantTypes.includes(grantType)) {
    throw new AwsError(400, "UnauthorizedClientException", "The client did not register for that");
  }
  const issued = GRANTS[grantType]({ fields, registration, state });
  const { refreshToken } = issued;
  return {
    accessToken: issued.accessToken,
    tokenType: "Bearer",
    expiresIn: issued.expiresInSeconds,
    ...(refreshToken === undefined ? {} : { refreshToken }),
  };
}

interface TokenCall {
  readonly fields: RequestFields;
  readonly registration: Registration;
  readonly state: SsoState;
}

const GRANTS = {
  "authorization_code": exchangeAuthorizationCode,
  "refresh_token": exchangeRefreshToken,
  "urn:ietf:params:oauth:grant-type:device_code": exchangeDeviceCode,
} as const;

function exchangeAuthorizationCode({ fields, registration, state }: TokenCall): IssuedTokens {
  const codeVerifier = fields.text("codeVerifier");
  if (!CODE_VERIFIER.test(codeVerifier)) {
    throw new AwsError(400, "InvalidRequestException", "The code verifier is malformed");
  }
  const who = state.authorizationCodes.redeem({
    code: fields.text("code"),
    redirectUri: fields.text("redirectUri"),
    codeVerifier,
    registration,
  });
  return state.sessions.open(who, registration);
}

function exchangeDeviceCode({ fields, registration, state }: TokenCall): IssuedTokens {
  const who = state.deviceCodes.redeem(fields.text("deviceCode"), registration);
  return state.sessions.open(who, registration);
}

function exchangeRefreshToken({ fields, registration, state }: TokenCall): IssuedTokens {
  if (!registration.scopes.includes(ACCOUNT_ACCESS_SCOPE)) {
    throw new AwsError(400, "UnauthorizedClientException", "The client registered without scopes");
  }
  return state.sessions.refresh(fields.text("refreshToken"), registration);
}
