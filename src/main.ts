/**
 * The program: argv in, exit code out.
 *
 * `token` is looked for before anything else, because kubectl starts it many times a minute: what it needs is
 * imported here, and the command tree is loaded only for everything else.
 *
 * @module
 */

import { parseTokenRequest } from "./commands/_token_request.ts";
import { runToken } from "./commands/token.ts";
import { denoRuntime, exit } from "./runtime/deno_runtime.ts";
import type { Runtime } from "./runtime/runtime.ts";

/** Runs one command line and gives its exit code. Errors are told on stderr, each once. */
export async function main(runtime: Runtime): Promise<number> {
  try {
    const request = parseTokenRequest(runtime.args);
    if (request === undefined) return await (await import("./cli.ts")).runCli(runtime);
    await runToken(request, runtime);
    return 0;
  } catch (error) {
    return (await import("./output.ts")).reportFailure(error, runtime);
  }
}

if (import.meta.main) exit(await main(denoRuntime()));
