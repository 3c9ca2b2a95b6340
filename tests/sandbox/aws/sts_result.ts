/**
 * A result of STS in its two coats: XML for everybody, JSON for who asks for it, as EKS does.
 *
 * @module
 */

import { escapeXml } from "./aws_error.ts";

/** The fields of a result by their wire names. */
export interface ResultTree {
  readonly [field: string]: string | number | Date | ResultTree;
}

/** The document with its envelope. Instants are written as in `2026-01-02T03:04:05Z`. */
export function toStsXml(operation: string, result: ResultTree): string {
  return `<${operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">` +
    `<${operation}Result>${elements(result)}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${crypto.randomUUID()}</RequestId></ResponseMetadata>` +
    `</${operation}Response>`;
}

/** The same for JSON. Instants are seconds since the epoch. */
export function toStsJson(operation: string, result: ResultTree): unknown {
  return {
    [`${operation}Response`]: {
      [`${operation}Result`]: jsonOf(result),
      ResponseMetadata: { RequestId: crypto.randomUUID() },
    },
  };
}

function elements(tree: ResultTree): string {
  return Object.entries(tree).map(([field, value]) => `<${field}>${textOf(value)}</${field}>`).join(
    "",
  );
}

function textOf(value: ResultTree[string]): string {
  if (value instanceof Date) return value.toISOString().replace(/\.\d+Z$/, "Z");
  return typeof value === "object" ? elements(value) : escapeXml(String(value));
}

function jsonOf(tree: ResultTree): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).map(([field, value]) => {
      if (value instanceof Date) return [field, value.getTime() / 1000];
      return [field, typeof value === "object" ? jsonOf(value) : value];
    }),
  );
}
