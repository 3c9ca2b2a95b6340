import assert from "node:assert/strict";
import fc from "fast-check";
import { EksauthError, type ErrorCode } from "../../src/errors.ts";
import { parsePastedRedirect, parseSignInRedirect } from "../../src/runtime/sign_in_redirect.ts";

const STATE = "3f1c9a52-7d0e-4c1b-9a55-0b6f2f6f3a10";
const CALLBACK = "http://127.0.0.1:35535/oauth/callback";

/** Queries, and what they are. */
const QUERIES: readonly (readonly [query: string, expected: string])[] = [
  [`code=abc&state=${STATE}`, "code abc"],
  [`state=${STATE}&code=a%2Bb%2Fc%3D&extra=1`, "code a+b/c="],
  [`code=abc&error=&state=`, "foreign"],
  ["", "foreign"],
  ["code=abc", "foreign"],
  ["code=abc&state=", "foreign"],
  [`code=abc&state=${STATE}x`, "foreign"],
  [`code=abc&state=${STATE.slice(1)}`, "foreign"],
  [`code=abc&state=${STATE.toUpperCase()}`, "foreign"],
  [`code=abc&state=${STATE}&state=${STATE}`, "foreign"],
  [`code=abc&state=other&state=${STATE}`, "foreign"],
  [`code=abc&State=${STATE}`, "foreign"],
  ["error=access_denied&state=other", "foreign"],
  ["error=access_denied", "foreign"],
  [`state=${STATE}`, "aws_error no authorization code"],
  [`state=${STATE}&code=`, "aws_error no authorization code"],
  [`state=${STATE}&code=a&code=b`, "aws_error no authorization code"],
  [`state=${STATE}&error=access_denied`, "access_denied access_denied"],
  [
    `state=${STATE}&error=access_denied&error_description=User+said+no&code=abc`,
    "access_denied access_denied (User said no)",
  ],
  [`state=${STATE}&error=server_error`, "aws_error server_error"],
  [
    `state=${STATE}&error=x%1b%5B2J%07&error_description=a%0D%0Ab%E2%80%AEc`,
    "aws_error x [2J (a b c)",
  ],
];

for (const [query, expected] of QUERIES) {
  Deno.test(`parseSignInRedirect() reads ${JSON.stringify(query.replaceAll(STATE, "S"))}`, () => {
    const redirect = parseSignInRedirect({ query, state: STATE });
    if (redirect.kind === "code") assert.equal(`code ${redirect.code}`, expected);
    else if (redirect.kind === "foreign") assert.equal("foreign", expected);
    else {
      const [code, ...text] = expected.split(" ");
      assert.equal(redirect.failure.code, code);
      assert.equal(
        redirect.failure.message,
        `Cannot sign in: IAM Identity Center answered with ${text.join(" ")}`,
      );
    }
  });
}

Deno.test("parseSignInRedirect() shortens what it quotes", () => {
  const query = `state=${STATE}&error=x&error_description=${"long ".repeat(1000)}`;
  const redirect = parseSignInRedirect({ query, state: STATE });
  assert.ok(redirect.kind === "refused");
  assert.ok(redirect.failure.message.length < 260, redirect.failure.message);
});

Deno.test("parseSignInRedirect() believes nothing without the state", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (state, code) => {
    fc.pre(state !== STATE);
    const query = new URLSearchParams({ state, code, error: code }).toString();
    assert.deepEqual(parseSignInRedirect({ query, state: STATE }), { kind: "foreign" });
  }));
});

const QUERY = `code=abc.def&state=${STATE}`;

/** What may be pasted for the redirect. */
const PASTED: readonly string[] = [
  `${CALLBACK}?${QUERY}`,
  `  ${CALLBACK}?${QUERY}\t\r\n`,
  `"${CALLBACK}?${QUERY}"`,
  `<${CALLBACK}?${QUERY}>`,
  `${CALLBACK}?${QUERY}#fragment?code=other`,
  `127.0.0.1:35535/oauth/callback?${QUERY}`,
  `https://other.example/cb?${QUERY}`,
  `?${QUERY}`,
  QUERY,
];

for (const text of PASTED) {
  Deno.test(`parsePastedRedirect() accepts ${JSON.stringify(text.replaceAll(STATE, "S"))}`, () => {
    assert.deepEqual(parsePastedRedirect({ text, state: STATE }), { code: "abc.def" });
  });
}

/** What may be pasted by mistake. */
const MISTAKES: readonly (readonly [text: string, code: ErrorCode, message: string])[] = [
  ["", "usage", "Cannot use the pasted address: nothing was pasted"],
  [' "" ', "usage", "Cannot use the pasted address: nothing was pasted"],
  ["abc.def", "usage", "Cannot use the pasted address: there is no authorization code in it"],
  [CALLBACK, "usage", "Cannot use the pasted address: there is no authorization code in it"],
  [
    `${CALLBACK}?state=${STATE}`,
    "usage",
    "Cannot use the pasted address: there is no authorization code in it",
  ],
  [
    `https://oidc.us-east-2.amazonaws.com/authorize?response_type=code&state=${STATE}&code_challenge=x`,
    "usage",
    "Cannot use the pasted address: it is the address where the sign-in begins",
  ],
  [
    `${CALLBACK}?code=abc&state=other`,
    "usage",
    "Cannot use the pasted address: it belongs to another sign-in",
  ],
  [`${CALLBACK}?code=abc`, "usage", "Cannot use the pasted address: it belongs to another sign-in"],
  ["?".repeat(40_000), "usage", "Cannot use the pasted address: it is too long for an address"],
  [
    `${CALLBACK}?error=access_denied&state=${STATE}`,
    "access_denied",
    "Cannot sign in: IAM Identity Center answered with access_denied",
  ],
];

for (const [text, code, message] of MISTAKES) {
  const shown = JSON.stringify(text.replaceAll(STATE, "S").slice(0, 70));
  Deno.test(`parsePastedRedirect() explains ${shown}`, () => {
    assert.throws(
      () => parsePastedRedirect({ text, state: STATE }),
      (error) => error instanceof EksauthError && error.code === code && error.message === message,
    );
  });
}

Deno.test("parsePastedRedirect() never quotes what was pasted", () => {
  fc.assert(fc.property(fc.base64String({ minLength: 8 }), (secret) => {
    try {
      parsePastedRedirect({ text: `${CALLBACK}?code=${secret}&state=x`, state: STATE });
      assert.fail("it was accepted");
    } catch (error) {
      assert.ok(error instanceof EksauthError);
      assert.ok(!`${error.message} ${error.hint}`.includes(secret));
    }
  }));
});
