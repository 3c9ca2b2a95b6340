/**
 * IAM Identity Center's OIDC service: clients register, wait for people, and get tokens.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/Welcome.html
 * @module
 */

import { jsonAnswer } from "../aws/aws_error.ts";
import type { AwsService } from "../aws/service.ts";
import type { ReceivedRequest } from "../listener.ts";
import { createToken } from "./create_token.ts";
import { registerClient } from "./register_client.ts";
import { regionalService, type Route } from "./regional_service.ts";
import { oidcErrorAnswer } from "./sso_error.ts";
import { startDeviceAuthorization } from "./start_device_authorization.ts";
import type { SsoState } from "./state.ts";

/** The service. `url` leads to the sandbox, without a region. */
export function oidcService(state: SsoState, url: string): AwsService {
  return regionalService({
    service: "sso-oidc",
    routes: [
      post("/client/register", "RegisterClient", (request) => registerClient(request, state)),
      post(
        "/device_authorization",
        "StartDeviceAuthorization",
        (request) => startDeviceAuthorization(request, { state, url }),
      ),
      post("/token", "CreateToken", (request) => createToken(request, state)),
    ],
    errorAnswer: (error) => oidcErrorAnswer(error, state.settings),
  });
}

function post(
  path: string,
  operation: string,
  result: (request: ReceivedRequest) => unknown,
): Route {
  return {
    method: "POST",
    path,
    operation,
    answer: (request) => jsonAnswer(200, result(request)),
  };
}
