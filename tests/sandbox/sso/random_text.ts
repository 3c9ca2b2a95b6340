/**
 * Secrets and ids that nobody can guess, in the forms in which IAM Identity Center hands them out.
 *
 * @module
 */

/** Base64url text of that many random bytes. */
export function randomText(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** An id of a client. As with AWS, the region in which it is known stands at its end. */
export function randomClientId(region: string): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  const bytes = new Uint8Array([...random, ...new TextEncoder().encode(region)]);
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** A token with the characters and the length of real ones: `aoa…` gives access, `aor…` refreshes. */
export function randomSsoToken(kind: "aoa" | "aor"): string {
  const signature = crypto.getRandomValues(new Uint8Array(105)).toBase64();
  return `${kind}AAAAAG${randomText(210)}:${signature}`;
}

/** A code for people to type, such as `KLDN-TRWX`: without vowels, as RFC 8628 §6.1 advises. */
export function randomUserCode(): string {
  const letters = "BCDFGHJKLMNPQRSTVWXZ";
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const code = [...bytes].map((byte) => letters[byte % letters.length]).join("");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
