import assert from "node:assert/strict";
import { runProgram, staticProfile, temporaryHome } from "../world/run_program.ts";

interface Vector {
  readonly name: string;
  readonly region: string;
  readonly access_key_id: string;
  readonly secret_access_key: string;
  readonly session_token: string | null;
  readonly time: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly expected: {
    readonly token: string;
    readonly host: string;
    readonly execCredential: unknown;
  };
}

const GOLDENS = JSON.parse(
  Deno.readTextFileSync(new URL("../testdata/token-vectors.json", import.meta.url)),
) as { readonly vectors: readonly Vector[]; readonly extra_vectors: readonly Vector[] };

/** Here the AWS CLI makes a token that no cluster accepts, or v1 and v2 differ: each has a test of its own. */
const DELIBERATELY_DIFFERENT: ReadonlySet<string> = new Set([
  "endpoint-override-port",
  "endpoint-override-default-port",
  "sts-legacy-v1-only",
]);

function environmentOf(vector: Vector): Record<string, string> {
  return {
    ...vector.env,
    AWS_ACCESS_KEY_ID: vector.access_key_id,
    AWS_SECRET_ACCESS_KEY: vector.secret_access_key,
    ...(vector.session_token === null ? {} : { AWS_SESSION_TOKEN: vector.session_token }),
  };
}

for (const vector of [...GOLDENS.vectors, ...GOLDENS.extra_vectors]) {
  if (DELIBERATELY_DIFFERENT.has(vector.name)) continue;
  Deno.test(`eksauth token: prints the AWS CLI's ExecCredential for ${vector.name}`, async () => {
    using home = temporaryHome();
    const outcome = await runProgram(vector.args, {
      env: { ...home.env, ...environmentOf(vector) },
      now: new Date(vector.time),
    });
    assert.deepEqual(outcome, {
      stdout: JSON.stringify(vector.expected.execCredential, undefined, 4) + "\n",
      stderr: "",
      code: 0,
      slept: [],
    });
  });
}

for (const vector of GOLDENS.extra_vectors.filter(({ name }) => DELIBERATELY_DIFFERENT.has(name))) {
  Deno.test(`eksauth token: signs for the public regional host in spite of ${vector.name}`, async () => {
    using home = temporaryHome();
    const outcome = await runProgram(vector.args, {
      env: { ...home.env, ...environmentOf(vector) },
      now: new Date(vector.time),
    });
    const { host } = new URL(presignedUrl(outcome.stdout));
    assert.equal(host, `sts.${vector.region}.amazonaws.com`);
    assert.equal(outcome.code, 0);
  });
}

function presignedUrl(stdout: string): string {
  const { status } = JSON.parse(stdout) as { readonly status: { readonly token: string } };
  const bytes = Uint8Array.fromBase64(status.token.slice("k8s-aws-v1.".length), {
    alphabet: "base64url",
  });
  return new TextDecoder().decode(bytes);
}

const TOKEN_ARGS = ["token", "--cluster-name=dev-cluster", "--region=us-east-2"];

Deno.test("eksauth token: reads a static profile once, and the cache afterwards", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const start = { env: home.env };
  const args = [...TOKEN_ARGS, "--profile=dev-admin"];

  const first = await runProgram(args, start);
  const cached = [...Deno.readDirSync(`${home.path}/.cache/eksauth/credentials`)]
    .filter(({ name }) => name.endsWith(".json"));
  const second = await runProgram(args, start);

  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(second, first);
  assert.equal(cached.length, 1);
  const info = Deno.statSync(`${home.path}/.cache/eksauth/credentials/${cached[0]!.name}`);
  assert.equal((info.mode ?? 0) & 0o777, 0o600);
});

Deno.test("eksauth token: keeps the signing key of the day and region, and makes the same tokens with it", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const token = (region: string, now: string): ReturnType<typeof runProgram> =>
    runProgram(
      ["token", "--cluster-name=dev-cluster", `--region=${region}`, "--profile=dev-admin"],
      {
        env: home.env,
        now: new Date(now),
      },
    );
  const scopes = (): readonly string[] => {
    const folder = `${home.path}/.cache/eksauth/credentials`;
    const [entry] = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".json"));
    const text = Deno.readTextFileSync(`${folder}/${entry!.name}`);
    assert.equal((Deno.statSync(`${folder}/${entry!.name}`).mode ?? 0) & 0o777, 0o600);
    return Object.keys((JSON.parse(text) as { readonly signingKeys?: object }).signingKeys ?? {});
  };
  const derived = await token("us-east-2", "2026-01-02T03:04:05Z");
  const kept = await token("us-east-2", "2026-01-02T03:04:05Z");
  assert.deepEqual(kept, derived);
  assert.deepEqual(scopes(), ["20260102/us-east-2/sts/aws4_request"]);

  await token("eu-west-1", "2026-01-02T23:59:59Z");
  assert.deepEqual(scopes(), [
    "20260102/us-east-2/sts/aws4_request",
    "20260102/eu-west-1/sts/aws4_request",
  ]);
  await token("us-east-2", "2026-01-03T00:00:00Z");
  assert.deepEqual(scopes(), ["20260103/us-east-2/sts/aws4_request"]);
});

Deno.test("eksauth token: stores nothing that is derived from keys of the environment", async () => {
  using home = temporaryHome();
  const env = { ...home.env, AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
  await runProgram(TOKEN_ARGS, { env });
  const folder = `${home.path}/.cache/eksauth/credentials`;
  for (const { name } of Deno.readDirSync(folder)) {
    assert.doesNotMatch(
      Deno.readTextFileSync(`${folder}/${name}`),
      /AKIDEXAMPLE|secret|signingKeys/,
    );
  }
});

Deno.test("eksauth token: notices that the credentials file has changed", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const args = [...TOKEN_ARGS, "--profile=dev-admin"];
  await runProgram(args, { env: home.env });

  home.write(".aws/credentials", staticProfile("dev-admin", "AKIDROTATED"));
  const outcome = await runProgram(args, { env: home.env });

  assert.match(presignedUrl(outcome.stdout), /X-Amz-Credential=AKIDROTATED%2F/);
});

Deno.test("eksauth token: refuses a cache that others can read, aloud, and mends it", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const args = [...TOKEN_ARGS, "--profile=dev-admin"];
  await runProgram(args, { env: home.env });
  const folder = `${home.path}/.cache/eksauth/credentials`;
  const [entry] = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".json"));
  Deno.chmodSync(`${folder}/${entry!.name}`, 0o644);

  const warned = await runProgram(args, { env: home.env });
  const silent = await runProgram(args, { env: home.env });

  assert.match(
    warned.stderr,
    /^eksauth: warning: Cannot use the cache file ".*": other users can read or write it/,
  );
  assert.equal(warned.code, 0);
  assert.equal(silent.stderr, "");
});

Deno.test("eksauth token: a damaged cache counts as missing", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin"));
  const args = [...TOKEN_ARGS, "--profile=dev-admin"];
  const first = await runProgram(args, { env: home.env });
  const folder = `${home.path}/.cache/eksauth/credentials`;
  const [entry] = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".json"));
  const path = `${folder}/${entry!.name}`;
  const whole = Deno.readTextFileSync(path);

  for (
    const damage of [
      "",
      "{",
      "null",
      "[]",
      whole.slice(0, -9),
      whole + "}",
      whole.replace('"version":1', '"version":2'),
      whole.replace(/"accessKeyId":"[^"]*"/, '"accessKeyId":7'),
      whole.replace(/"madeFrom":\[/, '"madeFrom":[7,'),
    ]
  ) {
    Deno.writeTextFileSync(path, damage);
    assert.deepEqual(await runProgram(args, { env: home.env }), first);
    assert.equal(Deno.readTextFileSync(path), whole, damage);
  }
});

Deno.test("eksauth token: the profile of the flag beats keys in the environment, AWS_PROFILE does not", async () => {
  using home = temporaryHome();
  home.write(".aws/credentials", staticProfile("dev-admin", "AKIDPROFILE"));
  const env = {
    ...home.env,
    AWS_ACCESS_KEY_ID: "AKIDENVIRONMENT",
    AWS_SECRET_ACCESS_KEY: "secret",
    AWS_PROFILE: "dev-admin",
  };
  const byVariable = await runProgram(TOKEN_ARGS, { env });
  const byFlag = await runProgram([...TOKEN_ARGS, "--profile", "dev-admin"], { env });

  assert.match(presignedUrl(byVariable.stdout), /X-Amz-Credential=AKIDENVIRONMENT%2F/);
  assert.match(presignedUrl(byFlag.stdout), /X-Amz-Credential=AKIDPROFILE%2F/);
});

Deno.test("eksauth token: expires no later than the credentials of the environment", async () => {
  using home = temporaryHome();
  const outcome = await runProgram(TOKEN_ARGS, {
    env: {
      ...home.env,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "session",
      AWS_CREDENTIAL_EXPIRATION: "2026-01-02T03:08:05Z",
    },
  });
  const { status } = JSON.parse(outcome.stdout) as {
    readonly status: { readonly expirationTimestamp: string };
  };
  assert.equal(status.expirationTimestamp, "2026-01-02T03:08:05Z");
});

Deno.test("eksauth token: explains credentials whose session token is too large for a cluster", async () => {
  using home = temporaryHome();
  const outcome = await runProgram(TOKEN_ARGS, {
    env: {
      ...home.env,
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "x".repeat(3000),
    },
  });
  assert.equal(outcome.code, 1);
  assert.equal(outcome.stdout, "");
  assert.match(outcome.stderr, /^eksauth: error: Cannot make a token: it would be \d+ bytes long/);
});

Deno.test("eksauth token: needs no home folder where the environment has the keys", async () => {
  const env = {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  };
  const { code, stdout, stderr } = await runProgram(TOKEN_ARGS, { env });
  assert.equal(stderr, "");
  assert.equal(new URL(presignedUrl(stdout)).host, "sts.us-east-2.amazonaws.com");
  assert.equal(code, 0);
});

Deno.test("eksauth token: says that there is no home folder where one is needed", async () => {
  const nobody = await runProgram(TOKEN_ARGS);
  assert.equal(
    nobody.stderr.split("\n")[0],
    "eksauth: error: Cannot find AWS credentials: AWS_ACCESS_KEY_ID is not set in the environment, " +
      "and there is no home folder to look for profiles in",
  );
  assert.equal(nobody.code, 4);
  const named = await runProgram([...TOKEN_ARGS, "--profile=dev-admin"]);
  assert.equal(
    named.stderr,
    "eksauth: error: Cannot find the home folder: HOME is not set\n" +
      "eksauth: hint: Set HOME to a folder that eksauth may write to\n",
  );
  assert.equal(named.code, 2);
});

Deno.test("eksauth token: notices that a link leads to another file, of the same size and time", async () => {
  using home = temporaryHome();
  home.write(".aws/config", "");
  const link = `${home.path}/.aws/credentials`;
  for (const [file, accessKeyId] of [["one", "AKIDEXAMPLE"], ["two", "AKIDANOTHER"]] as const) {
    Deno.utimeSync(home.write(`.aws/${file}`, staticProfile("dev-admin", accessKeyId)), 1, 1);
  }
  for (const [file, accessKeyId] of [["one", "AKIDEXAMPLE"], ["two", "AKIDANOTHER"]] as const) {
    if (home.exists(".aws/credentials")) Deno.removeSync(link);
    Deno.symlinkSync(`${home.path}/.aws/${file}`, link);
    const { stdout } = await runProgram([...TOKEN_ARGS, "--profile=dev-admin"], { env: home.env });
    const credential = new URL(presignedUrl(stdout)).searchParams.get("X-Amz-Credential");
    assert.equal(credential?.split("/")[0], accessKeyId);
  }
});
