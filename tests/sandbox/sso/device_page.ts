/**
 * The page at which a person types the code that a client shows on another device.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8628#section-3.3
 * @module
 */

import { parameterMap } from "../aws/query.ts";
import type { Answer, ReceivedRequest } from "../listener.ts";
import {
  automaticConsent,
  checkRegion,
  type Consent,
  consentPage,
  readConsent,
} from "./consent_form.ts";
import type { DeviceAuthorization } from "./device_codes.ts";
import { htmlAnswer, messagePage } from "./html_page.ts";
import type { SsoState } from "./state.ts";

/** Asks for a code; asks for consent when the address holds one already. */
export function openDevicePage(request: ReceivedRequest, state: SsoState): Answer {
  const userCode = parameterMap(request.query)?.get("user_code");
  if (userCode === undefined) return codeForm({ status: 200, message: "Type what it shows." });
  const waiting = state.deviceCodes.find(userCode);
  if (waiting === undefined) return invalidCode();
  const { instance, registration } = waiting;
  return state.settings.approval === "auto"
    ? finish(waiting, { consent: automaticConsent(instance), state })
    : consentPage({
      clientName: registration.clientName,
      instance,
      userCode: waiting.userCode,
    });
}

/**
 * Takes the answer of the person to the client that waits.
 *
 * @throws AwsError as {@linkcode readConsent} and {@linkcode checkRegion}
 */
export function decideDeviceAuthorization(request: ReceivedRequest, state: SsoState): Answer {
  const userCode = parameterMap(request.query)?.get("user_code") ?? "";
  const waiting = state.deviceCodes.find(userCode);
  if (waiting === undefined) return invalidCode();
  return finish(waiting, { consent: readConsent(request, waiting.instance), state });
}

function finish(
  { userCode, instance, registration }: DeviceAuthorization,
  { consent, state }: { readonly consent: Consent; readonly state: SsoState },
): Answer {
  if (consent !== "denied") checkRegion(instance, registration.region);
  state.deviceCodes.decide(userCode, consent);
  return consent === "denied"
    ? messagePage({ status: 200, title: "Request denied", message: "You can close this window." })
    : messagePage({
      status: 200,
      title: "Request approved",
      message: `${registration.clientName} is signed in now. You can close this window.`,
    });
}

function invalidCode(): Answer {
  return codeForm({ status: 400, message: "That code is invalid, or was used before. Try again." });
}

function codeForm(
  { status, message }: { readonly status: number; readonly message: string },
): Answer {
  const content = `<form method="get">
<p><label for="code">${message}</label></p>
<div class="actions">
<input id="code" name="user_code" required autofocus autocomplete="off" size="12">
<button class="first">Continue</button>
</div>
</form>`;
  return htmlAnswer({ status, title: "Enter the code of your device", content });
}
