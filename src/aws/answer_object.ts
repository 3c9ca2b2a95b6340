/**
 * Strict reading of AWS's answers: a field is there and of its type, or the answer is refused.
 *
 * @module
 */

import { type AnswerOrigin, type AwsAnswer, invalidAnswer } from "./answer.ts";

/**
 * The object that an answer consists of.
 *
 * @throws `aws_answer_invalid` when the answer is empty or not an object
 */
export function answerObject(answer: AwsAnswer): AnswerObject {
  if (answer.document === undefined) throw invalidAnswer(answer, "it is empty");
  return new AnswerObject(answer.document, { origin: answer, path: [] });
}

/** Where in which answer a value stands. */
interface Place {
  readonly origin: AnswerOrigin;
  readonly path: readonly string[];
}

/**
 * One object of an answer. `null` counts as absent; unknown fields are passed over, because AWS adds some.
 *
 * Every method throws `aws_answer_invalid`, with the field's path and never its value, when the field is of
 * another type, and those without `optional` when it is absent.
 */
export class AnswerObject {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #place: Place;

  constructor(value: unknown, place: Place) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw fault(place, "is not an object");
    }
    this.#fields = value as Record<string, unknown>;
    this.#place = place;
  }

  string(field: string): string {
    return this.#required(field, this.optionalString(field));
  }

  /** Like {@linkcode string}, and not empty either. */
  nonEmptyString(field: string): string {
    const value = this.string(field);
    if (value === "") throw fault(this.#inside(field), "is empty");
    return value;
  }

  optionalString(field: string): string | undefined {
    const value = this.#value(field);
    if (value === undefined || typeof value === "string") return value;
    throw this.#fault(field, "text");
  }

  number(field: string): number {
    return this.#required(field, this.optionalNumber(field));
  }

  optionalNumber(field: string): number | undefined {
    const value = this.#value(field);
    if (value === undefined || typeof value === "number") return value;
    throw this.#fault(field, "a number");
  }

  optionalBoolean(field: string): boolean | undefined {
    const value = this.#value(field);
    if (value === undefined || typeof value === "boolean") return value;
    throw this.#fault(field, "true or false");
  }

  /** An instant, sent as seconds since the epoch (JSON) or as ISO 8601 text (XML). */
  instant(field: string): Date {
    return this.#required(field, this.optionalInstant(field));
  }

  optionalInstant(field: string): Date | undefined {
    const value = this.#value(field);
    if (value === undefined) return undefined;
    const instant = typeof value === "number"
      ? new Date(value * 1000)
      : new Date(typeof value === "string" && ISO_8601.test(value) ? value : NaN);
    if (Number.isNaN(instant.getTime())) throw this.#fault(field, "a time");
    return instant;
  }

  object(field: string): AnswerObject {
    return this.#required(field, this.optionalObject(field));
  }

  optionalObject(field: string): AnswerObject | undefined {
    const value = this.#value(field);
    return value === undefined ? undefined : new AnswerObject(value, this.#inside(field));
  }

  /** A list of texts; an absent one is empty. */
  strings(field: string): readonly string[] {
    return this.#list(field).map((item) => {
      if (typeof item !== "string") throw this.#fault(field, "a list of texts");
      return item;
    });
  }

  /** A list of objects; an absent one is empty. */
  objects(field: string): readonly AnswerObject[] {
    return this.#list(field).map((item) => new AnswerObject(item, this.#inside(field)));
  }

  /** A map of texts, such as tags; an absent one is empty. */
  stringMap(field: string): ReadonlyMap<string, string> {
    const inner = this.optionalObject(field);
    if (inner === undefined) return new Map();
    return new Map(Object.keys(inner.#fields).map((key) => [key, inner.string(key)]));
  }

  #value(field: string): unknown {
    return Object.hasOwn(this.#fields, field) ? this.#fields[field] ?? undefined : undefined;
  }

  #list(field: string): readonly unknown[] {
    const value = this.#value(field) ?? [];
    if (!Array.isArray(value)) throw this.#fault(field, "a list");
    return value;
  }

  #required<T>(field: string, value: T | undefined): T {
    if (value === undefined) throw fault(this.#inside(field), "is missing");
    return value;
  }

  #inside(field: string): Place {
    return { origin: this.#place.origin, path: [...this.#place.path, field] };
  }

  #fault(field: string, expected: string): Error {
    return fault(this.#inside(field), `is not ${expected}`);
  }
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

function fault(place: Place, state: string): Error {
  const noun = place.path.length === 0 ? "it" : `field ${place.path.join(".")}`;
  return invalidAnswer(place.origin, `${noun} ${state}`);
}
