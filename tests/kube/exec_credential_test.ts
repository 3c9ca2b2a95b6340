import assert from "node:assert/strict";
import { execCredential, negotiateApiVersion } from "../../src/kube/exec_credential.ts";

const V1 = "client.authentication.k8s.io/v1";
const V1BETA1 = "client.authentication.k8s.io/v1beta1";
const V1ALPHA1 = "client.authentication.k8s.io/v1alpha1";

const QUESTIONS: readonly {
  readonly title: string;
  readonly execInfo: string | undefined;
  readonly apiVersion: string;
  readonly warning: RegExp | undefined;
}[] = [
  { title: "nothing asked", execInfo: undefined, apiVersion: V1BETA1, warning: undefined },
  { title: "an empty question", execInfo: "", apiVersion: V1BETA1, warning: undefined },
  { title: "v1", execInfo: JSON.stringify({ apiVersion: V1 }), apiVersion: V1, warning: undefined },
  {
    title: "v1 as kubectl sends it",
    execInfo: JSON.stringify({
      kind: "ExecCredential",
      apiVersion: V1,
      spec: { interactive: false },
    }),
    apiVersion: V1,
    warning: undefined,
  },
  {
    title: "v1beta1",
    execInfo: JSON.stringify({ apiVersion: V1BETA1 }),
    apiVersion: V1BETA1,
    warning: undefined,
  },
  {
    title: "v1alpha1",
    execInfo: JSON.stringify({ apiVersion: V1ALPHA1 }),
    apiVersion: V1ALPHA1,
    warning: /v1alpha1, which Kubernetes 1\.24 removed/,
  },
  {
    title: "an unknown version",
    execInfo: JSON.stringify({ apiVersion: "client.authentication.k8s.io/v2" }),
    apiVersion: V1BETA1,
    warning: /unknown API version "client\.authentication\.k8s\.io\/v2"/,
  },
  { title: "no version", execInfo: "{}", apiVersion: V1BETA1, warning: /unknown API version ""/ },
  {
    title: "a version that is no string",
    execInfo: '{"apiVersion":1}',
    apiVersion: V1BETA1,
    warning: /unknown API version ""/,
  },
  {
    title: "a version inherited through __proto__",
    execInfo: `{"__proto__":{"apiVersion":"${V1}"}}`,
    apiVersion: V1BETA1,
    warning: /unknown API version ""/,
  },
  { title: "no JSON", execInfo: "{", apiVersion: V1BETA1, warning: /not the JSON object/ },
  { title: "a list", execInfo: "[]", apiVersion: V1BETA1, warning: /not the JSON object/ },
  { title: "a string", execInfo: '"x"', apiVersion: V1BETA1, warning: /not the JSON object/ },
  { title: "null", execInfo: "null", apiVersion: V1BETA1, warning: /not the JSON object/ },
];

for (const { title, execInfo, apiVersion, warning } of QUESTIONS) {
  Deno.test(`negotiateApiVersion() answers ${title}`, () => {
    const answer = negotiateApiVersion(execInfo);
    assert.equal(answer.apiVersion, apiVersion);
    if (warning === undefined) assert.equal(answer.warning, undefined);
    else assert.match(answer.warning ?? "", warning);
  });
}

Deno.test("negotiateApiVersion() quotes no more than 80 characters of an unknown version", () => {
  const { warning } = negotiateApiVersion(JSON.stringify({ apiVersion: "x".repeat(5000) }));
  assert.ok((warning ?? "").length < 200);
});

Deno.test("execCredential() writes the AWS CLI's keys, order and indentation, in whole seconds", () => {
  const text = execCredential({
    apiVersion: V1,
    eksToken: "k8s-aws-v1.abc",
    expiresAt: new Date("2026-01-02T03:18:05.999Z"),
  });
  assert.equal(
    text,
    `{
    "kind": "ExecCredential",
    "apiVersion": "client.authentication.k8s.io/v1",
    "spec": {},
    "status": {
        "expirationTimestamp": "2026-01-02T03:18:05Z",
        "token": "k8s-aws-v1.abc"
    }
}`,
  );
});
