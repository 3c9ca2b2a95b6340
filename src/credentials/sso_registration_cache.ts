/**
 * The client that a session was registered with, in the AWS CLI's own file, so that neither program registers
 * anew what the other has.
 *
 * @module
 */

import type { RegisteredClient } from "../aws/sso_oidc.ts";
import type { SsoSession } from "../config/sso_session.ts";
import { removeFile } from "../runtime/file_removal.ts";
import { replaceFile } from "../runtime/file_writing.ts";
import { joinPath } from "../runtime/paths.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readJsonFields, textField } from "./sso_cache_file.ts";
import { asciiJson, ssoRegistrationKey } from "./sso_cache_key.ts";
import { ssoCacheFolder } from "./sso_files.ts";
import { cacheTime, timeField } from "./sso_token_cache.ts";

/** A registered client, and what for. */
export interface SsoRegistration extends RegisteredClient {
  readonly scopes?: readonly string[] | undefined;
  /** Absent for the device code. */
  readonly grantTypes?: readonly string[] | undefined;
}

/** The AWS CLI's own margin: a sign-in takes minutes, and its tokens are renewed with the client afterwards. */
const LEAST_LIFE_MS = 15 * 60_000;

/** The path of a session's registration file. */
export async function ssoRegistrationFile(
  session: SsoSession,
  runtime: Pick<Runtime, "env" | "program">,
): Promise<string> {
  return joinPath(ssoCacheFolder(runtime), `${await ssoRegistrationKey(session)}.json`);
}

/** Which registration is of use. */
export interface RegistrationQuestion {
  readonly path: string;
  /** The two share one file and overwrite one another, but a client of one cannot be used for the other. */
  readonly flow: "authorization_code" | "device_code";
}

/** The registration in a file, if it is for `flow` and lives for another quarter of an hour at least. */
export async function readSsoRegistration(
  { path, flow }: RegistrationQuestion,
  runtime: Pick<Runtime, "now" | "sleep">,
): Promise<SsoRegistration | undefined> {
  const file = await readJsonFields(path, runtime);
  if (file === undefined || "refused" in file) return undefined;
  const clientId = textField(file.fields, "clientId");
  const clientSecret = textField(file.fields, "clientSecret");
  const expiresAt = timeField(file.fields, "expiresAt");
  if (clientId === undefined || clientSecret === undefined || expiresAt === undefined) {
    return undefined;
  }
  if (expiresAt.getTime() - runtime.now().getTime() < LEAST_LIFE_MS) return undefined;
  const grantTypes = textList(file.fields.get("grantTypes"));
  const isForCode = grantTypes?.includes("authorization_code") ?? false;
  if (isForCode !== (flow === "authorization_code")) return undefined;
  return {
    clientId,
    clientSecret,
    expiresAt,
    grantTypes,
    scopes: textList(file.fields.get("scopes")),
  };
}

/**
 * Writes a registration file whole, 0600.
 *
 * @throws `file_unwritable` when the old one has to stay
 */
export function writeSsoRegistration(path: string, registration: SsoRegistration): void {
  const { clientId, clientSecret, expiresAt, scopes, grantTypes } = registration;
  const text = asciiJson({
    clientId,
    clientSecret,
    expiresAt: cacheTime(expiresAt),
    scopes,
    grantTypes,
  });
  replaceFile({ path, text, mode: 0o600 });
}

/** Takes a registration away that AWS no longer knows, as long as no other has taken its place. */
export async function forgetSsoRegistration(
  { path, clientId }: { readonly path: string; readonly clientId: string },
  runtime: Pick<Runtime, "now" | "sleep">,
): Promise<void> {
  const file = await readJsonFields(path, runtime);
  if (file === undefined || "refused" in file) return;
  if (textField(file.fields, "clientId") === clientId) removeFile(path);
}

function textList(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string")
    ? value
    : undefined;
}
