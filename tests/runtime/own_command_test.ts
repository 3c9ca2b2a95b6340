import assert from "node:assert/strict";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import { ownCommand, TOKEN_PERMISSIONS } from "../../src/runtime/own_command.ts";
import type { Program } from "../../src/runtime/runtime.ts";
import { type Home, temporaryHome } from "../world/run_program.ts";

function startedAs(
  program: Partial<Program>,
  env: Readonly<Record<string, string>> = {},
): Parameters<typeof ownCommand>[0] {
  return { env: (variable) => env[variable], program: { ...denoRuntime().program, ...program } };
}

/** A binary where a package manager keeps it, and the link on the PATH that survives an upgrade. */
function installedBinary(home: Home): { readonly executable: string; readonly link: string } {
  const executable = home.write("cellar/eksauth/0.1.0/bin/eksauth", "");
  Deno.mkdirSync(`${home.path}/bin`);
  const link = `${home.path}/bin/eksauth`;
  Deno.symlinkSync(executable, link);
  return { executable, link };
}

Deno.test("ownCommand() names a compiled binary by the path on PATH that leads to it", () => {
  using home = temporaryHome();
  const { executable, link } = installedBinary(home);
  const runtime = startedAs({ standalone: true, executablePath: () => executable }, {
    PATH: `/nowhere:relative:${home.path}/bin/`,
  });
  assert.deepEqual(ownCommand(runtime), { command: link, args: [], variables: [] });
});

Deno.test("ownCommand() names a compiled binary by its own path when PATH leads to another eksauth", () => {
  using home = temporaryHome();
  const { executable } = installedBinary(home);
  const other = home.write("other/eksauth", "");
  const runtime = startedAs({ standalone: true, executablePath: () => executable }, {
    PATH: `${home.path}/other`,
  });
  assert.deepEqual(ownCommand(runtime), { command: executable, args: [], variables: [] });
  assert.notEqual(other, executable);
});

Deno.test("ownCommand() names the launcher that started a bundle", () => {
  using home = temporaryHome();
  const launcher = home.write(".local/bin/eksauth", "#!/bin/sh\n");
  const runtime = startedAs({ standalone: false }, { EKSAUTH_LAUNCHER: launcher });
  assert.deepEqual(ownCommand(runtime), { command: launcher, args: [], variables: [] });
});

Deno.test("ownCommand() does not trust a launcher that is not there", () => {
  const runtime = startedAs({
    standalone: false,
    executablePath: () => "/opt/deno",
    scriptPath: () => "/opt/eksauth/dist/main.js",
  }, { EKSAUTH_LAUNCHER: "/nowhere/eksauth" });
  assert.equal(ownCommand(runtime).command, "/opt/deno");
});

Deno.test("ownCommand() is Deno with the script when it runs from source", () => {
  const runtime = startedAs({
    standalone: false,
    executablePath: () => "/opt/deno",
    scriptPath: () => "/opt/eksauth/src/main.ts",
  });
  assert.deepEqual(ownCommand(runtime), {
    command: "/opt/deno",
    args: ["run", "--quiet", ...TOKEN_PERMISSIONS, "/opt/eksauth/src/main.ts"],
    variables: [["DENO_NO_UPDATE_CHECK", "1"]],
  });
});

Deno.test("ownCommand() runs a bundle without looking for anything beside it", () => {
  const runtime = startedAs({
    standalone: false,
    executablePath: () => "/opt/deno",
    scriptPath: () => "/opt/eksauth/dist/main.js",
  });
  const { args } = ownCommand(runtime);
  assert.ok(args.includes("--no-config") && args.includes("--cached-only"));
  assert.equal(args.at(-1), "/opt/eksauth/dist/main.js");
});
