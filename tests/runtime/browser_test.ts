import assert from "node:assert/strict";
import {
  browserLaunchers,
  type BrowserOutcome,
  openBrowser,
  startFirst,
} from "../../src/runtime/browser.ts";
import type { MachineFacts } from "../../src/runtime/browser_availability.ts";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { type Home, temporaryHome } from "../world/run_program.ts";

const URL_OF_AWS = "https://oidc.us-east-2.amazonaws.com/authorize?response_type=code&scopes=a%20b";
const FACTS: MachineFacts = { isContainer: false, wsl: "none" };

type Machine = Pick<Runtime, "env" | "program" | "sleep">;

function machine(os: string, env: Readonly<Record<string, string>> = {}): Machine {
  const { program, sleep } = denoRuntime();
  return { env: (variable) => env[variable], program: { ...program, os }, sleep };
}

/** What `BROWSER` holds, and the first command lines tried for it. `U` stands for the URL. */
const CHOICES: readonly (readonly [browser: string, commands: readonly (readonly string[])[]])[] = [
  ["", []],
  [" : ", []],
  ["firefox", [["firefox", "U"]]],
  ["firefox:chromium", [["firefox", "U"], ["chromium", "U"]]],
  ["firefox --new-window %s", [["firefox", "--new-window", "U"]]],
  ["run --url=%s --rate=5%% --at=1%c2", [["run", "--url=U", "--rate=5%", "--at=1:2"]]],
  ["run 100%%s", [["run", "100%s", "U"], ["run 100%%s", "U"]]],
  [`"/opt/my browser/run" 'a b' c\\ d`, [
    ["/opt/my browser/run", "a b", "c d", "U"],
    [`"/opt/my browser/run" 'a b' c\\ d`, "U"],
  ]],
  ["/mnt/c/Program Files/chrome.exe", [
    ["/mnt/c/Program", "Files/chrome.exe", "U"],
    ["/mnt/c/Program Files/chrome.exe", "U"],
  ]],
  ["sh; rm -rf ~ && $(id) `id` | cat > x", [
    ["sh;", "rm", "-rf", "~", "&&", "$(id)", "`id`", "|", "cat", ">", "x", "U"],
    ["sh; rm -rf ~ && $(id) `id` | cat > x", "U"],
  ]],
];

for (const [browser, commands] of CHOICES) {
  Deno.test(`browserLaunchers() reads BROWSER=${JSON.stringify(browser)}`, () => {
    const launchers = browserLaunchers(
      { url: "U", facts: FACTS },
      machine("darwin", { BROWSER: browser }),
    );
    const lines = launchers.map(({ command, args }) => [command, ...args]);
    assert.deepEqual(lines, [...commands, ["/usr/bin/open", "U"]]);
  });
}

/** Operating system and kind of WSL, and every command line tried where `BROWSER` is not set. */
const SYSTEMS: readonly (readonly [
  os: string,
  wsl: MachineFacts["wsl"],
  commands: readonly (readonly string[])[],
])[] = [
  ["darwin", "none", [["/usr/bin/open", "U"]]],
  ["windows", "none", [["D:\\Win\\System32\\rundll32.exe", "url.dll,FileProtocolHandler", "U"]]],
  ["linux", "none", [["xdg-open", "U"], ["gio", "open", "U"], ["x-www-browser", "U"]]],
  ["linux", "no_interop", [["xdg-open", "U"], ["gio", "open", "U"], ["x-www-browser", "U"]]],
  ["linux", "interop", [
    ["wslview", "U"],
    ["rundll32.exe", "url.dll,FileProtocolHandler", "U"],
    ["/mnt/c/Windows/System32/rundll32.exe", "url.dll,FileProtocolHandler", "U"],
    ["xdg-open", "U"],
    ["gio", "open", "U"],
    ["x-www-browser", "U"],
  ]],
];

for (const [os, wsl, commands] of SYSTEMS) {
  Deno.test(`browserLaunchers() knows the ways of ${os}, WSL: ${wsl}`, () => {
    const launchers = browserLaunchers(
      { url: "U", facts: { ...FACTS, wsl } },
      machine(os, { SystemRoot: "D:\\Win" }),
    );
    assert.deepEqual(launchers.map(({ command, args }) => [command, ...args]), commands);
  });
}

Deno.test("browserLaunchers() does not read BROWSER on Windows, whose paths have colons", () => {
  const launchers = browserLaunchers(
    { url: "U", facts: FACTS },
    machine("windows", { BROWSER: "C:\\firefox.exe" }),
  );
  assert.deepEqual(launchers.map(({ command }) => command), [
    "C:\\Windows\\System32\\rundll32.exe",
  ]);
});

/** A program in place of a browser; `$0.args` gets its arguments, a line each. */
function launcher(home: Home, fileName: string, script = ""): string {
  const path = home.write(
    fileName,
    `#!/bin/sh\nfor arg; do echo "$arg"; done > "$0.args"\n${script}\n`,
  );
  Deno.chmodSync(path, 0o700);
  return path;
}

/** Runs `openBrowser()` with a `browser` that works: no real one is tried. */
function open(browser: string, url = URL_OF_AWS): Promise<BrowserOutcome> {
  return openBrowser({ url, facts: FACTS }, machine("darwin", { BROWSER: browser }));
}

const onLinux = { ignore: Deno.build.os !== "linux" };

Deno.test("openBrowser() hands the URL to the program as one argument", onLinux, async () => {
  using home = temporaryHome();
  const browser = launcher(home, "my browser");
  assert.deepEqual(await open(`'${browser}' --new %s`), {
    opened: true,
    by: `BROWSER ('${browser}' --new %s)`,
  });
  assert.equal(home.read("my browser.args"), `--new\n${URL_OF_AWS}\n`);
});

Deno.test("openBrowser() goes on when a program is missing or fails", onLinux, async () => {
  using home = temporaryHome();
  const failing = launcher(home, "failing", "exit 3");
  const working = launcher(home, "working");
  assert.deepEqual(await open(`${home.path}/missing:${failing}:${working}`), {
    opened: true,
    by: `BROWSER (${working})`,
  });
  assert.ok(home.exists("failing.args"));
});

Deno.test("startFirst() tells why nothing worked, once for each reason", onLinux, async () => {
  using home = temporaryHome();
  const commands = {
    failing: launcher(home, "failing", "exit 3"),
    missing: `${home.path}/missing`,
    misspelt: `${home.path}/missing/too`,
    plain: home.write("plain", ""),
  };
  const launchers = Object.entries(commands).map(([label, command]) => ({
    ...{ label, command },
    args: [URL_OF_AWS],
  }));
  assert.deepEqual(await startFirst(launchers, machine("linux")), {
    opened: false,
    reason:
      "Cannot open a browser: failing: exit code 3; missing, misspelt: not installed; plain: permission denied",
  });
});

/** Waits for another process to do something. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await denoRuntime().sleep(5);
}

Deno.test(
  "openBrowser() leaves alone a browser that stays in the foreground",
  onLinux,
  async () => {
    using home = temporaryHome();
    const browser = launcher(
      home,
      "browser",
      `echo $$ > "$0.new" && mv "$0.new" "$0.pid"; while [ -e "$0" ]; do sleep 0.01; done`,
    );
    const waits: number[] = [];
    const sleep = (milliseconds: number): Promise<void> => {
      waits.push(milliseconds);
      return until(() => home.exists("browser.pid"));
    };
    const outcome = await openBrowser(
      { url: URL_OF_AWS, facts: FACTS },
      { ...machine("darwin", { BROWSER: browser }), sleep },
    );
    assert.deepEqual(outcome, { opened: true, by: `BROWSER (${browser})` });
    assert.deepEqual(waits, [3_000]);
    const folder = `/proc/${home.read("browser.pid").trim()}`;
    assert.ok(Deno.statSync(folder).isDirectory);
    // It ends when its file is gone.
    Deno.removeSync(browser);
    await until(() =>
      [...Deno.readDirSync("/proc")].every(({ name }) => `/proc/${name}` !== folder)
    );
  },
);

Deno.test("openBrowser() lets the program write to none of our streams", onLinux, async () => {
  using home = temporaryHome();
  const browser = launcher(home, "browser", "echo to stdout; echo to stderr >&2; cat > $0.stdin");
  const script = home.write(
    "open.ts",
    `import { openBrowser } from ${
      JSON.stringify(import.meta.resolve("../../src/runtime/browser.ts"))
    };
const runtime = { env: () => ${
      JSON.stringify(browser)
    }, program: { os: "darwin" }, sleep: () => new Promise(() => {}) };
const { opened } = await openBrowser({ url: "https://example.com/", facts: {} }, runtime);
Deno.exit(opened ? 7 : 1);`,
  );
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-check", "-A", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode("typed\n"));
  await stdin.close();
  const { code, stdout, stderr } = await child.output();
  assert.deepEqual([code, stdout.length, new TextDecoder().decode(stderr)], [7, 0, ""]);
  assert.equal(home.read("browser.stdin"), "");
});

/** Addresses, and how they are handed over; `undefined` where they must not be. */
const ADDRESSES: readonly (readonly [url: string, opened: string | undefined])[] = [
  ["https://example.com", "https://example.com/"],
  [`https://example.com/a b?q="'<>\`$(id)\n`, "https://example.com/a%20b?q=%22%27%3C%3E`$(id)"],
  ["http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"],
  ["http://localhost/", "http://localhost/"],
  ["http://[::1]:1/", "http://[::1]:1/"],
  ["http://example.com/", undefined],
  ["http://127.0.0.1.example.com/", undefined],
  ["https://aws.amazon.com@example.com/", undefined],
  ["https://:secret@example.com/", undefined],
  ["file:///etc/passwd", undefined],
  ["javascript:alert(1)", undefined],
  ["ms-settings:", undefined],
  ["--version", undefined],
  ["", undefined],
];

for (const [url, opened] of ADDRESSES) {
  Deno.test(
    `openBrowser() ${opened ? "opens" : "refuses"} ${JSON.stringify(url)}`,
    onLinux,
    async () => {
      using home = temporaryHome();
      const browser = launcher(home, "browser");
      const outcome = await open(browser, url);
      if (opened === undefined) {
        assert.deepEqual(outcome, {
          opened: false,
          reason: "Cannot open the address in a browser: it is neither https nor on this machine",
        });
        assert.ok(!home.exists("browser.args"));
      } else {
        assert.equal(home.read("browser.args"), `${opened}\n`);
      }
    },
  );
}

Deno.test("denoRuntime() opens browsers by the same rules", async () => {
  assert.deepEqual(await denoRuntime().openBrowser("file:///etc/passwd"), {
    opened: false,
    reason: "Cannot open the address in a browser: it is neither https nor on this machine",
  });
});
