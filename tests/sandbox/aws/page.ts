/**
 * Lists that EKS hands out in pieces.
 *
 * @module
 */

import { AwsError } from "./aws_error.ts";

/** EKS returns at most that many items at once, and as many unless asked for fewer. */
const MAX_RESULTS = 100;

/**
 * The piece that `query` asks for with `maxResults` and `nextToken`, under the field `listName`.
 *
 * @throws AwsError `InvalidParameterException`
 */
export function page(
  listName: string,
  items: readonly unknown[],
  query: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const maxResults = Number(query.get("maxResults") ?? MAX_RESULTS);
  const start = Number(/^page\/\+(\d+)==$/.exec(query.get("nextToken") ?? nextToken(0))?.[1]);
  if (!(maxResults >= 1 && maxResults <= MAX_RESULTS) || Number.isNaN(start)) {
    throw new AwsError(400, "InvalidParameterException", "maxResults or nextToken is invalid");
  }
  const end = start + maxResults;
  return {
    [listName]: items.slice(start, end),
    ...(end < items.length ? { nextToken: nextToken(end) } : {}),
  };
}

/** Holds the characters that a client has to escape. */
function nextToken(start: number): string {
  return `page/+${start}==`;
}
