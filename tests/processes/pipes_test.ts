import assert from "node:assert/strict";

import { createPrivateHome } from "../sandbox/private_home.ts";
import { staticProfile } from "../world/run_program.ts";
import { DENO_ENV, EKSAUTH, installEksauth, writeHome } from "./_eksauth_process.ts";

const [PROGRAM, ...ARGS] = EKSAUTH;
const TOKEN = ["token", "--cluster-name=dev-cluster", "--region=us-east-2", "--profile=dev-admin"];

Deno.test("eksauth token: prints a credential and a warning where its cache cannot be", async () => {
  await using home = await createPrivateHome();
  await writeHome(home, ".aws/credentials", staticProfile("dev-admin"));
  await writeHome(home, "no-folder", "");
  const env = { ...DENO_ENV, XDG_CACHE_HOME: `${home.folder}/no-folder` };
  const { code, stdout, stderr } = await home.run(PROGRAM, [...ARGS, ...TOKEN], env);
  assert.equal(code, 0, stderr);
  assert.equal((JSON.parse(stdout) as { readonly kind: string }).kind, "ExecCredential");
  assert.match(stderr, /^eksauth: warning: Cannot .*no-folder.*\n$/);
});

Deno.test("eksauth token: needs no home folder, with no more permissions than it has", async () => {
  // What is not in `env` is not there: the process has no HOME.
  const { success, stdout, stderr } = await new Deno.Command(PROGRAM, {
    args: [...ARGS, ...TOKEN.slice(0, 3)],
    clearEnv: true,
    env: {
      ...DENO_ENV,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    },
  }).output();
  assert.equal(new TextDecoder().decode(stderr), "");
  assert.match(new TextDecoder().decode(stdout), /"kind": "ExecCredential"/);
  assert.ok(success);
});

Deno.test("eksauth: says nothing when the reader of its output has gone", async () => {
  await using home = await createPrivateHome();
  const env = { ...DENO_ENV, PATH: await installEksauth(home) };
  const { stderr } = await home.run("sh", ["-c", "eksauth kubeconfig --help | true"], env);
  assert.equal(stderr, "");
});

Deno.test("eksauth: its exit code reaches the shell", async () => {
  await using home = await createPrivateHome();
  const codeOf = async (...args: readonly string[]): Promise<number> =>
    (await home.run(PROGRAM, [...ARGS, ...args], DENO_ENV)).code;
  assert.deepEqual(
    await Promise.all([codeOf("version"), codeOf("frobnicate"), codeOf(...TOKEN.slice(0, 3))]),
    [0, 2, 4],
  );
});
