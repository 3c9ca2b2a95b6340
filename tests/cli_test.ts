import assert from "node:assert/strict";

import { main } from "../src/main.ts";
import { VERSION } from "../src/version.ts";
import { capturingRuntime, type Outcome, runProgram, temporaryHome } from "./world/run_program.ts";

async function run(line: string): Promise<Outcome> {
  using home = temporaryHome();
  return await runProgram(line === "" ? [] : line.split(" "), { env: home.env });
}

for (const line of ["", "--help", "-h", "--region us-east-2 --help"]) {
  Deno.test(`eksauth ${line || "without anything"}: lists the commands`, async () => {
    const { stdout, stderr, code } = await run(line);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const verb of ["kubeconfig", "token", "version"]) {
      assert.match(stdout, new RegExp(`^ {2}${verb} +[A-Z].*[a-z]$`, "m"));
    }
    assert.match(stdout, /^Exit codes: 0 done, 1 failed, 2 usage or configuration, 4 sign-in/m);
  });
}

for (const line of ["--version", "-v"]) {
  Deno.test(`eksauth ${line}: prints the version`, async () => {
    assert.deepEqual(await run(line), {
      stdout: `${VERSION}\n`,
      stderr: "",
      code: 0,
      slept: [],
    });
  });
}

/** What a command's help has to name. */
const HELP: readonly (readonly [line: string, flags: readonly string[]])[] = [
  ["kubeconfig --help", [
    ...["name", "region", "profile", "identity", "alias", "user-alias", "context-template"],
    ...["namespace", "use-context", "role-arn", "assume-role-arn", "external-id", "proxy-url"],
    ...["role-session-name", "duration-seconds", "tls-server-name", "kubeconfig", "update", "mode"],
    ...["exec-api-version", "endpoint", "ca-file", "endpoint-url", "ca-bundle", "dry-run"],
    ...["output", "verbose"],
  ]],
  ["eks update-kubeconfig -h", ["name", "alias"]],
  ["kubeconfig --name dev-cluster --help", ["name"]],
  ["token --help", ["cluster-name", "cluster-id", "region", "profile", "role-arn", "verbose"]],
  ["--region us-east-2 eks get-token --help", ["cluster-name"]],
  ["version --help", ["output"]],
];

for (const [line, flags] of HELP) {
  Deno.test(`eksauth ${line}: explains every flag`, async () => {
    const { stdout, stderr, code } = await run(line);
    assert.deepEqual([code, stderr], [0, ""]);
    for (const flag of flags) {
      assert.match(stdout, new RegExp(`^ +(-[a-z] )? *\\[--${flag}\\] +\\S.{5,}$`, "m"), flag);
    }
    assert.doesNotMatch(stdout, /default = false/);
    const tooLong = stdout.split("\n").filter((text) => text.length > 140);
    assert.deepEqual(tooLong, []);
  });
}

Deno.test("eksauth: a fault of the program is told as one, without a stack trace", async () => {
  const outcome = await runProgram(["version"], {
    env: { HOME: "/home/dev" },
    program: {
      standalone: true,
      executablePath: () => {
        throw new TypeError("Cannot read properties of undefined");
      },
    },
  });
  assert.deepEqual(outcome, {
    stdout: "",
    stderr: "eksauth: error: Unexpected failure: Cannot read properties of undefined\n" +
      "eksauth: hint: This is a bug in eksauth; please report it with the command you typed\n",
    code: 1,
    slept: [],
  });
});

Deno.test("eksauth --help: not even a broken stdout makes a stack trace", async () => {
  for (const line of ["--help", "--version", "token --help", "version"]) {
    const { runtime, streams } = capturingRuntime(line.split(" "), { env: { HOME: "/home/dev" } });
    const write = (): never => {
      throw new Error("No space left on device (os error 28)");
    };
    const code = await main({ ...runtime, stdout: { ...runtime.stdout, write } });
    assert.deepEqual([streams().stderr, code], [
      "eksauth: error: Unexpected failure: No space left on device (os error 28)\n" +
      "eksauth: hint: This is a bug in eksauth; please report it with the command you typed\n",
      1,
    ], line);
  }
});
