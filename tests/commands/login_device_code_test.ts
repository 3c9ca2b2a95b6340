import assert from "node:assert/strict";

import type { Outcome, Start } from "../world/run_program.ts";
import { SSO_START_URL } from "../sandbox/cast.ts";
import {
  beforeRequest,
  LEGACY_CONFIG,
  shownAddress,
  type SignInHome,
  startSignInHome,
} from "./_sign_in_home.ts";

const SIGNED_IN = 'Signed in to SSO session "company" (for 1 h, renewed by itself)\n';

Deno.test("eksauth login --device-code: shows the code and waits until the person has approved", async () => {
  await using there = await startSignInHome();
  const { code, stdout, stderr } = await runDeviceCode(there, "login --device-code", {
    3: (userCode) => there.sandbox.sso.approveDevice(userCode),
  });
  assert.deepEqual([code, stdout], [0, SIGNED_IN], stderr);
  const userCode = userCodeIn(stderr);
  assert.equal(
    stderr.replace(shownAddress(stderr) ?? "nothing", "ADDRESS"),
    "eksauth: open this address on any device:\n\n  ADDRESS\n\n" +
      `eksauth: and confirm there, if it shows this code:\n\n  ${[...userCode].join(" ")}\n\n` +
      "eksauth: warning: Confirm no code but your own: whoever sends you one signs in as you\n" +
      "eksauth: waiting for the code to be confirmed (Ctrl-C cancels)\n",
  );
  assert.equal(there.token()?.["startUrl"], SSO_START_URL);
  assert.equal(there.sandbox.sso.createTokenCount(), 3);
});

Deno.test("eksauth login: chooses the device code where no browser can work, and says why", async () => {
  const cases: readonly (readonly [reason: string, start: Start])[] = [
    [
      "This is an SSH session: the browser is on another machine",
      { env: { SSH_CONNECTION: "192.0.2.1 50000 192.0.2.2 22" } },
    ],
    [
      "This is a container: there is no browser in it",
      { machineFacts: { isContainer: true } },
    ],
    ["There is no graphical display, and BROWSER is not set", { env: { DISPLAY: "" } }],
    [
      "This is WSL with interop switched off, and BROWSER is not set",
      { machineFacts: { wsl: "no_interop" } },
    ],
  ];
  for (const [reason, start] of cases) {
    await using there = await startSignInHome();
    const { code, stderr } = await runDeviceCode(there, "login", {
      1: (userCode) => there.sandbox.sso.approveDevice(userCode),
    }, start);
    assert.equal(code, 0, stderr);
    assert.equal(stderr.split("\n")[0], `eksauth: signing in by device code: ${reason}`);
  }
});

Deno.test("eksauth login --with-browser: uses a browser even there", async () => {
  await using there = await startSignInHome();
  const { code, stdout } = await there.run("login --with-browser", {
    machineFacts: { isContainer: true },
  });
  assert.deepEqual([code, stdout], [0, SIGNED_IN]);
  assert.equal(there.visits.length, 1);
});

Deno.test("eksauth login: refuses device code and browser at once", async () => {
  await using there = await startSignInHome();
  for (const flag of ["--with-browser", "--no-browser", "--callback-port=8400"]) {
    assert.deepEqual(await there.run(`login --device-code ${flag}`), {
      code: 2,
      stdout: "",
      stderr: "eksauth: error: Cannot sign in by device code and by browser at once\n" +
        "eksauth: hint: Leave out --device-code, or the flags about the browser\n",
      slept: [],
    });
  }
});

Deno.test("eksauth login --device-code: asks more slowly each time it is told to, for good", async () => {
  await using there = await startSignInHome();
  there.sandbox.sso.settings.pollIntervalSeconds = 1;
  // The sandbox's clock stands still: the first look is free, the second is on time, all others come too early.
  const { code, slept } = await runDeviceCode(there, "login --device-code", {
    5: (userCode) => there.sandbox.sso.approveDevice(userCode),
  });
  assert.equal(code, 0);
  assert.deepEqual(slept, [1_000, 1_000, 1_000, 6_000, 11_000]);
});

Deno.test("eksauth login --device-code: goes on when AWS is away for a while", async () => {
  await using there = await startSignInHome();
  there.sandbox.faults.add({
    service: "sso-oidc",
    operation: "CreateToken",
    times: 2,
    fault: { kind: "error", status: 503, awsCode: "ServiceUnavailableException" },
  });
  const { code, stdout, stderr } = await runDeviceCode(there, "login --device-code", {
    4: (userCode) => there.sandbox.sso.approveDevice(userCode),
  });
  assert.deepEqual([code, stdout], [0, SIGNED_IN], stderr);
  assert.equal(
    stderr.match(/^eksauth: warning: AWS failed at CreateToken: .*; still waiting$/gm)?.length,
    2,
    stderr,
  );
});

Deno.test("eksauth login --device-code: a denial ends it", async () => {
  await using there = await startSignInHome();
  const { code, stdout, stderr } = await runDeviceCode(there, "login --device-code", {
    2: (userCode) => there.sandbox.sso.denyDevice(userCode),
  });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(
    stderr,
    /\neksauth: error: Cannot sign in to SSO session "company": the request was denied in the browser[^\n]*\neksauth: hint: Sign in again: eksauth login --sso-session company\n$/,
  );
  assert.equal(there.token(), undefined);
});

Deno.test("eksauth login --device-code: ends when the code does, by AWS's word or by its own count", async () => {
  const ways: readonly ((there: SignInHome) => Promise<Outcome>)[] = [
    (there) =>
      runDeviceCode(there, "login --device-code", {
        2: () => there.sandbox.sso.expireDeviceCodes(),
      }),
    (there) => {
      there.sandbox.sso.settings.deviceCodeSeconds = 3;
      return runDeviceCode(there, "login --device-code", {});
    },
  ];
  for (const way of ways) {
    await using there = await startSignInHome();
    const { code, stdout, stderr } = await way(there);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /\neksauth: error: Cannot sign in to SSO session "company": nobody allowed the request in time[^\n]*\neksauth: hint: Sign in again: eksauth login --sso-session company; where AWS showed an error instead, check [^\n]*\n$/,
    );
  }
});

Deno.test("eksauth login: an older profile signs in by device code, for the session's whole life", async () => {
  await using there = await startSignInHome(LEGACY_CONFIG);
  const { code, stdout, stderr } = await runDeviceCode(there, "login dev-admin", {
    1: (userCode) => there.sandbox.sso.approveDevice(userCode),
  });
  assert.equal(code, 0, stderr);
  assert.equal(
    stdout,
    `Signed in to start URL "${SSO_START_URL}" (for 8 h)\n` +
      "Profile dev-admin is DevAdmin in account 123456789012 (for 1 h)\n",
  );
  assert.equal(
    stderr.split("\n")[0],
    "eksauth: signing in by device code: the profile has no sso_session, and older profiles know no other way",
  );
  const token = there.token(SSO_START_URL);
  assert.equal(token?.["expiresAt"], "2026-01-02T11:04:05Z");
  assert.equal(token?.["refreshToken"], undefined);
  const refused = await there.run("login dev-admin --with-browser");
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /\neksauth: hint: eksauth login --profile dev-admin --device-code\n$/,
  );
});

Deno.test("eksauth login --device-code: draws a QR code on a terminal, and only there", async () => {
  await using there = await startSignInHome();
  const act = { 1: (userCode: string) => there.sandbox.sso.approveDevice(userCode) };
  const terminal = await runDeviceCode(there, "login --device-code", act, {
    isTerminal: true,
    env: { NO_COLOR: "1" },
  });
  assert.match(terminal.stderr, /[▀▄█]{10}/);
  const pipe = await runDeviceCode(there, "login --device-code", act);
  assert.doesNotMatch(pipe.stderr, /[▀▄█]/);
});

/** What happens just before a poll, by its number. */
type Acts = Readonly<Record<number, (userCode: string) => unknown>>;

/** Signs in by device code while somebody acts on another device. */
async function runDeviceCode(
  there: SignInHome,
  line: string,
  acts: Acts,
  start: Start = {},
): Promise<Outcome> {
  let seen = "";
  return await there.run(line, {
    openBrowser: () => Promise.reject(new Error("opened")),
    ...start,
    onStderr: (text) => void (seen += text),
    fetch: beforeRequest("/token", (poll) => acts[poll]?.(userCodeIn(seen))),
  });
}

/** The code as a person reads it off the screen. */
function userCodeIn(stderr: string): string {
  // deno-lint-ignore no-control-regex
  const plain = stderr.replaceAll(/\x1b\[\d*m/g, "");
  return /^ {2}([A-Z](?: [A-Z-])+)$/m.exec(plain)?.[1]?.replaceAll(" ", "") ?? "";
}
