/**
 * Keeping a session that was typed out: as a section of the AWS config file, where every AWS tool finds it.
 *
 * @module
 */

import { awsConfigFile } from "../config/paths.ts";
import type { SsoSession } from "../config/sso_session.ts";
import { note } from "../output.ts";
import { replaceFile } from "../runtime/file_writing.ts";
import { readFileBytes } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { isInteractive } from "../runtime/terminal.ts";
import { confirm } from "./_picker.ts";

/** Offers to add the session to the file; where nobody can be asked, shows what to add. Nothing else in it changes. */
export async function offerSessionSection(
  { session, noInput }: { readonly session: SsoSession; readonly noInput: boolean },
  runtime: Runtime,
): Promise<void> {
  const path = awsConfigFile(runtime);
  const section = sectionText(session);
  const isWanted = isInteractive({ noInput }, runtime) &&
    await confirm(`Add [sso-session ${session.sessionName}] to ${path}?`, runtime);
  if (!isWanted) {
    note(`to use this session in profiles, add to ${path}:`, runtime);
    runtime.stderr.write(`\n${section}\n`);
    return;
  }
  const bytes = readFileBytes(path);
  const text = bytes === undefined
    ? ""
    : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" ? "" : text.endsWith("\n") ? eol : eol + eol;
  // 0600, as the AWS CLI makes it.
  replaceFile({ path, text: text + gap + section.replaceAll("\n", eol), mode: 0o600 });
  note(`added [sso-session ${session.sessionName}] to ${path}`, runtime);
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
