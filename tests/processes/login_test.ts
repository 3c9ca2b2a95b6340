/**
 * Signing in with the real program: in the browser that `BROWSER` names, and called off with Ctrl-C.
 *
 * @module
 */

import assert from "node:assert/strict";

import { createPrivateHome, type PrivateHome } from "../sandbox/private_home.ts";
import { SESSION_NAME, tokenFilePath, writeAwsConfig } from "../sandbox/sso/aws_files.ts";
import { type Sandbox, startSandbox } from "../sandbox/world.ts";
import { DENO_ENV, EKSAUTH } from "./_eksauth_process.ts";

const [PROGRAM, ...ARGS] = EKSAUTH;
const LOGIN = [...ARGS, "login", "--sso-session", SESSION_NAME];

Deno.test("eksauth login: starts the program in BROWSER, and is done when that has approved", async () => {
  await using there = await signedOut();
  const { home, sandbox } = there;
  sandbox.sso.settings.approval = "auto";
  const visit = "const [url] = Deno.args; await (await fetch(url)).text();";
  await Deno.writeTextFile(`${home.folder}/browser.ts`, visit);
  await Deno.writeTextFile(
    `${home.folder}/browser`,
    `#!/bin/sh\n'${PROGRAM}' run -A --no-config '${home.folder}/browser.ts' "$1" &\n`,
    { mode: 0o700 },
  );
  const run = await home.run(PROGRAM, [...LOGIN, "--with-browser"], {
    ...DENO_ENV,
    ...sandbox.env,
    BROWSER: `${home.folder}/browser`,
  });
  assert.deepEqual([run.code, run.stdout], [
    0,
    'Signed in to SSO session "company" (for 1 h, renewed by itself)\n',
  ], run.stderr);
  assert.equal(Deno.statSync(there.tokenPath).mode! & 0o777, 0o600);
  assert.equal(Deno.statSync(`${home.folder}/.aws/sso/cache`).mode! & 0o777, 0o700);
});

for (const flag of ["--device-code", "--no-browser"]) {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.test(`eksauth login ${flag}: ${signal} ends it at any time, and nothing is left`, async () => {
      await using there = await signedOut();
      const { code, stdout, stderr } = await endedBy(signal, flag, there);
      assert.deepEqual([code, stdout], [130, ""], stderr);
      assert.match(
        stderr,
        /\neksauth: error: Cannot sign in to SSO session "company": interrupted\n$/,
      );
      await assert.rejects(Deno.stat(there.tokenPath), Deno.errors.NotFound);
    });
  }
}

interface There extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly home: PrivateHome;
  readonly tokenPath: string;
}

async function signedOut(): Promise<There> {
  const sandbox = await startSandbox();
  const home = await createPrivateHome();
  await writeAwsConfig(home.folder);
  return {
    sandbox,
    home,
    tokenPath: tokenFilePath(home.folder, SESSION_NAME),
    async [Symbol.asyncDispose](): Promise<void> {
      await home[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** Sends the signal as soon as the program waits for the person. */
async function endedBy(
  signal: Deno.Signal,
  flag: string,
  { sandbox, home }: There,
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const child = new Deno.Command(PROGRAM, {
    args: [...LOGIN, flag],
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: home.folder, ...DENO_ENV, ...sandbox.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = new Response(child.stdout).text();
  let stderr = "";
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    const wasWaiting = stderr.includes("eksauth: waiting for ");
    stderr += text;
    if (!wasWaiting && stderr.includes("eksauth: waiting for ")) child.kill(signal);
  }
  const { code } = await child.status;
  return { code, stdout: await output, stderr };
}
