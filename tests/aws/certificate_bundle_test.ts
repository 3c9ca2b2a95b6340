import assert from "node:assert/strict";
import { isCertificateBundle } from "../../src/aws/certificate_bundle.ts";

/** The smallest thing that looks like a certificate: an empty ASN.1 SEQUENCE. */
const PEM = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

Deno.test("isCertificateBundle() takes one or more PEM certificates in base64", () => {
  assert.equal(isCertificateBundle(btoa(PEM)), true);
  assert.equal(
    isCertificateBundle(btoa(`# of dev-cluster\r\n${PEM.replaceAll("\n", "\r\n")}${PEM}`)),
    true,
  );
});

Deno.test("isCertificateBundle() refuses everything else", () => {
  const texts = [
    "",
    "not base64!",
    PEM,
    btoa("not PEM"),
    btoa(PEM.replace("MAA=", "")),
    btoa(PEM.replace("MAA=", "????")),
    // An OCTET STRING, and a second certificate that is broken.
    btoa(PEM.replace("MAA=", "BAA=")),
    btoa(PEM + PEM.replace("MAA=", "M")),
    btoa(PEM.replace(/-----END.*/s, "")),
    btoa(PEM.replaceAll("CERTIFICATE", "PRIVATE KEY")),
  ];
  for (const text of texts) assert.equal(isCertificateBundle(text), false, text);
});
