/**
 * A certificate authority of one cluster, and the certificate of its API server on loopback.
 *
 * @module
 */

// The certificate library finds its parts by decorators and looks for this as it loads.
import "reflect-metadata";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

import type { ServerCertificate } from "../listener.ts";

/** What a cluster has instead of a real control plane's certificates. */
export interface ClusterCertificate extends ServerCertificate {
  /** The authority's certificate in PEM, and that in base64: what DescribeCluster tells. */
  readonly certificateAuthority: string;
}

/** P-256, because a key takes a millisecond where RSA takes a hundred. */
const KEY = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

const DAY_MS = 24 * 60 * 60 * 1000;

/** A fresh authority and a server certificate for 127.0.0.1 and localhost, good for ten days. */
export async function createClusterCertificate(): Promise<ClusterCertificate> {
  const [authorityKeys, serverKeys] = await Promise.all([generateKeys(), generateKeys()]);
  // By the machine's clock, which is the one that kubectl checks certificates with.
  const validity = {
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 10 * DAY_MS),
  };
  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: "CN=kubernetes",
    ...validity,
    signingAlgorithm: KEY,
    keys: authorityKeys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature, true),
    ],
  });
  const server = await X509CertificateGenerator.create({
    serialNumber: "02",
    subject: "CN=kube-apiserver",
    issuer: authority.subject,
    ...validity,
    signingAlgorithm: KEY,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension([
        { type: "ip", value: "127.0.0.1" },
        { type: "dns", value: "localhost" },
      ]),
    ],
  });
  return {
    certificate: server.toString("pem"),
    privateKey: await privateKeyPem(serverKeys.privateKey),
    certificateAuthority: new TextEncoder().encode(`${authority.toString("pem")}\n`).toBase64(),
  };
}

function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
}

async function privateKeyPem(key: CryptoKey): Promise<string> {
  const encoded = new Uint8Array(await crypto.subtle.exportKey("pkcs8", key)).toBase64();
  const lines = encoded.match(/.{1,64}/g) ?? [];
  return `-----BEGIN PRIVATE KEY-----\n${lines.join("\n")}\n-----END PRIVATE KEY-----\n`;
}
