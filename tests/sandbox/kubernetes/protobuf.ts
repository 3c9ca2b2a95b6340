/**
 * Just enough of Kubernetes' protobuf to read what a SelfSubjectAccessReview asks.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding
 * @module
 */

import type { ResourceAccess } from "./authorization.ts";

/** What every protobuf body of Kubernetes starts with: `k8s` and a zero. */
const MAGIC_LENGTH = 4;

/** Field numbers on the way from the envelope to the resource attributes, and in them. */
const ENVELOPE_RAW = 2;
const REVIEW_SPEC = 2;
const SPEC_RESOURCE_ATTRIBUTES = 1;
const ATTRIBUTES = { namespace: 1, verb: 2, resource: 5 } as const;

/** The attributes of the resource in question; `undefined` when the review is about something else. */
export function readProtobufAttributes(body: Uint8Array): ResourceAccess | undefined {
  let message: Uint8Array | undefined = body.subarray(MAGIC_LENGTH);
  for (const field of [ENVELOPE_RAW, REVIEW_SPEC, SPEC_RESOURCE_ATTRIBUTES]) {
    message = message === undefined ? undefined : readFields(message).get(field);
  }
  if (message === undefined) return undefined;
  const fields = readFields(message);
  const text = (field: number): string => new TextDecoder().decode(fields.get(field));
  return {
    verb: text(ATTRIBUTES.verb),
    resource: text(ATTRIBUTES.resource),
    namespace: text(ATTRIBUTES.namespace),
  };
}

/** The length-delimited fields of a message by number; numbers and the like are passed over. */
function readFields(message: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  let position = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let shift = 0; position < message.length; shift += 7) {
      const byte = message[position++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (position < message.length) {
    const key = readVarint();
    const size = readVarint();
    // Wire type 2 is a length and that many bytes; the only other one in these messages, 0, is a number.
    if (key % 8 !== 2) continue;
    fields.set(Math.floor(key / 8), message.subarray(position, position + size));
    position += size;
  }
  return fields;
}
