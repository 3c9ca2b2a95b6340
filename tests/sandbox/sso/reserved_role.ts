/**
 * The IAM roles that IAM Identity Center puts into an account for each permission set that is assigned there.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 * @module
 */

import { createHash } from "node:crypto";

import { partitionOfRegion } from "../aws/accounts.ts";

/** A permission set in an account. */
export interface ReservedRole {
  readonly accountId: string;
  readonly permissionSetName: string;
  /** Where the instance lives. */
  readonly region: string;
}

/**
 * The ARN of the role, with its path; the same every time for the same account and permission set, where AWS
 * makes up the 16 digits at the end.
 */
export function reservedRoleArn({ accountId, permissionSetName, region }: ReservedRole): string {
  const suffix = createHash("sha256").update(`${accountId}/${permissionSetName}`).digest("hex")
    .slice(0, 16);
  // The first region of Identity Center does not stand in the path.
  const folder = region === "us-east-1" ? "" : `${region}/`;
  return `arn:${partitionOfRegion(region)}:iam::${accountId}:role/aws-reserved/` +
    `sso.amazonaws.com/${folder}AWSReservedSSO_${permissionSetName}_${suffix}`;
}
