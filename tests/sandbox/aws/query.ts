/**
 * Query strings and form bodies, decoded without leniency.
 *
 * @module
 */

/**
 * The parameters in their order, a plus sign being a space.
 *
 * @returns `undefined` when an escape is broken
 */
export function decodeQuery(query: string): readonly (readonly [string, string])[] | undefined {
  try {
    return query.split("&").filter((pair) => pair !== "").map((pair) => {
      const equals = pair.indexOf("=");
      return equals < 0
        ? [decode(pair), ""]
        : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
    });
  } catch {
    return undefined;
  }
}

/**
 * The parameters by name.
 *
 * @returns `undefined` when an escape is broken or a name stands twice
 */
export function parameterMap(query: string): ReadonlyMap<string, string> | undefined {
  const pairs = decodeQuery(query);
  const parameters = new Map(pairs);
  return parameters.size === pairs?.length ? parameters : undefined;
}

function decode(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
