/**
 * Lists that the portal hands out in pieces. Its parameters are spelt as nowhere else in AWS.
 *
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";

/** The portal returns at most that many items at once, and as many unless asked for fewer. */
const MAX_RESULTS = 100;

/**
 * The piece that `query` asks for with `max_result` and `next_token`, under the field `listName`.
 *
 * @throws AwsError `InvalidRequestException`
 */
export function portalPage(
  listName: string,
  items: readonly unknown[],
  query: ReadonlyMap<string, string>,
): Readonly<Record<string, unknown>> {
  const size = Number(query.get("max_result") ?? MAX_RESULTS);
  const start = Number(/^\+(\d+)\/=$/.exec(query.get("next_token") ?? nextToken(0))?.[1]);
  if (!Number.isInteger(size) || size < 1 || size > MAX_RESULTS || Number.isNaN(start)) {
    throw new AwsError(400, "InvalidRequestException", "max_result or next_token is invalid");
  }
  const end = start + size;
  // A null where other services leave the field out.
  return {
    nextToken: end < items.length ? nextToken(end) : null,
    [listName]: items.slice(start, end),
  };
}

/** Holds the characters that a client has to escape. */
function nextToken(start: number): string {
  return `+${start}/=`;
}
