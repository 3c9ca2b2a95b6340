/**
 * The company whose people sign in to the sandbox: four accounts, two users, and as many more accounts as a test
 * asks for.
 *
 * @module
 */

import type { Accounts } from "../aws/accounts.ts";
import {
  ACCOUNT_ID,
  PERMISSION_SET,
  PROD_ACCOUNT_ID,
  REGION,
  SSO_START_URL,
  SSO_USER_NAME,
} from "../cast.ts";
import { type SsoAccount, SsoInstance } from "./instance.ts";

/** Lets its users look and not touch; assigned everywhere. */
export const READ_ONLY_PERMISSION_SET = "ReadOnly";

const STAGING_ACCOUNT_ID = "345678901234";
const SHARED_ACCOUNT_ID = "456789012345";

/** The company's instance. Its first user may do much in `dev` and `staging`, and only look elsewhere. */
export function createCompany(iam: Accounts): SsoInstance {
  const company = new SsoInstance({ startUrl: SSO_START_URL, region: REGION }, iam);
  company.addUser({ userName: SSO_USER_NAME, displayName: "Ann Example" });
  company.addUser({ userName: "bob@example.com", displayName: "Bob Example" });
  company.addAccount(accountOf(ACCOUNT_ID, "dev"));
  company.addAccount(accountOf(PROD_ACCOUNT_ID, "prod"));
  company.addAccount(accountOf(STAGING_ACCOUNT_ID, "staging"));
  company.addAccount(accountOf(SHARED_ACCOUNT_ID, "shared services"));
  for (const accountId of [ACCOUNT_ID, STAGING_ACCOUNT_ID]) {
    company.assign({
      userName: SSO_USER_NAME,
      accountId,
      permissionSetName: PERMISSION_SET,
    });
  }
  for (const { accountId } of company.accounts) letLook(company, accountId);
  company.assign({
    userName: "bob@example.com",
    accountId: ACCOUNT_ID,
    permissionSetName: READ_ONLY_PERMISSION_SET,
  });
  return company;
}

/** Adds numbered accounts, in which the first user may look, until the company has `accountCount` of them. */
export function growCompany(company: SsoInstance, accountCount: number): void {
  for (let number = company.accounts.length + 1; number <= accountCount; number += 1) {
    const digits = String(number).padStart(3, "0");
    const account = accountOf(String(600_000_000_000 + number), `team-${digits}`);
    company.addAccount(account);
    letLook(company, account.accountId);
  }
}

function accountOf(accountId: string, accountName: string): SsoAccount {
  const emailAddress = `aws+${accountName.replaceAll(" ", "-")}@example.com`;
  return { accountId, accountName, emailAddress };
}

function letLook(company: SsoInstance, accountId: string): void {
  company.assign({
    userName: SSO_USER_NAME,
    accountId,
    permissionSetName: READ_ONLY_PERMISSION_SET,
  });
}
