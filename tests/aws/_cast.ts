/**
 * Keys and settings that the tests of this folder share.
 *
 * @module
 */

import type { AwsCredentials } from "../../src/aws/credentials.ts";
import type { AwsSettings } from "../../src/aws/settings.ts";
import { ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY } from "../sandbox/cast.ts";

/** Long-term keys of dev-admin. */
export const KEYS: AwsCredentials = {
  accessKeyId: ACCESS_KEY_ID,
  secretAccessKey: SECRET_ACCESS_KEY,
};

/** A session of dev-admin. */
export const SESSION_KEYS: AwsCredentials = {
  accessKeyId: "ASIDEXAMPLE",
  secretAccessKey: SECRET_ACCESS_KEY,
  sessionToken: "IQoJb3JpZ2luX2VjEXAMPLE/session+token==",
};

/** The defaults of the AWS CLI in us-east-2. */
export const SETTINGS: AwsSettings = {
  region: REGION,
  useFips: false,
  useDualStack: false,
  endpointUrls: {},
  maxAttempts: 3,
};
