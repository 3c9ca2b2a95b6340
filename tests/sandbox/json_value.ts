/**
 * Looking into JSON that somebody else wrote.
 *
 * @module
 */

/** The value at the end of a path of field names, `undefined` where the path leads nowhere. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, field) =>
      typeof inner === "object" && inner !== null
        ? Object.getOwnPropertyDescriptor(inner, field)?.value
        : undefined,
    value,
  );
}

/** The text at the end of a path, empty when there is none. */
export function textAt(value: unknown, path: readonly string[]): string {
  const text = valueAt(value, path);
  return typeof text === "string" ? text : "";
}
