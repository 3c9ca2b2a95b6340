/**
 * The listener on this machine to which the browser brings the authorization code.
 *
 * Who may talk to it is nobody's to choose: any page in any tab, and any process of any user, can reach a port
 * of 127.0.0.1. So nothing is believed without the `state` of this sign-in, which only the browser that was
 * sent out knows, and a request without it changes nothing: it gets a page that says so, and the wait goes
 * on. If it ended the wait, any page could stop every sign-in by trying out ports. Guessing is hopeless
 * within the time that the listener lives, and a stolen code is worthless without the PKCE verifier, which
 * never leaves this process.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import {
  type PageResponse,
  readRequestHead,
  type RequestHead,
  type RequestReading,
  waitForEnd,
  writeResponse,
} from "./_loopback_connection.ts";
import { reasonOf } from "./files.ts";
import type { Runtime } from "./runtime.ts";
import { parseSignInRedirect } from "./sign_in_redirect.ts";

/** What to listen for. */
export interface LoopbackRequest {
  /** Any free port when absent or 0. */
  readonly port?: number | undefined;
  /** The only path that is answered, such as `/oauth/callback`. */
  readonly path: string;
  /** The `state` that the browser was sent out with. Unguessable: at least 16 random bytes. */
  readonly state: string;
  readonly pages: LoopbackPages;
}

/** What the browser shows where the listener answers by itself: whole HTML documents, styled by one `<style>`. */
export interface LoopbackPages {
  /** For a redirect that does not belong to this sign-in. */
  readonly wrongState: string;
  /** For a sign-in that failed. */
  failed(failure: EksauthError): string;
}

/** A listener on 127.0.0.1. Whoever has it must close it. */
export interface LoopbackListener extends AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:<port><path>`. */
  readonly redirectUri: string;
  /**
   * Waits for the browser to come back.
   *
   * @throws `access_denied`, `aws_error` when the browser brought an error; it has been shown there
   * @throws `deadline_exceeded` when the browser did not come back in time
   * @throws `interrupted` when the listener was closed
   * @throws the signal's reason when it is aborted
   */
  waitForRedirect(wait?: RedirectWait): Promise<ReceivedRedirect>;
  /** Stops listening. A browser that still waits for its answer is told that the sign-in was interrupted. */
  close(): Promise<void>;
}

/** How to wait for the browser. */
export interface RedirectWait {
  /** 10 minutes when absent, as in the AWS CLI. */
  readonly timeoutSeconds?: number | undefined;
  /** Called at once, and then every second, with the whole seconds that are left. */
  readonly onRemaining?: ((remainingSeconds: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The browser has come back, and waits for a page. */
export interface ReceivedRedirect {
  readonly code: string;
  /** Shows the browser how the sign-in ended, and stops listening. */
  answer(html: string): Promise<void>;
}

const TEN_MINUTES_IN_SECONDS = 600;

/** More than a browser opens at a time. Beyond it the oldest connection is cut, so that nobody can block the port. */
const MAX_CONNECTIONS = 64;

/**
 * Listens on 127.0.0.1, and on nothing else.
 *
 * The first redirect with the right `state` counts. A browser may ask twice, because it looked ahead or was
 * reloaded: it then gets the same page. When that page has been shown, the listener is gone.
 *
 * @throws `port_unavailable` when the port is taken or forbidden
 * @see https://datatracker.ietf.org/doc/html/rfc8252#section-7.3
 */
export function listenOnLoopback(
  request: LoopbackRequest,
  runtime: Pick<Runtime, "sleep">,
): LoopbackListener {
  return new RedirectServer(request, runtime);
}

class RedirectServer implements LoopbackListener {
  readonly port: number;
  readonly redirectUri: string;
  readonly #request: LoopbackRequest;
  readonly #runtime: Pick<Runtime, "sleep">;
  readonly #server: Deno.TcpListener;
  readonly #accepting: Promise<void>;
  readonly #connections = new Set<Deno.Conn>();
  /** Responses that are on their way to a browser. */
  readonly #answers = new Set<Promise<void>>();
  readonly #received = Promise.withResolvers<string>();
  /** What the browser of this sign-in is shown, known when the sign-in has ended. */
  readonly #page = Promise.withResolvers<string>();
  readonly #code: Promise<string>;
  #isOpen = true;

  constructor(request: LoopbackRequest, runtime: Pick<Runtime, "sleep">) {
    this.#request = request;
    this.#runtime = runtime;
    this.#server = listen(request.port ?? 0);
    this.port = this.#server.addr.port;
    this.redirectUri = `http://127.0.0.1:${this.port}${request.path}`;
    this.#code = this.#received.promise.catch(async (failure) => {
      await this.#finish(request.pages.failed(failure));
      throw failure;
    });
    // A failure that nobody waits for is none.
    this.#code.catch(() => {});
    this.#accepting = this.#acceptAll();
  }

  async waitForRedirect(wait: RedirectWait = {}): Promise<ReceivedRedirect> {
    const code = await beforeDeadline({ ...wait, awaited: this.#code }, this.#runtime);
    return { code, answer: (html) => this.#finish(html) };
  }

  async close(): Promise<void> {
    if (!this.#isOpen) return;
    const interruption = new EksauthError(
      "interrupted",
      "Cannot finish the sign-in: eksauth stopped waiting for the browser",
      { hint: "Go back to the terminal and sign in again" },
    );
    this.#received.reject(interruption);
    // The code may be there, and a browser waiting for its page.
    await this.#finish(this.#request.pages.failed(interruption));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #acceptAll(): Promise<void> {
    try {
      for await (const connection of this.#server) void this.#serve(connection);
    } catch (error) {
      this.#received.reject(unavailable(this.port, error));
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    const [oldest] = this.#connections.add(connection);
    if (this.#connections.size > MAX_CONNECTIONS && oldest !== undefined) this.#drop(oldest);
    const reading = await readRequestHead(connection);
    if (reading !== "gone") {
      const answer = Promise.resolve(this.#respond(reading))
        .then((response) => writeResponse(connection, response));
      this.#answers.add(answer);
      await answer;
      this.#answers.delete(answer);
      await waitForEnd(connection);
    }
    this.#drop(connection);
  }

  #respond(reading: Exclude<RequestReading, "gone">): PageResponse | Promise<PageResponse> {
    if (typeof reading === "string") return UNREADABLE[reading];
    const refusal = refuse(reading, { path: this.#request.path, port: this.port });
    if (refusal !== undefined) return refusal;
    const redirect = parseSignInRedirect({ query: reading.query, state: this.#request.state });
    if (redirect.kind === "foreign") return { status: 403, html: this.#request.pages.wrongState };
    if (redirect.kind === "code") this.#received.resolve(redirect.code);
    else this.#received.reject(redirect.failure);
    return this.#page.promise.then((html) => ({ status: 200, html }));
  }

  /** Shows `html` to every browser that waits for it, then ends everything. */
  async #finish(html: string): Promise<void> {
    this.#page.resolve(html);
    await Promise.all(this.#answers);
    if (this.#isOpen) this.#server.close();
    this.#isOpen = false;
    for (const connection of this.#connections) this.#drop(connection);
    // The system has the port back when nothing waits on it any more.
    await this.#accepting;
  }

  #drop(connection: Deno.Conn): void {
    if (this.#connections.delete(connection)) connection.close();
  }
}

function listen(port: number): Deno.TcpListener {
  try {
    return Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    throw unavailable(port, error);
  }
}

function unavailable(port: number, error: unknown): EksauthError {
  const isTaken = error instanceof Deno.errors.AddrInUse;
  return new EksauthError(
    "port_unavailable",
    `Cannot listen on 127.0.0.1 port ${port}: ${
      isTaken ? "another program is using it" : reasonOf(error)
    }`,
    { hint: "Leave out --callback-port to take any free port, or use --device-code", cause: error },
  );
}

const UNREADABLE: Readonly<Record<"too_large" | "malformed", PageResponse>> = {
  too_large: { status: 431, html: plainPage("This address is too long") },
  malformed: { status: 400, html: plainPage("This is not a request that can be answered") },
};

/** The answer to a request that cannot be the redirect, whatever its query says. */
function refuse(
  head: RequestHead,
  expected: { readonly path: string; readonly port: number },
): PageResponse | undefined {
  // A page of another host, whose name was made to lead to 127.0.0.1, sends that name here.
  const hosts = [`127.0.0.1:${expected.port}`, `localhost:${expected.port}`];
  if (head.host === undefined || !hosts.includes(head.host.toLowerCase())) {
    return { status: 421, html: plainPage("This address is not meant for eksauth") };
  }
  if (head.path !== expected.path) return { status: 404, html: plainPage("There is nothing here") };
  if (head.method !== "GET") return { status: 405, html: plainPage("Only GET is answered") };
  return undefined;
}

/** A page that nobody comes to see. */
function plainPage(text: string): string {
  return `<!doctype html><html lang="en"><title>eksauth</title><p>${text}</p></html>\n`;
}

/**
 * What is awaited, if it comes in time.
 *
 * Pauses are counted, not the clock: a laptop that slept for an hour has not kept anybody waiting.
 */
async function beforeDeadline<T>(
  wait: RedirectWait & { readonly awaited: Promise<T> },
  runtime: Pick<Runtime, "sleep">,
): Promise<T> {
  const over = new AbortController();
  const signals = [over.signal, ...(wait.signal === undefined ? [] : [wait.signal])];
  try {
    return await Promise.race([wait.awaited, countDown(wait, AbortSignal.any(signals), runtime)]);
  } finally {
    over.abort();
  }
}

async function countDown(
  wait: RedirectWait,
  signal: AbortSignal,
  runtime: Pick<Runtime, "sleep">,
): Promise<never> {
  const timeoutSeconds = wait.timeoutSeconds ?? TEN_MINUTES_IN_SECONDS;
  for (let remaining = timeoutSeconds; remaining > 0; remaining--) {
    wait.onRemaining?.(remaining);
    await runtime.sleep(1_000, signal);
  }
  throw new EksauthError(
    "deadline_exceeded",
    `Cannot finish the sign-in: the browser did not come back within ${
      timeoutSeconds % 60 === 0 ? `${timeoutSeconds / 60} min` : `${timeoutSeconds} s`
    }`,
    { hint: "Sign in again; if the browser is on another machine, add --device-code" },
  );
}
