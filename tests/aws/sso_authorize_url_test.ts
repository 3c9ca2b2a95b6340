/**
 * The address that a browser is sent to.
 *
 * @module
 */

import assert from "node:assert/strict";
import { authorizeUrl } from "../../src/aws/sso_authorize_url.ts";
import { SETTINGS } from "./_cast.ts";

Deno.test("authorizeUrl() asks for scopes in the word that AWS reads", () => {
  const url = authorizeUrl({
    settings: SETTINGS,
    clientId: "client 1",
    redirectUri: "http://127.0.0.1:40001/oauth/callback",
    state: "state-1",
    codeChallenge: "challenge-1",
    scopes: ["sso:account:access", "codewhisperer:completions"],
  });
  assert.equal(
    url,
    "https://oidc.us-east-2.amazonaws.com/authorize?response_type=code&client_id=client%201" +
      "&redirect_uri=http%3A%2F%2F127.0.0.1%3A40001%2Foauth%2Fcallback&state=state-1" +
      "&code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess%20codewhisperer%3Acompletions" +
      "&code_challenge=challenge-1",
  );
});

Deno.test("authorizeUrl() follows the endpoint override and the partition", () => {
  const request = {
    clientId: "c",
    redirectUri: "http://127.0.0.1:1/oauth/callback",
    state: "s",
    codeChallenge: "x",
    scopes: [],
  };
  const own = { ...SETTINGS, endpointUrls: { sso_oidc: "http://127.0.0.1:8080/base/" } };
  const china = { ...SETTINGS, region: "cn-north-1" };
  assert.match(
    authorizeUrl({ ...request, settings: own }),
    /^http:\/\/127\.0\.0\.1:8080\/base\/authorize\?/,
  );
  assert.match(
    authorizeUrl({ ...request, settings: china }),
    /^https:\/\/oidc\.cn-north-1\.amazonaws\.com\.cn\/authorize\?/,
  );
});
