import "reflect-metadata";
import assert from "node:assert/strict";
import {
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { type AwsCall, sendToAws } from "../../src/aws/send.ts";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import { VERSION } from "../../src/version.ts";
import { KEYS, SETTINGS } from "./_cast.ts";

/** The real `fetch` of Deno against real sockets: what it throws is its own affair and may change. */
const RUNTIME = { ...denoRuntime(), sleep: (): Promise<void> => Promise.resolve() };

Deno.test("sendToAws() over a real connection: an answer", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen },
    async (request) => {
      return Response.json({
        path: new URL(request.url).pathname,
        agent: request.headers.get("user-agent"),
        type: request.headers.get("content-type"),
        body: await request.text(),
      });
    },
  );
  const call = callTo(`http://127.0.0.1:${server.addr.port}`);
  const headers = { "content-type": "application/x-amz-json-1.1" };
  const { document } = await sendToAws({ ...call, method: "POST", headers, body: "{}" }, RUNTIME);
  assert.deepEqual(document, {
    path: "/clusters/dev-cluster",
    agent: `eksauth/${VERSION}`,
    type: "application/x-amz-json-1.1",
    body: "{}",
  });
});

Deno.test("sendToAws() over a real connection: refused", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const host = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  await assert.rejects(sendToAws(callTo(`http://${host}`), RUNTIME), {
    code: "network_unreachable",
    message: `Cannot reach ${host}: connection refused (2 attempts)`,
  });
});

/** What a server writes before it hangs up, and how the error goes on. */
const BROKEN_OFF: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["half a body", 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"cluster":'],
  ["half a chunk", 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n{"cluster":'],
];

for (const [label, written] of BROKEN_OFF) {
  Deno.test(`sendToAws() over a real connection: ${label}, then the end`, async () => {
    using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const serving = (async (): Promise<void> => {
      for (let attempt = 1; attempt <= 2; attempt++) {
        using connection = await listener.accept();
        await connection.read(new Uint8Array(4096));
        await connection.write(new TextEncoder().encode(written));
      }
    })();
    const host = `127.0.0.1:${listener.addr.port}`;
    await assert.rejects(sendToAws(callTo(`http://${host}`), RUNTIME), {
      code: "network_unreachable",
      message:
        `Cannot reach ${host}: the connection broke off before the whole answer was here (2 attempts)`,
    });
    await serving;
  });
}

Deno.test("sendToAws() over a real connection: silence", async () => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const host = `127.0.0.1:${listener.addr.port}`;
  const call = { ...callTo(`http://${host}`), attemptTimeoutMs: 20 };
  await assert.rejects(sendToAws(call, RUNTIME), {
    code: "network_unreachable",
    message: `Cannot reach ${host}: no answer to DescribeCluster within 0.02 s (2 attempts)`,
  });
});

Deno.test("sendToAws() over a real connection: a redirect is not followed", async () => {
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen },
    () =>
      new Response(null, { status: 307, headers: { location: "https://login.example/?secret" } }),
  );
  const host = `127.0.0.1:${server.addr.port}`;
  await assert.rejects(sendToAws(callTo(`http://${host}`), RUNTIME), {
    code: "aws_answer_invalid",
    message:
      `Cannot read the answer of ${host} to DescribeCluster: HTTP 307 redirects to login.example`,
  });
});

Deno.test("sendToAws() over TLS: trusts a private CA that is set, and no other", async () => {
  const { cert, key } = await selfSigned({ dnsName: "localhost" });
  await using server = Deno.serve(
    { port: 0, hostname: "localhost", cert, key, onListen },
    () => Response.json({ fine: true }),
  );
  const call = callTo(`https://localhost:${server.addr.port}`);
  await assert.rejects(sendToAws(call, RUNTIME), {
    code: "certificate_untrusted",
    message:
      `Cannot trust localhost:${server.addr.port}: its certificate is signed by an authority that is unknown here`,
    hint:
      "Set AWS_CA_BUNDLE to a PEM file with the authority that signed it, such as that of your proxy",
  });
  const settings = { ...call.settings, caCertificates: cert };
  assert.deepEqual((await sendToAws({ ...call, settings }, RUNTIME)).document, { fine: true });
});

interface BadCertificate {
  readonly state: string;
  readonly certificate: Partial<CertificateRequest>;
}

const BAD_CERTIFICATES: readonly BadCertificate[] = [
  { state: "is for another host name", certificate: { dnsName: "other.example" } },
  { state: "has expired", certificate: { notAfter: new Date("2020-01-02") } },
  { state: "is not valid yet", certificate: { notBefore: new Date("2119-01-01") } },
];

for (const { state, certificate } of BAD_CERTIFICATES) {
  Deno.test(`sendToAws() over TLS: refuses a certificate that ${state}`, async () => {
    const { cert, key } = await selfSigned({ dnsName: "localhost", ...certificate });
    await using server = Deno.serve(
      { port: 0, hostname: "localhost", cert, key, onListen },
      () => Response.json({}),
    );
    const call = callTo(`https://localhost:${server.addr.port}`);
    const settings = { ...call.settings, caCertificates: cert };
    await assert.rejects(sendToAws({ ...call, settings }, RUNTIME), {
      code: "certificate_untrusted",
      message: `Cannot trust localhost:${server.addr.port}: its certificate ${state}`,
    });
  });
}

Deno.test("sendToAws() over TLS: names a CA bundle that is broken", async () => {
  const caCertificates = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const call = callTo("https://localhost:9999");
  const settings = { ...call.settings, caCertificates };
  await assert.rejects(sendToAws({ ...call, settings }, RUNTIME), {
    code: "config_invalid",
    message: "Cannot use the CA bundle: it holds a certificate that cannot be read",
  });
});

function callTo(url: string): AwsCall {
  return {
    service: "eks",
    operation: "DescribeCluster",
    method: "GET",
    path: "/clusters/dev-cluster",
    credentials: KEYS,
    settings: { ...SETTINGS, endpointUrls: { eks: url }, maxAttempts: 2 },
  };
}

/** Without it `Deno.serve` announces its address on stdout. */
function onListen(): void {}

interface CertificateRequest {
  readonly dnsName: string;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

async function selfSigned(
  request: CertificateRequest,
): Promise<{ readonly cert: string; readonly key: string }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${request.dnsName}`,
    // TLS goes by the real clock, so the certificate has to be valid now, whenever that is.
    notBefore: request.notBefore ?? new Date("2020-01-01"),
    notAfter: request.notAfter ?? new Date("2120-01-01"),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new SubjectAlternativeNameExtension([{ type: "dns", value: request.dnsName }]),
    ],
  });
  const privateKey = await crypto.subtle.exportKey("pkcs8", keys.privateKey);
  return { cert: certificate.toString("pem"), key: PemConverter.encode(privateKey, "PRIVATE KEY") };
}
