/**
 * Who exists: users with long-term keys, roles and who may assume them, and the sessions issued so far.
 *
 * @module
 */

import type { TokenPartition } from "../../../src/kube/token_host.ts";
import type { Clock } from "../clock.ts";

/** Who is behind a set of keys, as GetCallerIdentity tells it. */
export interface Principal {
  /** A user's ARN, or `arn:…:sts::…:assumed-role/ROLE/SESSION`. */
  readonly arn: string;
  readonly userId: string;
  readonly accountId: string;
  /** For a session, the ARN of its role with its path. */
  readonly roleArn?: string;
}

/** A set of keys; has the shape of the product's `AwsCredentials`. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only temporary keys have one. */
  readonly sessionToken?: string;
  /** On the sandbox's clock. */
  readonly expiresAt?: Date;
  readonly principal: Principal;
}

/** What a role demands of who assumes it. */
export interface RoleOptions {
  readonly arn: string;
  /** ARNs of users, of roles, or `arn:…:iam::ACCOUNT:root` for everybody in an account. */
  readonly trusts?: readonly string[];
  readonly externalId?: string;
  /** The device and the code that have to come along. */
  readonly mfa?: { readonly serialNumber: string; readonly tokenCode: string };
  /** 3600 unless the role allows more, as in IAM. */
  readonly maxSessionSeconds?: number;
}

/** A role as it is kept. */
export interface Role extends RoleOptions {
  readonly roleId: string;
  readonly trusts: readonly string[];
  readonly maxSessionSeconds: number;
}

/** The users, roles and sessions of all accounts and partitions. */
export class Accounts {
  readonly #clock: Clock;
  readonly #keys = new Map<string, AccessKey>();
  readonly #roles = new Map<string, Role>();
  readonly #denied = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A user with long-term keys, random ones unless given. */
  addUser(
    user: {
      readonly arn: string;
      readonly accessKeyId?: string;
      readonly secretAccessKey?: string;
    },
  ): AccessKey {
    return this.#remember({
      accessKeyId: user.accessKeyId ?? uniqueId("AKIA"),
      secretAccessKey: user.secretAccessKey ?? randomText(30),
      principal: { arn: user.arn, userId: uniqueId("AIDA"), accountId: accountOf(user.arn) },
    });
  }

  addRole(role: RoleOptions): Role {
    const kept = {
      ...role,
      roleId: uniqueId("AROA"),
      trusts: role.trusts ?? [],
      maxSessionSeconds: role.maxSessionSeconds ?? 3600,
    };
    this.#roles.set(role.arn, kept);
    return kept;
  }

  role(roleArn: string): Role | undefined {
    return this.#roles.get(roleArn);
  }

  /** Temporary keys of a role, without asking who wants them: as IAM Identity Center hands them out. */
  issueSession(
    session: {
      readonly roleArn: string;
      readonly sessionName: string;
      readonly durationSeconds?: number;
    },
  ): AccessKey {
    const role = this.#roles.get(session.roleArn);
    if (role === undefined) throw new Error(`The sandbox has no role ${session.roleArn}`);
    const [, partition, , , accountId = ""] = role.arn.split(":");
    const roleName = role.arn.slice(role.arn.lastIndexOf("/") + 1);
    const durationMs = (session.durationSeconds ?? 3600) * 1000;
    return this.#remember({
      accessKeyId: uniqueId("ASIA"),
      secretAccessKey: randomText(30),
      // As long as real ones, and with the characters that have to be escaped in a URL.
      sessionToken: `IQoJb3JpZ2luX2Vj/+${randomText(480)}==`,
      // Services tell whole seconds, so that is how long the keys live.
      expiresAt: new Date(Math.floor((this.#clock.now().getTime() + durationMs) / 1000) * 1000),
      principal: {
        arn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${session.sessionName}`,
        userId: `${role.roleId}:${session.sessionName}`,
        accountId,
        roleArn: role.arn,
      },
    });
  }

  /** The keys with that id, where the partition of `region` honours them. */
  find(accessKeyId: string, region: string): AccessKey | undefined {
    const key = this.#keys.get(accessKeyId);
    const partition = key?.principal.arn.split(":")[1];
    return partition === partitionOfRegion(region) ? key : undefined;
  }

  /** Deletes keys: from now on AWS does not know them. */
  deleteKey(accessKeyId: string): void {
    this.#keys.delete(accessKeyId);
  }

  /** Takes from a user, or from all sessions of a role, the right to an action such as `eks:DescribeCluster`. */
  deny(principalArn: string, action: string): void {
    this.#denied.add(`${principalArn} ${action}`);
  }

  /** Whether `principal` may do `action`; everything that was not denied is allowed. */
  allows(principal: Principal, action: string): boolean {
    return !this.#denied.has(`${principal.roleArn ?? principal.arn} ${action}`);
  }

  #remember(key: AccessKey): AccessKey {
    this.#keys.set(key.accessKeyId, key);
    return key;
  }
}

/** The partition that a region belongs to. */
export function partitionOfRegion(region: string): TokenPartition {
  const prefixes = [
    ["cn-", "aws-cn"],
    ["us-gov-", "aws-us-gov"],
    ["us-iso-", "aws-iso"],
    ["us-isob-", "aws-iso-b"],
    ["eu-isoe-", "aws-iso-e"],
    ["us-isof-", "aws-iso-f"],
    ["eusc-", "aws-eusc"],
  ] as const;
  return prefixes.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}

/** The account in an ARN. */
export function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

/** A made-up id such as `AKIA2QW…`: four letters that tell the kind, and 16 more. */
function uniqueId(prefix: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return prefix + [...bytes].map((byte) => alphabet[byte % 32]).join("");
}

/** Base64 text of that many random bytes. */
function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toBase64();
}
