/**
 * Errors as the AWS services of the sandbox word them.
 *
 * @module
 */

import type { Answer, ReceivedRequest } from "../listener.ts";

/** An error that a service answers with. */
export class AwsError extends Error {
  readonly status: number;
  /** Such as `AccessDenied`; JSON services have their own spelling, `AccessDeniedException`. */
  readonly awsCode: string;

  constructor(status: number, awsCode: string, message: string) {
    super(message);
    this.status = status;
    this.awsCode = awsCode;
  }
}

/** What can be wrong with a signature. Each service has its own code for each. */
export type SignatureProblem =
  | "missing"
  | "incomplete"
  | "unknown_key"
  | "mismatch"
  | "expired_session";

/** The status and the code of every signature problem. */
export type SignatureErrors = Readonly<Record<SignatureProblem, readonly [number, string]>>;

/** @see https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export const QUERY_SIGNATURE_ERRORS: SignatureErrors = {
  missing: [403, "MissingAuthenticationToken"],
  incomplete: [400, "IncompleteSignature"],
  unknown_key: [403, "InvalidClientTokenId"],
  mismatch: [403, "SignatureDoesNotMatch"],
  expired_session: [403, "ExpiredToken"],
};

/** @see https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html */
export const JSON_SIGNATURE_ERRORS: SignatureErrors = {
  missing: [403, "MissingAuthenticationTokenException"],
  incomplete: [403, "IncompleteSignatureException"],
  unknown_key: [403, "UnrecognizedClientException"],
  mismatch: [403, "InvalidSignatureException"],
  expired_session: [403, "ExpiredTokenException"],
};

/** An error in the query protocol: XML, or JSON for who asks for it. */
export function queryErrorAnswer(error: AwsError, request: ReceivedRequest): Answer {
  const type = error.status >= 500 ? "Receiver" : "Sender";
  const requestId = crypto.randomUUID();
  if (wantsJson(request)) {
    return jsonAnswer(error.status, {
      Error: { Code: error.awsCode, Message: error.message, Type: type },
      RequestId: requestId,
    });
  }
  return xmlAnswer(
    error.status,
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error>' +
      `<Type>${type}</Type><Code>${error.awsCode}</Code><Message>${
        escapeXml(error.message)
      }</Message>` +
      `</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
  );
}

/** An error in the REST JSON protocol: the code is in a header, with a suffix that clients have to cut off. */
export function restJsonErrorAnswer(error: AwsError): Answer {
  const answer = jsonAnswer(error.status, { message: error.message });
  return {
    ...answer,
    headers: { ...answer.headers, "x-amzn-errortype": `${error.awsCode}:http://internal.invalid/` },
  };
}

/** Whether the client of a query service asked for JSON. */
export function wantsJson(request: ReceivedRequest): boolean {
  return (request.headers.get("accept") ?? "").split(",").some((one) =>
    one.split(";")[0]?.trim() === "application/json"
  );
}

/** A JSON document with a request id. */
export function jsonAnswer(status: number, body: unknown): Answer {
  const headers = {
    "content-type": "application/json",
    "x-amzn-requestid": crypto.randomUUID(),
  };
  return { status, headers, body: JSON.stringify(body) };
}

/** An XML document. */
export function xmlAnswer(status: number, xml: string): Answer {
  return {
    status,
    headers: { "content-type": "text/xml", "x-amzn-requestid": crypto.randomUUID() },
    body: `${xml}\n`,
  };
}

/** `text` as the content of an element. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
