/**
 * One setting, looked for where people set it.
 *
 * @module
 */

import type { Runtime } from "../runtime/runtime.ts";
import type { AwsProfile } from "./aws_config.ts";
import { profileValue } from "./aws_profile.ts";

/** A value that somebody set, and who did. */
export interface Setting {
  readonly value: string;
  /** A flag, an environment variable, or the file and line, for people. */
  readonly origin: string;
}

/** Where to look for a setting, in this order. Whatever is empty counts as not set. */
export interface SettingPlaces {
  /** The value of a flag. */
  readonly flag?: { readonly spelling: string; readonly value: string | undefined } | undefined;
  /** Environment variables, the first one first. */
  readonly variables?: readonly string[];
  /** A key of the profile. */
  readonly profile?: AwsProfile | undefined;
  readonly key?: string | undefined;
}

/** The first place that has the setting, `undefined` when none has. */
export function findSetting(
  places: SettingPlaces,
  runtime: Pick<Runtime, "env">,
): Setting | undefined {
  const { flag, variables, profile, key } = places;
  if (flag?.value) return { value: flag.value, origin: flag.spelling };
  for (const variable of variables ?? []) {
    const value = runtime.env(variable);
    if (value) return { value, origin: variable };
  }
  return profile && key ? profileSetting(profile, key) : undefined;
}

/** What the profile alone says, `undefined` when that is nothing or empty. */
export function profileSetting(profile: AwsProfile, key: string): Setting | undefined {
  const found = profileValue(profile, key);
  return found?.value ? { value: found.value, origin: `${found.path}:${found.line}` } : undefined;
}

/** Whether a setting says yes. As in the AWS CLI, `true` in any case does, and nothing else. */
export function isTrue(setting: Setting | undefined): boolean {
  return setting?.value.toLowerCase() === "true";
}
