/**
 * Which addresses a person may be sent to.
 *
 * @module
 */

import assert from "node:assert/strict";
import { webAddress } from "../../src/runtime/web_address.ts";

const GOOD: readonly (readonly [text: string, href: string])[] = [
  ["https://d-9067012345.awsapps.com/start", "https://d-9067012345.awsapps.com/start"],
  ["HTTPS://EXAMPLE.com", "https://example.com/"],
  ["http://127.0.0.1:8765/x?y", "http://127.0.0.1:8765/x?y"],
  ["http://localhost:1/", "http://localhost:1/"],
  ["http://[::1]/", "http://[::1]/"],
  ['https://example.com/"', "https://example.com/%22"],
];

const BAD: readonly string[] = [
  "",
  "example.com",
  "http://example.com/",
  "http://127.0.0.1.example.com/",
  "https://user@example.com/",
  "https://:secret@example.com/",
  "javascript:alert(1)",
  "file:///etc/passwd",
];

Deno.test("webAddress() gives what a person may be sent to, in its canonical spelling", () => {
  for (const [text, href] of GOOD) assert.equal(webAddress(text)?.href, href);
});

Deno.test("webAddress() gives nothing for anything else", () => {
  for (const text of BAD) assert.equal(webAddress(text), undefined, text);
});
