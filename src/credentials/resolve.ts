/**
 * Who is calling: the chain of credential sources.
 *
 * @module
 */

import { isNowhere } from "../config/paths.ts";
import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { environmentSource } from "./environment.ts";
import type { CredentialContext, CredentialSource, FoundCredentials } from "./source.ts";
import { ssoSource } from "./sso_role.ts";
import { configFileSource, credentialsFileSource } from "./static_profile.ts";
import {
  assumeRoleSource,
  containerSource,
  loginSource,
  processSource,
  webIdentitySource,
} from "./unsupported_sources.ts";

/** In the order of the AWS CLI. */
const CHAIN: readonly CredentialSource[] = [
  environmentSource,
  assumeRoleSource,
  webIdentitySource,
  ssoSource,
  credentialsFileSource,
  loginSource,
  processSource,
  configFileSource,
  containerSource,
];

/**
 * The credentials of the first source that has any. A source that is configured and fails ends the search: nobody
 * is ever signed in as somebody else by accident.
 *
 * @throws `credentials_missing` when no source is configured
 * @throws what the failing source throws
 * @see https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-authentication.html
 */
export async function resolveCredentials(
  context: CredentialContext,
  runtime: Runtime,
): Promise<FoundCredentials> {
  for (const source of CHAIN) {
    const found = await source.load(context, runtime);
    if (found !== undefined) return found;
  }
  throw missing(context, runtime);
}

function missing(
  { profile }: CredentialContext,
  runtime: Pick<Runtime, "env" | "program">,
): EksauthError {
  const { profileName, config, credentials, choice, awsConfig } = profile;
  const sections = [config, credentials].filter((section) => section !== undefined);
  const lookedIn = isNowhere(awsConfig.configFile, runtime)
    ? "there is no home folder to look for profiles in"
    : sections.length === 0
    ? `neither ${awsConfig.configFile} nor ${awsConfig.credentialsFile} has profile "${profileName}"`
    : `profile "${profileName}" has none in ${
      sections.map(({ path, line }) => `${path}:${line}`).join(" or ")
    }`;
  const environment = choice.isExplicit
    ? ""
    : "AWS_ACCESS_KEY_ID is not set in the environment, and ";
  return new EksauthError(
    "credentials_missing",
    `Cannot find AWS credentials: ${environment}${lookedIn}`,
    { hint: nextStep({ profile }, runtime) },
  );
}

function nextStep({ profile }: CredentialContext, runtime: Pick<Runtime, "env">): string {
  const { choice, awsConfig, profileName } = profile;
  if (choice.isExplicit && runtime.env("AWS_ACCESS_KEY_ID")) {
    return `Leave out ${choice.origin} to use the keys in the environment`;
  }
  const [other] = [...awsConfig.profiles.keys()].filter((each) => each !== profileName);
  if (choice.profile === undefined && other !== undefined) return `--profile "${other}"`;
  return "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name another profile with --profile";
}
