/**
 * One HTTP connection of the loopback listener: one request is read, one response written, nothing kept
 * alive.
 *
 * Deno's own server is not used because it keeps connections open against `Connection: close`, switches to
 * HTTP/2 when asked to, and has no limits that can be set.
 *
 * @module
 */

/** The parts of a request that the listener looks at. */
export interface RequestHead {
  readonly method: string;
  /** As sent: nothing decoded, nothing resolved. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** The `Host` header; `undefined` when there is none, or more than one. */
  readonly host: string | undefined;
}

/** What became of reading a request. */
export type RequestReading = RequestHead | "too_large" | "malformed" | "gone";

/** What is answered. */
export interface PageResponse {
  readonly status: number;
  readonly html: string;
}

/** Request line and headers together, in bytes: what nginx accepts. Cookies of every port of this machine come along. */
const MAX_HEAD_BYTES = 32 * 1024;

/** How much of what a client sends unasked is thrown away before its connection is cut, in bytes. */
const MAX_IGNORED_BYTES = 1024 * 1024;

/** Reads the head of a request. Its body is never looked at. */
export async function readRequestHead(connection: Deno.Conn): Promise<RequestReading> {
  const bytes = new Uint8Array(MAX_HEAD_BYTES);
  let length = 0;
  while (length < bytes.length) {
    const count = await connection.read(bytes.subarray(length)).catch(() => null);
    if (count === null) return "gone";
    length += count;
    // Latin-1 gives every byte a character, so that nothing is lost or merged.
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, length));
    const end = text.indexOf("\r\n\r\n");
    if (end !== -1) return parseRequestHead(text.slice(0, end));
  }
  return "too_large";
}

/**
 * The request line and the headers of `head`, which has no empty line at its end.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc9112#section-3
 */
function parseRequestHead(head: string): RequestHead | "malformed" {
  const [requestLine = "", ...headers] = head.split("\r\n");
  const parts = /^([A-Z]{1,20}) (\/[!-~]*) HTTP\/1\.[01]$/.exec(requestLine);
  if (parts === null) return "malformed";
  const [, method = "", target = ""] = parts;
  const hosts: string[] = [];
  for (const header of headers) {
    const [, field, value = ""] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*([^\r\n]*?)[ \t]*$/.exec(header) ??
      [];
    if (field === undefined) return "malformed";
    if (field.toLowerCase() === "host") hosts.push(value);
  }
  const question = target.indexOf("?");
  return {
    method,
    path: question === -1 ? target : target.slice(0, question),
    query: question === -1 ? "" : target.slice(question + 1),
    host: hosts.length === 1 ? hosts[0] : undefined,
  };
}

/** Writes a response. A client that has gone away is no failure. */
export async function writeResponse(connection: Deno.Conn, response: PageResponse): Promise<void> {
  const body = new TextEncoder().encode(response.html);
  const head = new TextEncoder().encode(await responseHead(response, body.length));
  try {
    for (const part of [head, body]) {
      for (let rest = part; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
    }
    await connection.closeWrite();
  } catch {
    // Nobody is left to tell.
  }
}

/**
 * Waits until the client has closed its side, as `Connection: close` asks it to. Closing before would make
 * the system throw away what is still on its way to the client.
 */
export async function waitForEnd(connection: Deno.Conn): Promise<void> {
  const ignored = new Uint8Array(16 * 1024);
  let total = 0;
  while (total < MAX_IGNORED_BYTES) {
    const count = await connection.read(ignored).catch(() => null);
    if (count === null) return;
    total += count;
  }
}

const REASON_PHRASES: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  421: "Misdirected Request",
  431: "Request Header Fields Too Large",
};

async function responseHead({ status, html }: PageResponse, length: number): Promise<string> {
  const policy = [
    "default-src 'none'",
    `style-src ${await styleSource(html)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  const headers: Readonly<Record<string, string>> = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": String(length),
    "Cache-Control": "no-store",
    "Content-Security-Policy": policy.join("; "),
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    ...(status === 405 ? { "Allow": "GET" } : {}),
    "Connection": "close",
  };
  const lines = Object.entries(headers).map(([field, value]) => `${field}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${REASON_PHRASES[status] ?? ""}\r\n${lines.join("")}\r\n`;
}

/**
 * Allows the page's own `<style>` by its hash, and no other.
 *
 * @see https://www.w3.org/TR/CSP3/#grammardef-hash-source
 */
async function styleSource(html: string): Promise<string> {
  const style = /<style>(.*?)<\/style>/s.exec(html)?.[1];
  if (style === undefined) return "'none'";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  return `'sha256-${new Uint8Array(digest).toBase64()}'`;
}
