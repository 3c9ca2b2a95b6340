/**
 * Answers of an API server: JSON documents, and the Status that says what went wrong.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
 * @module
 */

import type { Answer } from "../listener.ts";

/** A JSON document. */
export function documentAnswer(body: unknown, status = 200): Answer {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** A failure with its machine-readable reason, such as `NotFound`. */
export function statusAnswer(status: number, reason: string, message: string): Answer {
  return documentAnswer({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    code: status,
  }, status);
}
