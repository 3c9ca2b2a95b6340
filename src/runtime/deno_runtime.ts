/**
 * The real outside world. Loaded on the token path, so what costs start-up time (`fetch`, timers) is
 * touched only when it is called.
 *
 * @module
 */

import type { MachineFacts } from "./browser_availability.ts";
import type { FetchRequest, Input, Output, Program, Runtime } from "./runtime.ts";

/** The {@linkcode Runtime} of this process. */
export function denoRuntime(): Runtime {
  const env = (variable: string): string | undefined => Deno.env.get(variable);
  const machineFacts = async (): Promise<MachineFacts> =>
    (await import("./browser_availability.ts")).readMachineFacts("", { env });
  return {
    args: Deno.args,
    program,
    stdin: input(),
    stdout: output(Deno.stdout),
    stderr: output(Deno.stderr),
    env,
    now: () => new Date(),
    random: Math.random,
    sleep,
    fetch: send,
    machineFacts,
    openBrowser: async (url) =>
      (await import("./browser.ts"))
        .openBrowser({ url, facts: await machineFacts() }, { env, program, sleep }),
    listenOnLoopback: async (request) =>
      (await import("./loopback_listener.ts")).listenOnLoopback(request, { sleep }),
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
    opened ??= import("./input.ts").then(({ openInput }) => openInput(Deno.stdin));
  return {
    isTerminal: () => Deno.stdin.isTerminal(),
    readLine: async (signal) => (await open()).readLine(signal),
    readHiddenLine: async (signal) => (await open()).readHiddenLine(signal),
  };
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const wake = (): void => {
      signal?.removeEventListener("abort", give_up);
      resolve();
    };
    const timer = setTimeout(wake, milliseconds);
    function give_up(): void {
      clearTimeout(timer);
      reject(signal?.reason);
    }
    signal?.addEventListener("abort", give_up, { once: true });
  });
}

async function send(url: string, request: FetchRequest): Promise<Response> {
  const { caCertificates, signal, body, ...rest } = request;
  // One client per request: its connections must not outlive it, or the process would wait for them.
  const client = caCertificates === undefined
    ? undefined
    : Deno.createHttpClient({ caCerts: [caCertificates] });
  try {
    const response = await fetch(url, {
      ...rest,
      redirect: "manual",
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
      ...(client === undefined ? {} : { client }),
    });
    // The body is read here, under the same signal, so that a slow or broken one fails in one place.
    const bytes = await response.arrayBuffer();
    return new Response(bytes.byteLength === 0 ? null : bytes, {
      status: response.status,
      headers: response.headers,
    });
  } finally {
    client?.close();
  }
}

/** A `file:` URL as a path of this operating system. */
function filePath(url: string): string {
  const path = decodeURIComponent(new URL(url).pathname);
  return Deno.build.os === "windows" ? path.replace(/^\/(?=[A-Za-z]:)/, "") : path;
}
