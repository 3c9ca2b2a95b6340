/**
 * How Deno has to be started for the bundled program: by the launcher, by the benchmark, by the tests.
 *
 * The permissions themselves stand in `src/runtime/own_command.ts`, because the program writes them into
 * kubeconfigs; `deno compile` takes them from there too.
 *
 * @module
 */

import { DENO_BUNDLE_FLAGS, DENO_PERMISSIONS } from "../src/runtime/own_command.ts";

/** The arguments between `deno run` and the script. */
export const RUN_FLAGS: readonly string[] = [...DENO_BUNDLE_FLAGS, ...DENO_PERMISSIONS];

/**
 * The environment that goes with {@linkcode RUN_FLAGS}: Deno looks for a newer Deno half a second after the
 * start, on a server that is none of AWS's, unless it is told not to.
 */
export const RUN_ENV: Readonly<Record<string, string>> = { DENO_NO_UPDATE_CHECK: "1" };
