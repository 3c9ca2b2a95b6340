/**
 * The real outside world. On the token path, so it is next to nothing: what takes time is in `deno_effects.ts`.
 *
 * @module
 */

import type { Effects } from "./deno_effects.ts";
import type { Input, Output, Program, Runtime } from "./runtime.ts";

/** The {@linkcode Runtime} of this process. */
export function denoRuntime(): Runtime {
  const env = (variable: string): string | undefined => Deno.env.get(variable);
  const effects = async (): Promise<Effects> =>
    (await import("./deno_effects.ts")).denoEffects({ env, program });
  return {
    args: Deno.args,
    program,
    stdin: input(),
    stdout: output(Deno.stdout),
    stderr: output(Deno.stderr),
    env,
    now: () => new Date(),
    random: Math.random,
    sleep: async (milliseconds, signal) => (await effects()).sleep(milliseconds, signal),
    fetch: async (url, request) => (await effects()).fetch(url, request),
    machineFacts: async () => (await effects()).machineFacts(),
    openBrowser: async (url) => (await effects()).openBrowser(url),
    listenOnLoopback: async (request) => (await effects()).listenOnLoopback(request),
  };
}

/** Ends the process. Nothing after this call runs. */
export function exit(code: number): never {
  Deno.exit(code);
}

const program: Program = {
  standalone: Deno.build.standalone,
  executablePath: () => Deno.execPath(),
  scriptPath: () => filePath(Deno.mainModule),
  os: Deno.build.os,
  target: Deno.build.target,
  denoVersion: Deno.version.deno,
};

function output(stream: typeof Deno.stdout | typeof Deno.stderr): Output {
  return {
    write(text: string): void {
      let rest = new TextEncoder().encode(text);
      try {
        while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
      } catch (error) {
        // Who was reading has seen enough and gone, as `head` does: there is nobody to tell.
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
      }
    },
    isTerminal: () => stream.isTerminal(),
    columns(): number | undefined {
      try {
        // A terminal that was never told its size says 0.
        return Deno.consoleSize().columns || undefined;
      } catch {
        return undefined;
      }
    },
  };
}

function input(): Input {
  let opened: Promise<Input> | undefined;
  const open = (): Promise<Input> =>
    opened ??= import("./deno_effects.ts").then(({ denoInput }) => denoInput());
  return {
    isTerminal: () => Deno.stdin.isTerminal(),
    readLine: async (signal) => (await open()).readLine(signal),
    readHiddenLine: async (signal) => (await open()).readHiddenLine(signal),
  };
}

/** A `file:` URL as a path of this operating system. */
function filePath(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return Deno.build.os === "windows" ? path.replace(/^\/(?=[A-Za-z]:)/, "") : path;
}
