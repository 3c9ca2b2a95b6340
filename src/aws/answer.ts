/**
 * The answer to a call that AWS granted, and what it is called when it cannot be read.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import type { Service } from "./settings.ts";
import { parseXml } from "./xml.ts";

/** Who answered what: enough to name an answer in an error. */
export interface AnswerOrigin {
  readonly service: Service;
  /** As in AWS's API reference, such as `DescribeCluster`. */
  readonly operation: string;
  /** Host name, with the port where it is not the default. */
  readonly host: string;
}

/** What AWS answered. Read it with {@linkcode answerObject}. */
export interface AwsAnswer extends AnswerOrigin {
  /** HTTP status, 200 to 299. */
  readonly status: number;
  readonly headers: Headers;
  /** The parsed document, in one shape for JSON and XML; `undefined` when the body is empty. */
  readonly document: unknown;
}

/** The text of a body as a document, or why it is none. */
export type ParsedBody =
  | { readonly document: unknown }
  | {
    readonly fault: string;
    /** Whether the beginning was right, so that only the rest may have been lost on the way. */
    readonly isBrokenOff: boolean;
  };

/** Reads a body that should be JSON or XML. An empty one is a document too: `undefined`. */
export function parseBody(text: string, contentType: string | null): ParsedBody {
  const trimmed = text.trim();
  if (trimmed === "") return { document: undefined };
  const mediaType = contentType?.split(";")[0]?.trim().toLowerCase() ?? "";
  const isXml = trimmed.startsWith("<") && (mediaType === "" || /[/+]xml$/.test(mediaType)) &&
    mediaType !== "application/xhtml+xml";
  const isJson = trimmed.startsWith("{") && mediaType !== "text/html";
  if (!isXml && !isJson) {
    return { fault: `it is ${mediaType || "text"}, not JSON`, isBrokenOff: false };
  }
  try {
    return { document: isXml ? parseXml(trimmed) : JSON.parse(trimmed) };
  } catch {
    // The parser's own message may quote the body, which may hold keys.
    return { fault: `its ${isXml ? "XML" : "JSON"} is broken`, isBrokenOff: true };
  }
}

/** The error for an answer that AWS cannot have meant. `fault` completes "Cannot read the answer …:". */
export function invalidAnswer(origin: AnswerOrigin, fault: string): EksauthError {
  return new EksauthError(
    "aws_answer_invalid",
    `Cannot read the answer of ${origin.host} to ${origin.operation}: ${fault}`,
    {
      hint:
        "Something between eksauth and AWS, such as a proxy or a sign-in page, may have answered; " +
        `check HTTPS_PROXY and AWS_ENDPOINT_URL_${origin.service.toUpperCase()}`,
    },
  );
}
