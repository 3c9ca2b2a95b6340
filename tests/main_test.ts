import assert from "node:assert/strict";
import fc from "fast-check";

import { main } from "../src/main.ts";
import { capturingRuntime, runProgram, staticProfile, temporaryHome } from "./world/run_program.ts";

Deno.test("main() prints one ExecCredential and a line break, and nothing else", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const { stdout, stderr, code } = await runProgram(
    ["token", "--cluster-name=dev-cluster", "--region=us-east-2", "--profile=dev-admin"],
    { env: home.env },
  );
  assert.deepEqual([stderr, code], ["", 0]);
  assert.equal(stdout, `${JSON.stringify(JSON.parse(stdout), undefined, 4)}\n`);
});

Deno.test("main() tells a fault of the program as one, without a stack trace", async () => {
  const { runtime, streams } = capturingRuntime(["token", "--cluster-name=dev-cluster"]);
  const code = await main({
    ...runtime,
    env: () => {
      throw new TypeError("boom\n    at nowhere");
    },
  });
  assert.deepEqual({ code, ...streams() }, {
    code: 1,
    stdout: "",
    stderr: "eksauth: error: Unexpected failure: boom\\u000a    at nowhere\n" +
      "eksauth: hint: This is a bug in eksauth; please report it with the command you typed\n",
  });
});

Deno.test("main() never throws, and prints a credential or an error, whatever is typed", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const words = fc.constantFrom(
    ...["token", "get-token", "kubeconfig", "version", "eks", "aws", "--help", "-v", "--verbose"],
    ...[
      "--cluster-name",
      "--cluster-name=c",
      "--name",
      "--name=c",
      "--region",
      "--region=us-east-2",
    ],
    ...["--profile", "--profile=dev-admin", "dev-admin", "--role-arn=x", "-o", "json", "--update"],
    ...["", "-", "--", "=", "--=", "-x=", "\u0000", "é", "__proto__", "--__proto__=1"],
  );
  await fc.assert(
    fc.asyncProperty(fc.array(words, { maxLength: 7 }), async (args) => {
      const { stdout, stderr, code } = await runProgram(args, {
        env: { ...home.env, AWS_EC2_METADATA_DISABLED: "true", AWS_MAX_ATTEMPTS: "1" },
        fetch: () => Promise.reject(new TypeError("client error (Connect): no network here")),
      });
      assert.doesNotMatch(stderr, /Unexpected failure|^ +at /m);
      if (code === 0) assert.notEqual(stdout, "");
      else assert.match(stderr, /^eksauth: error: [A-Z].*[^.]$/m);
      // Help is printed in spite of other mistakes, but never a credential.
      if (code !== 0) assert.doesNotMatch(stdout, /ExecCredential"/);
    }),
    { numRuns: 400 },
  );
});
