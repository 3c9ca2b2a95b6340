/**
 * Opening the person's browser, without a shell and without a word on stdout.
 *
 * @module
 */

import type { MachineFacts } from "./browser_availability.ts";
import { isMissing, reasonOf } from "./files.ts";
import type { Runtime } from "./runtime.ts";
import { webAddress } from "./web_address.ts";

/** Something to show in the browser. */
export interface BrowserRequest {
  /** An https URL, or an http URL of this machine's loopback interface. */
  readonly url: string;
  readonly facts: MachineFacts;
}

/** Whether a browser was started. */
export type BrowserOutcome =
  | {
    readonly opened: true;
    /** What started it, such as `xdg-open`. */
    readonly by: string;
  }
  | {
    readonly opened: false;
    /** Why not: one sentence for a person, without a full stop. */
    readonly reason: string;
  };

/** A program that shows a URL in a browser. */
export interface BrowserLauncher {
  /** As a person knows it. */
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * How long a launcher may run before it counts as a browser that stays in the foreground, in milliseconds.
 * xdg-open takes a second on a busy desktop to find out that it has nothing to start.
 */
const FOREGROUND_MS = 3_000;

/**
 * Shows a URL in the person's browser. Never throws: a person can still open the URL by hand.
 *
 * The launcher counts that is the first to end with exit code 0, or to be there after three seconds. It has
 * no stdin, stdout and stderr, and Ctrl-C in the terminal does not reach it.
 */
export async function openBrowser(
  request: BrowserRequest,
  runtime: Pick<Runtime, "env" | "program" | "sleep">,
): Promise<BrowserOutcome> {
  // The canonical spelling has no blanks, quotes or control characters.
  const url = webAddress(request.url)?.href;
  if (url === undefined) {
    return {
      opened: false,
      reason: "Cannot open the address in a browser: it is neither https nor on this machine",
    };
  }
  return await startFirst(browserLaunchers({ ...request, url }, runtime), runtime);
}

/** Starts one launcher after the other until one works. */
export async function startFirst(
  launchers: readonly BrowserLauncher[],
  runtime: Pick<Runtime, "program" | "sleep">,
): Promise<BrowserOutcome> {
  const failures: Failure[] = [];
  for (const launcher of launchers) {
    const reason = await start(launcher, runtime);
    if (reason === undefined) return { opened: true, by: launcher.label };
    failures.push({ label: launcher.label, reason });
  }
  return { opened: false, reason: `Cannot open a browser: ${describeFailures(failures)}` };
}

/**
 * The ways to show `request.url` on this machine, best first.
 *
 * On Linux and macOS the programs of `BROWSER` come before the system's own: a colon-separated list of
 * command lines, in which `%s` stands for the URL, `%c` for a colon and `%%` for a percent sign.
 */
export function browserLaunchers(
  { url, facts }: BrowserRequest,
  runtime: Pick<Runtime, "env" | "program">,
): readonly BrowserLauncher[] {
  const { os } = runtime.program;
  if (os === "windows") {
    const windows = runtime.env("SystemRoot") || "C:\\Windows";
    return [rundll32(`${windows}\\System32\\rundll32.exe`, url)];
  }
  const chosen = chosenLaunchers(runtime.env("BROWSER") ?? "", url);
  // By its full path: another `open` earlier on PATH is not the one.
  if (os === "darwin") return [...chosen, { label: "open", command: "/usr/bin/open", args: [url] }];
  const windows = facts.wsl === "interop"
    ? [
      { label: "wslview", command: "wslview", args: [url] },
      rundll32("rundll32.exe", url),
      // Where PATH was told to leave out the folders of Windows.
      rundll32("/mnt/c/Windows/System32/rundll32.exe", url),
    ]
    : [];
  return [
    ...chosen,
    ...windows,
    { label: "xdg-open", command: "xdg-open", args: [url] },
    { label: "gio", command: "gio", args: ["open", url] },
    { label: "x-www-browser", command: "x-www-browser", args: [url] },
  ];
}

interface Failure {
  readonly label: string;
  readonly reason: string;
}

/** Windows' own way from a URL to the default browser, without `cmd.exe` and its quoting. */
function rundll32(command: string, url: string): BrowserLauncher {
  return { label: "rundll32", command, args: ["url.dll,FileProtocolHandler", url] };
}

/** What `BROWSER` asks for. No shell ever sees it. */
function chosenLaunchers(browser: string, url: string): readonly BrowserLauncher[] {
  return browser.split(":").map((entry) => entry.trim()).flatMap((entry) => {
    const [command, ...args] = splitWords(entry).map((word) => fillIn(word, url));
    if (command === undefined) return [];
    const label = `BROWSER (${entry})`;
    if (entry.replaceAll("%%", "").includes("%s")) return [{ label, command, args }];
    const split = { label, command, args: [...args, url] };
    // `/mnt/c/Program Files/…/chrome.exe`, unquoted, is what many people have there.
    return args.length === 0 ? [split] : [split, { label, command: entry, args: [url] }];
  });
}

/** Words split at blanks; quotes keep a word together, and a backslash the character after it. */
function splitWords(text: string): readonly string[] {
  const words = text.match(/(?:"[^"]*"|'[^']*'|\\.|[^\s"'\\])+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /"([^"]*)"|'([^']*)'|\\(.)/g,
      (_, double?: string, single?: string, escaped?: string) => double ?? single ?? escaped ?? "",
    )
  );
}

function fillIn(word: string, url: string): string {
  const meanings: Readonly<Record<string, string>> = { "%s": url, "%c": ":", "%%": "%" };
  return word.replace(/%[sc%]/g, (placeholder) => meanings[placeholder] ?? placeholder);
}

/** Starts a launcher; gives why it did not work, `undefined` when it did. */
async function start(
  launcher: BrowserLauncher,
  runtime: Pick<Runtime, "program" | "sleep">,
): Promise<string | undefined> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(launcher.command, {
      args: [...launcher.args],
      stdin: "null",
      stdout: "null",
      stderr: "null",
      detached: runtime.program.os !== "windows",
    }).spawn();
  } catch (error) {
    return isMissing(error) ? "not installed" : reasonOf(error);
  }
  child.unref();
  const waiting = new AbortController();
  const stillRunning = runtime.sleep(FOREGROUND_MS, waiting.signal).then(() => undefined);
  const status = await Promise.race([child.status, stillRunning]);
  waiting.abort();
  return status === undefined || status.success ? undefined : `exit code ${status.code}`;
}

/** Failures in one line, launchers of one reason together. */
function describeFailures(failures: readonly Failure[]): string {
  const byReason = Map.groupBy(failures, ({ reason }) => reason);
  return [...byReason].map(([reason, alike]) => {
    const labels = [...new Set(alike.map(({ label }) => label))];
    return `${labels.join(", ")}: ${reason}`;
  }).join("; ");
}
