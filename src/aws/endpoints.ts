/**
 * Where AWS answers: host names by service, region and partition, and the overrides of a user.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { type Partition, partitionOfRegion } from "./partitions.ts";
import { realRegion } from "./region_name.ts";
import { GLOBAL_STS_HOST, GLOBAL_STS_REGION } from "./sts_token_endpoint.ts";
import type { Service } from "./settings.ts";

/** What an endpoint is resolved from. */
export interface EndpointRequest {
  readonly service: Service;
  /** May be a pseudo region such as `fips-us-east-1` or `aws-global`. */
  readonly region: string;
  readonly useFips: boolean;
  readonly useDualStack: boolean;
  /** An override; FIPS and dual-stack do not apply to it. */
  readonly endpointUrl?: string | undefined;
}

/** Where to send a request, and what to sign it for. */
export interface Endpoint {
  /** Scheme, host and port; an override may add a path. No slash at the end. */
  readonly url: string;
  readonly signingRegion: string;
  readonly signingName: string;
  /** Whether the user, not AWS, chose the URL. */
  readonly isOverride: boolean;
}

/**
 * The endpoint of a service, by the same rules as the AWS CLI.
 *
 * @throws `region_invalid` when `region` is not a region name
 * @throws `config_invalid` when `endpointUrl` is no http or https URL
 * @see https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function resolveEndpoint(request: EndpointRequest): Endpoint {
  const { service, endpointUrl, useDualStack } = request;
  const { region, isFips } = realRegion(request.region);
  const useFips = request.useFips || isFips;
  const isGlobalSts = service === "sts" && region === "aws-global" && !useFips && !useDualStack;
  const host = isGlobalSts ? GLOBAL_STS_HOST : hostOf({ service, region, useFips, useDualStack });
  return {
    url: endpointUrl === undefined ? `https://${host}` : overrideUrl(endpointUrl, service),
    signingRegion: isGlobalSts ? GLOBAL_STS_REGION : region,
    signingName: HOSTS[service].signingName,
    isOverride: endpointUrl !== undefined,
  };
}

/** How the hosts of a service begin. */
interface HostPrefixes {
  readonly signingName: string;
  readonly plain: string;
  readonly fips: string;
  /** Where it differs from `plain`. */
  readonly dualStack?: string;
  /** Where it differs from `fips`. */
  readonly fipsDualStack?: string;
  /** FIPS hosts of single partitions that break the rule; GovCloud's plain hosts are FIPS hosts. */
  readonly fipsByPartition?: Readonly<Record<string, string>>;
}

const HOSTS: Readonly<Record<Service, HostPrefixes>> = {
  sts: {
    signingName: "sts",
    plain: "sts",
    fips: "sts-fips",
    fipsByPartition: { "aws-us-gov": "sts" },
  },
  eks: {
    signingName: "eks",
    plain: "eks",
    fips: "eks-fips",
    fipsByPartition: { "aws": "fips.eks", "aws-us-gov": "eks" },
  },
  sso: {
    signingName: "awsssoportal",
    plain: "portal.sso",
    fips: "portal.sso-fips",
    fipsByPartition: { "aws-us-gov": "portal.sso" },
  },
  sso_oidc: {
    signingName: "sso-oauth",
    plain: "oidc",
    fips: "oidc-fips",
    fipsByPartition: { "aws-us-gov": "oidc" },
  },
  ecr: {
    signingName: "ecr",
    plain: "api.ecr",
    fips: "api.ecr-fips",
    dualStack: "ecr",
    fipsDualStack: "ecr-fips",
  },
};

function hostOf(request: Omit<EndpointRequest, "endpointUrl">): string {
  const partition = partitionOfRegion(request.region);
  const suffix = request.useDualStack ? partition.dualStackSuffix : partition.dnsSuffix;
  return `${hostPrefix(request, partition)}.${request.region}.${suffix}`;
}

function hostPrefix(request: Omit<EndpointRequest, "endpointUrl">, partition: Partition): string {
  const { plain, fips, dualStack, fipsDualStack, fipsByPartition } = HOSTS[request.service];
  if (!request.useFips) return request.useDualStack ? dualStack ?? plain : plain;
  if (request.useDualStack) return fipsDualStack ?? fips;
  return fipsByPartition?.[partition.id] ?? fips;
}

function overrideUrl(endpointUrl: string, service: Service): string {
  const url = URL.parse(endpointUrl);
  const fault = overrideFault(url);
  if (url !== null && fault === undefined) {
    return `${url.origin}${url.pathname}`.replace(/\/+$/, "");
  }
  // A password may stand before an @, so such a URL is not shown.
  const shown = endpointUrl.includes("@") ? "" : ` "${endpointUrl}"`;
  throw new EksauthError(
    "config_invalid",
    `Cannot use the ${service} endpoint URL${shown}: ${fault}`,
    {
      hint: `Check AWS_ENDPOINT_URL_${service.toUpperCase()}, AWS_ENDPOINT_URL and endpoint_url; ` +
        "a good one is https://vpce-0123.eks.us-east-2.vpce.amazonaws.com",
    },
  );
}

function overrideFault(url: URL | null): string | undefined {
  if (url === null) return "it is not an absolute URL";
  if (url.protocol !== "https:" && url.protocol !== "http:") return "it is neither http nor https";
  if (url.username !== "" || url.password !== "") return "it holds a user name or password";
  if (url.search !== "" || url.hash !== "") return "it has a query or a fragment";
  return undefined;
}
