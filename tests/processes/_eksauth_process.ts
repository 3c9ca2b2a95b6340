/**
 * The real program in processes of its own, run from source.
 *
 * @module
 */

import { DENO_PERMISSIONS } from "../../src/runtime/own_command.ts";
import { denoFolder } from "../_scripts.ts";
import type { PrivateHome } from "../sandbox/private_home.ts";

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;

/** The command line of eksauth without its arguments. */
export const EKSAUTH: readonly [program: string, ...args: string[]] = [
  Deno.execPath(),
  "run",
  "--quiet",
  "--no-check",
  "--cached-only",
  ...DENO_PERMISSIONS,
  MAIN,
];

/**
 * What Deno needs in another home: its cache, or it would fetch everything again, and where the coverage goes,
 * if somebody asks for it.
 */
export const DENO_ENV: Readonly<Record<string, string>> = {
  DENO_DIR: denoFolder(),
  DENO_NO_UPDATE_CHECK: "1",
  NO_COLOR: "1",
  ...coverageFolder(),
};

/** Puts a shell script named `eksauth` into `bin` of the home, and gives a PATH that begins there. */
export async function installEksauth(home: PrivateHome): Promise<string> {
  const folder = `${home.folder}/bin`;
  await Deno.mkdir(folder);
  const words = EKSAUTH.map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(`${folder}/eksauth`, `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  return `${folder}:${Deno.env.get("PATH") ?? ""}`;
}

/** Writes `text` to a file below the home, 0600. */
export async function writeHome(home: PrivateHome, path: string, text: string): Promise<void> {
  const file = `${home.folder}/${path}`;
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true, mode: 0o700 });
  await Deno.writeTextFile(file, text, { mode: 0o600 });
}

function coverageFolder(): Readonly<Record<string, string>> {
  const folder = Deno.env.get("DENO_COVERAGE_DIR");
  return folder === undefined ? {} : { DENO_COVERAGE_DIR: folder };
}
