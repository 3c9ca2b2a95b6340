/**
 * The one step of a sign-in that is not a call: the address that the browser is sent to.
 *
 * @module
 */

import { resolveEndpoint } from "./endpoints.ts";
import { percentEncode } from "./presign.ts";
import type { AwsSettings } from "./settings.ts";

/** What the browser is sent out with. */
export interface AuthorizeRequest {
  readonly settings: AwsSettings;
  readonly clientId: string;
  readonly redirectUri: string;
  /** Comes back with the code; unguessable. */
  readonly state: string;
  /** SHA-256 of the code verifier in base64url. */
  readonly codeChallenge: string;
  readonly scopes: readonly string[];
}

/**
 * Where the browser signs the person in.
 *
 * AWS reads `scopes`; the `scope` of RFC 6749 has no effect there.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc7636#section-4.3
 */
export function authorizeUrl(request: AuthorizeRequest): string {
  const { settings } = request;
  const { url } = resolveEndpoint({
    service: "sso_oidc",
    region: settings.region,
    useFips: settings.useFips,
    useDualStack: settings.useDualStack,
    endpointUrl: settings.endpointUrls.sso_oidc,
  });
  const parameters = {
    response_type: "code",
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    state: request.state,
    code_challenge_method: "S256",
    scopes: request.scopes.join(" "),
    code_challenge: request.codeChallenge,
  };
  const query = Object.entries(parameters).map(([key, value]) => `${key}=${percentEncode(value)}`);
  return `${url}/authorize?${query.join("&")}`;
}
