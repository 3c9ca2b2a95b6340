/**
 * Signing in with a real browser: eksauth opens it, a person presses a button, and it comes back.
 *
 * @module
 */

import assert from "node:assert/strict";

import type { Page } from "playwright-core";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import { NOW } from "../sandbox/cast.ts";
import { SESSION_NAME, tokenFilePath, writeAwsConfig } from "../sandbox/sso/aws_files.ts";
import { startSandbox } from "../sandbox/world.ts";
import { type Outcome, runProgram, type Start, temporaryHome } from "../world/run_program.ts";
import { findChromium, openTab, type Tab } from "./_chromium.ts";

const chromium = findChromium();
const LOGIN = ["login", "--sso-session", SESSION_NAME];

/** A test that needs a browser; it ends with its tab closed. */
function browserTest(
  name: string,
  run: (tab: Tab) => Promise<void>,
  look: Parameters<typeof openTab>[1] = {},
): void {
  Deno.test(`${name} (needs chromium)`, { ignore: chromium === undefined }, async () => {
    await using tab = await openTab(chromium ?? "", look);
    await run(tab);
  });
}

for (const colorScheme of ["light", "dark"] as const) {
  browserTest(
    `eksauth login in Chromium: ends at a page that says so, in ${colorScheme}`,
    async (tab) => {
      const { outcome, token } = await login(tab, (page) => page.click("text=Approve"));
      assert.deepEqual([outcome.code, outcome.stdout], [
        0,
        'Signed in to SSO session "company" (for 1 h, renewed by itself)\n',
      ], outcome.stderr);
      assert.equal(token?.["expiresAt"], "2026-01-02T04:04:05Z");
      assert.equal(await tab.page.title(), "Signed in · eksauth");
      assert.match(await tab.page.innerText("main"), /Signed in\n[^]*SSO session "company"/);
      await assertLooksRight(tab, colorScheme);
    },
    { colorScheme },
  );
}

browserTest("eksauth login in Chromium: a denial ends at a page that says so", async (tab) => {
  const { outcome, token } = await login(tab, (page) => page.click("text=Deny"));
  assert.deepEqual([outcome.code, outcome.stdout], [1, ""]);
  assert.equal(token, undefined);
  assert.equal(await tab.page.title(), "Not signed in · eksauth");
  assert.match(await tab.page.innerText("main"), /access_denied \(The request was denied\)/);
  await assertLooksRight(tab, "light");
});

browserTest("eksauth login in Chromium: another sign-in's address does not end it", async (tab) => {
  const { outcome } = await login(tab, async (page) => {
    const authorizeUrl = page.url();
    const redirectUri = new URL(authorizeUrl).searchParams.get("redirect_uri") ?? "";
    await page.goto(`${redirectUri}?code=theirs&state=theirs`);
    assert.equal(await page.title(), "This is another sign-in · eksauth");
    await assertLooksRight(tab, "light");
    await page.goto(authorizeUrl);
    await page.click("text=Approve");
  });
  assert.equal(outcome.code, 0, outcome.stderr);
});

browserTest(
  "eksauth login --device-code in Chromium: the person approves the code",
  async (tab) => {
    let seen = "";
    const decided = Promise.withResolvers<void>();
    const { outcome } = await login(tab, async (page) => {
      using _ = { [Symbol.dispose]: decided.resolve };
      const [userCode = ""] = /[A-Z]{4}-[A-Z]{4}/.exec(page.url()) ?? [];
      assert.ok(seen.includes([...userCode].join(" ")), "the page and the terminal show one code");
      assert.ok((await page.innerText("main")).includes(userCode));
      await page.click("text=Approve");
      await page.waitForSelector("text=Request approved");
    }, {
      args: [...LOGIN, "--device-code"],
      start: {
        onStderr: (text) => void (seen += text),
        // eksauth does not wait between its questions here, so the first one waits for the person.
        async fetch(url, request): Promise<Response> {
          if (url.endsWith("/token")) await decided.promise;
          return await denoRuntime().fetch(url, request);
        },
      },
    });
    assert.equal(outcome.code, 0, outcome.stderr);
  },
);

interface LoginWays {
  readonly args?: readonly string[];
  readonly start?: Start;
}

/** Signs in with the tab as the browser, in which the person does something, and waits until both have ended. */
async function login(
  { page, loaded }: Tab,
  person: (page: Page) => Promise<void>,
  { args = LOGIN, start = {} }: LoginWays = {},
): Promise<{ readonly outcome: Outcome; readonly token?: Readonly<Record<string, unknown>> }> {
  await using sandbox = await startSandbox({ now: NOW });
  using home = temporaryHome();
  await writeAwsConfig(home.path);
  const visit = Promise.withResolvers<void>();
  let isVisited = false;
  const open = (url: string): void => {
    if (isVisited) return;
    isVisited = true;
    void page.goto(url).then(() => person(page)).then(visit.resolve, visit.reject);
  };
  const runtime: Start = {
    env: { ...home.env, ...sandbox.env, DISPLAY: ":0" },
    openBrowser: (url) => {
      open(url);
      return Promise.resolve({ opened: true, by: "the test" });
    },
    ...start,
    onStderr(text): void {
      start.onStderr?.(text);
      const [url] = /http:\S+\/device\S+/.exec(text) ?? [];
      if (url !== undefined) open(url);
    },
  };
  const outcome = await runProgram(args, runtime);
  await visit.promise;
  await page.waitForLoadState();
  assertOnThisMachine(loaded);
  const path = tokenFilePath(home.path, SESSION_NAME).slice(home.path.length + 1);
  return home.exists(path) ? { outcome, token: JSON.parse(home.read(path)) } : { outcome };
}

/** Pages that load nothing from elsewhere: each address is a page of the sandbox or of eksauth. */
function assertOnThisMachine(loaded: readonly string[]): void {
  const others = loaded.filter((url) =>
    !/^(data:,|http:\/\/127\.0\.0\.1:\d+\/(us-east-2\/(authorize|device)|oauth\/callback)\?)/.test(
      url,
    )
  );
  assert.deepEqual(others, []);
}

/** Checks what a person would see at a glance, in the window and on a phone. */
async function assertLooksRight(
  { page, complaints }: Tab,
  colorScheme: "light" | "dark",
): Promise<void> {
  assert.deepEqual(complaints.filter((text) => !/status of (400|403)/.test(text)), []);
  const background = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
  const brightness = Number(/\d+/.exec(background)?.[0]);
  assert.ok(colorScheme === "dark" ? brightness < 64 : brightness > 192, background);
  for (const size of [{ width: 1280, height: 720 }, { width: 320, height: 568 }]) {
    await page.setViewportSize(size);
    const overflow = await page.evaluate<number>(
      "document.documentElement.scrollWidth - document.documentElement.clientWidth",
    );
    assert.equal(overflow, 0, `the page is wider than ${size.width} pixels`);
  }
  const folder = Deno.env.get("EKSAUTH_SCREENSHOTS");
  if (folder === undefined) return;
  await page.setViewportSize({ width: 800, height: 600 });
  const name = (await page.title()).replace(/ · .*/, "").replaceAll(" ", "_").toLowerCase();
  await page.screenshot({ path: `${folder}/${name}_${colorScheme}.png` });
}
