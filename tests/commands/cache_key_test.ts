/**
 * Which token calls share a cache entry.
 *
 * @module
 */

import assert from "node:assert/strict";
import { tokenCacheKey } from "../../src/commands/_cache_key.ts";
import { cachePlace } from "../../src/credentials/cache.ts";
import { capturingRuntime } from "../world/run_program.ts";

type Request = Parameters<typeof tokenCacheKey>[0];

interface Call {
  readonly request?: Request;
  readonly env?: Readonly<Record<string, string>>;
  readonly profile?: string;
  readonly accessKeyId?: string;
}

const PROFILE: Call = { profile: "dev-admin" };
const KEYS: Call = { accessKeyId: "AKIDEXAMPLE" };
const ROLE: Call = { ...PROFILE, request: { roleArn: "arn:aws:iam::123456789012:role/ops" } };

/** Calls that get other credentials than the first of their row. */
const DIFFERENT: readonly (readonly [Call, ...(readonly Call[])])[] = [
  [
    PROFILE,
    { profile: "other" },
    {},
    KEYS,
    ROLE,
    { ...PROFILE, env: { HOME: "/home/other" } },
    { ...PROFILE, env: { AWS_CONFIG_FILE: "/etc/aws" } },
    { ...PROFILE, env: { AWS_SHARED_CREDENTIALS_FILE: "/etc/keys" } },
    { ...PROFILE, env: { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" } },
    { ...PROFILE, env: { AWS_ENDPOINT_URL_SSO: "http://127.0.0.1:4566" } },
  ],
  [
    ROLE,
    { ...ROLE, ...KEYS },
    { ...ROLE, accessKeyId: "AKIDANOTHER" },
    { ...ROLE, request: { roleArn: "arn:aws:iam::123456789012:role/dev" } },
    { ...ROLE, request: { ...ROLE.request, externalId: "x" } },
    { ...ROLE, request: { ...ROLE.request, roleSessionName: "x" } },
    { ...ROLE, request: { ...ROLE.request, durationSeconds: 900 } },
    { ...ROLE, request: { ...ROLE.request, region: "us-east-2" } },
    { ...ROLE, env: { AWS_ENDPOINT_URL_STS: "http://127.0.0.1:4566" } },
  ],
];

/** Calls that get the same. */
const SAME: readonly (readonly Call[])[] = [
  [KEYS, { accessKeyId: "AKIDANOTHER" }],
  [
    { ...PROFILE, request: { region: "us-east-2" } },
    { ...PROFILE, request: { region: "eu-west-1" } },
    { ...PROFILE, env: { AWS_REGION: "eu-west-1" } },
  ],
];

Deno.test("tokenCacheKey() tells apart what gets other credentials", () => {
  for (const calls of DIFFERENT) {
    const keys = calls.map(keyOf);
    assert.equal(new Set(keys).size, calls.length, keys.join("\n"));
  }
});

Deno.test("tokenCacheKey() lets the rest share an entry", () => {
  for (const calls of SAME) assert.equal(new Set(calls.map(keyOf)).size, 1);
});

function keyOf({ request = {}, env = {}, profile, accessKeyId }: Call): string {
  const { runtime } = capturingRuntime([], { env: { HOME: "/home/u", ...env } });
  const choice = {
    ...(profile === undefined ? {} : { profile }),
    isExplicit: profile !== undefined,
  };
  return cachePlace(tokenCacheKey(request, { choice, accessKeyId }, runtime), runtime).key;
}
