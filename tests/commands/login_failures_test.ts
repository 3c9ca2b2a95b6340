import assert from "node:assert/strict";

import { NOW, REGION, SSO_START_URL } from "../sandbox/cast.ts";
import type { FaultOrder } from "../sandbox/faults.ts";
import type { Start } from "../world/run_program.ts";
import { beforeRequest, CONFIG, type SignInHome, startSignInHome } from "./_sign_in_home.ts";

/** What goes wrong with a sign-in, and all that the person is told at the end. */
interface Failure {
  readonly line?: string;
  readonly config?: string;
  /** Makes it go wrong. */
  readonly setUp?: (there: SignInHome) => void;
  readonly start?: (there: SignInHome) => Start;
  readonly code: number;
  /** `HOME` stands for the home folder, `HOST` for the sandbox, `ID` for a request id. */
  readonly error: string;
  readonly hint: string;
}

const WRONG_ADDRESS = "https://www.example.com/start";

const FAILURES: Readonly<Record<string, Failure>> = {
  "a network that is down from the beginning": {
    setUp: fault({ operation: "RegisterClient", times: Infinity, fault: { kind: "reset" } }),
    code: 1,
    error:
      "Cannot reach HOST: the connection broke off before the whole answer was here (3 attempts)",
    hint:
      "Check the endpoint URL, which AWS_ENDPOINT_URL_SSO_OIDC, AWS_ENDPOINT_URL or the profile sets",
  },
  "a network that goes down half-way": {
    setUp: fault({ operation: "CreateToken", times: Infinity, fault: { kind: "reset" } }),
    code: 1,
    error:
      "Cannot reach HOST: the connection broke off before the whole answer was here (3 attempts)",
    hint:
      "Check the endpoint URL, which AWS_ENDPOINT_URL_SSO_OIDC, AWS_ENDPOINT_URL or the profile sets",
  },
  "an AWS that fails half-way": {
    setUp: fault({
      operation: "CreateToken",
      times: Infinity,
      fault: { kind: "error", status: 500, awsCode: "InternalServerException" },
    }),
    code: 1,
    error:
      'Cannot sign in to SSO session "company": AWS failed at CreateToken: InternalServerException: ' +
      "Ordered by the test (3 attempts, request id ID)",
    hint: "Try again in a minute; health.aws.amazon.com tells of outages",
  },
  "a captive portal": {
    setUp: fault({
      operation: "RegisterClient",
      times: Infinity,
      fault: { kind: "foreign", status: 200, contentType: "text/html", body: "<p>Welcome!</p>" },
    }),
    code: 1,
    error: "Cannot read the answer of HOST to RegisterClient: it is text/html, not JSON",
    hint:
      "Something between eksauth and AWS, such as a proxy or a sign-in page, may have answered; " +
      "check HTTPS_PROXY and AWS_ENDPOINT_URL_SSO_OIDC",
  },
  "the wrong region": {
    setUp: ({ sandbox }) => void (sandbox.sso.settings.wrongRegion = "at_once"),
    config: CONFIG.replace(`sso_region = ${REGION}`, "sso_region = eu-west-1"),
    start: ({ sandbox }) => ({ env: sandbox.sso.environmentIn("eu-west-1") }),
    code: 1,
    error: 'Cannot sign in to SSO session "company": AWS refused RegisterClient: ' +
      "InvalidRequestException: Invalid start URL provided (request id ID)",
    hint:
      "Check that https://d-9067example.awsapps.com/start is the start URL of your Identity Center " +
      "and eu-west-1 its region (HOME/.aws/config:2)",
  },
  "the wrong region, which the browser alone is told": {
    config: CONFIG.replace(`sso_region = ${REGION}`, "sso_region = eu-west-1"),
    line: "login --device-code",
    setUp: ({ sandbox }) => void (sandbox.sso.settings.deviceCodeSeconds = 1),
    start: ({ sandbox }) => ({ env: sandbox.sso.environmentIn("eu-west-1") }),
    code: 1,
    error: 'Cannot sign in to SSO session "company": nobody allowed the request in time',
    hint:
      "Sign in again: eksauth login --sso-session company; where AWS showed an error instead, " +
      "check the start URL and the SSO region eu-west-1 (HOME/.aws/config:2)",
  },
  "a region that is none": {
    config: CONFIG.replace(`sso_region = ${REGION}`, "sso_region = us east 2"),
    code: 2,
    error: 'Cannot use SSO region "us east 2" in "HOME/.aws/config:3": it is not a region name',
    hint: "Give the region in which IAM Identity Center is, such as us-east-1",
  },
  "a start URL that is not Identity Center's": {
    config: CONFIG.replace(SSO_START_URL, WRONG_ADDRESS),
    // As without a stand-in for AWS: the address itself is asked.
    start: () => ({
      env: { AWS_ENDPOINT_URL_SSO_OIDC: "", AWS_ENDPOINT_URL_SSO: "" },
      fetch: (url) => {
        assert.equal(url, WRONG_ADDRESS);
        return Promise.resolve(new Response(null, { status: 404 }));
      },
    }),
    code: 2,
    error: 'Cannot sign in to "https://www.example.com/start" in "HOME/.aws/config:2": ' +
      "it is no start URL of IAM Identity Center, and leads nowhere",
    hint:
      "Copy the address of your AWS access portal, such as https://d-9067012345.awsapps.com/start",
  },
  "a start URL that Identity Center does not know": {
    config: CONFIG.replace("d-9067example", "d-1111111111"),
    code: 1,
    error: 'Cannot sign in to SSO session "company": AWS refused RegisterClient: ' +
      "InvalidRequestException: Invalid start URL provided (request id ID)",
    hint:
      "Check that https://d-1111111111.awsapps.com/start is the start URL of your Identity Center " +
      "and us-east-2 its region (HOME/.aws/config:2)",
  },
  "a profile without Identity Center": {
    config: CONFIG + "\n[profile keys]\naws_access_key_id = AKIDEXAMPLE\n",
    line: "login keys",
    code: 2,
    error:
      'Cannot sign in with profile "keys" in "HOME/.aws/config:12": it does not use IAM Identity Center',
    hint: "Name another profile, or the session itself with --sso-session",
  },
  "a session that is not there": {
    line: "login --sso-session compnay",
    code: 2,
    error: 'Cannot find SSO session "compnay": HOME/.aws/config does not have it',
    hint: 'Did you mean "company"?',
  },
  "no session at all": {
    config: "[default]\nregion = us-east-2\n",
    code: 2,
    error: "Cannot find a sign-in: HOME/.aws/config has no sso-session and no profile with one",
    hint: "eksauth login --start-url https://d-9067012345.awsapps.com/start --sso-region us-east-1",
  },
  "no config at all": {
    config: "",
    code: 2,
    error: "Cannot find a sign-in: HOME/.aws/config has no sso-session and no profile with one",
    hint: "eksauth login --start-url https://d-9067012345.awsapps.com/start --sso-region us-east-1",
  },
  "a port that is none": {
    line: "login --callback-port 65536",
    code: 2,
    error: 'Cannot use --callback-port "65536": a port is a number from 1 to 65535',
    hint: "eksauth login --help",
  },
};

for (const [what, failure] of Object.entries(FAILURES)) {
  Deno.test(`eksauth login tells what to do about ${what}`, async () => {
    await using there = await startSignInHome(failure.config);
    failure.setUp?.(there);
    const { code, stdout, stderr } = await there.run(
      failure.line ?? "login",
      failure.start?.(there),
    );
    const lines = stderr
      .replaceAll(there.home.path, "HOME")
      .replaceAll(/127\.0\.0\.1:\d+/g, "HOST")
      .replaceAll(/request id [0-9a-f-]{36}/g, "request id ID")
      .trimEnd().split("\n").slice(-2);
    assert.deepEqual({ code, stdout, lines }, {
      code: failure.code,
      stdout: "",
      lines: [`eksauth: error: ${failure.error}`, `eksauth: hint: ${failure.hint}`],
    });
    assert.equal(there.token(), undefined);
  });
}

Deno.test("eksauth login: the portal that fails after the sign-in is a warning", async () => {
  await using there = await startSignInHome();
  there.sandbox.faults.add({
    service: "sso",
    operation: "GetRoleCredentials",
    times: Infinity,
    fault: { kind: "reset" },
  });
  const { code, stdout, stderr } = await there.run("login dev-admin");
  assert.deepEqual([code, stdout], [
    0,
    'Signed in to SSO session "company" (for 1 h, renewed by itself)\n',
  ]);
  assert.match(stderr, /\neksauth: warning: Cannot reach [^\n]*\neksauth: hint: [^\n]+\n$/);
});

Deno.test("eksauth login: signs in with a clock that is ten minutes off, and says so", async () => {
  for (const [minutes, direction] of [[10, "ahead of"], [-10, "behind"]] as const) {
    await using there = await startSignInHome();
    const now = new Date(NOW.getTime() + minutes * 60_000);
    const { code, stdout, stderr } = await there.run("login dev-admin", { now });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Signed in to SSO session "company" \(for 1 h, renewed by itself\)\n/);
    assert.ok(
      stderr.endsWith(
        `eksauth: warning: The clock of this computer is 10 minutes ${direction} AWS: ` +
          "clusters may refuse its tokens\neksauth: hint: Set the clock of this computer\n",
      ),
      stderr,
    );
  }
  await using there = await startSignInHome();
  const { stderr } = await there.run("login", { now: new Date(NOW.getTime() + 299_000) });
  assert.doesNotMatch(stderr, /clock/);
});

Deno.test("eksauth login: says that role credentials are over already when the clock is an hour ahead", async () => {
  await using there = await startSignInHome();
  const now = new Date(NOW.getTime() + 3_600_000);
  const { code, stderr } = await there.run("login dev-admin", { now });
  assert.equal(code, 0);
  assert.match(
    stderr,
    /\neksauth: warning: Cannot use the credentials of role "DevAdmin" in account 123456789012: they expired at 2026-01-02T04:04:05.000Z, and this computer says it is 2026-01-02T04:04:05.000Z\neksauth: hint: Set the clock of this computer\n$/,
  );
});

Deno.test("eksauth login: sends nobody to a browser when the tokens could not be kept", async () => {
  await using there = await startSignInHome();
  // Root may write anywhere, but not below a file.
  there.home.write(".aws/sso", "");
  const { code, stdout, stderr } = await there.run("login", {
    openBrowser: () => Promise.reject(new Error("opened")),
    fetch: beforeRequest("/", () => assert.fail("asked")),
  });
  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /^eksauth: error: Cannot [^\n]*\.aws\/sso[^\n]*\neksauth: hint: [^\n]+\n$/);
});

function fault(order: Omit<FaultOrder, "service">): NonNullable<Failure["setUp"]> {
  return ({ sandbox }) => sandbox.faults.add({ service: "sso-oidc", ...order });
}
