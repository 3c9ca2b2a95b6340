/**
 * A real browser: Chromium of this machine, headless, that tells everything it loads.
 *
 * @module
 */

import { type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** A tab in a browser of its own. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  /** Every address that was loaded, in order. */
  readonly loaded: readonly string[];
  /** What the browser complained about: blocked content, scripts that failed, files that were not there. */
  readonly complaints: readonly string[];
}

/** The names that Chromium and Chrome have, best first. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Nothing but the page may go over the network. */
const FLAGS = [
  ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  // What a CI machine gives to shared memory is too little for a page.
  "--disable-dev-shm-usage",
];

/**
 * The path of a browser on this machine, for the `ignore` of a test that needs one. When there is none, a line
 * says so aloud: a skipped proof has to be noticed.
 */
export function findChromium(): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const paths = NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}`));
  const found = paths.find(isFile);
  if (found === undefined) {
    const line = `SKIPPED: none of ${
      NAMES.join(", ")
    } is on the PATH, so the tests in a browser prove nothing\n`;
    Deno.stderr.writeSync(new TextEncoder().encode(line));
  }
  return found;
}

/** Opens a browser with one empty tab. */
export async function openTab(
  executablePath: string,
  options: BrowserContextOptions = {},
): Promise<Tab> {
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  const page = await browser.newPage(options);
  const loaded: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => void loaded.push(request.url()));
  page.on("console", (message) => void complaints.push(message.text()));
  page.on("pageerror", (error) => void complaints.push(error.message));
  return { page, loaded, complaints, [Symbol.asyncDispose]: () => browser.close() };
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
