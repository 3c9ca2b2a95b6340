/**
 * AssumeRole: checks what IAM checks and issues keys that work everywhere in the sandbox.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 * @module
 */

import type { AccessKey, Accounts, Principal, Role } from "./accounts.ts";
import { AwsError } from "./aws_error.ts";
import type { ResultTree } from "./sts_result.ts";

type Parameters = ReadonlyMap<string, string>;

/** The parameters that the operation takes, and what each may hold. */
const PARAMETERS: readonly (readonly [RegExp, RegExp])[] = [
  [/^(?:Action|Version)$/, /^/],
  [/^RoleArn$/, /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@\/-]{1,500}$/],
  [/^RoleSessionName$/, /^[\w+=,.@-]{2,64}$/],
  [/^DurationSeconds$/, /^\d{1,5}$/],
  [/^ExternalId$/, /^[\w+=,.@:\/\\-]{2,1224}$/],
  [/^SerialNumber$/, /^[\w+=\/:,.@-]{9,256}$/],
  [/^TokenCode$/, /^\d{6}$/],
  [/^SourceIdentity$/, /^[\w+=,.@-]{2,64}$/],
  [/^Policy$/, /^.{1,2048}$/s],
  [/^PolicyArns\.member\.\d+\.arn$/, /^.{20,2048}$/],
  [/^Tags\.member\.\d+\.Key$/, /^.{1,128}$/],
  [/^Tags\.member\.\d+\.Value$/, /^.{0,256}$/],
  [/^TransitiveTagKeys\.member\.\d+$/, /^.{1,128}$/],
];

/** What a session gets that was assumed by another session, at most. */
const CHAINED_MAX_SECONDS = 3600;

/**
 * The result of the operation; the keys are remembered in `accounts`.
 *
 * @throws AwsError `ValidationError`, `AccessDenied`
 */
export function assumeRole(
  { caller, parameters, accounts }: {
    readonly caller: AccessKey;
    readonly parameters: Parameters;
    readonly accounts: Accounts;
  },
): ResultTree {
  checkForm(parameters);
  const roleArn = parameters.get("RoleArn") ?? "";
  const sessionName = parameters.get("RoleSessionName") ?? "";
  const role = accounts.role(roleArn);
  if (role === undefined || !accounts.allows(caller.principal, "sts:AssumeRole")) {
    throw accessDenied(caller.principal, roleArn);
  }
  checkTrust({ role, caller: caller.principal, parameters });
  const durationSeconds = Number(parameters.get("DurationSeconds") ?? 3600);
  checkDuration({ role, caller: caller.principal, durationSeconds });
  const session = accounts.issueSession({ roleArn, sessionName, durationSeconds });
  return {
    AssumedRoleUser: { AssumedRoleId: session.principal.userId, Arn: session.principal.arn },
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken ?? "",
      Expiration: session.expiresAt ?? new Date(0),
    },
  };
}

function checkForm(parameters: Parameters): void {
  for (const [parameter, value] of parameters) {
    const form = PARAMETERS.find(([names]) => names.test(parameter))?.[1];
    if (form === undefined) throw invalid(`AssumeRole has no parameter ${parameter}`);
    if (!form.test(value)) {
      throw invalid(`The value at ${parameter} does not satisfy its constraint`);
    }
  }
  for (const required of ["RoleArn", "RoleSessionName"]) {
    if (!parameters.has(required)) throw invalid(`The parameter ${required} is required`);
  }
}

function checkTrust(
  { role, caller, parameters }: {
    readonly role: Role;
    readonly caller: Principal;
    readonly parameters: Parameters;
  },
): void {
  const partition = caller.arn.split(":")[1];
  const names = [caller.arn, caller.roleArn, `arn:${partition}:iam::${caller.accountId}:root`];
  const trusted = role.trusts.some((trustedArn) => names.includes(trustedArn)) &&
    (role.externalId === undefined || role.externalId === parameters.get("ExternalId")) &&
    (role.mfa === undefined ||
      (role.mfa.serialNumber === parameters.get("SerialNumber") &&
        role.mfa.tokenCode === parameters.get("TokenCode")));
  if (!trusted) throw accessDenied(caller, role.arn);
}

function checkDuration(
  { role, caller, durationSeconds }: {
    readonly role: Role;
    readonly caller: Principal;
    readonly durationSeconds: number;
  },
): void {
  if (durationSeconds < 900 || durationSeconds > 43_200) {
    throw invalid("DurationSeconds is not between 900 and 43200");
  }
  if (durationSeconds > role.maxSessionSeconds) {
    throw invalid("DurationSeconds exceeds the MaxSessionDuration of the role");
  }
  if (caller.roleArn !== undefined && durationSeconds > CHAINED_MAX_SECONDS) {
    throw invalid("DurationSeconds exceeds the hour of a session that was assumed by a session");
  }
}

function invalid(message: string): AwsError {
  return new AwsError(400, "ValidationError", message);
}

/** One answer for all reasons, so that nobody learns which roles exist. */
function accessDenied(caller: Principal, roleArn: string): AwsError {
  return new AwsError(
    403,
    "AccessDenied",
    `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}
