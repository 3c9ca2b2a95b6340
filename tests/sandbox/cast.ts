/**
 * The names that every test and the demo use, so that a reader meets the same people everywhere.
 *
 * @module
 */

/** The account in which everything happens. */
export const ACCOUNT_ID = "123456789012";

/** The region of {@linkcode CLUSTER_NAME}. */
export const REGION = "us-east-2";

/** The cluster that is there from the start. */
export const CLUSTER_NAME = "dev-cluster";

/** The user whose long-term keys are {@linkcode ACCESS_KEY_ID} and {@linkcode SECRET_ACCESS_KEY}. */
export const USER_ARN = `arn:aws:iam::${ACCOUNT_ID}:user/dev-admin`;

/** The keys that AWS prints in its own documentation; they open nothing. */
export const ACCESS_KEY_ID = "AKIDEXAMPLE";

/** The secret of {@linkcode ACCESS_KEY_ID}. */
export const SECRET_ACCESS_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/** The role that a sign-in as `dev-admin` gives; full rights in the cluster. */
export const ADMIN_ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/dev-admin`;

/** A role that `dev-admin` may assume on top; it only reads the cluster. */
export const OPS_ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/ops`;

/** The company's other account, in which the cast may only look. */
export const PROD_ACCOUNT_ID = "210987654321";

/** Where the people of the company sign in; the instance lives in {@linkcode REGION}. */
export const SSO_START_URL = "https://d-9067example.awsapps.com/start";

/** Who signs in there. */
export const SSO_USER_NAME = "ann@example.com";

/** What a sign-in gives in {@linkcode ACCOUNT_ID}; full rights in the cluster. */
export const PERMISSION_SET = "DevAdmin";

/** When tests with a frozen clock take place. */
export const NOW = new Date("2026-01-02T03:04:05Z");
