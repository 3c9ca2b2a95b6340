import assert from "node:assert/strict";

import { runProgram, staticProfile, temporaryHome } from "../world/run_program.ts";

const GROUP = "client.authentication.k8s.io";
const UNREADABLE =
  "eksauth: warning: Cannot read KUBERNETES_EXEC_INFO: it is not the JSON object that Kubernetes clients send; answering in v1beta1\n";
const UNKNOWN = (asked: string): string =>
  `eksauth: warning: KUBERNETES_EXEC_INFO asks for the unknown API version "${asked}"; answering in v1beta1\n`;

/** What a client may send, the version it is answered in, and what its user is told. */
const ASKED: readonly (readonly [execInfo: string | undefined, version: string, said: string])[] = [
  [undefined, "v1beta1", ""],
  ["", "v1beta1", ""],
  [info(`${GROUP}/v1`), "v1", ""],
  [info(`${GROUP}/v1beta1`), "v1beta1", ""],
  [
    info(`${GROUP}/v1alpha1`),
    "v1alpha1",
    `eksauth: warning: This kubeconfig entry asks for ${GROUP}/v1alpha1, which Kubernetes 1.24 removed; write it again with: eksauth kubeconfig\n`,
  ],
  [info(`${GROUP}/v2`), "v1beta1", UNKNOWN(`${GROUP}/v2`)],
  [info("v1"), "v1beta1", UNKNOWN("v1")],
  ['{"apiVersion":"a\\nb"}', "v1beta1", UNKNOWN("a\\u000ab")],
  ["{}", "v1beta1", UNKNOWN("")],
  ['{"apiVersion":null}', "v1beta1", UNKNOWN("")],
  ['{"__proto__":{"apiVersion":"x"}}', "v1beta1", UNKNOWN("")],
  ["not JSON", "v1beta1", UNREADABLE],
  // The AWS CLI crashes on these.
  ["[]", "v1beta1", UNREADABLE],
  ['"x"', "v1beta1", UNREADABLE],
  ["7", "v1beta1", UNREADABLE],
  ["null", "v1beta1", UNREADABLE],
];

for (const [execInfo, version, said] of ASKED) {
  Deno.test(`eksauth token: answers ${execInfo ?? "nothing"} in ${version}`, async () => {
    using home = temporaryHome();
    home.write(".aws/credentials", staticProfile("dev-admin"));
    const outcome = await runProgram(
      ["token", "--cluster-name=dev-cluster", "--region=us-east-2", "--profile=dev-admin"],
      {
        env: {
          ...home.env,
          ...(execInfo === undefined ? {} : { KUBERNETES_EXEC_INFO: execInfo }),
        },
      },
    );
    assert.deepEqual([outcome.stderr, outcome.code], [said, 0]);
    const answer = JSON.parse(outcome.stdout) as Record<string, unknown>;
    assert.deepEqual(Object.keys(answer), ["kind", "apiVersion", "spec", "status"]);
    assert.equal(answer["kind"], "ExecCredential");
    assert.equal(answer["apiVersion"], `${GROUP}/${version}`);
    assert.equal(outcome.stdout.split("\n").at(-1), "", "ends with a line break");
    assert.equal(
      (answer["status"] as Record<string, string>)["expirationTimestamp"],
      "2026-01-02T03:18:05Z",
    );
  });
}

/** As kubectl sends it. */
function info(apiVersion: string): string {
  return JSON.stringify({ kind: "ExecCredential", apiVersion, spec: { interactive: true } });
}
