import assert from "node:assert/strict";
import { explainNetworkFailure, type NetworkFailure } from "../../src/aws/network_failure.ts";
import { fetchFailure } from "./_scripted_runtime.ts";

const FAILURE: NetworkFailure = {
  origin: { service: "eks", operation: "DescribeCluster", host: "eks.us-east-2.amazonaws.com" },
  thrown: fetchFailure("client error (Connect)"),
  timeoutMs: 10_000,
  attempts: 1,
  isOverride: false,
};

/** What Deno 2.9 says on Linux, macOS and Windows, and what the user reads. */
const REASONS: readonly (readonly [string, string])[] = [
  [
    "client error (Connect): dns error: failed to lookup address information: Name or service not known",
    "no such host is known here",
  ],
  [
    "client error (Connect): tcp connect error: Connection refused (os error 111)",
    "connection refused",
  ],
  [
    "client error (Connect): tcp connect error: No connection could be made (os error 10061)",
    "connection refused",
  ],
  [
    "client error (Connect): proxy authentication required",
    "the proxy wants a user name and password",
  ],
  ["client error (Connect): unsuccessful tunnel", "the proxy refused to connect to it"],
  [
    "client error (SendRequest): connection error: Connection reset by peer (os error 104)",
    "the connection was reset",
  ],
  [
    "client error (Connect): tcp connect error: Operation timed out (os error 60)",
    "the connection timed out",
  ],
  [
    "client error (Connect): tcp connect error: Network is unreachable (os error 101)",
    "there is no route to it",
  ],
  [
    "client error (Connect): tcp connect error: No route to host (os error 113)",
    "there is no route to it",
  ],
  [
    "client error (SendRequest): connection closed before message completed",
    "the connection broke off before the whole answer was here",
  ],
  [
    "client error (Connect): tls handshake eof: unexpected EOF",
    "the connection broke off before the whole answer was here",
  ],
  [
    "client error (Connect): received corrupt message of type InvalidContentType",
    "it does not speak TLS",
  ],
  ["something new", "the connection failed"],
];

Deno.test("explainNetworkFailure() says why no answer came, never with the URL", () => {
  for (const [thrown, reason] of REASONS) {
    const failure = { ...FAILURE, thrown: fetchFailure(thrown) };
    const { error, isTransient } = explainNetworkFailure(failure);
    assert.equal(error.code, "network_unreachable");
    assert.equal(error.message, `Cannot reach eks.us-east-2.amazonaws.com: ${reason}`);
    assert.equal(isTransient, true);
    assert.equal(error.cause, failure.thrown);
  }
});

Deno.test("explainNetworkFailure() points at the proxy, whoever chose the host", () => {
  const rows = [
    [
      "proxy authentication required",
      "Put them into HTTPS_PROXY, such as http://USER:PASSWORD@proxy.example:3128",
    ],
    [
      "unsuccessful tunnel",
      "Check HTTPS_PROXY, or put the host into NO_PROXY where it is reached without a proxy",
    ],
  ] as const;
  for (const [cause, hint] of rows) {
    const thrown = fetchFailure(`client error (Connect): ${cause}`);
    for (const isOverride of [false, true]) {
      const { error } = explainNetworkFailure({ ...FAILURE, thrown, isOverride });
      assert.equal(error.hint, hint);
    }
  }
});

Deno.test("explainNetworkFailure() reads failures without a cause", () => {
  const rows: readonly (readonly [unknown, string])[] = [
    [
      new TypeError("error reading a body from connection"),
      "the connection broke off before the whole answer was here",
    ],
    [
      new TypeError("Fetch failed: Requests to port 1 are blocked"),
      "this port is never used for HTTP",
    ],
    ["not even an error", "the connection failed"],
  ];
  for (const [thrown, reason] of rows) {
    const { error } = explainNetworkFailure({ ...FAILURE, thrown, attempts: 3 });
    assert.equal(error.message, `Cannot reach eks.us-east-2.amazonaws.com: ${reason} (3 attempts)`);
  }
});

Deno.test("explainNetworkFailure() tells a lost attempt from a deadline", () => {
  const thrown = new DOMException("The operation was aborted due to timeout", "TimeoutError");
  const lost = explainNetworkFailure({ ...FAILURE, thrown }).error;
  assert.equal(lost.code, "network_unreachable");
  assert.equal(
    lost.message,
    "Cannot reach eks.us-east-2.amazonaws.com: no answer to DescribeCluster within 10 s",
  );
  const late =
    explainNetworkFailure({ ...FAILURE, thrown, endedDeadlineMs: 30_000, attempts: 3 }).error;
  assert.equal(late.code, "deadline_exceeded");
  assert.equal(
    late.message,
    "Cannot reach eks.us-east-2.amazonaws.com: no answer to DescribeCluster within 30 s (3 attempts)",
  );
  const refused = explainNetworkFailure({ ...FAILURE, endedDeadlineMs: 30_000 }).error;
  assert.equal(refused.code, "network_unreachable");
});

Deno.test("explainNetworkFailure() points at the override where there is one", () => {
  const theirs = explainNetworkFailure(FAILURE).error.hint;
  assert.equal(
    theirs,
    "Check the region, the network and HTTPS_PROXY; the URL of a private endpoint goes into AWS_ENDPOINT_URL_EKS",
  );
  const ours = explainNetworkFailure({ ...FAILURE, isOverride: true }).error.hint;
  assert.equal(
    ours,
    "Check the endpoint URL, which AWS_ENDPOINT_URL_EKS, AWS_ENDPOINT_URL or the profile sets",
  );
});

/** The words of rustls, what the user reads, and the hint. */
const CERTIFICATES: readonly (readonly [string, string, RegExp])[] = [
  [
    "UnknownIssuer",
    "is signed by an authority that is unknown here",
    /^Set AWS_CA_BUNDLE to a PEM file/,
  ],
  [
    "certificate expired: verification time 2 (UNIX), but certificate is not valid after 1",
    "has expired",
    /clock/,
  ],
  ["certificate not valid yet: verification time 1 (UNIX), but …", "is not valid yet", /clock/],
  [
    'certificate not valid for name "a"; certificate is only valid for DnsName("b")',
    "is for another host name",
    /another server/,
  ],
  [
    "Other(OtherError(CaUsedAsEndEntity))",
    "is not valid: Other(OtherError(CaUsedAsEndEntity))",
    /AWS_CA_BUNDLE/,
  ],
];

Deno.test("explainNetworkFailure() says what is wrong with a certificate, and that it is final", () => {
  for (const [word, state, hint] of CERTIFICATES) {
    const thrown = fetchFailure(`client error (Connect): invalid peer certificate: ${word}`);
    const { error, isTransient } = explainNetworkFailure({ ...FAILURE, thrown });
    assert.equal(error.code, "certificate_untrusted");
    assert.equal(
      error.message,
      `Cannot trust eks.us-east-2.amazonaws.com: its certificate ${state}`,
    );
    assert.match(error.hint ?? "", hint);
    assert.equal(isTransient, false);
  }
});

Deno.test("explainNetworkFailure() knows a malformed CA bundle from a bad server", () => {
  const thrown = new TypeError("invalid peer certificate: BadEncoding");
  const { error, isTransient } = explainNetworkFailure({ ...FAILURE, thrown });
  assert.equal(error.code, "config_invalid");
  assert.equal(
    error.message,
    "Cannot use the CA bundle: it holds a certificate that cannot be read",
  );
  assert.equal(isTransient, false);
});
