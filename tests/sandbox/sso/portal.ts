/**
 * The AWS access portal: the accounts and roles of whoever is signed in, and credentials for them.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/Welcome.html
 * @module
 */

import type { Accounts } from "../aws/accounts.ts";
import { AwsError, jsonAnswer } from "../aws/aws_error.ts";
import { parameterMap } from "../aws/query.ts";
import type { AwsService } from "../aws/service.ts";
import type { Answer, ReceivedRequest } from "../listener.ts";
import { portalPage } from "./portal_page.ts";
import { regionOf } from "./region_path.ts";
import { regionalService, type Route } from "./regional_service.ts";
import type { SignedInUser } from "./sessions.ts";
import { portalErrorAnswer } from "./sso_error.ts";
import type { SsoState } from "./state.ts";

/** The header that carries the access token. */
const ACCESS_TOKEN_HEADER = "x-amz-sso_bearer_token";

interface PortalCall extends SignedInUser {
  readonly accessToken: string;
  readonly query: ReadonlyMap<string, string>;
}

/** The service. `iam` remembers the credentials that it hands out. */
export function portalService(state: SsoState, iam: Accounts): AwsService {
  const route = (
    way: Pick<Route, "method" | "path" | "operation">,
    { takes, answer }: {
      readonly takes: readonly string[];
      readonly answer: (call: PortalCall) => Answer;
    },
  ): Route => ({ ...way, answer: (request) => answer(admit(request, { state, takes })) });
  return regionalService({
    service: "sso",
    routes: [
      route({ method: "GET", path: "/federation/credentials", operation: "GetRoleCredentials" }, {
        takes: ["role_name", "account_id"],
        answer: (call) => getRoleCredentials(call, iam),
      }),
      route({ method: "GET", path: "/assignment/accounts", operation: "ListAccounts" }, {
        takes: ["next_token", "max_result"],
        answer: listAccounts,
      }),
      route({ method: "GET", path: "/assignment/roles", operation: "ListAccountRoles" }, {
        takes: ["account_id", "next_token", "max_result"],
        answer: listAccountRoles,
      }),
      route({ method: "POST", path: "/logout", operation: "Logout" }, {
        takes: [],
        answer: (call) => logout(call, state),
      }),
    ],
    errorAnswer: (error) => portalErrorAnswer(error, state.settings),
  });
}

/** Lets in who is signed in. AWS would pass over a parameter that it does not know, and so hide a misspelt one. */
function admit(
  request: ReceivedRequest,
  { state, takes }: { readonly state: SsoState; readonly takes: readonly string[] },
): PortalCall {
  const accessToken = request.headers.get(ACCESS_TOKEN_HEADER) ?? "";
  const { user, instance } = state.sessions.authenticate(accessToken, regionOf(request, state));
  const query = parameterMap(request.query);
  if (query === undefined || ![...query.keys()].every((parameter) => takes.includes(parameter))) {
    throw new AwsError(400, "InvalidRequestException", "The operation takes no such query");
  }
  return { accessToken, query, user, instance };
}

function getRoleCredentials(call: PortalCall, iam: Accounts): Answer {
  const { user, instance } = call;
  const accountId = requiredParameter(call, "account_id");
  const permissionSetName = requiredParameter(call, "role_name");
  if (!assignedSets(call, accountId).includes(permissionSetName)) throw noAccess();
  const key = iam.issueSession({
    roleArn: instance.roleArn({ accountId, permissionSetName }),
    sessionName: user.userName,
    durationSeconds: instance.roleDurationSeconds(permissionSetName),
  });
  return jsonAnswer(200, {
    roleCredentials: {
      accessKeyId: key.accessKeyId,
      secretAccessKey: key.secretAccessKey,
      sessionToken: key.sessionToken,
      // In milliseconds, unlike every other instant in AWS's JSON.
      expiration: key.expiresAt?.getTime(),
    },
  });
}

function listAccounts({ user, instance, query }: PortalCall): Answer {
  const accounts = instance.accountsOf(user.userName);
  return jsonAnswer(200, portalPage("accountList", accounts, query));
}

function listAccountRoles(call: PortalCall): Answer {
  const accountId = requiredParameter(call, "account_id");
  const sets = assignedSets(call, accountId);
  if (sets.length === 0) throw noAccess();
  const roles = sets.map((roleName) => ({ roleName, accountId }));
  return jsonAnswer(200, portalPage("roleList", roles, call.query));
}

function logout({ accessToken }: PortalCall, state: SsoState): Answer {
  state.sessions.revoke(accessToken);
  const { headers } = jsonAnswer(200, "");
  return { status: 200, headers, body: "" };
}

function requiredParameter({ query }: PortalCall, parameter: string): string {
  const value = query.get(parameter) ?? "";
  if (value !== "") return value;
  throw new AwsError(400, "InvalidRequestException", `${parameter} is missing`);
}

function assignedSets({ user, instance }: PortalCall, accountId: string): readonly string[] {
  return instance.permissionSetsOf({ userName: user.userName, accountId });
}

/** One answer for an account that is not there and for one that is not for this user. */
function noAccess(): AwsError {
  return new AwsError(403, "ForbiddenException", "No access");
}
