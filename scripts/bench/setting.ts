/**
 * What the races have in common: a fresh bundle, home folders, a kubeconfig, all in one temporary folder.
 *
 * @module
 */

import { join } from "node:path";
import { bundleProgram } from "../bundle.ts";
import { RUN_FLAGS } from "../run_flags.ts";
import { makeHome, makeKubeconfig } from "./homes.ts";
import type { Rounds } from "./interleave.ts";

/** The ground on which all races are run. */
export interface Setting {
  /** The temporary folder that holds everything. */
  readonly folder: string;
  /** `deno run` with the flags of an installed eksauth, up to the script. */
  readonly denoRun: readonly string[];
  /** The bundled program. */
  readonly program: string;
  /** A program that does nothing. */
  readonly emptyProgram: string;
  /** A home with 10 profiles. */
  readonly smallHome: string;
  /** A home with 5,000 profiles. */
  readonly largeHome: string;
  /** A certificate authority in PEM. */
  readonly certificateFile: string;
  /** A kubeconfig with 1,000 clusters. */
  readonly kubeconfig: string;
  readonly rounds: Rounds;
}

/** Bundles the program and makes everything else in `folder`. */
export async function makeSetting(folder: string, rounds: Rounds): Promise<Setting> {
  const dist = join(folder, "dist");
  await bundleProgram({ folder: dist });
  const emptyProgram = join(folder, "empty.js");
  Deno.writeTextFileSync(emptyProgram, "");
  const smallHome = join(folder, "small");
  makeHome(smallHome, 10);
  const largeHome = join(folder, "large");
  makeHome(largeHome, 5000);
  return {
    folder,
    // The binary itself: npm's own "deno" is a Node script in front of it.
    denoRun: [Deno.execPath(), "run", ...RUN_FLAGS],
    program: join(dist, "main.js"),
    emptyProgram,
    smallHome,
    largeHome,
    certificateFile: CERTIFICATE_FILE,
    kubeconfig: makeKubeconfig(1000, Deno.readTextFileSync(CERTIFICATE_FILE)),
    rounds,
  };
}

/** Signed by itself; its private key was thrown away. It lives until 2126. */
const CERTIFICATE_FILE = join(import.meta.dirname ?? ".", "ca.pem");
