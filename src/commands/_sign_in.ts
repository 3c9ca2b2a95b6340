/**
 * Signing in with a person: chooses the browser or the device code, and does the talking for both.
 *
 * @module
 */

import { ssoSessionLabel } from "../config/sso_session.ts";
import { type DeviceCode, signInByDeviceCode } from "../credentials/sso_device_code.ts";
import { canSignInByBrowser, newPkceProof, signInByBrowser } from "../credentials/sso_pkce.ts";
import type { SsoSignedIn } from "../credentials/sso_sign_in.ts";
import { signedInPage, signInFailedPage, wrongStatePage } from "../credentials/sign_in_page.ts";
import { EksauthError } from "../errors.ts";
import { note, warn } from "../output.ts";
import { browserAvailability } from "../runtime/browser_availability.ts";
import type { LoopbackListener } from "../runtime/loopback_listener.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { parsePastedRedirect } from "../runtime/sign_in_redirect.ts";
import {
  formatCountdown,
  hasColour,
  isInteractive,
  paint,
  startProgress,
} from "../runtime/terminal.ts";
import { renderQrCode } from "./_qr_code.ts";
import type { SignInTarget } from "./_sign_in_target.ts";

/** How to sign in. */
export interface SignInOptions {
  /** The way that somebody insists on. */
  readonly flow?: "browser" | "device_code" | undefined;
  /** Show the address instead of opening it. */
  readonly isBrowserClosed: boolean;
  /** The port for the browser to come back to; any free one when absent. */
  readonly callbackPort?: number | undefined;
  /** Never ask. */
  readonly noInput: boolean;
}

/** A sign-in to do. */
export interface SignInWish {
  readonly target: SignInTarget;
  readonly options: SignInOptions;
}

/**
 * Signs in and keeps the tokens where eksauth and the AWS CLI find them.
 *
 * @throws `sign_in_denied`, `sign_in_expired`, `sign_in_failed`, `interrupted`
 */
export async function signIn(wish: SignInWish, runtime: Runtime): Promise<SsoSignedIn> {
  const reason = await deviceCodeReason(wish, runtime);
  if (reason === undefined) return await withBrowser(wish, runtime);
  if (wish.options.flow === undefined) note(`signing in by device code: ${reason}`, runtime);
  return await withDeviceCode(wish, runtime);
}

/** Why a browser on this machine is not to be used. */
async function deviceCodeReason(
  { target, options }: SignInWish,
  runtime: Runtime,
): Promise<string | undefined> {
  if (options.flow === "device_code") return "it was asked for";
  // The flow itself refuses a browser to a session that cannot have one.
  if (options.flow === "browser") return undefined;
  if (!canSignInByBrowser(target.session)) {
    return "the profile has no sso_session, and older profiles know no other way";
  }
  const availability = browserAvailability(await runtime.machineFacts(), runtime);
  return availability.canOpen ? undefined : availability.reason;
}

/** Where the browser comes back to; the AWS CLI's path, for which the client is registered. */
const CALLBACK_PATH = "/oauth/callback";

async function withBrowser(wish: SignInWish, runtime: Runtime): Promise<SsoSignedIn> {
  const { target, options } = wish;
  const proof = await newPkceProof();
  await using listener = await runtime.listenOnLoopback({
    port: options.callbackPort,
    path: CALLBACK_PATH,
    state: proof.state,
    pages: { wrongState: wrongStatePage(), failed: signInFailedPage },
  });
  const wait = new BrowserWait(wish, listener, runtime);
  try {
    const signedIn = await signInByBrowser({
      session: target.session,
      profileName: target.profileName,
      settings: target.settings,
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

async function withDeviceCode({ target }: SignInWish, runtime: Runtime): Promise<SsoSignedIn> {
  let progress: ReturnType<typeof startProgress> | undefined;
  try {
    return await signInByDeviceCode({
      session: target.session,
      profileName: target.profileName,
      settings: target.settings,
      onDeviceCode: (code) => {
        showDeviceCode(code, runtime);
        progress = startProgress("waiting for the code to be confirmed (Ctrl-C cancels)", runtime);
      },
      onTrouble: (error) => {
        progress?.clear();
        warn(`${error.message}; still waiting`, runtime);
      },
    }, runtime);
  } finally {
    progress?.clear();
  }
}

function showDeviceCode(code: DeviceCode, runtime: Runtime): void {
  const { stderr } = runtime;
  const address = code.verificationUriComplete ?? code.verificationUri;
  note("open this address on any device:", runtime);
  stderr.write(`\n  ${paint({ style: "cyan", text: address }, runtime)}\n\n`);
  note("and confirm there, if it shows this code:", runtime);
  stderr.write(`\n  ${paint({ style: "bold", text: [...code.userCode].join(" ") }, runtime)}\n\n`);
  if (stderr.isTerminal()) {
    const drawn = renderQrCode({
      text: address,
      columns: stderr.columns?.() ?? 80,
      ground: hasColour(runtime) ? "coloured" : "dark",
    });
    if (drawn !== undefined) stderr.write(`${drawn}\n`);
  }
  warn("Confirm no code but your own: whoever sends you one signs in as you", runtime);
}
