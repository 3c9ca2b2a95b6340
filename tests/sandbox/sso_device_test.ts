import assert from "node:assert/strict";

import { ListAccountsCommand } from "@aws-sdk/client-sso";
import { CreateTokenCommand, StartDeviceAuthorizationCommand } from "@aws-sdk/client-sso-oidc";

import { NOW, SSO_START_URL } from "./cast.ts";
import {
  DEVICE_CLIENT,
  exceptionOf,
  oidcClient,
  portalClient,
  register,
} from "./sso/official_clients.ts";
import { type Sandbox, startSandbox } from "./world.ts";

/** A client that waits. */
interface Waiting extends Disposable {
  readonly userCode: string;
  readonly verificationUriComplete: string;
  /** Asks once: the name of an exception, or `none`. */
  poll(): Promise<string>;
  /** The names of the accounts that the portal shows for the token that came. */
  accountNames(): Promise<readonly (string | undefined)[]>;
}

async function startWaiting(
  sandbox: Sandbox,
  where: { readonly region?: string; readonly startUrl?: string } = {},
): Promise<Waiting> {
  const client = oidcClient(sandbox, where.region);
  const secret = await register(client, DEVICE_CLIENT);
  const started = await client.send(
    new StartDeviceAuthorizationCommand({ ...secret, startUrl: where.startUrl ?? SSO_START_URL }),
  );
  const ask = new CreateTokenCommand({
    ...secret,
    grantType: "urn:ietf:params:oauth:grant-type:device_code",
    deviceCode: started.deviceCode,
  });
  let accessToken: string | undefined;
  return {
    userCode: started.userCode ?? "",
    verificationUriComplete: started.verificationUriComplete ?? "",
    poll: () =>
      exceptionOf(
        client.send(ask).then((answer) => {
          accessToken = answer.accessToken;
        }),
      ),
    async accountNames(): Promise<readonly (string | undefined)[]> {
      using portal = portalClient(sandbox);
      const { accountList = [] } = await portal.send(new ListAccountsCommand({ accessToken }));
      return accountList.map(({ accountName }) => accountName);
    },
    [Symbol.dispose]: () => client.destroy(),
  };
}

Deno.test("StartDeviceAuthorization tells where to go, and how long and how often to ask", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  const secret = await register(client, DEVICE_CLIENT);
  for (const ending of ["", "/", "#", "#/", "/#/"]) {
    const started = await client.send(
      new StartDeviceAuthorizationCommand({ ...secret, startUrl: SSO_START_URL + ending }),
    );
    assert.match(started.userCode ?? "", /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
    assert.equal(started.verificationUri, `${sandbox.url}/us-east-2/device`);
    assert.equal(
      started.verificationUriComplete,
      `${started.verificationUri}?user_code=${started.userCode}`,
    );
    assert.deepEqual([started.expiresIn, started.interval], [600, 1]);
  }
  for (const startUrl of ["https://d-9067other.awsapps.com/start", SSO_START_URL + "/s", ""]) {
    const call = client.send(new StartDeviceAuthorizationCommand({ ...secret, startUrl }));
    assert.equal(await exceptionOf(call), "InvalidRequestException", startUrl);
  }
});

Deno.test("CreateToken answers a device code once somebody approved it, and only once", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using waiting = await startWaiting(sandbox);
  assert.equal(await waiting.poll(), "AuthorizationPendingException");
  // As people type.
  const visit = await sandbox.sso.approveDevice(waiting.userCode.toLowerCase().replace("-", ""));
  assert.match(visit.page, /Request approved/);
  assert.equal(await waiting.poll(), "none");
  assert.equal(await waiting.poll(), "InvalidGrantException");
  assert.equal(sandbox.sso.createTokenCount("urn:ietf:params:oauth:grant-type:device_code"), 3);
  assert.equal(sandbox.sso.createTokenCount("refresh_token"), 0);
});

Deno.test("CreateToken slows down who asks too often, each time by five seconds more", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using waiting = await startWaiting(sandbox);
  const steps: readonly (readonly [waitSeconds: number, exception: string])[] = [
    // The first question is free, since clients ask once before they show the code.
    [0, "AuthorizationPendingException"],
    [0, "AuthorizationPendingException"],
    [1, "AuthorizationPendingException"],
    [0.5, "SlowDownException"],
    [5, "SlowDownException"],
    [10, "SlowDownException"],
    [16, "AuthorizationPendingException"],
    [15, "SlowDownException"],
    [21, "AuthorizationPendingException"],
  ];
  for (const [waitSeconds, exception] of steps) {
    sandbox.clock.advance(waitSeconds);
    assert.equal(await waiting.poll(), exception);
  }
  await sandbox.sso.approveDevice(waiting.userCode);
  assert.equal(await waiting.poll(), "none");
});

Deno.test("CreateToken says that a person denied, and that nobody came in time", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using denied = await startWaiting(sandbox);
  using late = await startWaiting(sandbox);
  const visit = await sandbox.sso.denyDevice(denied.userCode);
  assert.match(visit.page, /Request denied/);
  assert.equal(await denied.poll(), "AccessDeniedException");
  assert.equal((await sandbox.sso.approveDevice(denied.userCode)).status, 400);
  sandbox.clock.advance(599);
  assert.equal(await late.poll(), "AuthorizationPendingException");
  sandbox.clock.advance(1);
  assert.equal(await late.poll(), "ExpiredTokenException");
  assert.equal((await sandbox.sso.approveDevice(late.userCode)).status, 400);
  using ended = await startWaiting(sandbox);
  sandbox.sso.expireDeviceCodes();
  assert.equal(await ended.poll(), "ExpiredTokenException");
});

Deno.test("A device code is of no use to another client", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using client = oidcClient(sandbox);
  const started = await client.send(
    new StartDeviceAuthorizationCommand({
      ...await register(client, DEVICE_CLIENT),
      startUrl: SSO_START_URL,
    }),
  );
  await sandbox.sso.approveDevice(started.userCode ?? "");
  const stolen = new CreateTokenCommand({
    ...await register(client, DEVICE_CLIENT),
    grantType: "urn:ietf:params:oauth:grant-type:device_code",
    deviceCode: started.deviceCode,
  });
  assert.equal(await exceptionOf(client.send(stolen)), "InvalidGrantException");
});

Deno.test("In the wrong region nobody can approve, and the client waits on", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using waiting = await startWaiting(sandbox, { region: "eu-west-1" });
  const visit = await sandbox.sso.approveDevice(waiting.userCode);
  assert.equal(visit.status, 400);
  assert.match(visit.page, /invalid_grant.*Invalid grant provided/s);
  assert.equal(await waiting.poll(), "AuthorizationPendingException");
  sandbox.sso.settings.wrongRegion = "at_once";
  assert.equal(
    await exceptionOf(startWaiting(sandbox, { region: "eu-west-1" })),
    "InvalidRequestException",
  );
});

Deno.test("Approval can come by itself, and from a user who is not the first", async () => {
  await using sandbox = await startSandbox({ now: NOW });
  using asked = await startWaiting(sandbox);
  await sandbox.sso.approveDevice(asked.userCode, { userName: "bob@example.com" });
  assert.equal(await asked.poll(), "none");
  assert.deepEqual(await asked.accountNames(), ["dev"]);
  using strange = await startWaiting(sandbox);
  const visit = await sandbox.sso.approve(strange.verificationUriComplete, { userName: "eve" });
  assert.equal(visit.status, 403);
  assert.equal(await strange.poll(), "AuthorizationPendingException");
  sandbox.sso.settings.approval = "auto";
  using hurried = await startWaiting(sandbox);
  const page = await fetch(hurried.verificationUriComplete);
  assert.match(await page.text(), /Request approved/);
  assert.equal(await hurried.poll(), "none");
  assert.deepEqual(await hurried.accountNames(), ["dev", "prod", "staging", "shared services"]);
});
