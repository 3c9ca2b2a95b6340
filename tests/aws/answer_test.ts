import assert from "node:assert/strict";
import { invalidAnswer, parseBody } from "../../src/aws/answer.ts";

/** Text, content type, document or fault. */
const BODIES: readonly (readonly [string, string | null, unknown])[] = [
  ["", "application/json", { document: undefined }],
  ["  \n", null, { document: undefined }],
  ['{"a":1}', "application/json", { document: { a: 1 } }],
  ['{"a":1}', "application/x-amz-json-1.1; charset=utf-8", { document: { a: 1 } }],
  // Some emulators name no type, or another.
  [' {"a":1}\n', null, { document: { a: 1 } }],
  ['{"a":1}', "text/plain", { document: { a: 1 } }],
  ['{"a":', "application/json", { fault: "its JSON is broken", isBrokenOff: true }],
  ['{"a":1}}', "application/json", { fault: "its JSON is broken", isBrokenOff: true }],
  ["<a><b>", "text/xml", { fault: "its XML is broken", isBrokenOff: true }],
  ["<html></html>", "text/html", { fault: "it is text/html, not JSON", isBrokenOff: false }],
  ["<html></html>", "Text/HTML; charset=utf-8", {
    fault: "it is text/html, not JSON",
    isBrokenOff: false,
  }],
  ['{"a":1}', "text/html", { fault: "it is text/html, not JSON", isBrokenOff: false }],
  ["<html/>", "application/xhtml+xml", {
    fault: "it is application/xhtml+xml, not JSON",
    isBrokenOff: false,
  }],
  ["[1]", "application/json", { fault: "it is application/json, not JSON", isBrokenOff: false }],
  ["Bad Gateway", null, { fault: "it is text, not JSON", isBrokenOff: false }],
];

Deno.test("parseBody() goes by the content, and by the type where that speaks against it", () => {
  for (const [text, contentType, expected] of BODIES) {
    assert.deepEqual(parseBody(text, contentType), expected, `${contentType} ${text}`);
  }
  for (const contentType of ["text/xml", "application/xml", "application/foo+xml", null]) {
    const parsed = parseBody("<?xml version='1.0'?><a>b</a>", contentType);
    assert.deepEqual(JSON.stringify(parsed), '{"document":{"a":"b"}}', String(contentType));
  }
});

Deno.test("invalidAnswer() names host and operation, and what may have answered instead", () => {
  const error = invalidAnswer(
    { service: "sso_oidc", operation: "CreateToken", host: "oidc.us-east-2.amazonaws.com" },
    "it is empty",
  );
  assert.equal(error.code, "aws_answer_invalid");
  assert.equal(
    error.message,
    "Cannot read the answer of oidc.us-east-2.amazonaws.com to CreateToken: it is empty",
  );
  assert.match(error.hint ?? "", /proxy.*HTTPS_PROXY and AWS_ENDPOINT_URL_SSO_OIDC$/);
});
