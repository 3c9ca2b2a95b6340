import assert from "node:assert/strict";

import { main } from "../../src/main.ts";
import { listenOnLoopback } from "../../src/runtime/loopback_listener.ts";
import { ACCOUNT_ID, PROD_ACCOUNT_ID, REGION, SSO_START_URL } from "../sandbox/cast.ts";
import { capturingRuntime } from "../world/run_program.ts";
import { CONFIG, personAt, shownAddress, startSignInHome, TOKEN } from "./_sign_in_home.ts";

const SIGNED_IN = 'Signed in to SSO session "company" (for 1 h, renewed by itself)\n';

Deno.test("eksauth login: signs in by browser and keeps what the AWS CLI keeps", async () => {
  await using there = await startSignInHome();
  const { code, stdout, stderr } = await there.run("login");
  assert.deepEqual([code, stdout], [0, SIGNED_IN], stderr);
  assert.equal(
    stderr.replace(shownAddress(stderr) ?? "nothing", "ADDRESS"),
    "eksauth: the browser is open for the sign-in; if it is not, use this address:\n\n" +
      "  ADDRESS\n\neksauth: waiting for the sign-in\n",
  );
  const [visit] = await Promise.all(there.visits);
  assert.equal(visit?.status, 200);
  assert.match(visit?.page ?? "", /<h1>Signed in<\/h1>[^]*SSO session &quot;company&quot;/);
  const { accessToken, refreshToken, clientId, clientSecret, ...facts } = there.token() ?? {};
  assert.deepEqual(facts, {
    startUrl: SSO_START_URL,
    region: REGION,
    expiresAt: "2026-01-02T04:04:05Z",
    registrationExpiresAt: "2026-04-02T03:04:05Z",
  });
  for (const one of [accessToken, refreshToken, clientId, clientSecret]) {
    assert.equal(typeof one, "string");
  }
  assert.deepEqual(there.sandbox.requests.counts, {
    "sso-oidc:RegisterClient": 1,
    "sign-in:OpenAuthorizePage": 1,
    "sign-in:DecideAuthorization": 1,
    "sso-oidc:CreateToken": 1,
  });
});

Deno.test("eksauth login IDENTITY: has the role ready, so that the token asks nobody", async () => {
  for (const line of ["login dev-admin", "login --profile dev-admin", "login -i dev-admin"]) {
    await using there = await startSignInHome();
    const { code, stdout, stderr } = await there.run(line);
    assert.deepEqual([code, stdout], [
      0,
      `${SIGNED_IN}Profile dev-admin is DevAdmin in account ${ACCOUNT_ID} (for 1 h)\n`,
    ], stderr);
    const asked = there.sandbox.requests.all.length;
    const token = await there.run(TOKEN);
    assert.deepEqual([token.code, token.stderr], [0, ""]);
    assert.match(token.stdout, /"token": ?"k8s-aws-v1\./);
    assert.equal(there.sandbox.requests.all.length, asked);
  }
});

Deno.test("eksauth login: takes the profile of the environment, and a session by name", async () => {
  await using there = await startSignInHome();
  const byEnvironment = await there.run("login", { env: { AWS_PROFILE: "dev-admin" } });
  assert.match(byEnvironment.stdout, /^Profile dev-admin is DevAdmin/m);
  const byName = await there.run("login --sso-session company", {
    env: { AWS_PROFILE: "not-there" },
  });
  assert.deepEqual([byName.code, byName.stdout], [0, SIGNED_IN], byName.stderr);
});

Deno.test("eksauth login -o json: tells the session and the role", async () => {
  await using there = await startSignInHome();
  const { stdout } = await there.run("login dev-admin -o json");
  assert.deepEqual(JSON.parse(stdout), {
    ssoSession: "company",
    startUrl: SSO_START_URL,
    region: REGION,
    expiresAt: "2026-01-02T04:04:05.000Z",
    isRenewable: true,
    profile: "dev-admin",
    accountId: ACCOUNT_ID,
    roleName: "DevAdmin",
  });
});

Deno.test("eksauth login: a second sign-in uses the same client", async () => {
  await using there = await startSignInHome();
  await there.run("login");
  const first = there.token();
  await there.run("login");
  assert.notEqual(there.token()?.["accessToken"], first?.["accessToken"]);
  assert.equal(there.sandbox.requests.of("sso-oidc", "RegisterClient").length, 1);
});

Deno.test("eksauth login: a role that is not assigned is a warning, for the sign-in has worked", async () => {
  const cases = {
    [`role "Owner" in account ${ACCOUNT_ID}`]: CONFIG.replace("= DevAdmin", "= Owner"),
    [`role "DevAdmin" in account ${PROD_ACCOUNT_ID}`]: CONFIG.replace(ACCOUNT_ID, PROD_ACCOUNT_ID),
    'role "DevAdmin" in account 999999999999': CONFIG.replace(ACCOUNT_ID, "999999999999"),
  };
  for (const [role, config] of Object.entries(cases)) {
    await using there = await startSignInHome(config);
    const { code, stdout, stderr } = await there.run("login dev-admin");
    assert.deepEqual([code, stdout], [0, SIGNED_IN]);
    const lines = stderr.split("\n").slice(-3);
    assert.match(
      lines[0] ?? "",
      new RegExp(
        `^eksauth: warning: Cannot get credentials for ${role}: .*not assigned to you`,
      ),
    );
    assert.equal(
      lines[1],
      `eksauth: hint: Check sso_account_id and sso_role_name at ${there.home.path}/.aws/config:8, ` +
        "or ask for the permission set to be assigned to you in IAM Identity Center",
    );
  }
});

Deno.test("eksauth login: a denial ends it, in the browser and in the terminal", async () => {
  await using there = await startSignInHome();
  const { sso } = there.sandbox;
  const { code, stdout, stderr } = await there.run("login", {
    openBrowser: there.browser((url) => sso.deny(url)),
  });
  assert.deepEqual([code, stdout], [1, ""]);
  assertEndsWith(stderr, [
    "error: Cannot sign in: IAM Identity Center answered with access_denied (The request was denied)",
    "hint: Sign in again, and allow the access that the browser asks about",
  ]);
  assert.match((await there.visits[0])?.page ?? "", /<h1>Not signed in<\/h1>/);
  assert.equal(there.token(), undefined);
});

Deno.test("eksauth login: whoever comes without the state is not believed, and does not end the wait", async () => {
  await using there = await startSignInHome();
  const { sso } = there.sandbox;
  const { code, stderr } = await there.run("login", {
    openBrowser: there.browser(async (url) => {
      const redirectUri = new URL(url).searchParams.get("redirect_uri");
      for (const query of ["code=theirs&state=theirs", "error=access_denied&state=", "code=x"]) {
        const answer = await fetch(`${redirectUri}?${query}`);
        assert.equal(answer.status, 403);
        assert.match(await answer.text(), /This is another sign-in/);
      }
      return await sso.approve(url);
    }),
  });
  assert.equal(code, 0, stderr);
});

Deno.test("eksauth login: gives up when the browser does not come back", async () => {
  await using there = await startSignInHome();
  const { runtime, streams, slept } = capturingRuntime(["login"], {
    env: { ...there.home.env, ...there.sandbox.env, DISPLAY: ":0" },
    openBrowser: () => Promise.resolve({ opened: true, by: "the test" }),
  });
  const code = await main({
    ...runtime,
    // Counts down without waiting.
    listenOnLoopback: (request) => Promise.resolve(listenOnLoopback(request, runtime)),
  });
  assert.deepEqual([code, streams().stdout], [1, ""]);
  assert.equal(slept.reduce((sum, each) => sum + each, 0), 600_000);
  assertEndsWith(streams().stderr, [
    "error: Cannot finish the sign-in: the browser did not come back within 10 min",
    "hint: Sign in again: eksauth login --sso-session company; where AWS showed an error instead, " +
    `check the start URL and the SSO region us-east-2 (${there.home.path}/.aws/config:2); ` +
    "where the browser is on another machine, add --device-code",
  ]);
});

Deno.test("eksauth login --callback-port: listens there, and says so when it cannot", async () => {
  await using there = await startSignInHome();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const refused = await there.run(`login --callback-port ${port}`);
  assert.deepEqual(refused, {
    code: 1,
    stdout: "",
    stderr:
      `eksauth: error: Cannot listen on 127.0.0.1 port ${port}: another program is using it\n` +
      "eksauth: hint: Leave out --callback-port to take any free port, or use --device-code\n",
    slept: [],
  });
  taken.close();
  const { code, stderr } = await there.run(`login --callback-port ${port}`);
  assert.equal(code, 0, stderr);
  const address = new URL(shownAddress(stderr) ?? "");
  assert.equal(
    address.searchParams.get("redirect_uri"),
    `http://127.0.0.1:${port}/oauth/callback`,
  );
});

Deno.test("eksauth login --no-browser: opens nothing, and the person opens the address", async () => {
  await using there = await startSignInHome();
  const { sso } = there.sandbox;
  const visits: unknown[] = [];
  const { code, stdout, stderr } = await there.run("login --no-browser", {
    openBrowser: () => Promise.reject(new Error("opened")),
    // Nothing is pasted.
    stdin: { readHiddenLine: () => new Promise(() => {}) },
    ...personAt((url) => visits.push(sso.approve(url))),
  });
  await Promise.all(visits);
  assert.deepEqual([code, stdout], [0, SIGNED_IN]);
  assert.match(stderr, /^eksauth: open this address in a browser:\n\n {2}\S*http/);
});

Deno.test("eksauth login: a browser that cannot be opened is no more than a warning", async () => {
  await using there = await startSignInHome();
  const { sso } = there.sandbox;
  const visits: unknown[] = [];
  const { code, stderr } = await there.run("login", {
    openBrowser: () => Promise.resolve({ opened: false, reason: "Cannot open a browser: gone" }),
    stdin: { readHiddenLine: () => new Promise(() => {}) },
    ...personAt((url) => visits.push(sso.approve(url))),
  });
  await Promise.all(visits);
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /^eksauth: warning: Cannot open a browser: gone\neksauth: open this address in a browser:\n/,
  );
});

Deno.test("eksauth login: takes the address at which a browser on another machine ended", async () => {
  await using there = await startSignInHome();
  const { sso } = there.sandbox;
  const address = Promise.withResolvers<string>();
  const pasted = ["", "what?", "https://example.com/?code_challenge=1"];
  const { code, stdout, stderr } = await there.run("login --no-browser", {
    stdin: {
      async readHiddenLine(): Promise<string> {
        return pasted.shift() ?? `"${await address.promise}"`;
      },
    },
    ...personAt((url) => address.resolve(sso.approveElsewhere(url))),
  });
  assert.deepEqual([code, stdout], [0, SIGNED_IN], stderr);
  assert.match(stderr, /is the browser on another machine\? Paste the address/);
  assert.match(
    stderr,
    /warning: Cannot use the pasted address: there is no authorization code in it/,
  );
  assert.match(stderr, /warning: Cannot use the pasted address: it is the address where the sign/);
});

Deno.test("eksauth login: Ctrl-C at the terminal ends it with 130", async () => {
  await using there = await startSignInHome();
  const { EksauthError } = await import("../../src/errors.ts");
  const { code, stdout, stderr } = await there.run("login --no-browser", {
    isTerminal: true,
    stdin: {
      readHiddenLine: () => Promise.reject(new EksauthError("interrupted", "Cannot go on: Ctrl-C")),
    },
  });
  assert.deepEqual([code, stdout], [130, ""]);
  assert.match(stderr, /eksauth: error: Cannot go on: Ctrl-C\n$/);
});

/** Checks the last lines of stderr, each without the program's name. */
function assertEndsWith(stderr: string, lines: readonly string[]): void {
  assert.deepEqual(
    stderr.trimEnd().split("\n").slice(-lines.length),
    lines.map((line) => `eksauth: ${line}`),
  );
}
