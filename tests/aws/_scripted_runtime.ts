/**
 * A network that answers from a script, on a clock that only pauses move.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { CallRuntime } from "../../src/aws/send.ts";
import type { FetchRequest } from "../../src/runtime/runtime.ts";
import { NOW } from "../sandbox/cast.ts";

/** What comes back for one request; an `Error` is thrown, as `fetch` does when nothing comes back. */
export type Reply =
  | Response
  | Error
  | ((request: SentRequest) => Response | Promise<Response>);

/** A request as it went out. */
export interface SentRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly caCertificates: string | undefined;
}

/** The runtime, and what happened on it. */
export interface ScriptedRuntime extends CallRuntime {
  readonly requests: readonly SentRequest[];
  readonly pausesMs: readonly number[];
  /** Moves the clock, as a slow answer does. */
  advance(milliseconds: number): void;
  /** Fails when a reply was not used, or a request found none. */
  assertPlayedOut(): void;
}

/** A runtime that gives `replies` one after the other; pauses take no time and jitter is always `random`. */
export function scriptedRuntime(
  replies: readonly Reply[],
  options: { readonly random?: number } = {},
): ScriptedRuntime {
  const requests: SentRequest[] = [];
  const pausesMs: number[] = [];
  let nowMs = NOW.getTime();
  return {
    requests,
    pausesMs,
    now: () => new Date(nowMs),
    random: () => options.random ?? 1,
    advance(milliseconds): void {
      nowMs += milliseconds;
    },
    sleep(milliseconds, signal): Promise<void> {
      pausesMs.push(milliseconds);
      nowMs += milliseconds;
      return signal?.aborted ? Promise.reject(signal.reason) : Promise.resolve();
    },
    async fetch(url, request): Promise<Response> {
      const sent = sentRequest(url, request);
      const reply = replies[requests.push(sent) - 1];
      if (reply === undefined) throw new Error("the script has no more replies");
      if (reply instanceof Error) throw reply;
      return typeof reply === "function" ? await reply(sent) : reply;
    },
    assertPlayedOut(): void {
      assert.equal(requests.length, replies.length, "requests sent, against replies in the script");
    },
  };
}

/** An answer in JSON. */
export function jsonReply(
  document: unknown,
  options: { readonly status?: number; readonly headers?: Record<string, string> } = {},
): Response {
  return new Response(JSON.stringify(document), {
    status: options.status ?? 200,
    headers: { "content-type": "application/json", ...options.headers },
  });
}

/** A refusal as EKS sends it. */
export function refusalReply(
  status: number,
  refusal: {
    readonly awsCode: string;
    readonly message?: string;
    readonly headers?: Record<string, string>;
  },
): Response {
  return jsonReply({ message: refusal.message ?? "No" }, {
    status,
    headers: {
      "x-amzn-errortype": refusal.awsCode,
      "x-amzn-requestid": "1b2c3d4e",
      ...refusal.headers,
    },
  });
}

/** What Deno's `fetch` throws when nothing comes back, with `reason` at the end of its cause. */
export function fetchFailure(reason: string): TypeError {
  const cause = new Error(`error sending request for url (https://secret.example/?x=y): ${reason}`);
  return new TypeError("fetch failed", { cause });
}

function sentRequest(url: string, request: FetchRequest): SentRequest {
  const { method, headers, body, signal, caCertificates } = request;
  return {
    url,
    method,
    headers: Object.fromEntries(new Headers(headers)),
    body,
    signal,
    caCertificates,
  };
}
