import assert from "node:assert/strict";

import { VERSION } from "../../src/version.ts";
import { runProgram, temporaryHome } from "../world/run_program.ts";

const PROGRAM = {
  standalone: true,
  executablePath: () => "/opt/eksauth/bin/eksauth",
  os: "linux",
  target: "x86_64-unknown-linux-gnu",
  denoVersion: "2.9.6",
};

Deno.test("eksauth version: tells what runs and where its files are", async () => {
  const outcome = await runProgram(["version"], { env: { HOME: "/home/dev" }, program: PROGRAM });
  assert.deepEqual(outcome, {
    stdout: `eksauth          ${VERSION} (x86_64-unknown-linux-gnu, Deno 2.9.6)
command          /opt/eksauth/bin/eksauth
AWS config       /home/dev/.aws/config
AWS credentials  /home/dev/.aws/credentials
cache            /home/dev/.cache/eksauth
state            /home/dev/.local/state/eksauth
`,
    stderr: "",
    code: 0,
    slept: [],
  });
});

Deno.test("eksauth version -o json: tells the same to programs", async () => {
  const env = {
    HOME: "/home/dev",
    AWS_CONFIG_FILE: "~/aws.ini",
    AWS_SHARED_CREDENTIALS_FILE: "/run/keys",
    XDG_CACHE_HOME: "/var/cache",
    XDG_STATE_HOME: "/var/state",
  };
  for (const flag of ["-o", "--output"]) {
    const { stdout } = await runProgram(["version", flag, "json"], { env, program: PROGRAM });
    assert.deepEqual(JSON.parse(stdout), {
      version: VERSION,
      deno: "2.9.6",
      target: "x86_64-unknown-linux-gnu",
      command: "/opt/eksauth/bin/eksauth",
      awsConfigFile: "/home/dev/aws.ini",
      awsCredentialsFile: "/run/keys",
      cacheFolder: "/var/cache/eksauth",
      stateFolder: "/var/state/eksauth",
    });
  }
});

Deno.test("eksauth version: names the path on PATH that leads to the binary, which survives an upgrade", async () => {
  using home = temporaryHome();
  home.write("cellar/1.2/eksauth", "");
  home.write("bin/.keep", "");
  Deno.symlinkSync(`${home.path}/cellar/1.2/eksauth`, `${home.path}/bin/eksauth`);
  const { stdout } = await runProgram(["version", "-o", "json"], {
    env: { ...home.env, PATH: `relative:${home.path}/missing:${home.path}/bin` },
    program: { ...PROGRAM, executablePath: () => `${home.path}/cellar/1.2/eksauth` },
  });
  assert.equal((JSON.parse(stdout) as { command: string }).command, `${home.path}/bin/eksauth`);
});

Deno.test("eksauth version: works without a home, like everything that needs none", async () => {
  const outcome = await runProgram(["--version"], { env: {} });
  assert.deepEqual(outcome, { stdout: `${VERSION}\n`, stderr: "", code: 0, slept: [] });
});

Deno.test("eksauth version: says so where there is no home folder", async () => {
  const text = await runProgram(["version"], { program: PROGRAM });
  assert.match(text.stdout, /^cache {12}none: there is no home folder$/m);
  const json = await runProgram(["version", "-o", "json"], { program: PROGRAM });
  assert.equal((JSON.parse(json.stdout) as { cacheFolder: unknown }).cacheFolder, null);
});
