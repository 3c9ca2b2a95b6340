import assert from "node:assert/strict";
import type { Refusal } from "../../src/aws/refusal.ts";
import { AwsServiceError } from "../../src/aws/service_error.ts";
import { EksauthError } from "../../src/errors.ts";

const REFUSAL: Refusal = {
  service: "ecr",
  operation: "GetAuthorizationToken",
  status: 400,
  awsCode: "AccessDeniedException",
  awsMessage: "No.",
  requestId: "1b2c3d4e",
  attempts: 1,
};

Deno.test("AwsServiceError carries the facts, a sentence and a hint", () => {
  const error = new AwsServiceError(REFUSAL);
  assert.ok(error instanceof EksauthError);
  assert.deepEqual(
    {
      message: error.message,
      hint: error.hint,
      code: error.code,
      service: error.service,
      operation: error.operation,
      status: error.status,
      awsCode: error.awsCode,
      awsMessage: error.awsMessage,
      requestId: error.requestId,
    },
    {
      message: "AWS refused GetAuthorizationToken: AccessDeniedException: No (request id 1b2c3d4e)",
      hint: "Grant ecr:GetAuthorizationToken to this identity",
      code: "access_denied",
      service: "ecr",
      operation: "GetAuthorizationToken",
      status: 400,
      awsCode: "AccessDeniedException",
      awsMessage: "No.",
      requestId: "1b2c3d4e",
    },
  );
});

Deno.test("AwsServiceError.retold() adds the noun and keeps everything it is not told", () => {
  const error = new AwsServiceError(REFUSAL).retold({ cannot: "sign in to ECR" });
  assert.equal(
    error.message,
    "Cannot sign in to ECR: AWS refused GetAuthorizationToken: AccessDeniedException: No (request id 1b2c3d4e)",
  );
  assert.equal(error.hint, "Grant ecr:GetAuthorizationToken to this identity");
  assert.equal(error.code, "access_denied");
  assert.equal(error.awsCode, "AccessDeniedException");
  assert.equal(error.requestId, "1b2c3d4e");
});

Deno.test("AwsServiceError.retold() takes a state, code and hint of the caller's", () => {
  const error = new AwsServiceError(REFUSAL).retold({
    cannot: 'use "x"',
    state: "it is closed",
    code: "usage",
    hint: "Open it",
  });
  assert.equal(error.message, 'Cannot use "x": it is closed');
  assert.equal(error.code, "usage");
  assert.equal(error.hint, "Open it");
  assert.equal(error.status, 400);
});
