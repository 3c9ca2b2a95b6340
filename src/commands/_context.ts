/**
 * What every command gets besides its flags.
 *
 * @module
 */

import type { Runtime } from "../runtime/runtime.ts";

/** The context of a command run: the streams the framework writes to, and the outside world. */
export interface CommandContext {
  readonly process: Pick<Runtime, "stdout" | "stderr"> & {
    /** Set by a command that has done its work and has something to say besides, such as "not signed in". */
    exitCode?: number | string | null;
  };
  readonly runtime: Runtime;
}
