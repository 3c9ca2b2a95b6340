/**
 * Signing in by device code: what the person sees in the terminal.
 *
 * @module
 */

import { type DeviceCode, signInByDeviceCode } from "../credentials/sso_device_code.ts";
import type { SsoSignedIn } from "../credentials/sso_sign_in.ts";
import { note, warn } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { hasColour, paint, startProgress } from "../runtime/terminal.ts";
import { renderQrCode } from "./_qr_code.ts";
import type { SignInWish } from "./_sign_in_wish.ts";

/**
 * Signs in with a browser on any device.
 *
 * @throws `sign_in_denied`, `sign_in_expired`, `sign_in_failed`, `interrupted`
 */
export async function withDeviceCode(
  { target, signal }: SignInWish,
  runtime: Runtime,
): Promise<SsoSignedIn> {
  let progress: ReturnType<typeof startProgress> | undefined;
  try {
    return await signInByDeviceCode({
      session: target.session,
      profileName: target.profileName,
      settings: target.settings,
      signal,
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
