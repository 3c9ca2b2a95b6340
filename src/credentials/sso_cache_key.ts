/**
 * The names of the AWS CLI's cache files: SHA-1 of a text, made as the AWS CLI makes it, so that both find one
 * another's files.
 *
 * @module
 */

import type { SsoProfile } from "../config/sso_profile.ts";
import type { SsoSession } from "../config/sso_session.ts";

/** The key of a session's token: of its name, or of its start URL to the letter where it has none. */
export function ssoTokenKey(
  { sessionName, startUrl }: Pick<SsoSession, "sessionName" | "startUrl">,
): Promise<string> {
  return sha1(sessionName ?? startUrl);
}

/** The key of the client that a session is registered with. One file serves both ways to sign in. */
export function ssoRegistrationKey(session: SsoSession): Promise<string> {
  return awsCliKey({
    fields: {
      tool: "botocore",
      startUrl: session.startUrl,
      region: session.region,
      scopes: session.registrationScopes ?? null,
      session_name: session.sessionName ?? null,
    },
    spacing: "spaced",
  });
}

/** The key of a profile's role credentials. */
export function ssoRoleKey({ accountId, roleName, session }: SsoProfile): Promise<string> {
  const { sessionName, startUrl } = session;
  const fields = sessionName === undefined
    ? { accountId, roleName, startUrl }
    : { accountId, roleName, sessionName };
  return awsCliKey({ fields, spacing: "compact" });
}

/** What a key is made of. */
export interface KeyMaterial {
  readonly fields: Readonly<Record<string, KeyValue>>;
  /** Whether blanks follow commas and colons, as they do by default in Python. */
  readonly spacing: "spaced" | "compact";
}

/** A value that a key may hold. */
export type KeyValue = string | number | null | readonly string[];

/** The key of any of the AWS CLI's caches that go by several fields. */
export function awsCliKey({ fields, spacing }: KeyMaterial): Promise<string> {
  const [comma, colon] = spacing === "spaced" ? [", ", ": "] : [",", ":"];
  const written = (value: KeyValue): string =>
    typeof value === "object" && value !== null
      ? `[${value.map(written).join(comma)}]`
      : asciiJson(value);
  const members = Object.entries(fields)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([key, value]) => `${asciiJson(key)}${colon}${written(value)}`);
  return sha1(`{${members.join(comma)}}`);
}

/**
 * `value` as JSON in ASCII, as Python writes it: readers that take a file for Latin-1, as Python does on
 * Windows, then see the same text.
 */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

async function sha1(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}
