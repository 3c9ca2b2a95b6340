import assert from "node:assert/strict";
import { errorCodeOf, hintFor, type Refusal, sentenceOf } from "../../src/aws/refusal.ts";
import { type ErrorCode, EXIT_CODES } from "../../src/errors.ts";

const REFUSAL: Refusal = {
  service: "eks",
  operation: "DescribeCluster",
  status: 403,
  awsCode: "AccessDeniedException",
  awsMessage: "User: dev-admin is not authorized to perform: eks:DescribeCluster.",
  requestId: "1b2c3d4e",
  attempts: 1,
};

const CLOCK = /^Set the clock of this computer: /;
const LOGIN = /^Sign in again: eksauth login$/;
const KEYS = /^Sign in again with eksauth login, or check the keys; a region that/;
const SIGNATURE = /^Check the secret access key, and that the clock/;

/** What differs, code, exit code, hint. */
const ROWS: readonly (readonly [Partial<Refusal>, ErrorCode, number, RegExp | undefined])[] = [
  [{ awsCode: "ExpiredToken" }, "credentials_expired", 4, LOGIN],
  [{ awsCode: "ExpiredTokenException" }, "credentials_expired", 4, LOGIN],
  [
    { awsCode: "UnauthorizedException", service: "sso", status: 401 },
    "credentials_expired",
    4,
    LOGIN,
  ],
  [{ awsCode: "InvalidClientTokenId" }, "credentials_rejected", 4, KEYS],
  [{ awsCode: "UnrecognizedClientException" }, "credentials_rejected", 4, KEYS],
  [{ awsCode: "InvalidAccessKeyId" }, "credentials_rejected", 4, KEYS],
  [{ awsCode: "MissingAuthenticationToken" }, "credentials_rejected", 4, LOGIN],
  [{ awsCode: "IncompleteSignature", status: 400 }, "credentials_rejected", 4, LOGIN],
  [{ awsCode: "IDPRejectedClaim" }, "credentials_rejected", 4, /web identity token/],
  [
    { awsCode: "InvalidIdentityToken", status: 400 },
    "credentials_rejected",
    4,
    /web identity token/,
  ],
  [{ awsCode: "SignatureDoesNotMatch" }, "credentials_rejected", 4, SIGNATURE],
  [
    { awsCode: "InvalidSignatureException", clockAheadSeconds: 299 },
    "credentials_rejected",
    4,
    SIGNATURE,
  ],
  [{ awsCode: "AuthFailure" }, "credentials_rejected", 4, SIGNATURE],
  // A wrong clock is not mended by signing in, so the exit code must not ask for it.
  [
    { awsCode: "SignatureDoesNotMatch", clockAheadSeconds: 300 },
    "aws_error",
    1,
    /it is 5 minutes ahead of AWS$/,
  ],
  [
    { awsCode: "InvalidSignatureException", clockAheadSeconds: -3600 },
    "aws_error",
    1,
    /it is 60 minutes behind AWS$/,
  ],
  [
    { awsCode: "SignatureDoesNotMatch", awsMessage: "Signature expired: 20260102T0304Z" },
    "aws_error",
    1,
    CLOCK,
  ],
  [
    { awsCode: "InvalidSignatureException", awsMessage: "Signature not yet current: x" },
    "aws_error",
    1,
    CLOCK,
  ],
  [{ awsCode: "RequestExpired" }, "aws_error", 1, /AWS says that it is wrong$/],
  [{ awsCode: "RequestInTheFuture" }, "aws_error", 1, CLOCK],
  [{ awsCode: "RequestTimeTooSkewed" }, "aws_error", 1, CLOCK],
  [{}, "access_denied", 1, /^Grant eks:DescribeCluster to this identity$/],
  [
    { awsCode: "AccessDenied", service: "sts", operation: "AssumeRole" },
    "access_denied",
    1,
    /^Grant sts:AssumeRole /,
  ],
  [
    { awsCode: "ForbiddenException", service: "sso" },
    "access_denied",
    1,
    /assigned to you in IAM Identity Center$/,
  ],
  [
    { awsCode: "RegionDisabledException", service: "sts" },
    "aws_error",
    1,
    /^Activate STS for this region/,
  ],
  [{ awsCode: "ThrottlingException", status: 400 }, "aws_error", 1, /try again in a minute$/],
  [{ awsCode: "HTTP 429", status: 429 }, "aws_error", 1, /^AWS limits how often/],
  [{ awsCode: "ServerException", status: 500 }, "aws_error", 1, /health\.aws\.amazon\.com/],
  [{ awsCode: "ResourceNotFoundException", status: 404 }, "aws_error", 1, undefined],
  [{ awsCode: "toString", status: 400 }, "aws_error", 1, undefined],
];

Deno.test("a refusal has a code, an exit code and a hint that mend its cause", () => {
  for (const [change, code, exitCode, hint] of ROWS) {
    const refusal = { ...REFUSAL, ...change };
    const label = JSON.stringify(change);
    assert.equal(errorCodeOf(refusal), code, label);
    assert.equal(EXIT_CODES[code], exitCode, label);
    if (hint === undefined) assert.equal(hintFor(refusal), undefined, label);
    else assert.match(hintFor(refusal) ?? "", hint, label);
  }
});

Deno.test("sentenceOf() names operation, code, message, attempts and request id", () => {
  const rows: readonly (readonly [Partial<Refusal>, string])[] = [
    [
      {},
      "AWS refused DescribeCluster: AccessDeniedException: " +
      "User: dev-admin is not authorized to perform: eks:DescribeCluster (request id 1b2c3d4e)",
    ],
    [
      { awsMessage: "", requestId: undefined },
      "AWS refused DescribeCluster: AccessDeniedException",
    ],
    [
      { status: 503, awsCode: "HTTP 503", awsMessage: "", attempts: 3 },
      "AWS failed at DescribeCluster: HTTP 503 (3 attempts, request id 1b2c3d4e)",
    ],
  ];
  for (const [change, sentence] of rows) {
    assert.equal(sentenceOf({ ...REFUSAL, ...change }), sentence);
  }
});
