/**
 * Keeping a session that was typed out: as a section of the AWS config file, where every AWS tool finds it.
 *
 * @module
 */

import { awsConfigFile } from "../config/paths.ts";
import type { SsoSession } from "../config/sso_session.ts";
import { note, warnOfError } from "../output.ts";
import { replaceFile } from "../runtime/file_writing.ts";
import { readFileBytes } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { isInteractive } from "../runtime/terminal.ts";
import { confirm } from "./_picker.ts";

/** A session to keep. */
export interface SessionOffer {
  readonly session: SsoSession;
  /** Never ask. */
  readonly noInput: boolean;
}

/**
 * Offers to add the session to the file. Where nobody can be asked, or the file cannot be written, it shows what to
 * add. Nothing else in the file changes.
 */
export async function offerSessionSection(
  { session, noInput }: SessionOffer,
  runtime: Runtime,
): Promise<void> {
  const path = awsConfigFile(runtime);
  const isWanted = isInteractive({ noInput }, runtime) &&
    await confirm(`Add [sso-session ${session.sessionName}] to ${path}?`, runtime);
  if (isWanted && addSection(session, { path, runtime })) return;
  note(`to use this session in profiles, add to ${path}:`, runtime);
  runtime.stderr.write(`\n${sectionText(session)}\n`);
}

function addSection(
  session: SsoSession,
  { path, runtime }: { readonly path: string; readonly runtime: Runtime },
): boolean {
  try {
    appendSection(path, sectionText(session));
  } catch (error) {
    // The sign-in itself has worked.
    warnOfError(error, runtime);
    return false;
  }
  note(`added [sso-session ${session.sessionName}] to ${path}`, runtime);
  return true;
}

function appendSection(path: string, section: string): void {
  const bytes = readFileBytes(path);
  // Whatever is not UTF-8 has been refused when the file was read.
  const text = new TextDecoder().decode(bytes);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" ? "" : text.endsWith("\n") ? eol : eol + eol;
  // A new file is private, as the AWS CLI makes it; one that is there stays as it is.
  const mode = bytes === undefined ? 0o600 : 0o777;
  replaceFile({ path, text: text + gap + section.replaceAll("\n", eol), mode });
}

function sectionText({ sessionName, startUrl, region, registrationScopes }: SsoSession): string {
  return [
    `[sso-session ${sessionName}]`,
    `sso_start_url = ${startUrl}`,
    `sso_region = ${region}`,
    `sso_registration_scopes = ${(registrationScopes ?? []).join(",")}`,
    "",
  ].join("\n");
}
