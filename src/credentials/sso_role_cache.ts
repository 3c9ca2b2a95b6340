/**
 * Role credentials that the AWS CLI got a while ago. eksauth keeps its own elsewhere.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";
import type { SsoProfile } from "../config/sso_profile.ts";
import { joinPath } from "../runtime/paths.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { parseJsonFields, readJsonFields, textField } from "./sso_cache_file.ts";
import { ssoRoleKey } from "./sso_cache_key.ts";
import { awsCliCacheFolder } from "./sso_files.ts";
import { timeField } from "./sso_token_cache.ts";

/** The AWS CLI's own margin. With less left it pays to get new ones, which then last an hour. */
const LEAST_LIFE_MS = 15 * 60_000;

/** The path of the file in which the AWS CLI v2 keeps a profile's role credentials. */
export async function awsCliRoleFile(
  profile: SsoProfile,
  runtime: Pick<Runtime, "env" | "program">,
): Promise<string> {
  return joinPath(awsCliCacheFolder(runtime), `${await ssoRoleKey(profile)}.json`);
}

/** The credentials in the AWS CLI's cache, if they are whole and live for a quarter of an hour at least. */
export async function readAwsCliRole(
  profile: SsoProfile,
  runtime: Pick<Runtime, "env" | "program" | "now" | "sleep">,
): Promise<AwsCredentials | undefined> {
  const file = await readJsonFields(await awsCliRoleFile(profile, runtime), runtime);
  if (file === undefined || "refused" in file) return undefined;
  const fields = parseJsonFields(JSON.stringify(file.fields.get("Credentials")));
  if (fields === undefined) return undefined;
  const accessKeyId = textField(fields, "AccessKeyId");
  const secretAccessKey = textField(fields, "SecretAccessKey");
  const sessionToken = textField(fields, "SessionToken");
  const expiresAt = timeField(fields, "Expiration");
  const isWhole = accessKeyId !== undefined && secretAccessKey !== undefined &&
    sessionToken !== undefined && expiresAt !== undefined;
  if (!isWhole || expiresAt.getTime() - runtime.now().getTime() < LEAST_LIFE_MS) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt };
}
