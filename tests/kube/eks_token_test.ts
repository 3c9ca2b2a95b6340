import assert from "node:assert/strict";
import { EksauthError } from "../../src/errors.ts";
import { eksToken, eksTokenExpiresAt, MAX_TOKEN_BYTES } from "../../src/kube/eks_token.ts";

/** 4,085 base64url characters hold 3,063 bytes: the longest URL a cluster accepts. */
const LONGEST_URL = 3063;

Deno.test("eksToken() is the URL in unpadded base64url behind the prefix", () => {
  assert.equal(eksToken("https://a/?b=~é"), "k8s-aws-v1.aHR0cHM6Ly9hLz9iPX7DqQ");
});

Deno.test("eksToken() accepts the longest URL that a cluster accepts", () => {
  assert.equal(eksToken("x".repeat(LONGEST_URL)).length, MAX_TOKEN_BYTES - 1);
});

Deno.test("eksToken() explains a URL that is one byte too long", () => {
  assert.throws(
    () => eksToken("x".repeat(LONGEST_URL + 1)),
    (error: unknown) =>
      error instanceof EksauthError && error.code === "token_too_large" &&
      /4097 bytes long and clusters accept 4096, because the session token/.test(error.message),
  );
});

const SIGNED_AT = new Date("2026-01-02T03:04:05Z");

Deno.test("eksTokenExpiresAt() is 14 minutes away for keys that do not expire", () => {
  assert.equal(eksTokenExpiresAt(SIGNED_AT, undefined).toISOString(), "2026-01-02T03:18:05.000Z");
});

Deno.test("eksTokenExpiresAt() is 14 minutes away for credentials that live longer", () => {
  const expiresAt = eksTokenExpiresAt(SIGNED_AT, new Date("2026-01-02T03:18:06Z"));
  assert.equal(expiresAt.toISOString(), "2026-01-02T03:18:05.000Z");
});

Deno.test("eksTokenExpiresAt() never outlives the credentials", () => {
  const expiresAt = eksTokenExpiresAt(SIGNED_AT, new Date("2026-01-02T03:05:06Z"));
  assert.equal(expiresAt.toISOString(), "2026-01-02T03:05:06.000Z");
});
