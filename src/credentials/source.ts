/**
 * What a source of AWS credentials is. The chain asks one after another; each has a file of its own.
 *
 * @module
 */

import type { AwsCredentials } from "../aws/credentials.ts";
import type { SelectedProfile } from "../config/aws_profile.ts";
import type { FileFingerprint } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** One way to come by credentials. */
export interface CredentialSource {
  /** What the source is called in `-v` output and tests. */
  readonly sourceName: string;
  /**
   * The credentials, or `undefined` when this source is not configured: then the next one is asked.
   *
   * @throws whatever is wrong with a source that is configured: nobody else is asked then
   */
  load(context: CredentialContext, runtime: Runtime): Promise<Finding> | Finding;
}

/** What a source answers. */
export type Finding = FoundCredentials | undefined;

/** Whose credentials are looked for. */
export interface CredentialContext {
  readonly profile: SelectedProfile;
}

/** Credentials, and where they were found. */
export interface FoundCredentials {
  readonly credentials: AwsCredentials;
  /** For people, such as `profile dev-admin in /home/u/.aws/credentials:12`. */
  readonly source: string;
  /** Credentials of the environment are never stored. */
  readonly kind: "environment" | "profile";
  readonly profile?: string | undefined;
  /** Files besides the AWS config files that they were made from: when one changes, they are no longer used. */
  readonly madeFrom?: readonly FileFingerprint[] | undefined;
  /** The sign-in that they came of, by the name of its token file: signing out removes what was made with it. */
  readonly ssoSession?: string | undefined;
}
