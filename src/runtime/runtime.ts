/**
 * The outside world as the program sees it. Everything but files comes in through here, so a test can
 * hold the clock, the environment, the network and the streams in its hand.
 *
 * @module
 */

import type { BrowserOutcome } from "./browser.ts";
import type { MachineFacts } from "./browser_availability.ts";
import type { LoopbackListener, LoopbackRequest } from "./loopback_listener.ts";

/** The effects that the program may have, and the facts it may ask for. */
export interface Runtime {
  /** The command line after the program's own name. */
  readonly args: readonly string[];
  /** How the program was started: what a kubeconfig has to say to start it again. */
  readonly program: Program;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  /** The value of an environment variable, `undefined` when it is not set. Empty is set. */
  env(variable: string): string | undefined;
  /** The wall clock. */
  now(): Date;
  /** A number in [0, 1), for jitter; never for secrets. */
  random(): number;
  /** Resolves after `milliseconds`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Sends one HTTP request. Redirects are never followed. */
  fetch(url: string, request: FetchRequest): Promise<Response>;
  /** What this machine's files tell about opening a browser on it. */
  machineFacts(): Promise<MachineFacts>;
  /** Shows a URL in the person's browser. Never throws. */
  openBrowser(url: string): Promise<BrowserOutcome>;
  /** Listens on 127.0.0.1 for the browser to come back. */
  listenOnLoopback(request: LoopbackRequest): Promise<LoopbackListener>;
}

/** One HTTP request, as {@linkcode Runtime.fetch} takes it. */
export interface FetchRequest {
  readonly method: string;
  readonly headers: Headers | Record<string, string>;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** PEM certificates to trust besides the built-in roots. */
  readonly caCertificates?: string | undefined;
}

/** Lines from a person or a pipe. One is read at a time. */
export interface Input {
  /** Whether a person is typing. */
  isTerminal(): boolean;
  /**
   * The next line without its end; `undefined` at the end of the input.
   *
   * A terminal cuts lines at 4,096 characters, that of macOS at 1,024: long ones are to be read hidden.
   *
   * @throws the signal's reason when it is aborted
   */
  readLine(signal?: AbortSignal): Promise<string | undefined>;
  /**
   * The same, but a terminal shows nothing of it, not even its end. For codes, and for pasted addresses that
   * hold one.
   *
   * @throws `interrupted` on Ctrl-C
   * @throws the signal's reason when it is aborted; the terminal is back to normal by then
   */
  readHiddenLine(signal?: AbortSignal): Promise<string | undefined>;
}

/** A stream that takes text. */
export interface Output {
  /** Writes all of `text`, at once. */
  write(text: string): void;
  /** Whether a person is looking. */
  isTerminal(): boolean;
  /** How many characters fit on a line; `undefined` when nobody knows. */
  columns?(): number | undefined;
}

/** How this process was started. */
export interface Program {
  /** Whether this is a binary made by `deno compile`. */
  readonly standalone: boolean;
  /** Absolute path of the running executable: eksauth itself when standalone, else Deno. */
  executablePath(): string;
  /** Absolute path of the script that Deno runs; meaningless when standalone. */
  scriptPath(): string;
  readonly os: string;
  /** Target triple, such as `x86_64-unknown-linux-gnu`. */
  readonly target: string;
  readonly denoVersion: string;
}
