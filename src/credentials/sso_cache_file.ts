/**
 * Reading JSON that other programs write too, some of them in place while we look.
 *
 * @module
 */

import { fingerprintFile } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readSharedFile } from "../runtime/shared_file.ts";

/** The members of a JSON object, by own keys only. */
export type JsonFields = ReadonlyMap<string, unknown>;

/** What a look at a file gives: its fields, why it was not read, or nothing. */
export type JsonLookup = { readonly fields: JsonFields } | { readonly refused: string } | undefined;

/** The largest token file seen has 6 KB. What is larger is something else. */
const MAX_BYTES = 1024 * 1024;

/**
 * The AWS CLI empties a file before it writes the new content, which comes a moment later; where the disk is busy,
 * up to some 150 ms later (seen on ext4). Pauses between looks, in milliseconds; a second in all.
 */
const LOOK_AGAIN_MS = [5, 20, 75, 200, 300, 400];

/** What nobody has touched for longer is not being written: it is broken, and nobody shall wait for it. */
const BEING_WRITTEN_MS = 2_000;

/**
 * Reads the JSON object in the private file at `path`.
 *
 * A file that holds no such object and has just been changed is looked at again for a moment. If it still holds
 * none, it counts as missing.
 */
export async function readJsonFields(
  path: string,
  runtime: Pick<Runtime, "now" | "sleep">,
): Promise<JsonLookup> {
  let look = lookAt(path);
  for (const pauseMs of LOOK_AGAIN_MS) {
    if (look !== "malformed" || !isBeingWritten(path, runtime)) break;
    await runtime.sleep(pauseMs);
    look = lookAt(path);
  }
  return look === "malformed" ? undefined : look;
}

function isBeingWritten(path: string, runtime: Pick<Runtime, "now">): boolean {
  const ageMs = runtime.now().getTime() - fingerprintFile(path).modifiedMs;
  return Math.abs(ageMs) < BEING_WRITTEN_MS;
}

/** The JSON object in `text`, `undefined` when it is anything else. */
export function parseJsonFields(text: string): JsonFields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return new Map(Object.entries(value));
  } catch {
    return undefined;
  }
}

/** A text member that is not empty. */
export function textField(fields: JsonFields, key: string): string | undefined {
  const value = fields.get(key);
  return typeof value === "string" && value !== "" ? value : undefined;
}

function lookAt(path: string): JsonLookup | "malformed" {
  const file = readSharedFile({ path, maxBytes: MAX_BYTES });
  if (file === undefined || "refused" in file) return file;
  const fields = parseJsonFields(file.text);
  return fields === undefined ? "malformed" : { fields };
}
