/**
 * Operations of the AWS access portal: what a person who is signed in to IAM Identity Center may use. None of
 * them is signed; the access token of the session stands for the person.
 *
 * @module
 */

import { type AwsAnswer, invalidAnswer } from "./answer.ts";
import { type AnswerObject, answerObject } from "./answer_object.ts";
import type { AwsCredentials } from "./credentials.ts";
import { type AwsCall, type CallRuntime, sendToAws } from "./send.ts";
import type { AwsSettings } from "./settings.ts";

/** Who asks. The region is that of Identity Center, not the profile's. */
export interface PortalRequest {
  /** A secret. */
  readonly accessToken: string;
  readonly settings: AwsSettings;
  readonly signal?: AbortSignal | undefined;
}

/** A permission set in an account. */
export interface GetRoleCredentialsRequest extends PortalRequest {
  /** 12 digits. */
  readonly accountId: string;
  /** Name of the permission set. */
  readonly roleName: string;
}

/** Credentials that end. */
export type RoleCredentials = AwsCredentials & { readonly expiresAt: Date };

/**
 * Credentials for a role that is assigned to the person.
 *
 * A 401 says that the session has ended, a 403 that the account or the role is not assigned.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
 */
export async function getRoleCredentials(
  request: GetRoleCredentialsRequest,
  runtime: CallRuntime,
): Promise<RoleCredentials> {
  const answer = await callPortal({
    ...request,
    operation: "GetRoleCredentials",
    path: "/federation/credentials",
    query: { role_name: request.roleName, account_id: request.accountId },
  }, runtime);
  const credentials = answerObject(answer).object("roleCredentials");
  // Milliseconds, where every other answer of AWS has seconds.
  const expiresAt = new Date(credentials.number("expiration"));
  if (Number.isNaN(expiresAt.getTime())) {
    throw invalidAnswer(answer, "field roleCredentials.expiration is not a time");
  }
  return {
    accessKeyId: credentials.nonEmptyString("accessKeyId"),
    secretAccessKey: credentials.nonEmptyString("secretAccessKey"),
    sessionToken: credentials.nonEmptyString("sessionToken"),
    expiresAt,
  };
}

/** An account in which the person has a role. */
export interface SsoAccount {
  /** 12 digits. */
  readonly accountId: string;
  readonly accountName?: string | undefined;
  readonly emailAddress?: string | undefined;
}

/**
 * Every account in which the person has a role, in AWS's order.
 *
 * @throws `aws_answer_invalid` when there is no end to the pages
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html
 */
export async function listAccounts(
  request: PortalRequest,
  runtime: CallRuntime,
): Promise<readonly SsoAccount[]> {
  const list = { operation: "ListAccounts", path: "/assignment/accounts", field: "accountList" };
  const accounts = await listAll({ ...request, ...list }, runtime);
  return accounts.map((account) => ({
    accountId: account.nonEmptyString("accountId"),
    accountName: account.optionalString("accountName"),
    emailAddress: account.optionalString("emailAddress"),
  }));
}

/** The account whose roles are wanted. */
export interface ListAccountRolesRequest extends PortalRequest {
  /** 12 digits. */
  readonly accountId: string;
}

/**
 * The names of all roles that the person has in an account, in AWS's order.
 *
 * @throws `aws_answer_invalid` when there is no end to the pages
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html
 */
export async function listAccountRoles(
  request: ListAccountRolesRequest,
  runtime: CallRuntime,
): Promise<readonly string[]> {
  const query = { account_id: request.accountId };
  const list = {
    operation: "ListAccountRoles",
    path: "/assignment/roles",
    field: "roleList",
    query,
  };
  const roles = await listAll({ ...request, ...list }, runtime);
  return roles.map((role) => role.nonEmptyString("roleName"));
}

/**
 * Ends the session at AWS: no new role credentials come of it. Those already given out live on until they
 * expire.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html
 */
export async function logout(request: PortalRequest, runtime: CallRuntime): Promise<void> {
  await callPortal({ ...request, operation: "Logout", method: "POST", path: "/logout" }, runtime);
}

/** The most that AWS puts on one page. */
const MAX_PAGE_ITEMS = "100";

/** 50,000 items, five times the accounts that AWS allows in an organization. */
const MAX_PAGES = 500;

interface PortalCall extends PortalRequest, Pick<AwsCall, "operation" | "path" | "query"> {
  readonly method?: AwsCall["method"];
}

async function listAll(
  list: PortalCall & { readonly field: string },
  runtime: CallRuntime,
): Promise<readonly AnswerObject[]> {
  const items: AnswerObject[] = [];
  let nextToken: string | undefined;
  for (let page = 1;; page++) {
    const query = { ...list.query, max_result: MAX_PAGE_ITEMS, next_token: nextToken };
    const answer = await callPortal({ ...list, query }, runtime);
    const fields = answerObject(answer);
    items.push(...fields.objects(list.field));
    const followingToken = fields.optionalString("nextToken") || undefined;
    if (followingToken === undefined) return items;
    if (followingToken === nextToken || page === MAX_PAGES) {
      throw invalidAnswer(answer, "there is no end to its pages");
    }
    nextToken = followingToken;
  }
}

function callPortal(call: PortalCall, runtime: CallRuntime): Promise<AwsAnswer> {
  const { operation, method = "GET", path, query, accessToken, settings, signal } = call;
  return sendToAws({
    service: "sso",
    operation,
    method,
    path,
    query,
    headers: { "x-amz-sso_bearer_token": accessToken },
    settings,
    signal,
  }, runtime);
}
