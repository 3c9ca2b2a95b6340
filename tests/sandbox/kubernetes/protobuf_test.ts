import assert from "node:assert/strict";

import { readProtobufAttributes } from "./protobuf.ts";

/** Bodies that kubectl 1.32 sent, in base64. */
const QUESTIONS: readonly (readonly [string, string, ReturnType<typeof readProtobufAttributes>])[] =
  [
    [
      "delete pods -n shop",
      "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSPAoQCgASABoA" +
      "IgAqADIAOABCABIeChwKBHNob3ASBmRlbGV0ZRoAIgAqBHBvZHMyADoAGggIABIAGgAgABoAIgA=",
      { verb: "delete", resource: "pods", namespace: "shop" },
    ],
    [
      "list pods --all-namespaces",
      "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSNgoQCgASABoA" +
      "IgAqADIAOABCABIYChYKABIEbGlzdBoAIgAqBHBvZHMyADoAGggIABIAGgAgABoAIgA=",
      { verb: "list", resource: "pods", namespace: "" },
    ],
    [
      "get /logs",
      "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSLAoQCgASABoA" +
      "IgAqADIAOABCABIOEgwKBS9sb2dzEgNnZXQaCAgAEgAaACAAGgAiAA==",
      undefined,
    ],
  ];

Deno.test("readProtobufAttributes() reads what kubectl auth can-i asks", () => {
  for (const [question, body, attributes] of QUESTIONS) {
    assert.deepEqual(
      readProtobufAttributes(Uint8Array.fromBase64(body)),
      attributes,
      question,
    );
  }
});

Deno.test("readProtobufAttributes() makes nothing of anything else", () => {
  for (const body of ["", "azhzAA==", "/////////w=="]) {
    assert.equal(readProtobufAttributes(Uint8Array.fromBase64(body)), undefined, body);
  }
});
