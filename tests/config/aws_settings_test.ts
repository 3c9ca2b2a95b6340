/**
 * Regions, endpoints and the rest: who sets them, and who is asked first.
 *
 * @module
 */

import assert from "node:assert/strict";
import { selectProfile } from "../../src/config/aws_profile.ts";
import {
  profileSettings,
  requireRegion,
  resolveAwsSettings,
  type ResolvedSettings,
  resolveRegion,
  type SettingsRequest,
} from "../../src/config/aws_settings.ts";
import { EksauthError } from "../../src/errors.ts";
import { capturingRuntime, type Home, temporaryHome } from "../world/run_program.ts";

/** A situation, and what botocore 1.43.11 makes of it with the variables of AWS CLI v2. */
interface Golden {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: string;
  readonly credentials?: string;
  readonly expected: {
    readonly failure?: string;
    readonly region?: string;
    readonly useFips?: boolean;
    readonly useDualStack?: boolean;
    readonly maxAttempts?: number;
    readonly endpointUrls?: Readonly<Record<string, string>>;
  };
}

const GOLDENS: readonly Golden[] = JSON.parse(
  Deno.readTextFileSync(new URL("../testdata/aws_config/settings.json", import.meta.url)),
);

for (const { name, env, config, credentials, expected } of GOLDENS) {
  Deno.test(`resolveAwsSettings() settles what botocore settles: ${name}`, () => {
    using home = temporaryHome();
    if (config !== undefined) home.write(".aws/config", config);
    if (credentials !== undefined) home.write(".aws/credentials", credentials);
    if (expected.failure !== undefined) {
      assert.throws(
        () => resolve({ home, env }),
        (error: unknown) => error instanceof EksauthError && error.code === "config_invalid",
      );
      return;
    }
    const { region, useFips, useDualStack, maxAttempts, endpointUrls } = resolve({ home, env })
      .settings;
    assert.deepEqual({ region, useFips, useDualStack, maxAttempts, endpointUrls }, {
      region: undefined,
      maxAttempts: 3,
      ...expected,
    });
  });
}

const CONFIG = `[default]
region = us-west-2
use_fips_endpoint = true
max_attempts = 5
services = local
endpoint_url = http://profile

[services local]
sts =
  endpoint_url = http://section
`;

Deno.test("resolveAwsSettings() says who set what", () => {
  using home = temporaryHome();
  const path = home.write(".aws/config", CONFIG);
  const env = { AWS_ENDPOINT_URL_EKS: "http://variable", AWS_USE_DUALSTACK_ENDPOINT: "true" };
  assert.deepEqual(resolve({ home, env }).origins, {
    region: `${path}:2`,
    useFips: `${path}:3`,
    useDualStack: "AWS_USE_DUALSTACK_ENDPOINT",
    caCertificates: undefined,
    maxAttempts: `${path}:4`,
    endpointUrls: {
      sts: `${path}:10`,
      eks: "AWS_ENDPOINT_URL_EKS",
      sso: `${path}:6`,
      sso_oidc: `${path}:6`,
      ecr: `${path}:6`,
    },
  });
});

Deno.test("resolveAwsSettings() takes the region from flag, EKSAUTH_REGION, AWS_REGION, AWS_DEFAULT_REGION, profile", () => {
  using home = temporaryHome();
  const path = home.write(".aws/config", "[default]\nregion = e-e-5\n");
  const env: Record<string, string> = {
    EKSAUTH_REGION: "b-b-2",
    AWS_REGION: "c-c-3",
    AWS_DEFAULT_REGION: "d-d-4",
  };
  const seen = [resolve({ home, env, request: { region: "a-a-1" } })];
  for (const variable of Object.keys(env)) {
    seen.push(resolve({ home, env }));
    env[variable] = "";
  }
  seen.push(resolve({ home, env }));
  assert.deepEqual(seen.map(({ settings, origins }) => [settings.region, origins.region]), [
    ["a-a-1", "--region"],
    ["b-b-2", "EKSAUTH_REGION"],
    ["c-c-3", "AWS_REGION"],
    ["d-d-4", "AWS_DEFAULT_REGION"],
    ["e-e-5", `${path}:2`],
  ]);
});

Deno.test("resolveAwsSettings() refuses what is not spelt like a region", () => {
  using home = temporaryHome();
  for (const region of ["us east 2", "us-east-2.evil.example", "-x", "1234"]) {
    assert.throws(
      () => resolve({ home, request: { region } }),
      (error: unknown) => error instanceof EksauthError && error.code === "region_invalid",
    );
  }
});

Deno.test("resolveAwsSettings() uses --endpoint-url for EKS alone, even where others are ignored", () => {
  using home = temporaryHome();
  const env = { AWS_ENDPOINT_URL: "http://all", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" };
  const { settings, origins } = resolve({ home, env, request: { endpointUrl: "http://flag" } });
  assert.deepEqual(settings.endpointUrls, { eks: "http://flag" });
  assert.deepEqual(origins.endpointUrls, { eks: "--endpoint-url" });
});

Deno.test("resolveAwsSettings() explains a services section that is missing", () => {
  using home = temporaryHome();
  const path = home.write(".aws/config", "[default]\nservices = local\n");
  assert.throws(
    () => resolve({ home }),
    new EksauthError(
      "config_invalid",
      `Cannot use services section "local" of "${path}:2": ${path} does not have it`,
      { hint: "Add [services local] to the file, or remove the line" },
    ),
  );
});

Deno.test("resolveAwsSettings() explains bad retry settings and who set them", () => {
  using home = temporaryHome();
  const path = home.write(".aws/config", "[default]\nretry_mode = fast\n");
  assert.throws(
    () => resolve({ home }),
    new EksauthError(
      "config_invalid",
      `Cannot use "fast" as the retry mode (from ${path}:2): it is neither standard nor adaptive nor legacy`,
      { hint: "Set it to standard, which is the default" },
    ),
  );
  assert.throws(
    () => resolve({ home, env: { AWS_RETRY_MODE: "standard", AWS_MAX_ATTEMPTS: "1e3" } }),
    new EksauthError(
      "config_invalid",
      'Cannot use "1e3" as the number of attempts (from AWS_MAX_ATTEMPTS): it is not a whole number above 0',
      { hint: "Set it to 3, which is the default" },
    ),
  );
});

Deno.test("resolveAwsSettings() takes the CA bundle from flag, AWS_CA_BUNDLE, profile, REQUESTS_CA_BUNDLE", () => {
  using home = temporaryHome();
  for (const each of ["a", "b", "c", "d"]) home.write(`${each}.pem`, pem(each));
  const config = home.write(".aws/config", "[default]\nca_bundle = ~/c.pem\n");
  const env: Record<string, string> = {
    AWS_CA_BUNDLE: "$HOME/b.pem",
    REQUESTS_CA_BUNDLE: `${home.path}/d.pem`,
  };
  const seen = [resolve({ home, env, request: { caBundle: "~/a.pem" } }), resolve({ home, env })];
  env.AWS_CA_BUNDLE = "";
  seen.push(resolve({ home, env }));
  Deno.removeSync(config);
  seen.push(resolve({ home, env }), resolve({ home }));
  assert.deepEqual(
    seen.map(({ settings, origins }) => [settings.caCertificates, origins.caCertificates]),
    [
      [pem("a"), "--ca-bundle"],
      [pem("b"), "AWS_CA_BUNDLE"],
      [pem("c"), `${config}:2`],
      [pem("d"), "REQUESTS_CA_BUNDLE"],
      [undefined, undefined],
    ],
  );
});

Deno.test("requireRegion() gives complete settings, or names the flag", () => {
  using home = temporaryHome();
  assert.equal(
    requireRegion(resolve({ home, request: { region: "us-east-2" } })).region,
    "us-east-2",
  );
  assert.throws(
    () => requireRegion(resolve({ home })),
    (error: unknown) => error instanceof EksauthError && error.code === "region_missing",
  );
});

Deno.test("profileSettings() hears the profile alone, resolveRegion() the flag and the environment too", () => {
  using home = temporaryHome();
  home.write(".aws/config", CONFIG);
  const env = { ...home.env, AWS_REGION: "us-east-2", AWS_USE_FIPS_ENDPOINT: "false" };
  const { runtime } = capturingRuntime([], { env });
  const profile = selectProfile({}, runtime);
  assert.deepEqual(profileSettings(profile), { region: "us-west-2", useFips: true });
  assert.deepEqual(resolveRegion({ profile }, runtime), {
    value: "us-east-2",
    origin: "AWS_REGION",
  });
});

interface Situation {
  readonly home: Home;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly request?: Omit<SettingsRequest, "profile">;
}

function resolve({ home, env, request }: Situation): ResolvedSettings {
  const { runtime } = capturingRuntime([], { env: { ...home.env, ...env } });
  return resolveAwsSettings({ ...request, profile: selectProfile({}, runtime) }, runtime);
}

/** Nobody looks into it here. */
function pem(name: string): string {
  return `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`;
}
