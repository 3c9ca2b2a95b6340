import assert from "node:assert/strict";
import { backoffMs, isThrottling, isTransient, retryAfterMs } from "../../src/aws/retry.ts";
import { NOW } from "../sandbox/cast.ts";

/** Status, code, transient, throttling: the table of the AWS CLI v2, and 429. */
const REFUSALS: readonly (readonly [number, string, boolean, boolean])[] = [
  [500, "", true, false],
  [500, "ServerException", true, false],
  [502, "", true, false],
  [503, "ServiceUnavailableException", true, false],
  [504, "", true, false],
  [501, "", false, false],
  [505, "", false, false],
  [400, "RequestTimeout", true, false],
  [400, "RequestTimeoutException", true, false],
  [400, "PriorRequestNotComplete", true, false],
  [400, "IDPCommunicationError", true, false],
  [429, "", true, true],
  [429, "TooManyRequestsException", true, true],
  [400, "Throttling", true, true],
  [400, "ThrottlingException", true, true],
  [400, "ThrottledException", true, true],
  [400, "RequestThrottledException", true, true],
  [400, "ProvisionedThroughputExceededException", true, true],
  [400, "TransactionInProgressException", true, true],
  [400, "RequestLimitExceeded", true, true],
  [400, "BandwidthLimitExceeded", true, true],
  [400, "LimitExceededException", true, true],
  [400, "RequestThrottled", true, true],
  [400, "SlowDown", true, true],
  [400, "EC2ThrottledException", true, true],
  // The device flow paces itself; its SlowDownException is an answer, not a fault.
  [400, "SlowDownException", false, false],
  [400, "AuthorizationPendingException", false, false],
  [400, "InvalidParameterException", false, false],
  [403, "AccessDeniedException", false, false],
  [403, "ExpiredTokenException", false, false],
  [404, "ResourceNotFoundException", false, false],
  [409, "ResourceInUseException", false, false],
];

Deno.test("isTransient() and isThrottling() follow the standard mode of the AWS CLI", () => {
  for (const [status, awsCode, transient, throttling] of REFUSALS) {
    assert.equal(isTransient({ status, awsCode }), transient, `${status} ${awsCode}`);
    assert.equal(isThrottling({ status, awsCode }), throttling, `${status} ${awsCode}`);
  }
});

Deno.test("backoffMs() doubles from one second up to twenty and takes a random share", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map((n) => backoffMs(n, 1)), [
    1000,
    2000,
    4000,
    8000,
    16_000,
    20_000,
    20_000,
  ]);
  assert.equal(backoffMs(2, 0.25), 500);
  assert.equal(backoffMs(2, 0), 0);
});

Deno.test("retryAfterMs() reads seconds and dates, and passes over nonsense", () => {
  const rows: readonly (readonly [string | undefined, number])[] = [
    [undefined, 0],
    ["7", 7000],
    [" 0 ", 0],
    ["Fri, 02 Jan 2026 03:04:15 GMT", 10_000],
    ["Fri, 02 Jan 2026 03:04:00 GMT", 0],
    ["-5", 0],
    ["1.5", 0],
    ["soon", 0],
    ["2026-01-02", 0],
    ["", 0],
  ];
  for (const [value, milliseconds] of rows) {
    const headers = new Headers(value === undefined ? {} : { "retry-after": value });
    assert.equal(retryAfterMs(headers, NOW), milliseconds, value);
  }
});

Deno.test("retryAfterMs() goes by the clock of the server", () => {
  const headers = new Headers({
    date: "Fri, 02 Jan 2026 04:00:00 GMT",
    "retry-after": "Fri, 02 Jan 2026 04:00:03 GMT",
  });
  assert.equal(retryAfterMs(headers, NOW), 3000);
});
