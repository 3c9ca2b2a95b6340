/**
 * The launchers' text. That the POSIX one runs is shown by `install_test.ts`.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  isLauncher,
  type Launch,
  posixLauncher,
  quoteForShell,
  windowsLauncher,
} from "../../scripts/launcher.ts";

const POSIX: Launch = {
  launcher: "/home/dev/.local/bin/eksauth",
  deno: "/home/dev/it's here/deno",
  args: ["run", "--no-config"],
  script: "/home/dev/$x/main.js",
  env: { DENO_NO_UPDATE_CHECK: "1" },
};

const WINDOWS: Launch = {
  launcher: "C:\\Users\\dév\\.local\\bin\\eksauth.cmd",
  deno: "C:\\Users\\dév\\AppData\\Local\\Programs\\eksauth\\deno.exe",
  args: ["run", "--no-config"],
  script: "D:\\100% mine\\main.js",
  env: { DENO_NO_UPDATE_CHECK: "1" },
};

Deno.test("posixLauncher() quotes every path and becomes Deno", () => {
  const lines = posixLauncher(POSIX).split("\n");
  assert.equal(lines[0], "#!/bin/sh");
  assert.deepEqual(lines.slice(2), [
    "export EKSAUTH_LAUNCHER='/home/dev/.local/bin/eksauth' DENO_NO_UPDATE_CHECK='1'",
    `exec '/home/dev/it'\\''s here/deno' run --no-config '/home/dev/$x/main.js' "$@"`,
    "",
  ]);
});

Deno.test("windowsLauncher() doubles percent signs and keeps a user's name out of the file", () => {
  const lines = windowsLauncher(WINDOWS, "C:\\Users\\dév\\AppData\\Local").split("\r\n");
  assert.equal(lines[0], "@echo off");
  assert.deepEqual(lines.slice(2), [
    "setlocal DisableDelayedExpansion",
    'set "EKSAUTH_LAUNCHER=%~f0"',
    'set "DENO_NO_UPDATE_CHECK=1"',
    '"%LOCALAPPDATA%\\Programs\\eksauth\\deno.exe" run --no-config "D:\\100%% mine\\main.js" %*',
    "exit /b %ERRORLEVEL%",
    "",
  ]);
});

Deno.test("windowsLauncher() writes whole paths where LOCALAPPDATA is not set", () => {
  assert.ok(windowsLauncher(WINDOWS, undefined).includes(`\r\n"${WINDOWS.deno}" run`));
});

Deno.test("isLauncher() knows its own and nothing else", () => {
  assert.equal(isLauncher(posixLauncher(POSIX)), true);
  assert.equal(isLauncher(windowsLauncher(WINDOWS, undefined)), true);
  assert.equal(isLauncher("#!/bin/sh\nexec deno run main.js\n"), false);
});

Deno.test("quoteForShell() gives one word of exactly that text", {
  ignore: Deno.build.os === "windows",
}, () => {
  for (const text of ["", "plain", "two words", "it's", `"$HOME" \`x\` \\`, "a\nb", "*?[~"]) {
    const { stdout } = new Deno.Command("/bin/sh", {
      args: ["-c", `printf '%s|' ${quoteForShell(text)}`],
    }).outputSync();
    assert.equal(new TextDecoder().decode(stdout), `${text}|`);
  }
});
