/**
 * The profile a call uses, and what its sections say.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type AwsConfig, type AwsProfile, loadAwsConfig } from "./aws_config.ts";
import { type IniSection, type IniText, iniValue } from "./ini.ts";
import { homeMissing, isNowhere } from "./paths.ts";
import { chooseProfile, type ProfileChoice } from "./profile_choice.ts";
import { suggestName } from "./suggest.ts";

/** A profile that exists, or the empty one where nobody named any and there is no `default`. */
export interface SelectedProfile extends AwsProfile {
  /** Who named it. */
  readonly choice: ProfileChoice;
  /** The files it was found in. */
  readonly awsConfig: AwsConfig;
}

/** A text of a config file, and where it stands. */
export interface Located {
  readonly value: string;
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/**
 * The profile of this call: the one named by the flag or the environment, else `default`, else an empty one.
 *
 * @throws `profile_not_found` when a profile was named, even `default`, and neither file has it
 * @throws `config_invalid` when a file cannot be understood, or a profile was named and there is no home folder
 */
export function selectProfile(
  request: { readonly profile?: string | undefined },
  runtime: Pick<Runtime, "env" | "program">,
): SelectedProfile {
  const choice = chooseProfile(request, runtime);
  const awsConfig = loadAwsConfig(runtime);
  const profileName = choice.profile ?? "default";
  const profile = awsConfig.profiles.get(profileName);
  if (profile === undefined && choice.profile !== undefined) {
    if (isNowhere(awsConfig.configFile, runtime)) throw homeMissing(runtime);
    throw notFound({ profileName, origin: choice.origin, awsConfig });
  }
  return { profileName, ...profile, choice, awsConfig };
}

/**
 * What a profile says about `key`, `undefined` when it says nothing; the credentials file comes first. Empty is
 * something.
 *
 * @throws `config_invalid` when the value is a block or spans several lines
 */
export function profileValue(profile: AwsProfile, key: string): Located | undefined {
  return sectionValue(profile.credentials, key) ?? sectionValue(profile.config, key);
}

/** The same for one section, which may be missing. */
export function sectionValue(section: IniSection | undefined, key: string): Located | undefined {
  if (section === undefined) return undefined;
  const found = iniValue(section, key);
  if (found === undefined) return undefined;
  const { value, line } = found;
  const { path } = section;
  if (typeof value === "string" && !value.includes("\n")) return { value, path, line };
  throw new EksauthError(
    "config_invalid",
    `Cannot use "${key}" in "${path}:${line}": the indented line below it is a part of its value`,
    { hint: `Begin the line below ${path}:${line} without blanks` },
  );
}

/**
 * A nested block of a section, `undefined` when there is none by that name.
 *
 * @throws `config_invalid` when a plain value stands there instead
 */
export function sectionBlock(
  section: IniSection,
  key: string,
): ReadonlyMap<string, IniText> | undefined {
  const found = iniValue(section, key);
  if (found === undefined || found.value === "") return undefined;
  if (typeof found.value !== "string") return found.value;
  throw new EksauthError(
    "config_invalid",
    `Cannot use "${key}" in "${section.path}:${found.line}": it has a value and needs a block`,
    { hint: `End the line after "${key} =" and set its keys below, each on an indented line` },
  );
}

interface MissingProfile {
  readonly profileName: string;
  readonly origin: string | undefined;
  readonly awsConfig: AwsConfig;
}

function notFound(missing: MissingProfile): EksauthError {
  const { profileName, origin, awsConfig } = missing;
  const named = origin === undefined || origin === "--profile" ? "" : ` (from ${origin})`;
  return new EksauthError(
    "profile_not_found",
    `Cannot find profile "${profileName}"${named}: it is neither in ${awsConfig.configFile} nor in ${awsConfig.credentialsFile}`,
    { hint: wayToTheProfile(missing) },
  );
}

/** The likeliest reason first: a header spelt for the other file, a slip of the finger, the wrong files. */
function wayToTheProfile({ profileName, origin, awsConfig }: MissingProfile): string {
  const bare = awsConfig.otherSections.get(profileName);
  if (bare !== undefined) {
    return `Write [profile ${profileName}] instead of [${profileName}] in ${bare.path}:${bare.line}`;
  }
  const prefixed = awsConfig.profiles.get(`profile ${profileName}`)?.credentials;
  if (prefixed !== undefined) {
    return `Write [${profileName}] instead of [profile ${profileName}] in ${prefixed.path}:${prefixed.line}`;
  }
  const names = [...awsConfig.profiles.keys()];
  const suggestion = suggestName(profileName, names);
  if (suggestion !== undefined) return `Did you mean ${origin ?? "--profile"}="${suggestion}"?`;
  if (names.length === 0) {
    return "Neither file has a profile; set AWS_CONFIG_FILE if yours are somewhere else";
  }
  const shown = names.slice(0, MAX_NAMES_SHOWN).map((each) => `"${each}"`).join(", ");
  const others = names.length - MAX_NAMES_SHOWN;
  return `Choose one of ${shown}${others > 0 ? ` and ${others} more` : ""}`;
}

/** What fits on a line. */
const MAX_NAMES_SHOWN = 5;
