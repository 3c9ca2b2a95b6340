/**
 * The region of the EC2 instance, asked of a metadata service that is not there.
 *
 * @module
 */

import assert from "node:assert/strict";
import { imdsRegion } from "../../src/credentials/imds_region.ts";
import type { FetchRequest } from "../../src/runtime/runtime.ts";

const SESSION = new Response("SESSION==");

interface Sent extends FetchRequest {
  readonly url: string;
}

Deno.test("imdsRegion() opens a session and asks for the region, both within one second", async () => {
  const { region, sent } = await ask([SESSION.clone(), new Response("us-east-2\n")]);
  assert.equal(region, "us-east-2");
  assert.deepEqual(sent.map(({ method, url, headers }) => ({ method, url, headers })), [
    {
      method: "PUT",
      url: "http://169.254.169.254/latest/api/token",
      headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" },
    },
    {
      method: "GET",
      url: "http://169.254.169.254/latest/meta-data/placement/region",
      headers: { "x-aws-ec2-metadata-token": "SESSION==" },
    },
  ]);
  assert.ok(sent[0]?.signal);
  assert.equal(sent[0].signal, sent[1]?.signal);
});

Deno.test("imdsRegion() gives nothing when anything fails, and never throws", async () => {
  const failures: readonly (readonly (Response | Error)[])[] = [
    [new TypeError("connection refused")],
    [new DOMException("timed out", "TimeoutError")],
    [new Response("", { status: 403 })],
    [SESSION.clone(), new TypeError("reset")],
    [SESSION.clone(), new Response("not here", { status: 404 })],
    [SESSION.clone(), new Response("")],
    [SESSION.clone(), new Response("<html>captive portal</html>")],
    [SESSION.clone(), new Response("us-east-2.evil.example")],
  ];
  for (const replies of failures) {
    const { region, sent } = await ask(replies);
    assert.equal(region, undefined);
    assert.equal(sent.length, replies.length);
  }
});

Deno.test("imdsRegion() asks nobody when the metadata service is switched off", async () => {
  for (const value of ["true", "True"]) {
    const { region, sent } = await ask([], { AWS_EC2_METADATA_DISABLED: value });
    assert.equal(region, undefined);
    assert.equal(sent.length, 0);
  }
});

Deno.test("imdsRegion() asks where it is told to", async () => {
  const endpoints: readonly (readonly [env: Readonly<Record<string, string>>, base: string])[] = [
    [{ AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:1338" }, "http://127.0.0.1:1338"],
    [{ AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:1338/" }, "http://127.0.0.1:1338"],
    [{ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv6" }, "http://[fd00:ec2::254]"],
    [{ AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "IPv4" }, "http://169.254.169.254"],
    [{ AWS_EC2_METADATA_DISABLED: "false" }, "http://169.254.169.254"],
  ];
  for (const [env, base] of endpoints) {
    const { region, sent } = await ask([SESSION.clone(), new Response("us-east-2")], env);
    assert.equal(region, "us-east-2");
    assert.deepEqual(sent.map(({ url }) => url.slice(0, base.length + 1)), [
      `${base}/`,
      `${base}/`,
    ]);
  }
});

async function ask(
  replies: readonly (Response | Error)[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly region: string | undefined; readonly sent: readonly Sent[] }> {
  const sent: Sent[] = [];
  const region = await imdsRegion({
    env: (variable) => env[variable],
    fetch(url, request): Promise<Response> {
      const reply = replies[sent.push({ url, ...request }) - 1];
      return reply instanceof Response
        ? Promise.resolve(reply)
        : Promise.reject(reply ?? new Error("a request too many"));
    },
  });
  return { region, sent };
}
