/**
 * The certificates that a company's proxy or private endpoint is signed with.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { readFileBytes, reasonOf } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { expandPath } from "./paths.ts";
import type { Setting } from "./setting.ts";

/** 5 MiB: twenty times all the public roots there are. */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * The PEM text of the file that `setting` names, in which `~` and `$VARIABLES` are expanded.
 *
 * @throws `file_unreadable` when the file is missing or cannot be read
 * @throws `config_invalid` when it holds no PEM certificate, or more than 5 MiB
 */
export function loadCaBundle(setting: Setting, runtime: Pick<Runtime, "env" | "program">): string {
  const path = expandPath(setting.value, runtime);
  const bytes = readBundle({ path, origin: setting.origin });
  if (bytes.length > MAX_BYTES) {
    throw new EksauthError(
      "config_invalid",
      `Cannot use CA bundle "${path}" (from ${setting.origin}): it has ${bytes.length} bytes, and the limit is ${MAX_BYTES}`,
      { hint: "Keep nothing but certificates in it" },
    );
  }
  const pem = new TextDecoder().decode(bytes);
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  throw new EksauthError(
    "config_invalid",
    `Cannot use CA bundle "${path}" (from ${setting.origin}): it holds no PEM certificate`,
    { hint: `openssl x509 -inform DER -in "${path}" -out ca.pem` },
  );
}

function readBundle(
  { path, origin }: { readonly path: string; readonly origin: string },
): Uint8Array {
  let reason = "there is no such file";
  let cause: unknown;
  try {
    const bytes = readFileBytes(path);
    if (bytes !== undefined) return bytes;
  } catch (error) {
    cause = error;
    reason = reasonOf(error instanceof EksauthError ? error.cause : error);
  }
  throw new EksauthError(
    "file_unreadable",
    `Cannot read CA bundle "${path}" (from ${origin}): ${reason}`,
    { hint: `ls -ld "${path}"`, cause },
  );
}
