/**
 * Which services a user reaches at a URL of their own.
 *
 * @module
 */

import type { AwsSettings, Service } from "../aws/settings.ts";
import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { profileValue, sectionBlock, type SelectedProfile } from "./aws_profile.ts";
import { findSetting, isTrue, profileSetting, type Setting } from "./setting.ts";

/** The overrides, and where each was set. What is a URL is checked where it is used. */
export interface EndpointOverrides {
  readonly urls: AwsSettings["endpointUrls"];
  readonly origins: Readonly<Partial<Record<Service, string>>>;
}

/**
 * The endpoint overrides of a call, by service: `--endpoint-url` for EKS, then `AWS_ENDPOINT_URL_<SERVICE>`,
 * `AWS_ENDPOINT_URL`, the `services` section of the profile, and the profile's own `endpoint_url`.
 *
 * @throws `config_invalid` when the profile names a `services` section that does not exist
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
 */
export function resolveEndpointOverrides(
  request: { readonly endpointUrl?: string | undefined; readonly profile: SelectedProfile },
  runtime: Pick<Runtime, "env">,
): EndpointOverrides {
  const { profile, endpointUrl } = request;
  const ignored = findSetting({
    variables: ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"],
    profile,
    key: "ignore_configured_endpoint_urls",
  }, runtime);
  const urls: Partial<Record<Service, string>> = {};
  const origins: Partial<Record<Service, string>> = {};
  for (const service of SERVICES) {
    const setting = service === "eks" && endpointUrl
      ? { value: endpointUrl, origin: "--endpoint-url" }
      : isTrue(ignored)
      ? undefined
      : configuredEndpoint({ service, profile }, runtime);
    if (setting === undefined) continue;
    urls[service] = setting.value;
    origins[service] = setting.origin;
  }
  return { urls, origins };
}

const SERVICES: readonly Service[] = ["sts", "eks", "sso", "sso_oidc", "ecr"];

interface EndpointQuestion {
  readonly service: Service;
  readonly profile: SelectedProfile;
}

/** A URL for all services in the environment beats one for this service in a file. */
function configuredEndpoint(
  { service, profile }: EndpointQuestion,
  runtime: Pick<Runtime, "env">,
): Setting | undefined {
  const variables = [`AWS_ENDPOINT_URL_${service.toUpperCase()}`, "AWS_ENDPOINT_URL"];
  return findSetting({ variables }, runtime) ?? serviceEndpoint({ service, profile }) ??
    profileSetting(profile, "endpoint_url");
}

function serviceEndpoint({ service, profile }: EndpointQuestion): Setting | undefined {
  const reference = profileValue(profile, "services");
  if (!reference?.value) return undefined;
  const section = profile.awsConfig.services.get(reference.value);
  if (section === undefined) {
    const place = `${reference.path}:${reference.line}`;
    throw new EksauthError(
      "config_invalid",
      `Cannot use services section "${reference.value}" of "${place}": ${profile.awsConfig.configFile} does not have it`,
      { hint: `Add [services ${reference.value}] to the file, or remove the line` },
    );
  }
  const endpointUrl = sectionBlock(section, service)?.get("endpoint_url");
  return endpointUrl?.value
    ? { value: endpointUrl.value, origin: `${section.path}:${endpointUrl.line}` }
    : undefined;
}
