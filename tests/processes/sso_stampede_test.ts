/**
 * A hundred plugins that start at once, as kubectl, k9s and an IDE make them, against a strict Identity Center.
 *
 * @module
 */

import assert from "node:assert/strict";

import { createPrivateHome, type PrivateHome, type ProgramRun } from "../sandbox/private_home.ts";
import {
  readTokenFile,
  SESSION_NAME,
  tokenFilePath,
  writeAwsConfig,
  writeTokenFile,
} from "../sandbox/sso/aws_files.ts";
import type { SignedInClient } from "../sandbox/sso/signed_in_client.ts";
import { type Sandbox, startSandbox } from "../sandbox/world.ts";
import { DENO_ENV, EKSAUTH } from "./_eksauth_process.ts";

const [PROGRAM, ...ARGS] = EKSAUTH;
const TOKEN = [...ARGS, "token", "--cluster-name=dev-cluster", "--profile=dev-admin"];

Deno.test("a hundred eksauth token at the instant of expiry: one renewal, one role, a hundred tokens", async () => {
  await using there = await signedIn();
  const { sandbox, path } = there;
  sandbox.sso.expireAccessTokens();
  const before = { ...there.signedIn, expiresAt: timeIn(-1000) };
  await writeTokenFile(path, before);

  const { runs } = await stampede(there);
  for (const { code, stdout, stderr } of runs) {
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /"token": ?"k8s-aws-v1\./);
  }
  assert.equal(sandbox.sso.createTokenCount(), 1);
  assert.equal(sandbox.sso.roleCredentialsCount, 1);
  assert.equal(sandbox.sso.signInCount, 0);
  const after = await readTokenFile(path);
  assert.notEqual(after["refreshToken"], before.refreshToken);
  assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort());
});

Deno.test("a hundred eksauth token whose session has ended: all fail at once, and none signs in", async () => {
  await using there = await signedIn();
  const { sandbox, path } = there;
  sandbox.sso.revokeSession();

  const { runs, spreadMs } = await stampede(there);
  for (const run of runs) {
    assert.deepEqual(run, {
      code: 4,
      stdout: "",
      stderr:
        `eksauth: error: Cannot use SSO session "${SESSION_NAME}": IAM Identity Center has ended the sign-in\n` +
        "eksauth: hint: eksauth login --profile dev-admin\n",
    });
  }
  assert.equal(sandbox.requests.all.length, 1);
  assert.equal(sandbox.sso.signInCount, 0);
  await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  // Told, not asserted: how far apart processes end is also this machine's affair.
  const idle = await stampede(there, { args: [...ARGS, "token"] });
  const told = `ended within ${spreadMs} ms of each other, ${idle.spreadMs} ms with nothing to do`;
  Deno.stderr.writeSync(new TextEncoder().encode(`a hundred failures ${told}\n`));
});

Deno.test("thirty eksauth token while the AWS CLI rewrites the token file in place: nothing is lost", async () => {
  await using there = await signedIn();
  const { sandbox, path } = there;
  const before = await readTokenFile(path);
  const stop = new AbortController();
  const writer = new Deno.Command(Deno.execPath(), {
    args: ["eval", REWRITE_FOREVER, path],
    stdout: "null",
    stderr: "null",
    signal: stop.signal,
  }).spawn();
  const { runs } = await stampede(there, { count: 30 }).finally(async () => {
    stop.abort();
    await writer.status;
  });
  for (const { code, stdout, stderr } of runs) {
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /"token": ?"k8s-aws-v1\./);
  }
  assert.equal(sandbox.sso.createTokenCount(), 0);
  assert.equal(sandbox.sso.signInCount, 0);
  const after = await Deno.readTextFile(path);
  // The writer may have been stopped between emptying the file and filling it.
  if (after !== "") assert.deepEqual(JSON.parse(after), before);
});

/** Rewrites a token file as the AWS CLI does: emptied, then written. */
const REWRITE_FOREVER = `
const [path] = Deno.args;
const text = new TextEncoder().encode(Deno.readTextFileSync(path));
for (;;) {
  const file = Deno.openSync(path, { write: true, truncate: true });
  file.writeSync(text);
  file.close();
  await new Promise((resolve) => setTimeout(resolve, 2));
}
`;

/** Somebody is signed in, and no role credentials are cached. */
interface There extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly home: PrivateHome;
  /** The token file. */
  readonly path: string;
  readonly signedIn: SignedInClient;
}

async function signedIn(): Promise<There> {
  const sandbox = await startSandbox();
  const home = await createPrivateHome();
  await writeAwsConfig(home.folder);
  const path = tokenFilePath(home.folder, SESSION_NAME);
  const signedIn = sandbox.sso.signIn();
  await writeTokenFile(path, signedIn);
  return {
    sandbox,
    home,
    path,
    signedIn,
    async [Symbol.asyncDispose](): Promise<void> {
      await home[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** How processes ended that were started at once. */
interface Stampede {
  readonly runs: readonly ProgramRun[];
  /** From the first end to the last, in milliseconds. */
  readonly spreadMs: number;
}

async function stampede(
  { home, sandbox }: There,
  { count = 100, args = TOKEN }: { readonly count?: number; readonly args?: readonly string[] } =
    {},
): Promise<Stampede> {
  const endedAtMs: number[] = [];
  const env = { ...DENO_ENV, ...sandbox.env };
  const runs = await Promise.all(Array.from({ length: count }, async () => {
    const run = await home.run(PROGRAM, args, env);
    endedAtMs.push(performance.now());
    return run;
  }));
  return { runs, spreadMs: Math.round(Math.max(...endedAtMs) - Math.min(...endedAtMs)) };
}

function timeIn(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}
