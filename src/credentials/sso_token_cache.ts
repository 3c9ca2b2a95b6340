/**
 * The tokens of a sign-in, in the AWS CLI's own file: each program goes on with the session that the other
 * began.
 *
 * @module
 */

import type { RegisteredClient } from "../aws/sso_oidc.ts";
import type { SsoSession } from "../config/sso_session.ts";
import { removeFile } from "../runtime/file_removal.ts";
import { replaceFile } from "../runtime/file_writing.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { parseIsoTime } from "./iso_time.ts";
import { type JsonFields, readJsonFields, textField } from "./sso_cache_file.ts";
import { asciiJson } from "./sso_cache_key.ts";

/** What a token file holds. Every text but the two about where it belongs is a secret. */
export interface SsoToken {
  readonly accessToken: string;
  readonly expiresAt: Date;
  /** What the access token is renewed with, together with `client`. */
  readonly refreshToken?: string | undefined;
  /** The client that the tokens were given to. */
  readonly client?: RegisteredClient | undefined;
  /** Whose token it is, as the file says; not every tool writes these. */
  readonly startUrl?: string | undefined;
  readonly region?: string | undefined;
  /** What other tools keep in the file. */
  readonly otherFields: JsonFields;
}

/** What a look at a token file gives: a token, why it was not read, or nothing. */
export type SsoTokenLookup =
  | { readonly token: SsoToken }
  | { readonly refused: string }
  | undefined;

/**
 * Reads the token file at `path`. What is malformed, cut short or foreign counts as missing; only a file that
 * others can touch is `refused`.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html
 */
export async function readSsoToken(
  path: string,
  runtime: Pick<Runtime, "now" | "sleep">,
): Promise<SsoTokenLookup> {
  const file = await readJsonFields(path, runtime);
  if (file === undefined || "refused" in file) return file;
  const token = parseSsoToken(file.fields);
  return token && { token };
}

/** The token in the fields of a token file, `undefined` when they hold none. */
export function parseSsoToken(fields: JsonFields): SsoToken | undefined {
  const accessToken = textField(fields, "accessToken");
  const expiresAt = timeField(fields, "expiresAt");
  if (accessToken === undefined || expiresAt === undefined || !isHeaderText(accessToken)) {
    return undefined;
  }
  return {
    accessToken,
    expiresAt,
    refreshToken: textField(fields, "refreshToken"),
    client: clientOf(fields),
    startUrl: textField(fields, "startUrl"),
    region: textField(fields, "region"),
    otherFields: new Map([...fields].filter(([key]) => !KNOWN_FIELDS.has(key))),
  };
}

/**
 * What is wrong with a token that belongs to another portal or region than the config names now; `undefined` when
 * it is the session's own. It would be refused, or worse, let the caller in somewhere else.
 */
export function foreignTokenState(token: SsoToken, session: SsoSession): string | undefined {
  const { startUrl, region } = token;
  if (startUrl !== undefined && withoutTail(startUrl) !== withoutTail(session.startUrl)) {
    return `the sign-in is for start URL "${startUrl}"`;
  }
  if (region === undefined || region === session.region) return undefined;
  return `the sign-in is for region ${region}, and the config says ${session.region}`;
}

/** A token file to be written. */
export interface TokenFileToWrite {
  readonly path: string;
  readonly session: SsoSession;
  readonly token: Omit<SsoToken, "startUrl" | "region">;
}

/**
 * Writes a token file whole, 0600, in a folder made with 0700.
 *
 * @throws `file_unwritable` when the old one has to stay
 */
export function writeSsoToken({ path, session, token }: TokenFileToWrite): void {
  const { accessToken, expiresAt, refreshToken, client, otherFields } = token;
  const text = asciiJson({
    startUrl: session.startUrl,
    region: session.region,
    accessToken,
    expiresAt: cacheTime(expiresAt),
    ...(client && {
      clientId: client.clientId,
      clientSecret: client.clientSecret,
      registrationExpiresAt: cacheTime(client.expiresAt),
    }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...Object.fromEntries(otherFields),
  });
  replaceFile({ path, text, mode: 0o600 });
}

/**
 * Checks, before tokens are asked for, that they can be kept.
 *
 * @throws `file_unwritable` when nothing can be written beside the token file
 */
export function assertSsoTokenWritable(path: string): void {
  const probe = `${path}.probe`;
  replaceFile({ path: probe, text: "", mode: 0o600 });
  removeFile(probe);
}

/** A time as the AWS CLI writes it: UTC, whole seconds, `Z`. */
export function cacheTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}

/** A time in one of the spellings that AWS's tools have used; `undefined` when there is none. */
export function timeField(fields: JsonFields, key: string): Date | undefined {
  const text = textField(fields, key);
  return text === undefined ? undefined : parseIsoTime(text);
}

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...["startUrl", "region", "accessToken", "expiresAt", "refreshToken"],
  ...["clientId", "clientSecret", "registrationExpiresAt"],
]);

function clientOf(fields: JsonFields): RegisteredClient | undefined {
  const clientId = textField(fields, "clientId");
  const clientSecret = textField(fields, "clientSecret");
  const expiresAt = timeField(fields, "registrationExpiresAt");
  if (clientId === undefined || clientSecret === undefined || expiresAt === undefined) {
    return undefined;
  }
  return { clientId, clientSecret, expiresAt };
}

/** People add and leave out `/` and `#/` at the end; it is the same portal. */
function withoutTail(startUrl: string): string {
  return startUrl.toLowerCase().replace(/[/#]+$/, "");
}

/** Anything else could not be sent in a header, and `fetch` would quote it when it says so. */
function isHeaderText(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text);
}
