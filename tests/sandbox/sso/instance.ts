/**
 * One IAM Identity Center instance: its users, the accounts of its organization, and who may use which
 * permission set where.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/identity-center-instances.html
 * @module
 */

import type { Accounts } from "../aws/accounts.ts";
import { reservedRoleArn } from "./reserved_role.ts";

/** Somebody who can sign in. */
export interface SsoUser {
  /** Becomes the name of the role session. */
  readonly userName: string;
  readonly displayName: string;
}

/** An account as the portal lists it. */
export interface SsoAccount {
  readonly accountId: string;
  readonly accountName: string;
  readonly emailAddress: string;
}

/** A permission set in an account, for a user. */
export interface Assignment {
  readonly userName: string;
  readonly accountId: string;
  readonly permissionSetName: string;
}

/** Where an instance is found. */
export interface SsoInstanceOptions {
  /** Such as `https://d-9067example.awsapps.com/start`. */
  readonly startUrl: string;
  readonly region: string;
}

/** How long role credentials live, unless the permission set says otherwise. */
const DEFAULT_ROLE_SECONDS = 3600;

/** An instance; everything in it can be changed while clients are signed in. */
export class SsoInstance {
  readonly startUrl: string;
  readonly region: string;
  readonly #iam: Accounts;
  readonly #users = new Map<string, SsoUser>();
  readonly #accounts = new Map<string, SsoAccount>();
  readonly #roleSeconds = new Map<string, number>();
  /** By the user and the account. */
  readonly #assignments = new Map<string, Set<string>>();

  /** @param iam where the roles of the permission sets come to be */
  constructor({ startUrl, region }: SsoInstanceOptions, iam: Accounts) {
    this.startUrl = startUrl;
    this.region = region;
    this.#iam = iam;
  }

  addUser(user: SsoUser): void {
    this.#users.set(user.userName, user);
  }

  addAccount(account: SsoAccount): void {
    this.#accounts.set(account.accountId, account);
  }

  /** Sets how long the role credentials of a permission set live from now on: 1 to 12 hours. */
  setRoleDuration(permissionSetName: string, seconds: number): void {
    this.#roleSeconds.set(permissionSetName, seconds);
  }

  /** Gives a user a permission set in an account, where its role comes to be unless it is there. */
  assign(assignment: Assignment): void {
    const key = assignmentKey(assignment);
    const permissionSets = this.#assignments.get(key) ?? new Set();
    this.#assignments.set(key, permissionSets.add(assignment.permissionSetName));
    const arn = this.roleArn(assignment);
    if (this.#iam.role(arn) === undefined) this.#iam.addRole({ arn });
  }

  /** Takes a permission set away. Credentials that are out stay good until they expire, as with AWS. */
  unassign(assignment: Assignment): void {
    this.#assignments.get(assignmentKey(assignment))?.delete(assignment.permissionSetName);
  }

  /** All users, in the order in which they were added. */
  get users(): readonly SsoUser[] {
    return [...this.#users.values()];
  }

  /** All accounts of the organization. */
  get accounts(): readonly SsoAccount[] {
    return [...this.#accounts.values()];
  }

  /** The accounts in which a user has at least one permission set. */
  accountsOf(userName: string): readonly SsoAccount[] {
    return this.accounts.filter(({ accountId }) =>
      this.permissionSetsOf({ userName, accountId }).length > 0
    );
  }

  /** The names of the permission sets that a user has in an account. */
  permissionSetsOf(where: Omit<Assignment, "permissionSetName">): readonly string[] {
    return [...this.#assignments.get(assignmentKey(where)) ?? []];
  }

  /** The ARN of the role of a permission set, with its path. */
  roleArn(set: Omit<Assignment, "userName">): string {
    return reservedRoleArn({ ...set, region: this.region });
  }

  /** How long role credentials of a permission set live. */
  roleDurationSeconds(permissionSetName: string): number {
    return this.#roleSeconds.get(permissionSetName) ?? DEFAULT_ROLE_SECONDS;
  }

  /** Whether a start URL means this instance; people copy it with what the browser shows behind it. */
  hasStartUrl(startUrl: string): boolean {
    return startUrl.replace(/\/?#?\/?$/, "") === this.startUrl;
  }
}

function assignmentKey({ userName, accountId }: Omit<Assignment, "permissionSetName">): string {
  return `${accountId} ${userName}`;
}
