/**
 * The JSON bodies that clients send to the OIDC service, read without leniency.
 *
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import type { ReceivedRequest } from "../listener.ts";

/** What an operation takes; AWS would pass over anything else, and so hide a misspelt name. */
export interface FieldNames {
  readonly texts: readonly string[];
  readonly lists: readonly string[];
}

/** The fields of one request. */
export class RequestFields {
  readonly #fields: ReadonlyMap<string, unknown>;

  /** @throws AwsError `InvalidRequestException` when there is anything that the operation does not take */
  constructor(request: ReceivedRequest, known: FieldNames) {
    this.#fields = new Map(Object.entries(bodyOf(request)));
    for (const [field, value] of this.#fields) {
      const isRight = known.texts.includes(field) && typeof value === "string" ||
        known.lists.includes(field) && isTextList(value);
      if (!isRight) throw invalid(`The operation takes no such ${field}`);
    }
  }

  /** @throws AwsError `InvalidRequestException` when it is missing or empty */
  text(field: string): string {
    const value = this.optionalText(field);
    if (value === undefined || value === "") throw invalid(`${field} is missing`);
    return value;
  }

  optionalText(field: string): string | undefined {
    const value = this.#fields.get(field);
    return typeof value === "string" ? value : undefined;
  }

  /** Empty when it is missing. */
  list(field: string): readonly string[] {
    const value = this.#fields.get(field);
    return isTextList(value) ? value : [];
  }
}

function bodyOf(request: ReceivedRequest): object {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(request.body));
    const contentType = request.headers.get("content-type")?.split(";", 1)[0]?.trim();
    if (contentType === "application/json" && typeof body === "object" && body !== null) {
      return body;
    }
  } catch {
    // Refused below, with all other bodies that are no JSON object.
  }
  throw invalid("The body is not a JSON object");
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function invalid(message: string): AwsError {
  return new AwsError(400, "InvalidRequestException", message);
}
