/**
 * The files below `~/.aws` in which the AWS CLI and the AWS SDKs keep a sign-in.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname } from "node:path";

import { ACCOUNT_ID, PERMISSION_SET, REGION, SSO_START_URL } from "../cast.ts";
import type { SignedInClient } from "./signed_in_client.ts";

/** The `sso-session` of {@linkcode writeAwsConfig}. */
export const SESSION_NAME = "company";

/** The profile of {@linkcode writeAwsConfig} that names the session. */
export const SESSION_PROFILE = "dev-admin";

/** The profile of {@linkcode writeAwsConfig} that names the start URL itself, as before there were sessions. */
export const LEGACY_PROFILE = "dev-admin-legacy";

const AWS_CONFIG = `[sso-session ${SESSION_NAME}]
sso_start_url = ${SSO_START_URL}
sso_region = ${REGION}
sso_registration_scopes = sso:account:access

[profile ${SESSION_PROFILE}]
sso_session = ${SESSION_NAME}
sso_account_id = ${ACCOUNT_ID}
sso_role_name = ${PERMISSION_SET}
region = ${REGION}

[profile ${LEGACY_PROFILE}]
sso_start_url = ${SSO_START_URL}
sso_region = ${REGION}
sso_account_id = ${ACCOUNT_ID}
sso_role_name = ${PERMISSION_SET}
region = ${REGION}
`;

/** Writes `~/.aws/config` with one session and two profiles for the cast's account. */
export async function writeAwsConfig(home: string): Promise<void> {
  await Deno.mkdir(`${home}/.aws`, { recursive: true });
  await Deno.writeTextFile(`${home}/.aws/config`, AWS_CONFIG);
}

/**
 * The file for the token of an SSO session, below a home folder.
 *
 * @param sessionName the name of the `sso-session`, or the start URL of a legacy profile
 */
export function tokenFilePath(home: string, sessionName: string): string {
  const hash = createHash("sha1").update(sessionName).digest("hex");
  return `${home}/.aws/sso/cache/${hash}.json`;
}

/** Writes the token file of an SSO session. */
export async function writeTokenFile(path: string, signedIn: SignedInClient): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify(signedIn), { mode: 0o600 });
}

/** The fields of a token file. */
export async function readTokenFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await Deno.readTextFile(path));
}
