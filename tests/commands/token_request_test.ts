import assert from "node:assert/strict";
import fc from "fast-check";
import { runCli } from "../../src/cli.ts";
import { parseTokenRequest, type TokenRequest } from "../../src/commands/_token_request.ts";
import {
  capturingRuntime,
  runProgram,
  staticProfile,
  temporaryHome,
} from "../world/run_program.ts";

const ROLE = "arn:aws:iam::123456789012:role/ops";

const TAKEN: readonly (readonly [string, TokenRequest])[] = [
  ["token --cluster-name=c --region=r", { clusterName: "c", region: "r" }],
  ["token --cluster-name c --region r", { clusterName: "c", region: "r" }],
  ["get-token --cluster-name c", { clusterName: "c" }],
  ["token --cluster-id=1a2b", { clusterId: "1a2b" }],
  ["token --cluster-name=c --identity=dev-admin", { clusterName: "c", profile: "dev-admin" }],
  ["token --cluster-name=c -i dev-admin", { clusterName: "c", profile: "dev-admin" }],
  ["token --cluster-name=c --profile=p=q", { clusterName: "c", profile: "p=q" }],
  [`token --cluster-name=c --role-arn=${ROLE}`, { clusterName: "c", roleArn: ROLE }],
  [
    `token --cluster-name=c --role-arn=${ROLE} --external-id=x --role-session-name=s --duration-seconds=900`,
    {
      clusterName: "c",
      roleArn: ROLE,
      externalId: "x",
      roleSessionName: "s",
      durationSeconds: 900,
    },
  ],
  // As `aws eks update-kubeconfig` writes it.
  [
    `--region us-east-2 eks get-token --cluster-name dev-cluster --output json --role ${ROLE}`,
    { clusterName: "dev-cluster", region: "us-east-2", roleArn: ROLE },
  ],
  // As `aws eks update-kubeconfig` writes it for a local cluster on AWS Outposts.
  [
    "--region us-east-2 eks get-token --cluster-id 1a2b --output json",
    { clusterId: "1a2b", region: "us-east-2" },
  ],
  // As Atmos writes it.
  [
    "aws eks token --cluster-name dev-cluster --region us-east-2 --identity=dev-admin",
    { clusterName: "dev-cluster", region: "us-east-2", profile: "dev-admin" },
  ],
];

for (const [line, request] of TAKEN) {
  Deno.test(`parseTokenRequest() reads: ${line}`, () => {
    assert.deepEqual(parseTokenRequest(line.split(" ")), request);
  });
}

const LEFT_TO_THE_TREE: readonly string[] = [
  "",
  "token",
  "kubeconfig --name c",
  "token --help",
  "token --cluster-name",
  "token --cluster-name=",
  "token --cluster-name c --cluster-id i",
  "token --cluster-name c --cluster-name d",
  "token --cluster-name c --role r --role-arn r",
  "token --cluster-name c --profile p --identity p",
  "token --cluster-name --region",
  "token --cluster-name c --output yaml",
  "token --cluster-name c --external-id x",
  `token --cluster-name c --role-arn ${ROLE} --duration-seconds 1h`,
  "token --cluster-name c --verbose",
  "token --cluster-name c -v",
  "token --cluster-name c surplus",
  "eks token --cluster-name c",
  "aws get-token --cluster-name c",
];

for (const line of LEFT_TO_THE_TREE) {
  Deno.test(`parseTokenRequest() leaves to the command tree: ${line || "nothing"}`, () => {
    assert.equal(parseTokenRequest(line === "" ? [] : line.split(" ")), undefined);
  });
}

/** Flags with values that are good, bad and odd, in both spellings and any order, behind any command. */
const COMMAND_LINES = fc.record({
  words: fc.constantFrom(
    ["token"],
    ["token"],
    ["get-token"],
    ["eks", "get-token"],
    ["aws", "eks", "token"],
    ["aws", "eks", "get-token"],
    ["eks"],
    ["tokn"],
  ),
  before: fc.array(fc.constantFrom(["--region", "us-east-2"], ["--profile=dev-admin"]), {
    maxLength: 1,
  }),
  cluster: fc.constantFrom(
    ["--cluster-name", "dev-cluster"],
    ["--cluster-name", "two words"],
    ["--cluster-name", "a=b"],
    ["--cluster-id", "1a2b"],
  ),
  others: fc.array(
    fc.oneof(
      fc.tuple(fc.constant("--cluster-id"), fc.constantFrom("1a2b", "x")),
      fc.tuple(
        fc.constantFrom("--region"),
        fc.constantFrom("us-east-2", "cn-north-1", "not a region"),
      ),
      fc.tuple(
        fc.constantFrom("--profile", "--identity", "-i"),
        fc.constantFrom("dev-admin", "other", "missing"),
      ),
      fc.tuple(fc.constantFrom("--role-arn", "--role"), fc.constantFrom(ROLE, "nonsense")),
      fc.tuple(fc.constant("--external-id"), fc.constantFrom("shared-secret")),
      fc.tuple(fc.constant("--duration-seconds"), fc.constantFrom("900", "1h", "99")),
      fc.tuple(fc.constant("--role-session-name"), fc.constantFrom("me", "no spaces please")),
      fc.tuple(fc.constantFrom("--output", "-o"), fc.constantFrom("json", "yaml")),
      fc.tuple(fc.constantFrom("--colour"), fc.constantFrom("red")),
    ),
    { maxLength: 3 },
  ),
  isJoined: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
}).map(({ words, before, cluster, others, isJoined }) => [
  ...before.flat(),
  ...words,
  ...[cluster as readonly [string, string], ...others].flatMap(([flag, value], index) =>
    // A short flag cannot be joined to its value by =.
    isJoined[index] && flag.startsWith("--") ? [`${flag}=${value}`] : [flag, value]
  ),
]);

Deno.test("parseTokenRequest() and the command tree agree: what one prints, the other prints", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin") + staticProfile("other", "AKIDOTHER"));
  home.write(".aws/config", "[default]\nregion = eu-west-1\n");
  const start = { env: home.env, fetch: answerAssumeRole };
  let taken = 0;

  await fc.assert(
    fc.asyncProperty(COMMAND_LINES, async (args) => {
      if (parseTokenRequest(args) === undefined) return;
      taken++;
      const fast = await runProgram(args, start);
      const { runtime, streams } = capturingRuntime(args, start);
      const code = await runCli(runtime);
      assert.deepEqual({ ...streams(), code }, {
        stdout: fast.stdout,
        stderr: fast.stderr,
        code: fast.code,
      });
    }),
    { numRuns: 300 },
  );
  assert.ok(taken > 50, `only ${taken} command lines were taken by the fast parser`);
});

/** Credentials that spell out what was asked for, so that a difference shows in the token. */
function answerAssumeRole(
  _url: string,
  request: { readonly body?: string | undefined },
): Promise<Response> {
  const asked = [...new URLSearchParams(request.body)].map(([key, value]) => `${key}=${value}`)
    .join("&");
  return Promise.resolve(Response.json({
    AssumeRoleResponse: {
      AssumeRoleResult: {
        AssumedRoleUser: {
          Arn: "arn:aws:sts::123456789012:assumed-role/ops/me",
          AssumedRoleId: "A:me",
        },
        Credentials: {
          AccessKeyId: "ASIDEXAMPLE",
          SecretAccessKey: "secret",
          SessionToken: asked,
          Expiration: 1767326645,
        },
      },
    },
  }));
}
