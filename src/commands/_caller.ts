/**
 * Who AWS says that a profile's credentials are.
 *
 * @module
 */

import { getCallerIdentity } from "../aws/sts.ts";
import type { SelectedProfile } from "../config/aws_profile.ts";
import { resolveAwsSettings } from "../config/aws_settings.ts";
import { resolveCredentials } from "../credentials/resolve.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** A caller in AWS's words. */
export interface Caller {
  readonly arn: string;
  /** 12 digits. */
  readonly account: string;
  /** Present when the role comes from Identity Center. */
  readonly permissionSet?: string | undefined;
}

/**
 * Asks STS with the profile's own credentials, which are got anew: what a cache says is not what AWS says.
 *
 * @throws what keeps the credentials from being had, or AWS from taking them
 */
export async function callerOf(profile: SelectedProfile, runtime: Runtime): Promise<Caller> {
  const { credentials } = await resolveCredentials({ profile }, runtime);
  const { settings } = resolveAwsSettings({ profile }, runtime);
  // Without any region STS has its global endpoint, which the AWS CLI then uses too.
  const region = settings.region ?? "aws-global";
  const { arn, account } = await getCallerIdentity(
    { credentials, settings: { ...settings, region } },
    runtime,
  );
  return { arn, account, permissionSet: permissionSetOf(arn) };
}

/**
 * The permission set behind a role that Identity Center made.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
function permissionSetOf(arn: string): string | undefined {
  return /:assumed-role\/AWSReservedSSO_(.+)_[0-9a-f]{16}\//.exec(arn)?.[1];
}
