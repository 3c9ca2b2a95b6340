/**
 * The certificate authority of a cluster, as AWS and kubeconfigs hold it.
 *
 * @module
 */

/**
 * Whether `base64` is base64 of PEM certificates, at least one. What the certificates say is for TLS to check.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7468#section-5
 */
export function isCertificateBundle(base64: string): boolean {
  try {
    const pem = new TextDecoder().decode(Uint8Array.fromBase64(base64));
    const certificates = [...pem.matchAll(PEM_CERTIFICATE)];
    return certificates.length > 0 && certificates.every(([, body = ""]) => isSequence(body));
  } catch {
    return false;
  }
}

const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]*)-----END CERTIFICATE-----/g;

/** Whether these are the bytes of an ASN.1 SEQUENCE, as every certificate is. */
function isSequence(body: string): boolean {
  return Uint8Array.fromBase64(body)[0] === 0x30;
}
