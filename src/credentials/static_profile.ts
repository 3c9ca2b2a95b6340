/**
 * Keys that stand in a profile. The two files are two sources, with others between them in the chain, and keys
 * are never put together from both.
 *
 * @module
 */

import { sectionValue } from "../config/aws_profile.ts";
import type { IniSection } from "../config/ini.ts";
import { EksauthError } from "../errors.ts";
import type { CredentialSource, Finding } from "./source.ts";

/**
 * Keys in the credentials file.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html
 */
export const credentialsFileSource: CredentialSource = {
  sourceName: "credentials file",
  load: ({ profile: { profileName, credentials } }) =>
    credentials && keysOf({ profileName, section: credentials }),
};

/** Keys in the config file. */
export const configFileSource: CredentialSource = {
  sourceName: "config file",
  load: ({ profile: { profileName, config } }) =>
    config && keysOf({ profileName, section: config }),
};

interface KeySection {
  readonly profileName: string;
  readonly section: IniSection;
}

/** @throws `credentials_partial` when there is an access key ID and no secret, or one of them is empty */
function keysOf({ profileName, section }: KeySection): Finding {
  const accessKeyId = sectionValue(section, "aws_access_key_id");
  if (accessKeyId === undefined) return undefined;
  const secretAccessKey = sectionValue(section, "aws_secret_access_key");
  // The older name first, as in the AWS CLI.
  const sessionToken = sectionValue(section, "aws_security_token")?.value ||
    sectionValue(section, "aws_session_token")?.value || undefined;
  const place = `${accessKeyId.path}:${accessKeyId.line}`;
  if (!accessKeyId.value || !secretAccessKey?.value) {
    const missing = accessKeyId.value ? "aws_secret_access_key" : "aws_access_key_id";
    const state = accessKeyId.value && secretAccessKey === undefined ? "missing" : "empty";
    throw new EksauthError(
      "credentials_partial",
      `Cannot use the keys of profile "${profileName}" in "${place}": ${missing} is ${state}`,
      { hint: `Set both keys in section [${profileName}] of ${section.path}` },
    );
  }
  return {
    credentials: {
      accessKeyId: accessKeyId.value,
      secretAccessKey: secretAccessKey.value,
      sessionToken,
    },
    kind: "profile",
    profile: profileName,
    source: `profile ${profileName} in ${place}`,
  };
}
