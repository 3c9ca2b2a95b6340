/**
 * AWS's own clients for JavaScript at the services of IAM Identity Center, and a sign-in driven by them.
 *
 * @module
 */

import { createHash } from "node:crypto";

import { SSOClient } from "@aws-sdk/client-sso";
import {
  RegisterClientCommand,
  type RegisterClientCommandInput,
  SSOOIDCClient,
} from "@aws-sdk/client-sso-oidc";

import { REGION, SSO_START_URL } from "../cast.ts";
import type { Sandbox } from "../world.ts";
import { ACCOUNT_ACCESS_SCOPE } from "./registrations.ts";

/** A client that asks the OIDC service of a region once, and does not try again. */
export function oidcClient(sandbox: Sandbox, region = REGION): SSOOIDCClient & Disposable {
  const client = new SSOOIDCClient({
    region,
    endpoint: `${sandbox.url}/${region}`,
    maxAttempts: 1,
  });
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

/** A client that asks the portal of a region once, and does not try again. */
export function portalClient(sandbox: Sandbox, region = REGION): SSOClient & Disposable {
  const client = new SSOClient({ region, endpoint: `${sandbox.url}/${region}`, maxAttempts: 1 });
  return Object.assign(client, { [Symbol.dispose]: () => client.destroy() });
}

/** What the AWS CLI registers for a sign-in with a browser. */
export const BROWSER_CLIENT: RegisterClientCommandInput = {
  clientName: "botocore-client-dev",
  clientType: "public",
  grantTypes: ["authorization_code", "refresh_token"],
  redirectUris: ["http://127.0.0.1/oauth/callback"],
  issuerUrl: SSO_START_URL,
  scopes: [ACCOUNT_ACCESS_SCOPE],
};

/** What the AWS CLI registers for a sign-in on another device. */
export const DEVICE_CLIENT: RegisterClientCommandInput = {
  clientName: "botocore-client-dev",
  clientType: "public",
  scopes: [ACCOUNT_ACCESS_SCOPE],
};

/** How a client shows who it is. */
export interface ClientSecret {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Registers a client. */
export async function register(
  client: SSOOIDCClient,
  metadata: RegisterClientCommandInput,
): Promise<ClientSecret> {
  const { clientId = "", clientSecret = "" } = await client.send(
    new RegisterClientCommand(metadata),
  );
  return { clientId, clientSecret };
}

/** What a client keeps to itself while the browser is away. */
export const CODE_VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/** Where the client waits for the browser, if it waits at all. */
export const REDIRECT_URI = "http://127.0.0.1:1/oauth/callback";

/** The address that the AWS CLI opens; `changes` replaces parameters, or takes those away that are undefined. */
export function authorizeUrl(
  { sandbox, clientId, region = REGION, changes = {} }: {
    readonly sandbox: Sandbox;
    readonly clientId: string;
    readonly region?: string;
    readonly changes?: Readonly<Record<string, string | undefined>>;
  },
): string {
  const parameters = {
    response_type: "code",
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    state: "state-1",
    code_challenge_method: "S256",
    scopes: ACCOUNT_ACCESS_SCOPE,
    code_challenge: createHash("sha256").update(CODE_VERIFIER).digest("base64url"),
    ...changes,
  };
  const query = Object.entries(parameters).flatMap(([parameter, value]) =>
    value === undefined ? [] : [`${parameter}=${encodeURIComponent(value)}`]
  );
  return `${sandbox.url}/${region}/authorize?${query.join("&")}`;
}

/** The name of the exception that a client threw; `none` when it did not. */
export async function exceptionOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "none";
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}
