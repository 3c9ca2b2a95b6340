/**
 * AWS STS: who is calling, and becoming somebody else.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 * @module
 */

import type { Answer, ReceivedRequest } from "../listener.ts";
import type { Accounts } from "./accounts.ts";
import { assumeRole } from "./assume_role.ts";
import {
  AwsError,
  jsonAnswer,
  QUERY_SIGNATURE_ERRORS,
  queryErrorAnswer,
  wantsJson,
  xmlAnswer,
} from "./aws_error.ts";
import { parameterMap } from "./query.ts";
import { type AwsCall, type AwsService, callerOf, UNKNOWN_OPERATION } from "./service.ts";
import { type ResultTree, toStsJson, toStsXml } from "./sts_result.ts";

const VERSION = "2011-06-15";

type Parameters = ReadonlyMap<string, string>;
type Operation = (call: AwsCall, parameters: Parameters) => ResultTree;

/** The service, over the accounts of one sandbox. */
export function stsService(accounts: Accounts): AwsService {
  const operations = new Map<string, Operation>([
    ["GetCallerIdentity", (call) => callerIdentity(call)],
    [
      "AssumeRole",
      (call, parameters) => assumeRole({ caller: callerOf(call), parameters, accounts }),
    ],
  ]);
  return {
    service: "sts",
    signingName: "sts",
    signatureErrors: QUERY_SIGNATURE_ERRORS,
    unsignedOperations: new Set(),
    operationOf(request): string | undefined {
      const parameters = parametersOf(request);
      const action = parameters?.get("Action");
      if (parameters === undefined || action === undefined) return undefined;
      const known = parameters.get("Version") === VERSION && operations.has(action);
      return known ? action : UNKNOWN_OPERATION;
    },
    answer(call): Answer {
      const parameters = parametersOf(call.request);
      const operation = operations.get(call.operation);
      if (parameters === undefined || operation === undefined) {
        throw new AwsError(400, "InvalidAction", `STS has no action ${call.operation}`);
      }
      const result = operation(call, parameters);
      return wantsJson(call.request)
        ? jsonAnswer(200, toStsJson(call.operation, result))
        : xmlAnswer(200, toStsXml(call.operation, result));
    },
    errorAnswer: queryErrorAnswer,
  };
}

/** The parameters of a call to this service: from the query, or from the form that was posted. */
function parametersOf(request: ReceivedRequest): Parameters | undefined {
  if (request.path !== "/") return undefined;
  if (request.method === "GET") return parameterMap(request.query);
  const contentType = request.headers.get("content-type")?.split(";", 1)[0]?.trim();
  if (request.method !== "POST" || contentType !== "application/x-www-form-urlencoded") {
    return undefined;
  }
  return parameterMap(new TextDecoder().decode(request.body));
}

function callerIdentity(call: AwsCall): ResultTree {
  const { arn, userId, accountId } = callerOf(call).principal;
  return { Arn: arn, UserId: userId, Account: accountId };
}
