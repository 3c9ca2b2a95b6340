/**
 * Runs the whole program inside the test's process: argv, environment and clock in; stdout, stderr and exit
 * code out. Files are real, in a temporary home; the network is loopback or nothing.
 *
 * @module
 */

import { main } from "../../src/main.ts";
import type { BrowserOutcome } from "../../src/runtime/browser.ts";
import type { MachineFacts } from "../../src/runtime/browser_availability.ts";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import type { FetchRequest, Input, Program, Runtime } from "../../src/runtime/runtime.ts";

/** The instant at which every test happens, unless it says otherwise. */
export const NOW = new Date("2026-01-02T03:04:05Z");

/** What a run starts from. */
export interface Start {
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: Date;
  readonly program?: Partial<Program>;
  /** Answers requests in place of the network. */
  readonly fetch?: (url: string, request: FetchRequest) => Promise<Response>;
  /** Whether all three streams are a terminal; they are not when absent. */
  readonly isTerminal?: boolean;
  /** What stands for stdin, which has otherwise ended. */
  readonly stdin?: Partial<Input>;
  readonly machineFacts?: Partial<MachineFacts>;
  /** Hears what is written to stderr while the program runs, as a person at the terminal would. */
  readonly onStderr?: (text: string) => void;
  /** Stands for the browser. Without it, opening one fails the test. */
  readonly openBrowser?: (url: string) => Promise<BrowserOutcome>;
}

/** What a run left behind, besides files. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
  /** What was waited for, in milliseconds, without waiting. */
  readonly slept: readonly number[];
}

/** Runs `eksauth` with `args`. */
export async function runProgram(args: readonly string[], start: Start = {}): Promise<Outcome> {
  const { runtime, streams, slept } = capturingRuntime(args, start);
  const code = await main(runtime);
  return { ...streams(), code, slept };
}

/** A runtime that holds the clock, the environment and the streams, and reaches loopback only. */
export function capturingRuntime(args: readonly string[], start: Start = {}): {
  readonly runtime: Runtime;
  readonly streams: () => { readonly stdout: string; readonly stderr: string };
  readonly slept: number[];
} {
  const real = denoRuntime();
  const written = { stdout: "", stderr: "" };
  const slept: number[] = [];
  const isTerminal = (): boolean => start.isTerminal ?? false;
  const runtime: Runtime = {
    ...real,
    args,
    program: { ...real.program, ...start.program },
    stdin: {
      isTerminal,
      readLine: () => Promise.resolve(undefined),
      readHiddenLine: () => Promise.resolve(undefined),
      ...start.stdin,
    },
    stdout: { write: (text) => void (written.stdout += text), isTerminal },
    stderr: {
      write(text): void {
        written.stderr += text;
        start.onStderr?.(text);
      },
      isTerminal,
    },
    env: (variable) => start.env?.[variable],
    now: () => start.now ?? NOW,
    random: () => 0.5,
    sleep: (milliseconds, signal) => {
      slept.push(milliseconds);
      return signal?.aborted ? Promise.reject(signal.reason) : Promise.resolve();
    },
    fetch: start.fetch ?? ((url, request) => {
      const { hostname } = new URL(url);
      if (hostname !== "127.0.0.1" && hostname !== "localhost") {
        throw new Error(`the test reached out to ${hostname}`);
      }
      return real.fetch(url, request);
    }),
    machineFacts: () => Promise.resolve({ isContainer: false, wsl: "none", ...start.machineFacts }),
    openBrowser: start.openBrowser ??
      ((url) => Promise.reject(new Error(`the test opened ${url} in a browser`))),
  };
  return { runtime, streams: () => ({ ...written }), slept };
}

/** A home folder of the test's own, gone when the test is. */
export interface Home extends Disposable {
  readonly path: string;
  /** `HOME`, and nothing else. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes a file below the home, 0600, and gives its absolute path. */
  write(path: string, text: string): string;
  read(path: string): string;
  exists(path: string): boolean;
}

/** Makes a {@linkcode Home}. */
export function temporaryHome(): Home {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "eksauth-test-" }));
  return {
    path,
    env: { HOME: path },
    write(name, text): string {
      const file = `${path}/${name}`;
      Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true, mode: 0o700 });
      Deno.writeTextFileSync(file, text, { mode: 0o600 });
      return file;
    },
    read: (name) => Deno.readTextFileSync(`${path}/${name}`),
    exists(name): boolean {
      try {
        Deno.lstatSync(`${path}/${name}`);
        return true;
      } catch {
        return false;
      }
    },
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** `~/.aws/credentials` with the keys of the cast under `profile`. */
export function staticProfile(profile: string, accessKeyId = "AKIDEXAMPLE"): string {
  return `[${profile}]
aws_access_key_id = ${accessKeyId}
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
`;
}
