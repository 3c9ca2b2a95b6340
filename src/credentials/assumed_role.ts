/**
 * A role assumed on top of whatever source found credentials.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";
import type { AwsSettings } from "../aws/settings.ts";
import { assertAssumable, assumeRole } from "../aws/sts.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { FoundCredentials } from "./source.ts";

/** A role, and how to assume it. */
export interface RoleRequest {
  readonly roleArn: string;
  /** Asked for by roles of other companies. */
  readonly externalId?: string | undefined;
  /** What CloudTrail and access entries call the session; `EKSGetTokenAuth` when absent. */
  readonly roleSessionName?: string | undefined;
  /** 900 to 43200; the role's own default, an hour, when absent. */
  readonly durationSeconds?: number | undefined;
}

/** The keys of a role session, and how they came about. */
export interface RoleCredentials {
  readonly credentials: AwsCredentials;
  /** For people. */
  readonly source: string;
  readonly assumedRoleArn: string;
}

/** The name that `aws eks get-token --role-arn` gives its sessions, so that access entries by session name still hold. */
const DEFAULT_SESSION_NAME = "EKSGetTokenAuth";

/**
 * Assumes `role` with the credentials in `base`.
 *
 * @throws `usage` when STS would not allow the ARN, the session name, the external id or the duration
 * @throws what STS refuses
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function roleCredentials(
  request: {
    readonly role: RoleRequest;
    readonly base: FoundCredentials;
    readonly settings: AwsSettings;
  },
  runtime: Pick<Runtime, "fetch" | "now" | "sleep" | "random">,
): Promise<RoleCredentials> {
  const { role, base, settings } = request;
  const { assumedRoleArn, ...credentials } = await assumeRole({
    ...role,
    roleSessionName: role.roleSessionName ?? DEFAULT_SESSION_NAME,
    credentials: base.credentials,
    settings,
  }, runtime);
  return {
    credentials,
    assumedRoleArn,
    source: `role ${role.roleArn}, assumed with ${base.source}`,
  };
}

/**
 * Checks a role that is assumed later, by whoever reads what is written now.
 *
 * @throws `usage` as {@linkcode roleCredentials} would
 */
export function assertRole(role: RoleRequest): void {
  assertAssumable({ ...role, roleSessionName: role.roleSessionName ?? DEFAULT_SESSION_NAME });
}
