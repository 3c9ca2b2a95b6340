/**
 * What AWS says when it refuses, in the spellings of its protocols.
 *
 * @module
 */

/** An error answer as it came. */
export interface UnreadError {
  readonly headers: Headers;
  /** The parsed body; `undefined` when it is empty or no document. */
  readonly document: unknown;
  /** What the request was signed or authorized with: blotted out wherever AWS repeats it. */
  readonly secrets: readonly string[];
}

/** The facts of an error answer. */
export interface ErrorAnswer {
  /** AWS's word for the error without namespace, `undefined` when this is no answer of AWS. */
  readonly awsCode: string | undefined;
  /** In one line; may be empty. */
  readonly awsMessage: string;
  readonly requestId: string | undefined;
}

/**
 * Reads an error answer of any protocol: rest-json and json (`x-amzn-errortype`, `__type`, `code`), query as
 * XML or JSON (`Error.Code`), and the OAuth fields of Identity Center (`error`).
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
 */
export function parseErrorAnswer(answer: UnreadError): ErrorAnswer {
  const { headers } = answer;
  const body = fieldsOf(answer.document);
  const response = fieldsOf(body["ErrorResponse"] ?? body);
  const error = fieldsOf(response["Error"]);
  return {
    awsCode: codeIn(firstText(
      headers.get("x-amzn-errortype"),
      error["Code"],
      body["__type"],
      body["code"],
      body["Code"],
      body["error"],
    )),
    awsMessage: oneLine(
      firstText(error["Message"], body["message"], body["Message"], body["error_description"]),
      answer.secrets,
    ),
    requestId: plainWord(firstText(
      headers.get("x-amzn-requestid"),
      response["RequestId"],
      body["requestId"],
    )),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Without a prototype, so that no inherited name is taken for a field.
  return Object.assign(Object.create(null), typeof value === "object" ? value : {});
}

function firstText(...candidates: readonly unknown[]): string | undefined {
  return candidates.find((value): value is string => typeof value === "string" && value !== "");
}

/** `com.amazonaws.eks#ResourceNotFoundException:http://…` without what stands before and after the word. */
function codeIn(text: string | undefined): string | undefined {
  return plainWord(text?.split(":")[0]?.split("#").at(-1)?.trim());
}

/** Words go into messages, so only what looks like one is taken. */
function plainWord(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.-]{1,128}$/.test(text) ? text : undefined;
}

/**
 * The first line. The rest is cut off because AWS explains a wrong signature by the whole request as it should
 * have been signed, session token included.
 */
function oneLine(text: string | undefined, secrets: readonly string[]): string {
  let line = text?.trim().split(/[\r\n]/)[0] ?? "";
  for (const secret of secrets.filter(Boolean)) line = line.replaceAll(secret, "***");
  // Control characters could steer the terminal that shows them.
  return line.replace(/\p{Cc}+/gu, " ").slice(0, MAX_MESSAGE_LENGTH).trim();
}

/** Enough for the longest refusals, which name two ARNs and a policy. */
const MAX_MESSAGE_LENGTH = 600;
