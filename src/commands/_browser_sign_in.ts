/**
 * Signing in with a browser: what the person sees in the terminal meanwhile, and in the browser at the end.
 *
 * @module
 */

import { ssoSessionLabel } from "../config/sso_session.ts";
import { signedInPage, signInFailedPage, wrongStatePage } from "../credentials/sign_in_page.ts";
import { REDIRECT_PATH } from "../credentials/sso_client.ts";
import { newPkceProof, signInByBrowser } from "../credentials/sso_pkce.ts";
import type { SsoSignedIn } from "../credentials/sso_sign_in.ts";
import { EksauthError } from "../errors.ts";
import { note, warn } from "../output.ts";
import type { LoopbackListener } from "../runtime/loopback_listener.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { parsePastedRedirect } from "../runtime/sign_in_redirect.ts";
import { formatCountdown, isInteractive, paint, startProgress } from "../runtime/terminal.ts";
import type { SignInWish } from "./_sign_in_wish.ts";

/**
 * Signs in with the browser on this machine, or with one on another whose last address is pasted.
 *
 * @throws `sign_in_denied`, `sign_in_expired`, `sign_in_failed`, `interrupted`
 * @throws `port_unavailable` when the browser could not come back
 */
export async function withBrowser(wish: SignInWish, runtime: Runtime): Promise<SsoSignedIn> {
  const { target, options, signal } = wish;
  const proof = await newPkceProof();
  await using listener = await runtime.listenOnLoopback({
    port: options.callbackPort,
    path: REDIRECT_PATH,
    state: proof.state,
    pages: { wrongState: wrongStatePage(), failed: signInFailedPage },
  });
  const wait = new BrowserWait(wish, listener, runtime);
  try {
    const signedIn = await signInByBrowser({
      session: target.session,
      profileName: target.profileName,
      settings: target.settings,
      signal,
      proof,
      redirectUri: listener.redirectUri,
      codeSources: [
        (signal) => wait.forRedirect(signal),
        ...(isInteractive(options, runtime)
          ? [(signal: AbortSignal) => pastedCode({ state: proof.state, signal }, runtime)]
          : []),
      ],
      onAuthorizeUrl: (url) => wait.begin(url),
    }, runtime);
    await wait.end(signedInPage({
      startUrl: target.session.startUrl,
      account: ssoSessionLabel(target.session),
    }));
    return signedIn;
  } catch (error) {
    await wait.end(
      signInFailedPage(error instanceof EksauthError ? error : { message: String(error) }),
    );
    throw error;
  }
}

/** What the terminal shows while the browser is away, and what the browser shows when it has come back. */
class BrowserWait {
  readonly #wish: SignInWish;
  readonly #listener: LoopbackListener;
  readonly #runtime: Runtime;
  #progress: ReturnType<typeof startProgress> | undefined;
  #answer: ((html: string) => Promise<void>) | undefined;

  constructor(wish: SignInWish, listener: LoopbackListener, runtime: Runtime) {
    this.#wish = wish;
    this.#listener = listener;
    this.#runtime = runtime;
  }

  /** Sends the person to the address. */
  async begin(url: string): Promise<void> {
    const { options } = this.#wish;
    const outcome = options.isBrowserClosed ? undefined : await this.#runtime.openBrowser(url);
    if (outcome?.opened) {
      note("the browser is open for the sign-in; if it is not, use this address:", this.#runtime);
    } else if (outcome !== undefined) warn(outcome.reason, this.#runtime);
    if (!outcome?.opened) note("open this address in a browser:", this.#runtime);
    this.#runtime.stderr.write(`\n  ${paint({ style: "cyan", text: url }, this.#runtime)}\n\n`);
    if (isInteractive(options, this.#runtime)) {
      note(
        "is the browser on another machine? Paste the address at which it ends, and press Enter",
        this.#runtime,
      );
    }
    this.#progress = startProgress("waiting for the sign-in", this.#runtime);
  }

  async forRedirect(signal: AbortSignal): Promise<{ readonly code: string }> {
    const { code, answer } = await this.#listener.waitForRedirect({
      signal,
      onRemaining: (seconds) =>
        this.#progress?.show(
          `waiting for the sign-in, ${formatCountdown(seconds)} left (Ctrl-C cancels)`,
        ),
    });
    this.#answer = answer;
    return { code };
  }

  /** Takes the countdown away, and shows the browser how it ended, if it came back. */
  async end(html: string): Promise<void> {
    this.#progress?.clear();
    await this.#answer?.(html);
    this.#answer = undefined;
  }
}

async function pastedCode(
  { state, signal }: { readonly state: string; readonly signal: AbortSignal },
  runtime: Runtime,
): Promise<{ readonly code: string }> {
  for (;;) {
    const text = await runtime.stdin.readHiddenLine(signal);
    // The input has ended: only the browser can bring the code now.
    if (text === undefined) return await new Promise(() => {});
    if (text.trim() === "") continue;
    try {
      return parsePastedRedirect({ text, state });
    } catch (error) {
      if (!(error instanceof EksauthError) || error.code !== "usage") throw error;
      warn(error.message, runtime);
    }
  }
}
