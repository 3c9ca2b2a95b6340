/**
 * IAM Identity Center as far as eksauth's own tests need it: OIDC with rotating refresh tokens, and the portal.
 *
 * @module
 */

import assert from "node:assert/strict";

/** What reached the double. */
export interface SsoCall {
  readonly operation: string;
  readonly host: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, string>>;
  readonly accessToken: string | undefined;
}

/** A request, whether it came through `fetch` or over loopback. */
export interface SsoRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

/** An answer to a call: a response, or an error that `fetch` throws. */
export type Answer = Response | Error;

/** An Identity Center in which one person is signed in as `access-0` with `refresh-0`. */
export interface SsoDouble {
  readonly calls: readonly SsoCall[];
  /** How often an operation was called. */
  count(operation: string): number;
  /** Answers the next calls of an operation in place of the double, one each. */
  script(operation: string, ...answers: readonly Answer[]): void;
  /** Ends the session: no token of it works any more. */
  revoke(): void;
  /** AWS forgets every client. */
  forgetClients(): void;
  /** What the browser does with an authorize URL: the code that it comes back with. */
  approve(authorizeUrl: string): string;
  /** Takes the place of `Runtime.fetch`. */
  fetch(
    url: string,
    request: {
      readonly method: string;
      readonly headers: HeadersInit;
      readonly body?: string | undefined;
    },
  ): Promise<Response>;
  /** Takes the place of a server. */
  answer(request: SsoRequest): Promise<Response>;
}

/** The clients that AWS knows from the start: those of `client-0`. */
export const CLIENT_ID = "client-0";
export const CLIENT_SECRET = "client-secret-0";

/** Where things stand. */
interface State {
  readonly clients: Map<string, string>;
  readonly accessTokens: Set<string>;
  readonly codes: Map<string, { readonly challenge: string; readonly redirectUri: string }>;
  refreshToken: string;
  created: number;
}

/** Makes one whose tokens live for `expiresInSeconds`, an hour when absent, and whose clock is `now`. */
export function ssoDouble(
  options: { readonly now: () => Date; readonly expiresInSeconds?: number },
): SsoDouble {
  const calls: SsoCall[] = [];
  const scripts = new Map<string, Answer[]>();
  const state: State = {
    clients: new Map([[CLIENT_ID, CLIENT_SECRET]]),
    accessTokens: new Set(["access-0"]),
    codes: new Map(),
    refreshToken: "refresh-0",
    created: 0,
  };
  async function answer(request: SsoRequest): Promise<Response> {
    const call = callOf(request);
    calls.push(call);
    // An answer takes a turn of the event loop at least, as it does over any wire.
    await new Promise((resolve) => setTimeout(resolve));
    const scripted = scripts.get(call.operation)?.shift();
    if (scripted instanceof Error) throw scripted;
    return scripted ?? await OPERATIONS[call.operation]!({ call, state, ...options });
  }
  return {
    calls,
    count: (operation) => calls.filter((call) => call.operation === operation).length,
    script: (operation, ...answers) => void scripts.set(operation, [...answers]),
    revoke(): void {
      state.accessTokens.clear();
      state.refreshToken = "";
    },
    forgetClients: () => state.clients.clear(),
    approve(authorizeUrl): string {
      const parameters = new URL(authorizeUrl).searchParams;
      assert.ok(state.clients.has(parameters.get("client_id") ?? ""), "AWS knows no such client");
      const code = `code-${state.codes.size + 1}`;
      state.codes.set(code, {
        challenge: parameters.get("code_challenge") ?? "",
        redirectUri: parameters.get("redirect_uri") ?? "",
      });
      return code;
    },
    fetch: (url, { method, headers, body = "" }) =>
      answer({ url, method, headers: new Headers(headers), body }),
    answer,
  };
}

/** A refusal of OIDC. */
export function oidcRefusal(error: string, status = 400): Response {
  return reply({ error, error_description: "No" }, status);
}

/** A refusal of the portal. */
export function portalRefusal(status: number, awsCode: string): Response {
  return reply({ message: "No" }, status, awsCode);
}

const PATHS: Readonly<Record<string, string>> = {
  "/client/register": "RegisterClient",
  "/device_authorization": "StartDeviceAuthorization",
  "/token": "CreateToken",
  "/federation/credentials": "GetRoleCredentials",
  "/logout": "Logout",
};

function callOf({ url, headers, body }: SsoRequest): SsoCall {
  const { host, pathname, searchParams } = new URL(url);
  const operation = PATHS[pathname];
  assert.ok(operation, `nobody expected a request for ${url}`);
  return {
    operation,
    host,
    body: body === "" ? {} : JSON.parse(body),
    query: Object.fromEntries(searchParams),
    accessToken: headers.get("x-amz-sso_bearer_token") ?? undefined,
  };
}

interface Turn {
  readonly call: SsoCall;
  readonly state: State;
  readonly now: () => Date;
  readonly expiresInSeconds?: number;
}

const OPERATIONS: Readonly<Record<string, (turn: Turn) => Response | Promise<Response>>> = {
  RegisterClient({ state, now }): Response {
    const number = state.clients.size + 1;
    state.clients.set(`client-${number}`, `client-secret-${number}`);
    return reply({
      clientId: `client-${number}`,
      clientSecret: `client-secret-${number}`,
      clientIdIssuedAt: Math.floor(now().getTime() / 1000),
      clientSecretExpiresAt: Math.floor(now().getTime() / 1000) + 90 * 24 * 3600,
    });
  },
  StartDeviceAuthorization({ call, state }): Response {
    if (!isClient(call, state)) return oidcRefusal("invalid_client", 401);
    return reply({
      deviceCode: "device-code-1",
      userCode: "ABCD-EFGH",
      verificationUri: "https://d-9067012345.awsapps.com/start/#/device",
      verificationUriComplete:
        "https://d-9067012345.awsapps.com/start/#/device?user_code=ABCD-EFGH",
      expiresIn: 600,
      interval: 5,
    });
  },
  async CreateToken({ call, state, expiresInSeconds = 3600 }): Promise<Response> {
    if (!isClient(call, state)) return oidcRefusal("invalid_client", 401);
    if (!await isGood(call, state)) return oidcRefusal("invalid_grant");
    const number = ++state.created;
    state.refreshToken = `refresh-${number}`;
    state.accessTokens.add(`access-${number}`);
    return reply({
      accessToken: `access-${number}`,
      tokenType: "Bearer",
      expiresIn: expiresInSeconds,
      refreshToken: `refresh-${number}`,
    });
  },
  GetRoleCredentials({ call, state, now }): Response {
    const { accessToken = "", query: { role_name, account_id } } = call;
    if (!state.accessTokens.has(accessToken)) return portalRefusal(401, "UnauthorizedException");
    if (role_name !== "Admin") return portalRefusal(403, "ForbiddenException");
    return reply({
      roleCredentials: {
        accessKeyId: `ASID${account_id}`,
        secretAccessKey: `secret of ${accessToken}`,
        sessionToken: `session of ${accessToken}`,
        expiration: now().getTime() + 3_600_000,
      },
    });
  },
  Logout({ call, state }): Response {
    if (!state.accessTokens.delete(call.accessToken ?? "")) {
      return portalRefusal(401, "UnauthorizedException");
    }
    return new Response(null, { status: 200 });
  },
};

function isClient({ body }: SsoCall, { clients }: State): boolean {
  return clients.get(String(body["clientId"])) === body["clientSecret"];
}

/** Whether a grant is worth tokens; it is used up. */
async function isGood({ body }: SsoCall, state: State): Promise<boolean> {
  switch (body["grantType"]) {
    case "refresh_token":
      return body["refreshToken"] === state.refreshToken;
    case "authorization_code": {
      const code = state.codes.get(String(body["code"]));
      state.codes.delete(String(body["code"]));
      return code?.redirectUri === body["redirectUri"] &&
        code?.challenge === await challengeOf(String(body["codeVerifier"]));
    }
    default:
      return body["deviceCode"] === "device-code-1";
  }
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return new Uint8Array(digest).toBase64({ alphabet: "base64url", omitPadding: true });
}

function reply(document: unknown, status = 200, awsCode?: string): Response {
  return new Response(JSON.stringify(document), {
    status,
    headers: {
      "content-type": "application/json",
      "x-amzn-requestid": "1b2c3d4e",
      ...(awsCode === undefined ? {} : { "x-amzn-errortype": awsCode }),
    },
  });
}
