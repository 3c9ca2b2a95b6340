/**
 * The flags that say who calls and from where; several commands share them.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { parseSeconds } from "./_flag_values.ts";

/** Which credentials, and in which region. */
export interface IdentityFlags {
  readonly region?: string;
  readonly profile?: string;
  readonly identity?: string;
}

/** Definitions of {@linkcode IdentityFlags} for the command tree. */
export const identityFlags = {
  region: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "AWS region [AWS_REGION, AWS_DEFAULT_REGION, or the profile's]",
    placeholder: "region",
  },
  profile: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Profile of ~/.aws/config [EKSAUTH_PROFILE, AWS_PROFILE]",
    placeholder: "name",
  },
  identity: {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Same as --profile: every profile is an identity",
    placeholder: "name",
  },
} as const;

/**
 * The profile that the flags name.
 *
 * @throws `usage` when they name two
 */
export function profileOf(flags: IdentityFlags): string | undefined {
  if (flags.profile !== undefined && flags.identity !== undefined) {
    throw new EksauthError(
      "usage",
      `Cannot be both profile "${flags.profile}" and identity "${flags.identity}": they mean the same`,
      { hint: "Give one of --profile and --identity" },
    );
  }
  return flags.profile ?? flags.identity;
}

/**
 * The profile that the flags or the first word name.
 *
 * @throws `usage` when they name two
 */
export function oneIdentity(flags: IdentityFlags, word: string | undefined): string | undefined {
  const profile = profileOf(flags);
  if (word === undefined || profile === undefined || word === profile) return word ?? profile;
  throw new EksauthError(
    "usage",
    `Cannot be both "${word}" and "${profile}": they are two profiles`,
    {
      hint: `Leave out one of them`,
    },
  );
}

/** A role to assume on top, and how. */
export interface RoleFlags {
  readonly "role-arn"?: string;
  readonly "external-id"?: string;
  readonly "role-session-name"?: string;
  readonly "duration-seconds"?: number;
}

/** Definitions of {@linkcode RoleFlags} for the command tree. */
export const roleFlags = {
  "role-arn": {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Role to assume for the token",
    placeholder: "arn",
  },
  "external-id": {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "External id that the role's trust policy asks for",
    placeholder: "id",
  },
  "role-session-name": {
    kind: "parsed",
    parse: String,
    optional: true,
    brief: "Session name that AWS's logs show [EKSGetTokenAuth]",
    placeholder: "name",
  },
  "duration-seconds": {
    kind: "parsed",
    parse: parseSeconds,
    optional: true,
    brief: "How long the role's credentials live: 900 to 43200 [the role's own]",
    placeholder: "seconds",
  },
} as const;

/** The role that the flags name, in the program's own words. */
export interface RoleRequest {
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly roleSessionName?: string;
  readonly durationSeconds?: number;
}

/**
 * The {@linkcode RoleRequest} in the flags.
 *
 * @throws `usage` when there are details of a role and no role
 */
export function roleOf(flags: RoleFlags): RoleRequest {
  const role = {
    ...(flags["external-id"] ? { externalId: flags["external-id"] } : {}),
    ...(flags["role-session-name"] ? { roleSessionName: flags["role-session-name"] } : {}),
    ...(flags["duration-seconds"] === undefined
      ? {}
      : { durationSeconds: flags["duration-seconds"] }),
  };
  if (flags["role-arn"]) return { roleArn: flags["role-arn"], ...role };
  const [detail] = Object.keys(role);
  if (detail === undefined) return {};
  throw new EksauthError(
    "usage",
    "Cannot use --external-id, --role-session-name or --duration-seconds: no role is given",
    { hint: "--role-arn arn:aws:iam::123456789012:role/NAME" },
  );
}
