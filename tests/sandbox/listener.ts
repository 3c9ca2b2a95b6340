/**
 * One HTTP server on loopback that can also misbehave: cut a body short, drop the connection, take its time.
 *
 * Built on `node:http`, which hands over the request as it came: raw path, raw header list, the socket.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";

/** A request as it came over the wire; nothing in it is decoded or normalized. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** By lower-case name; values of a repeated header are joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What goes back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How an answer is spoilt on its way. */
export interface Mishap {
  /** Closes the connection without a byte of answer. */
  readonly reset?: true;
  /** Waits before the answer. */
  readonly delayMs?: number;
  /** Announces the whole body, sends that many bytes of it, and closes the connection. */
  readonly truncateAfterBytes?: number;
}

/** An answer and what happens to it. */
export interface Delivery {
  readonly answer: Answer;
  readonly mishap?: Mishap;
}

/** A server that runs until it is disposed of. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
}

/** PEM texts; the server speaks TLS with them. */
export interface ServerCertificate {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Starts a server on a free port of 127.0.0.1; with a certificate it speaks TLS. */
export async function startListener(
  options: {
    readonly handle: (request: ReceivedRequest) => Promise<Delivery>;
    readonly certificate?: ServerCertificate;
  },
): Promise<Listener> {
  const abort = new AbortController();
  const onRequest = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    serve({ request, response, handle: options.handle, signal: abort.signal }).catch((error) => {
      // Most often the client has gone, in the middle of its own request.
      if (request.socket.destroyed || response.headersSent) return;
      // Else it is a fault of the sandbox: no client may take it for an answer of AWS.
      response.writeHead(599, { "content-type": "text/plain" });
      response.end(`sandbox: ${error instanceof Error ? error.stack : error}\n`);
    });
  };
  const { certificate } = options;
  const server = certificate === undefined
    ? http.createServer(onRequest)
    : https.createServer({ cert: certificate.certificate, key: certificate.privateKey }, onRequest);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose](): Promise<void> {
      abort.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  exchange: {
    readonly request: http.IncomingMessage;
    readonly response: http.ServerResponse;
    readonly handle: (request: ReceivedRequest) => Promise<Delivery>;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { request, response } = exchange;
  const { answer, mishap = {} } = await exchange.handle(await receive(request));
  if (mishap.delayMs !== undefined) await pause(mishap.delayMs, exchange.signal);
  if (mishap.reset) {
    request.socket.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, "content-length": body.length });
  if (mishap.truncateAfterBytes === undefined) {
    response.end(body);
  } else {
    response.write(body.subarray(0, mishap.truncateAfterBytes), () => request.socket.destroy());
  }
}

async function receive(request: http.IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const target = request.url ?? "/";
  const question = target.indexOf("?");
  return {
    method: request.method ?? "",
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? "" : target.slice(question + 1),
    headers: headerMap(request.rawHeaders),
    body: Uint8Array.from(Buffer.concat(chunks)),
  };
}

function headerMap(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const header = (rawHeaders[index] ?? "").toLowerCase();
    const value = rawHeaders[index + 1] ?? "";
    const earlier = headers.get(header);
    headers.set(header, earlier === undefined ? value : `${earlier},${value}`);
  }
  return headers;
}

/** Waits, but not for a server that is being closed. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
