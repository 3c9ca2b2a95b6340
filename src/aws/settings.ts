/**
 * How this user reaches AWS: everything about a call that is not the call itself.
 *
 * @module
 */

/** The services that eksauth calls, by the names the AWS CLI uses in `services` sections (upper-cased in `AWS_ENDPOINT_URL_<ID>`). */
export type Service = "sts" | "eks" | "sso" | "sso_oidc" | "ecr";

/** Resolved settings of one run; `config/aws_settings.ts` makes them from flags, environment and profile. */
export interface AwsSettings {
  /** The region that was asked for; may be a pseudo region such as `fips-us-east-1` or `aws-global`. */
  readonly region: string;
  readonly useFips: boolean;
  readonly useDualStack: boolean;
  /** Endpoint overrides by service, absolute URLs. */
  readonly endpointUrls: Readonly<Partial<Record<Service, string>>>;
  /** PEM certificates to trust besides the built-in roots. */
  readonly caCertificates?: string | undefined;
  /** All attempts of one call, the first included; at least 1. */
  readonly maxAttempts: number;
}
