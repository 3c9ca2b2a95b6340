/**
 * Errors in the words of the OIDC service and of the portal: the code in a header, and in the body in another
 * spelling.
 *
 * @module
 */

import { type AwsError, jsonAnswer } from "../aws/aws_error.ts";
import type { Answer } from "../listener.ts";
import type { SsoSettings } from "./settings.ts";

/** An error of the OIDC service: RFC 6749's body, and AWS's header. */
export function oidcErrorAnswer(error: AwsError, { errorShape }: SsoSettings): Answer {
  const body = { error: oauthError(error.awsCode), error_description: error.message };
  const answer = jsonAnswer(error.status, errorShape === "header" ? {} : body);
  return errorShape === "body" ? answer : withErrorType(answer, {
    awsCode: error.awsCode,
    // The suffix that clients have to cut off; so it stands in the debug logs of the AWS CLI.
    suffix: ":http://internal.amazon.com/coral/com.amazonaws.sso.oidc/",
  });
}

/** An error of the portal. */
export function portalErrorAnswer(error: AwsError, { errorShape }: SsoSettings): Answer {
  const body = { message: error.message };
  const type = { __type: `com.amazonaws.switchboard.portal#${error.awsCode}` };
  const answer = jsonAnswer(error.status, errorShape === "header" ? body : { ...body, ...type });
  return errorShape === "body"
    ? answer
    : withErrorType(answer, { awsCode: error.awsCode, suffix: "" });
}

function withErrorType(
  answer: Answer,
  { awsCode, suffix }: { readonly awsCode: string; readonly suffix: string },
): Answer {
  return { ...answer, headers: { ...answer.headers, "x-amzn-errortype": `${awsCode}${suffix}` } };
}

/** `SlowDownException` is `slow_down` in OAuth; one code does not follow that rule. */
export function oauthError(awsCode: string): string {
  if (awsCode === "InternalServerException") return "server_error";
  return awsCode.replace(/Exception$/, "").replaceAll(/(?<!^)[A-Z]/g, "_$&").toLowerCase();
}
