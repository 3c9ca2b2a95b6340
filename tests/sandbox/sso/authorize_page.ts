/**
 * The page at which a sign-in with a browser begins, and from which the browser takes a code to the client.
 *
 * Its parameters are those that the AWS CLI sends: OAuth's, but for `scopes`.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc6749#section-4.1.1
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import { parameterMap } from "../aws/query.ts";
import type { Answer, ReceivedRequest } from "../listener.ts";
import {
  automaticConsent,
  checkRegion,
  type Consent,
  consentPage,
  readConsent,
} from "./consent_form.ts";
import type { SsoInstance } from "./instance.ts";
import { isRegisteredUri, redirectTo } from "./redirect_uri.ts";
import { regionalPath } from "./region_path.ts";
import type { Registration } from "./registrations.ts";
import { findInstance, type SsoState } from "./state.ts";

/** Whom the browser serves, and where it goes from here. */
interface SignInRequest {
  readonly registration: Registration;
  readonly instance: SsoInstance;
  readonly redirectUri: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Shows the page, or sends the browser back with what is wrong with the request.
 *
 * @throws AwsError when the browser must not be sent to where the request says
 */
export function openAuthorizePage(request: ReceivedRequest, state: SsoState): Answer {
  const signIn = readSignInRequest(request, state);
  const refusal = refusalOf(signIn);
  if (refusal !== undefined) return redirect(signIn, refusal);
  const { instance, registration } = signIn;
  return state.settings.approval === "auto"
    ? finish(signIn, { consent: automaticConsent(instance), state })
    : consentPage({ clientName: registration.clientName, instance });
}

/**
 * Sends the browser back with a code, or with the news that the person does not want it.
 *
 * @throws AwsError as {@linkcode openAuthorizePage}
 */
export function decideAuthorization(request: ReceivedRequest, state: SsoState): Answer {
  const signIn = readSignInRequest(request, state);
  const refusal = refusalOf(signIn);
  if (refusal !== undefined) return redirect(signIn, refusal);
  return finish(signIn, { consent: readConsent(request, signIn.instance), state });
}

function readSignInRequest(request: ReceivedRequest, state: SsoState): SignInRequest {
  const parameters = parameterMap(request.query);
  if (parameters === undefined) {
    throw new AwsError(400, "InvalidRequestException", "The query is malformed");
  }
  const clientId = parameters.get("client_id") ?? "";
  const { region } = regionalPath(request);
  const registration = state.registrations.find({ clientId, region });
  if (!registration?.grantTypes.includes("authorization_code")) {
    throw new AwsError(401, "InvalidClientException", "Invalid client provided");
  }
  const redirectUri = parameters.get("redirect_uri") ?? "";
  if (!isRegisteredUri(redirectUri, registration.redirectUris)) {
    throw new AwsError(400, "InvalidRequestException", "Invalid callback URL");
  }
  const { issuerUrl = "" } = registration;
  const instance = findInstance({ startUrl: issuerUrl, region: registration.region }, state);
  return { registration, instance, redirectUri, parameters };
}

type Refusal = readonly [error: string, description: string];

/** SHA-256 in base64url. */
const CODE_CHALLENGE = /^[\w-]{43}$/;

function refusalOf({ registration, parameters }: SignInRequest): Refusal | undefined {
  if (parameters.get("response_type") !== "code") {
    return ["unsupported_response_type", "The response type is not code"];
  }
  if (!parameters.get("state")) return ["invalid_request", "There is no state"];
  if (
    parameters.get("code_challenge_method") !== "S256" ||
    !CODE_CHALLENGE.test(parameters.get("code_challenge") ?? "")
  ) {
    return ["invalid_request", "There is no code challenge by SHA-256"];
  }
  const scopes = (parameters.get("scopes") ?? "").split(" ");
  if (!scopes.every((scope) => registration.scopes.includes(scope))) {
    return ["invalid_scope", "The client did not register for these scopes"];
  }
  return undefined;
}

function finish(
  signIn: SignInRequest,
  { consent, state }: { readonly consent: Consent; readonly state: SsoState },
): Answer {
  if (consent === "denied") return redirect(signIn, ["access_denied", "The request was denied"]);
  const { registration, instance, redirectUri, parameters } = signIn;
  checkRegion(instance, registration.region);
  const code = state.authorizationCodes.issue({
    clientId: registration.clientId,
    instance,
    user: consent.approvedBy,
    redirectUri,
    codeChallenge: parameters.get("code_challenge") ?? "",
  });
  return redirect(signIn, { code });
}

function redirect(
  { redirectUri, parameters }: SignInRequest,
  outcome: Refusal | { readonly code: string },
): Answer {
  const news: Readonly<Record<string, string>> = "code" in outcome
    ? { code: outcome.code }
    : { error: outcome[0], error_description: outcome[1] };
  const state = parameters.get("state");
  const location = redirectTo(redirectUri, { ...news, ...(state === undefined ? {} : { state }) });
  return { status: 302, headers: { location, "cache-control": "no-store" }, body: "" };
}
