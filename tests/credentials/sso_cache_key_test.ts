/**
 * The names of the AWS CLI's cache files, held against botocore's.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  asciiJson,
  awsCliKey,
  type KeyMaterial,
  ssoRegistrationKey,
  ssoRoleKey,
  ssoTokenKey,
} from "../../src/credentials/sso_cache_key.ts";

/** What botocore 1.43.11 names files, from `gen_aux_vectors.py`. */
interface Vector {
  readonly kind: string;
  readonly inputs: KeyMaterial["fields"];
  readonly sha1: string;
}

const VECTORS: readonly Vector[] = JSON.parse(
  Deno.readTextFileSync(new URL("../testdata/cache-key-vectors.json", import.meta.url)),
).vectors;

const text = (value: unknown): string => String(value);

/** How each kind of file is named. */
const KEYS: Readonly<Record<string, (inputs: Vector["inputs"]) => Promise<string>>> = {
  "sso-token": ({ start_url, session_name }) =>
    ssoTokenKey({
      startUrl: text(start_url),
      ...(session_name && { sessionName: text(session_name) }),
    }),
  "sso-registration": ({ startUrl, region, scopes, session_name }) =>
    ssoRegistrationKey({
      startUrl: text(startUrl),
      region: text(region),
      ...(Array.isArray(scopes) && { registrationScopes: scopes }),
      ...(session_name && { sessionName: text(session_name) }),
    }),
  "sso-role-credentials": ({ accountId, roleName, startUrl = "", sessionName }) =>
    ssoRoleKey({
      accountId: text(accountId),
      roleName: text(roleName),
      session: {
        startUrl: text(startUrl),
        region: "us-east-1",
        ...(sessionName && { sessionName: text(sessionName) }),
      },
      profileName: "dev-admin",
      origin: "config:1",
    }),
  "assume-role": (fields) => awsCliKey({ fields, spacing: "spaced" }),
  "assume-role-with-web-identity": (fields) => awsCliKey({ fields, spacing: "spaced" }),
};

Deno.test("cache keys are botocore's, all 18", async () => {
  assert.equal(VECTORS.length, 18);
  for (const { kind, inputs, sha1 } of VECTORS) {
    assert.equal(await KEYS[kind]!(inputs), sha1, `${kind} ${JSON.stringify(inputs)}`);
  }
});

Deno.test("asciiJson() writes what Python writes", () => {
  assert.equal(
    asciiJson('é\x7f\u2028😀\n"\\/'),
    '"\\u00e9\\u007f\\u2028\\ud83d\\ude00\\n\\"\\\\/"',
  );
});
