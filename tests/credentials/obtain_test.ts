/**
 * The slow path: lock, look again, resolve, assume, keep.
 *
 * @module
 */

import assert from "node:assert/strict";
import { type CachePlace, serializeCacheEntry } from "../../src/credentials/cache.ts";
import {
  type CredentialRequest,
  obtainCredentials,
  type ObtainedCredentials,
} from "../../src/credentials/obtain.ts";
import { EksauthError } from "../../src/errors.ts";
import { fingerprintFile } from "../../src/runtime/files.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";
import { OPS_ROLE_ARN } from "../sandbox/cast.ts";
import {
  capturingRuntime,
  type Home,
  type Start,
  staticProfile,
  temporaryHome,
} from "../world/run_program.ts";
import { stsDouble } from "./_sts_double.ts";

const ENVIRONMENT = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "environment-secret" };
const STATIC = { profile: "dev-admin", region: "us-east-2" };
const OPS = { ...STATIC, roleArn: OPS_ROLE_ARN };

Deno.test("obtainCredentials() keeps the keys of a profile, with the profile's settings", async () => {
  using home = temporaryHome();
  const config = home.write(
    ".aws/config",
    "[profile dev-admin]\nregion = us-east-2\nuse_fips_endpoint = true\n",
  );
  const credentials = home.write(".aws/credentials", staticProfile("dev-admin"));
  const obtained = await obtain(home, { request: { profile: "dev-admin", region: "eu-west-1" } });
  assert.deepEqual(obtained.entry, {
    version: 1,
    key: "the key",
    madeFrom: [fingerprintFile(config), fingerprintFile(credentials)],
    settings: { region: "us-east-2", useFips: true },
    source: `profile dev-admin in ${credentials}:2`,
    credentials: obtained.credentials,
  });
  assert.equal(obtained.credentials.accessKeyId, "AKIDEXAMPLE");
  assert.deepEqual(obtained.warnings, []);
  assert.equal(home.read("cache/entry.json"), serializeCacheEntry(obtained.entry));
  assert.equal(Deno.statSync(`${home.path}/cache/entry.json`).mode! & 0o777, 0o600);
  assert.equal(Deno.statSync(`${home.path}/cache`).mode! & 0o777, 0o700);
});

Deno.test("obtainCredentials() keeps nothing of the environment's keys", async () => {
  using home = temporaryHome();
  home.write(".aws/config", "[default]\nregion = us-east-2\n");
  const { entry, credentials } = await obtain(home, { env: ENVIRONMENT });
  assert.equal(credentials.secretAccessKey, "environment-secret");
  assert.equal(entry.credentials, undefined);
  assert.deepEqual(entry.settings, { region: "us-east-2" });
  assert.doesNotMatch(home.read("cache/entry.json"), /AKIDENV|environment-secret/);
});

Deno.test("obtainCredentials() assumes a role on top, in the region of the call", async () => {
  using home = temporaryHome();
  const sts = stsDouble();
  home.write(".aws/config", "[profile dev-admin]\nregion = us-west-2\n");
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const { entry, credentials } = await obtain(home, { request: OPS, fetch: sts.fetch });
  assert.equal(credentials.accessKeyId, "ASIDEXAMPLE1");
  assert.deepEqual(entry.credentials, credentials);
  assert.deepEqual(entry.settings, { region: "us-west-2" });
  assert.equal(
    entry.source,
    `role ${OPS_ROLE_ARN}, assumed with profile dev-admin in ${home.path}/.aws/credentials:2`,
  );
  assert.equal(sts.calls[0]?.host, "sts.us-east-2.amazonaws.com");
});

Deno.test("obtainCredentials() keeps a role that was assumed with the environment's keys, and not those", async () => {
  using home = temporaryHome();
  const sts = stsDouble();
  const request = { region: "us-east-2", roleArn: OPS_ROLE_ARN };
  const { entry } = await obtain(home, { request, env: ENVIRONMENT, fetch: sts.fetch });
  assert.equal(entry.credentials?.accessKeyId, "ASIDEXAMPLE1");
  assert.match(sts.calls[0]!.scope, /^AKIDENV\//);
  assert.doesNotMatch(home.read("cache/entry.json"), /AKIDENV|environment-secret/);
});

Deno.test("obtainCredentials() uses the profile's endpoint and CA bundle for STS", async () => {
  using home = temporaryHome();
  const sts = stsDouble();
  const pem = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";
  home.write("ca.pem", pem);
  home.write(
    ".aws/config",
    "[profile dev-admin]\nca_bundle = ~/ca.pem\nendpoint_url = https://sts.internal\n",
  );
  home.write(".aws/credentials", staticProfile("dev-admin"));
  await obtain(home, { request: OPS, fetch: sts.fetch });
  assert.equal(sts.calls[0]?.host, "sts.internal");
  assert.equal(sts.calls[0]?.caCertificates, pem);
});

Deno.test("obtainCredentials() at once fifty times over assumes the role once", async () => {
  using home = temporaryHome();
  const sts = stsDouble();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const all = await Promise.all(
    Array.from({ length: 50 }, () => obtain(home, { request: OPS, fetch: sts.fetch })),
  );
  assert.equal(sts.calls.length, 1);
  for (const { credentials, warnings } of all) {
    assert.deepEqual(credentials, all[0]?.credentials);
    assert.deepEqual(warnings, []);
  }
});

Deno.test("obtainCredentials() at once for two roles assumes both", async () => {
  using home = temporaryHome();
  const sts = stsDouble();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const roles = ["a", "b"].map((each) => `arn:aws:iam::123456789012:role/${each}`);
  await Promise.all(roles.map((roleArn) =>
    obtain(home, {
      request: { ...OPS, roleArn, place: placeAt(`${home.path}/cache/${roleArn.at(-1)}.json`) },
      fetch: sts.fetch,
    })
  ));
  assert.deepEqual(sts.calls.map(({ form }) => form.RoleArn).toSorted(), roles);
});

Deno.test("obtainCredentials() makes a role anew when what is cached has less than a minute left", async () => {
  using home = temporaryHome();
  const dying = stsDouble("2026-01-02T03:05:04Z");
  home.write(".aws/credentials", staticProfile("dev-admin"));
  await obtain(home, { request: OPS, fetch: dying.fetch });
  await obtain(home, { request: OPS, fetch: dying.fetch });
  assert.equal(dying.calls.length, 2);
});

Deno.test("obtainCredentials() never lets the environment's keys stand in for a role", async () => {
  using home = temporaryHome();
  const sts = stsDouble();
  const request = { region: "us-east-2", roleArn: OPS_ROLE_ARN };
  await obtain(home, { env: ENVIRONMENT, request: { region: "us-east-2" } });
  const { credentials } = await obtain(home, { request, env: ENVIRONMENT, fetch: sts.fetch });
  assert.equal(credentials.accessKeyId, "ASIDEXAMPLE1");
});

Deno.test("obtainCredentials() works and warns once where nothing can be written", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  home.write("cache", "a file where a folder should be");
  const { credentials, warnings } = await obtain(home, { request: STATIC });
  assert.equal(credentials.accessKeyId, "AKIDEXAMPLE");
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^Cannot use folder ".*\/cache": /);
});

Deno.test("obtainCredentials() works and warns when somebody holds the lock for too long", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const path = home.write("cache/entry.json.lock", "");
  using other = Deno.openSync(path, { read: true, write: true });
  other.lockSync(true);
  const { credentials, warnings } = await obtain(home, { request: STATIC });
  assert.equal(credentials.accessKeyId, "AKIDEXAMPLE");
  assert.deepEqual(warnings, [
    `Cannot lock "${path}": another eksauth still holds it after 35 s`,
  ]);
});

Deno.test("obtainCredentials() tells a failure under the lock, once and as it is", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  let calls = 0;
  const fetch = (): Promise<Response> => {
    calls++;
    return Promise.resolve(
      new Response(
        "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No</Message></Error></ErrorResponse>",
        { status: 403, headers: { "content-type": "text/xml" } },
      ),
    );
  };
  await assert.rejects(
    obtain(home, { request: OPS, fetch }),
    (error: unknown) => error instanceof EksauthError && error.code === "access_denied",
  );
  assert.equal(calls, 1);
  assert.equal(home.exists("cache/entry.json"), false);
});

Deno.test("obtainCredentials() asks the instance for a region only when nobody else has one", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const asked: string[] = [];
  const fetch = (url: string): Promise<Response> => {
    asked.push(new URL(url).pathname);
    return Promise.resolve(new Response(asked.length === 1 ? "SESSION" : "ap-south-1"));
  };
  const request = { profile: "dev-admin" };
  await obtain(home, { request: { ...request, region: "us-east-2" }, fetch });
  assert.deepEqual(asked, []);
  Deno.removeSync(`${home.path}/cache/entry.json`);
  const { entry } = await obtain(home, { request, fetch });
  assert.deepEqual(asked, ["/latest/api/token", "/latest/meta-data/placement/region"]);
  assert.deepEqual(entry.settings, { region: "ap-south-1" });
});

Deno.test("obtainCredentials() assumes a role at the global endpoint where there is no region at all", async () => {
  using home = temporaryHome();
  const sts = stsDouble();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  await obtain(home, {
    request: { ...OPS, region: undefined },
    env: { AWS_EC2_METADATA_DISABLED: "true" },
    fetch: sts.fetch,
  });
  assert.equal(sts.calls[0]?.host, "sts.amazonaws.com");
  assert.match(sts.calls[0]!.scope, /\/us-east-1\/sts\//);
});

interface Situation extends Start {
  readonly request?: Partial<CredentialRequest>;
}

function obtain(home: Home, { request, env, ...start }: Situation): Promise<ObtainedCredentials> {
  const { runtime } = capturingRuntime([], { ...start, env: { ...home.env, ...env } });
  return obtainCredentials(
    { place: placeAt(`${home.path}/cache/entry.json`), ...request },
    { ...runtime, sleep: lettingOthersWork },
  );
}

/** Whoever waits for the lock has to let its holder go on. */
const lettingOthersWork: Runtime["sleep"] = () => new Promise((resolve) => setTimeout(resolve));

function placeAt(path: string): CachePlace {
  return { path, key: "the key" };
}
