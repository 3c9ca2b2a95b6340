/**
 * How this call reaches AWS: flags, environment and profile, each value with where it was set.
 *
 * @module
 */

import { assertRegion } from "../aws/region_name.ts";
import type { AwsSettings, Service } from "../aws/settings.ts";
import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { AwsProfile } from "./aws_config.ts";
import type { SelectedProfile } from "./aws_profile.ts";
import { loadCaBundle } from "./ca_bundle.ts";
import { resolveEndpointOverrides } from "./endpoint_overrides.ts";
import { findSetting, isTrue, profileSetting, type Setting } from "./setting.ts";

/** What settings are resolved from. */
export interface SettingsRequest {
  /** `--region`. */
  readonly region?: string | undefined;
  /** `--endpoint-url`: where EKS is, as in `aws eks`; the other services keep theirs. */
  readonly endpointUrl?: string | undefined;
  /** `--ca-bundle`. */
  readonly caBundle?: string | undefined;
  readonly profile: SelectedProfile;
}

/** {@linkcode AwsSettings} for which perhaps nobody has given a region. */
export type RegionalSettings = Omit<AwsSettings, "region"> & {
  readonly region?: string | undefined;
};

/** Settings and who set them. */
export interface ResolvedSettings {
  readonly settings: RegionalSettings;
  readonly origins: SettingOrigins;
}

/** Where each value was set: a flag, a variable, or a file and line. Absent where the default holds. */
export interface SettingOrigins {
  readonly region?: string | undefined;
  readonly useFips?: string | undefined;
  readonly useDualStack?: string | undefined;
  readonly caCertificates?: string | undefined;
  readonly maxAttempts?: string | undefined;
  readonly endpointUrls: Readonly<Partial<Record<Service, string>>>;
}

/**
 * The settings of a call. For each: the flag, `EKSAUTH_*`, `AWS_*`, the profile, the default.
 *
 * @throws `region_invalid` when the region is not spelt like one
 * @throws `config_invalid` when the retry settings, the services section or the CA bundle are no good
 * @throws `file_unreadable` when the CA bundle cannot be read
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
export function resolveAwsSettings(
  request: SettingsRequest,
  runtime: Pick<Runtime, "env" | "program">,
): ResolvedSettings {
  const { profile } = request;
  const region = resolveRegion(request, runtime);
  if (region !== undefined) assertRegion(region.value);
  const useFips = findSetting({ ...FIPS, profile }, runtime);
  const useDualStack = findSetting({ ...DUAL_STACK, profile }, runtime);
  const caBundle = findCaBundle(request, runtime);
  const maxAttempts = findSetting({ ...MAX_ATTEMPTS, profile }, runtime);
  assertRetryMode(findSetting({ ...RETRY_MODE, profile }, runtime));
  const overrides = resolveEndpointOverrides(request, runtime);
  return {
    settings: {
      region: region?.value,
      useFips: isTrue(useFips),
      useDualStack: isTrue(useDualStack),
      endpointUrls: overrides.urls,
      caCertificates: caBundle && loadCaBundle(caBundle, runtime),
      maxAttempts: maxAttempts === undefined ? DEFAULT_MAX_ATTEMPTS : attemptsOf(maxAttempts),
    },
    origins: {
      region: region?.origin,
      useFips: useFips?.origin,
      useDualStack: useDualStack?.origin,
      caCertificates: caBundle?.origin,
      maxAttempts: maxAttempts?.origin,
      endpointUrls: overrides.origins,
    },
  };
}

/** The region by the same precedence, and who set it; `undefined` when nobody did. Its spelling is not checked. */
export function resolveRegion(
  { region, profile }: Pick<SettingsRequest, "region" | "profile">,
  runtime: Pick<Runtime, "env">,
): Setting | undefined {
  return findSetting({
    flag: { spelling: "--region", value: region },
    variables: ["EKSAUTH_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"],
    profile,
    key: "region",
  }, runtime);
}

/**
 * The settings, once they have a region.
 *
 * @throws `region_missing` when nothing gave one
 */
export function requireRegion({ settings }: ResolvedSettings): AwsSettings {
  const { region } = settings;
  if (region !== undefined) return { ...settings, region };
  throw new EksauthError(
    "region_missing",
    "Cannot choose an AWS endpoint: neither a flag nor the environment nor the profile names a region",
    { hint: "--region us-east-2, or any other; AWS_REGION and the profile's region do as well" },
  );
}

/** What the profile alone says about where a token is signed for; flags and environment come before it. */
export function profileSettings(
  profile: AwsProfile,
): { readonly region?: string; readonly useFips?: boolean; readonly useDualStack?: boolean } {
  const region = profileSetting(profile, "region");
  const useFips = profileSetting(profile, FIPS.key);
  const useDualStack = profileSetting(profile, DUAL_STACK.key);
  return {
    ...(region && { region: region.value }),
    ...(useFips && { useFips: isTrue(useFips) }),
    ...(useDualStack && { useDualStack: isTrue(useDualStack) }),
  };
}

const FIPS = { variables: ["AWS_USE_FIPS_ENDPOINT"], key: "use_fips_endpoint" };
const DUAL_STACK = { variables: ["AWS_USE_DUALSTACK_ENDPOINT"], key: "use_dualstack_endpoint" };
const MAX_ATTEMPTS = { variables: ["AWS_MAX_ATTEMPTS"], key: "max_attempts" };
const RETRY_MODE = { variables: ["AWS_RETRY_MODE"], key: "retry_mode" };

/** What the AWS CLI v2 and the other SDKs do in `standard` mode. */
const DEFAULT_MAX_ATTEMPTS = 3;

/** `REQUESTS_CA_BUNDLE` comes last: it is meant for Python programs at large, and the AWS CLI is one. */
function findCaBundle(
  { caBundle, profile }: SettingsRequest,
  runtime: Pick<Runtime, "env">,
): Setting | undefined {
  const flag = { spelling: "--ca-bundle", value: caBundle };
  const places = { flag, variables: ["AWS_CA_BUNDLE"], profile, key: "ca_bundle" };
  return findSetting(places, runtime) ??
    findSetting({ variables: ["REQUESTS_CA_BUNDLE"] }, runtime);
}

function attemptsOf(setting: Setting): number {
  const attempts = /^\d+$/.test(setting.value.trim()) ? Number(setting.value) : 0;
  if (Number.isSafeInteger(attempts) && attempts >= 1) return attempts;
  throw new EksauthError(
    "config_invalid",
    `Cannot use "${setting.value}" as the number of attempts (from ${setting.origin}): it is not a whole number above 0`,
    { hint: `Set it to ${DEFAULT_MAX_ATTEMPTS}, which is the default` },
  );
}

/** All modes retry alike here; a misspelt one is told, as the AWS CLI does. */
function assertRetryMode(setting: Setting | undefined): void {
  if (setting === undefined) return;
  if (["legacy", "standard", "adaptive"].includes(setting.value)) return;
  throw new EksauthError(
    "config_invalid",
    `Cannot use "${setting.value}" as the retry mode (from ${setting.origin}): it is neither standard nor adaptive nor legacy`,
    { hint: "Set it to standard, which is the default" },
  );
}
