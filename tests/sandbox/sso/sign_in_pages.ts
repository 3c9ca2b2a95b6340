/**
 * What browsers open: the pages of the OIDC service, which speak HTML where the service speaks JSON.
 *
 * The record counts them under `sign-in`, apart from the calls of clients.
 *
 * @module
 */

import type { AwsService } from "../aws/service.ts";
import { decideAuthorization, openAuthorizePage } from "./authorize_page.ts";
import { decideDeviceAuthorization, openDevicePage } from "./device_page.ts";
import { messagePage } from "./html_page.ts";
import { regionalService } from "./regional_service.ts";
import { oauthError } from "./sso_error.ts";
import type { SsoState } from "./state.ts";

/** The pages. */
export function signInPages(state: SsoState): AwsService {
  return regionalService({
    service: "sign-in",
    routes: [
      {
        method: "GET",
        path: "/authorize",
        operation: "OpenAuthorizePage",
        answer: (request) => openAuthorizePage(request, state),
      },
      {
        method: "POST",
        path: "/authorize",
        operation: "DecideAuthorization",
        answer: (request) => decideAuthorization(request, state),
      },
      {
        method: "GET",
        path: "/device",
        operation: "OpenDevicePage",
        answer: (request) => openDevicePage(request, state),
      },
      {
        method: "POST",
        path: "/device",
        operation: "DecideDeviceAuthorization",
        answer: (request) => decideDeviceAuthorization(request, state),
      },
    ],
    errorAnswer: ({ status, awsCode, message }) =>
      messagePage({ status, title: oauthError(awsCode), message }),
  });
}
