import assert from "node:assert/strict";
import { parseErrorAnswer } from "../../src/aws/error_answer.ts";
import { parseXml } from "../../src/aws/xml.ts";

const CORAL = "http://internal.amazon.com/coral/com.amazon.coral.service/";

interface Row {
  readonly label: string;
  readonly headers?: Record<string, string>;
  readonly document?: unknown;
  readonly expected: readonly [awsCode: string | undefined, awsMessage: string, requestId?: string];
}

const ROWS: readonly Row[] = [
  {
    label: "rest-json of EKS",
    headers: { "x-amzn-ErrorType": "ResourceNotFoundException", "x-amzn-RequestId": "id-1" },
    document: { clusterName: null, message: "No cluster found for name: x." },
    expected: ["ResourceNotFoundException", "No cluster found for name: x.", "id-1"],
  },
  {
    label: "a header with a URL behind the code",
    headers: { "x-amzn-errortype": `AccessDeniedException:${CORAL}` },
    document: { Message: "User is not authorized" },
    expected: ["AccessDeniedException", "User is not authorized"],
  },
  {
    label: "a header with a namespace before the code",
    headers: { "x-amzn-errortype": "com.amazonaws.eks#ServerException" },
    expected: ["ServerException", ""],
  },
  {
    label: "json of ECR",
    document: { __type: "com.amazonaws.ecr#ServerException", message: "Oops" },
    expected: ["ServerException", "Oops"],
  },
  { label: "a code in the body", document: { code: "Throttling" }, expected: ["Throttling", ""] },
  { label: "a Code in the body", document: { Code: "Throttling" }, expected: ["Throttling", ""] },
  {
    label: "query of STS as XML",
    document: parseXml(
      '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>' +
        "<Code>AccessDenied</Code><Message>a &lt; b</Message></Error><RequestId>id-2</RequestId></ErrorResponse>",
    ),
    expected: ["AccessDenied", "a < b", "id-2"],
  },
  {
    label: "query of STS as JSON",
    document: {
      Error: { Code: "ExpiredToken", Message: "The security token is expired", Type: "Sender" },
      RequestId: "id-3",
    },
    expected: ["ExpiredToken", "The security token is expired", "id-3"],
  },
  {
    label: "OAuth of Identity Center",
    headers: { "x-amzn-errortype": "AuthorizationPendingException" },
    document: { error: "authorization_pending", error_description: "Not yet" },
    expected: ["AuthorizationPendingException", "Not yet"],
  },
  {
    label: "OAuth without the header",
    document: { error: "slow_down" },
    expected: ["slow_down", ""],
  },
  { label: "nothing at all", expected: [undefined, ""] },
  { label: "a list", document: [1, 2], expected: [undefined, ""] },
  {
    label: "fields of other types",
    document: { code: 7, message: { a: 1 }, RequestId: [] },
    expected: [undefined, ""],
  },
  {
    label: "codes and ids that are no words",
    headers: { "x-amzn-requestid": "a b\u0007" },
    document: { code: "a sentence" },
    expected: [undefined, ""],
  },
  {
    label: "an inherited name",
    document: JSON.parse('{"__proto__":{"code":"X"}}'),
    expected: [undefined, ""],
  },
];

Deno.test("parseErrorAnswer() reads code, message and request id of every protocol", () => {
  for (const { label, headers, document, expected } of ROWS) {
    const answer = parseErrorAnswer({ headers: new Headers(headers), document, secrets: [] });
    const [awsCode, awsMessage, requestId] = expected;
    assert.deepEqual(answer, { awsCode, awsMessage, requestId }, label);
  }
});

Deno.test("parseErrorAnswer() keeps secrets, further lines and control characters out of the message", () => {
  const message = "\nThe signature is wrong:\u001b[31m key=S3cret/+ and S3cret/+\n\n" +
    "The canonical request should have been x-amz-security-token:IQoJ";
  const answer = parseErrorAnswer({
    headers: new Headers(),
    document: { message },
    secrets: ["", "S3cret/+"],
  });
  assert.equal(answer.awsMessage, "The signature is wrong: [31m key=*** and ***");
  const long = parseErrorAnswer({
    headers: new Headers(),
    document: { message: `${"x".repeat(598)}S3cret/+` },
    secrets: ["S3cret/+"],
  });
  assert.equal(long.awsMessage, `${"x".repeat(598)}**`);
});
