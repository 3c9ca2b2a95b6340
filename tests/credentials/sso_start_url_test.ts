/**
 * Start URLs, AWS's own and those of companies.
 *
 * @module
 */

import assert from "node:assert/strict";
import { resolveStartUrl } from "../../src/credentials/sso_start_url.ts";
import type { FetchRequest } from "../../src/runtime/runtime.ts";
import { SESSION, SETTINGS } from "./_sso_world.ts";

const COPY_HINT =
  "Copy the address of your AWS access portal, such as https://d-9067012345.awsapps.com/start";

/** Start URLs that are taken as they are, and a region in which they may be. */
const AWS_OWN: readonly (readonly [startUrl: string, region: string])[] = [
  ["https://d-9067012345.awsapps.com/start", "us-east-1"],
  ["https://d-9067012345.awsapps.com/start/#/", "eu-west-1"],
  ["https://start.us-gov-west-1.us-gov-home.awsapps.com/directory/d-90", "us-gov-west-1"],
  ["https://start.home.awsapps.cn/directory/d-90", "cn-north-1"],
  ["https://identitycenter.amazonaws.com/ssoins-1234", "ap-south-1"],
  ["https://ssoins-1234.portal.eu-west-1.app.aws", "eu-west-1"],
  ["https://ssoins-1234.eu-west-1.portal.amazonaws.com", "eu-west-1"],
  ["https://ssoins-1234.cn-north-1.portal.amazonaws.com.cn", "cn-north-1"],
  ["https://ssoins-1234.portal.eusc-de-east-1.api.amazonwebservices.eu/", "eusc-de-east-1"],
  // Nobody outside knows how start URLs look there.
  ["https://start.example.c2s.ic.gov/", "us-iso-east-1"],
  ["http://127.0.0.1:8080/start", "us-east-1"],
];

Deno.test("resolveStartUrl() takes AWS's own start URLs as they are, and asks nobody", async () => {
  for (const [startUrl, region] of AWS_OWN) {
    assert.equal(await resolve({ startUrl, region }, []), startUrl);
  }
});

Deno.test("resolveStartUrl() asks nobody where AWS itself is a stand-in", async () => {
  const session = { startUrl: "https://sso.example.com", region: "us-east-1" };
  const settings = { ...SETTINGS, endpointUrls: { sso_oidc: "http://127.0.0.1:1" } };
  const asked = await resolveStartUrl({ session, settings }, scripted([]).runtime);
  assert.equal(asked, session.startUrl);
});

Deno.test("resolveStartUrl() follows a company's own address one step", async () => {
  const target = "https://ssoins-1234.portal.eu-west-1.app.aws/start/?x=y#/";
  const session = { startUrl: "https://sso.example.com/aws", region: "eu-west-1" };
  for (const status of [301, 302, 303, 307, 308]) {
    assert.equal(
      await resolve(session, [redirect(status, target)]),
      "https://ssoins-1234.portal.eu-west-1.app.aws/start",
    );
  }
  for (const status of [405, 501]) {
    const { runtime, methods } = scripted([new Response(null, { status }), redirect(302, target)]);
    await resolveStartUrl({ session: { ...SESSION, ...session }, settings: SETTINGS }, runtime);
    assert.deepEqual(methods, ["HEAD", "GET"]);
  }
});

/** What a company's host answers, and what is told. */
const ASTRAY: readonly (readonly [Response, string])[] = [
  [new Response(null, { status: 200 }), "leads nowhere"],
  [new Response(null, { status: 404 }), "leads nowhere"],
  [new Response(null, { status: 302 }), "leads nowhere"],
  [redirect(302, "https://evil.example/start"), "leads to evil.example"],
  [redirect(302, "https://awsapps.com.evil.example/start"), "leads to awsapps.com.evil.example"],
  [redirect(302, "https://evilawsapps.com/start"), "leads to evilawsapps.com"],
  [redirect(302, "http://d-9067012345.awsapps.com/start"), "leads to d-9067012345.awsapps.com"],
  [redirect(302, "/login"), "leads to sso.example.com"],
];

Deno.test("resolveStartUrl() refuses an address that does not lead to AWS", async () => {
  for (const [answer, end] of ASTRAY) {
    const session = {
      startUrl: "https://sso.example.com/",
      region: "us-east-1",
      origin: "config:2",
    };
    await assert.rejects(resolve(session, [answer]), {
      code: "config_invalid",
      message:
        `Cannot sign in to "https://sso.example.com/" in "config:2": it is no start URL of IAM Identity Center, and ${end}`,
      hint: COPY_HINT,
    });
  }
});

Deno.test("resolveStartUrl() sees that the region is another than the portal's", async () => {
  const startUrl = "https://ssoins-1234.portal.eu-west-1.app.aws/";
  await assert.rejects(resolve({ startUrl, region: "us-east-1", origin: "config:2" }, []), {
    code: "config_invalid",
    message:
      `Cannot sign in to "${startUrl}" in "config:2": ssoins-1234.portal.eu-west-1.app.aws is in eu-west-1, and the SSO region is us-east-1`,
    hint: "Set sso_region = eu-west-1 beside config:2",
  });
  const own = { startUrl: "https://sso.example.com", region: "us-east-1" };
  await assert.rejects(resolve(own, [redirect(302, startUrl)]), {
    code: "config_invalid",
    hint: "--sso-region eu-west-1",
  });
});

Deno.test("resolveStartUrl() tells that a company's host does not answer", async () => {
  const down = new TypeError("fetch failed", {
    cause: new Error("client error (Connect): dns error"),
  });
  const session = {
    startUrl: "https://sso.example.com/aws",
    region: "us-east-1",
    origin: "config:2",
  };
  await assert.rejects(resolve(session, [down]), {
    code: "network_unreachable",
    message: "Cannot reach sso.example.com: no such host is known here",
    hint: "Check the start URL at config:2, the network and HTTPS_PROXY",
  });
});

interface Where {
  readonly startUrl: string;
  readonly region: string;
  readonly origin?: string;
}

async function resolve(session: Where, answers: readonly (Response | Error)[]): Promise<string> {
  const { runtime, methods } = scripted(answers);
  try {
    return await resolveStartUrl(
      { session: { ...SESSION, ...session }, settings: SETTINGS },
      runtime,
    );
  } finally {
    assert.equal(methods.length, answers.length);
  }
}

function scripted(answers: readonly (Response | Error)[]): {
  readonly runtime: { fetch(url: string, request: FetchRequest): Promise<Response> };
  readonly methods: string[];
} {
  const methods: string[] = [];
  return {
    methods,
    runtime: {
      fetch(url, { method }): Promise<Response> {
        assert.equal(new URL(url).host, "sso.example.com");
        const answer = answers[methods.push(method) - 1];
        assert.ok(answer, "nobody expected this request");
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    },
  };
}

function redirect(status: number, location: string): Response {
  return new Response(null, { status, headers: { location } });
}
