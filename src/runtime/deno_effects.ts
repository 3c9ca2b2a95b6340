/**
 * The effects of the real outside world that take time: network, timers, browser, keyboard. Loaded when the first
 * of them is wanted, which a token never does.
 *
 * @module
 */

import { openBrowser } from "./browser.ts";
import { readMachineFacts } from "./browser_availability.ts";
import { openInput } from "./input.ts";
import { listenOnLoopback } from "./loopback_listener.ts";
import type { FetchRequest, Input, Runtime } from "./runtime.ts";

/** The effects, for one process. */
export type Effects = Pick<
  Runtime,
  "sleep" | "fetch" | "machineFacts" | "openBrowser" | "listenOnLoopback"
>;

/** Makes the {@linkcode Effects}. */
export function denoEffects(base: Pick<Runtime, "env" | "program">): Effects {
  const machineFacts = (): ReturnType<Runtime["machineFacts"]> =>
    Promise.resolve(readMachineFacts("", base));
  return {
    sleep,
    fetch: send,
    machineFacts,
    openBrowser: async (url) =>
      await openBrowser({ url, facts: await machineFacts() }, { ...base, sleep }),
    listenOnLoopback: (request) => Promise.resolve(listenOnLoopback(request, { sleep })),
  };
}

/** The keyboard, or what is piped in. */
export function denoInput(): Input {
  return openInput(Deno.stdin);
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const giveUp = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", giveUp, { once: true });
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
