/**
 * SHA-256 in the shape that AWS's signer takes.
 *
 * @module
 */

import { createHash, createHmac } from "node:crypto";

type HashInput = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, keyed when a secret is given. */
export class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;

  constructor(secret?: HashInput) {
    this.#hash = secret === undefined
      ? createHash("sha256")
      : createHmac("sha256", bytesOf(secret));
  }

  update(data: HashInput): void {
    this.#hash.update(bytesOf(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()));
  }

  reset(): void {
    throw new Error("The signer never resets a hash");
  }
}

function bytesOf(data: HashInput): Uint8Array {
  if (typeof data === "string") return new TextEncoder().encode(data);
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
