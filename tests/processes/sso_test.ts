/**
 * One sign-in, many processes: eksauth's own and the AWS CLI's library.
 *
 * @module
 */

import assert from "node:assert/strict";
import { parseJsonFields } from "../../src/credentials/sso_cache_file.ts";
import { ssoTokenKey } from "../../src/credentials/sso_cache_key.ts";
import { readSsoToken } from "../../src/credentials/sso_token_cache.ts";
import { type SsoDouble, ssoDouble } from "../credentials/_sso_double.ts";
import { CONFIG, LEGACY, LEGACY_CONFIG, SESSION, tokenFields } from "../credentials/_sso_world.ts";
import { createPrivateHome, hasProgram, type PrivateHome } from "../sandbox/private_home.ts";
import { DENO_ENV, EKSAUTH, writeHome } from "./_eksauth_process.ts";

const [PROGRAM, ...ARGS] = EKSAUTH;
const TOKEN = [...ARGS, "token", "--cluster-name=dev-cluster", "--profile=dev-admin"];
const HOUR_MS = 3_600_000;

const haveBotocore = hasBotocore();

Deno.test("twenty eksauth token at the instant of expiry renew once, ask for the role once, and all have a token", async () => {
  await using there = await signedIn({ leftMs: -1000 });
  const { home, sso, env } = there;
  const runs = await Promise.all(Array.from({ length: 20 }, () => home.run(PROGRAM, TOKEN, env)));
  for (const { code, stdout, stderr } of runs) {
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /"token": ?"k8s-aws-v1\./);
  }
  assert.deepEqual(operations(sso), ["CreateToken", "GetRoleCredentials"]);
  assert.equal((await there.token())?.get("refreshToken"), "refresh-1");
});

Deno.test("twenty eksauth token whose session has ended all fail with what to type, after one call", async () => {
  await using there = await signedIn({ leftMs: HOUR_MS });
  const { home, sso, env } = there;
  sso.revoke();
  const runs = await Promise.all(Array.from({ length: 20 }, () => home.run(PROGRAM, TOKEN, env)));
  for (const run of runs) {
    assert.deepEqual(run, {
      code: 4,
      stdout: "",
      stderr:
        'eksauth: error: Cannot use SSO session "dev-sso": IAM Identity Center has ended the sign-in\n' +
        "eksauth: hint: eksauth login --profile dev-admin\n",
    });
  }
  assert.deepEqual(operations(sso), ["GetRoleCredentials"]);
  assert.equal(await there.token(), undefined);
});

Deno.test("eksauth token that is interrupted while it renews the sign-in keeps the new refresh token", async () => {
  await using there = await signedIn({ leftMs: -1000 });
  const child = new Deno.Command(PROGRAM, {
    args: TOKEN,
    clearEnv: true,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: there.home.folder, ...there.env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  there.whenCalled("CreateToken", () => child.kill("SIGINT"));
  const { code, stdout, stderr } = await child.output();
  assert.deepEqual([code, stdout.length], [130, 0], new TextDecoder().decode(stderr));
  assert.equal((await there.token())?.get("refreshToken"), "refresh-1");
});

Deno.test("a reader never stumbles over a token file that is rewritten in place, as the AWS CLI does", async () => {
  await using there = await signedIn({ leftMs: HOUR_MS });
  const stop = new AbortController();
  const writer = new Deno.Command(Deno.execPath(), {
    args: ["eval", REWRITE_FOREVER, there.tokenPath],
    stdout: "null",
    stderr: "null",
    signal: stop.signal,
  }).spawn();
  try {
    const sleep = (milliseconds: number): Promise<void> =>
      new Promise((resolve) => setTimeout(resolve, milliseconds));
    const seen = new Set<string>();
    // Until the writer has shown itself, and then long enough to meet it often.
    for (let reads = 0; reads < 200 || seen.size < 3; reads++) {
      const found = await readSsoToken(there.tokenPath, { sleep, now: () => new Date() });
      assert.ok(found !== undefined && "token" in found, `read ${reads}`);
      seen.add(found.token.accessToken);
      await sleep(1);
    }
  } finally {
    stop.abort();
    await writer.status;
  }
});

Deno.test(
  "botocore uses and renews a session that eksauth keeps, and eksauth one that botocore keeps (needs botocore)",
  {
    ignore: !haveBotocore,
  },
  async (t) => {
    await using there = await signedIn({ leftMs: -1000 });
    const { home, sso, env } = there;
    const eksauth = async (): Promise<void> => {
      await Deno.remove(`${home.folder}/.cache`, { recursive: true }).catch(() => {});
      const { code, stderr } = await home.run(PROGRAM, TOKEN, env);
      assert.deepEqual([code, stderr], [0, ""]);
    };
    await t.step("what eksauth renewed, botocore reads", async () => {
      await eksauth();
      assert.deepEqual(await botocore(there), {
        token: "access-1",
        sessionToken: "session of access-1",
      });
      assert.equal(sso.count("CreateToken"), 1);
    });
    await t.step("what eksauth keeps, botocore renews", async () => {
      await there.write({
        ...Object.fromEntries((await there.token())!),
        expiresAt: timeIn(60_000),
      });
      assert.deepEqual(await botocore(there), {
        token: "access-2",
        sessionToken: "session of access-2",
      });
      assert.equal(sso.count("CreateToken"), 2);
    });
    await t.step("what botocore renewed, eksauth reads", async () => {
      await eksauth();
      assert.equal(sso.count("CreateToken"), 2);
      assert.equal(sso.calls.at(-1)?.accessToken, "access-2");
    });
    await t.step("what botocore keeps, eksauth renews", async () => {
      await there.write({
        ...Object.fromEntries((await there.token())!),
        expiresAt: timeIn(60_000),
      });
      await eksauth();
      assert.equal(sso.calls.at(-1)?.accessToken, "access-3");
      assert.equal((await there.token())?.get("refreshToken"), "refresh-3");
    });
  },
);

Deno.test("botocore and eksauth share the sign-in of an older profile (needs botocore)", {
  ignore: !haveBotocore,
}, async () => {
  await using there = await signedIn({ leftMs: HOUR_MS, isLegacy: true });
  const { code, stderr } = await there.home.run(PROGRAM, TOKEN, there.env);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.deepEqual(await botocore(there), { token: null, sessionToken: "session of access-0" });
  assert.deepEqual(operations(there.sso), ["GetRoleCredentials", "GetRoleCredentials"]);
});

/** Rewrites a token file as the AWS CLI does: emptied, then written; now longer, now shorter. */
const REWRITE_FOREVER = `
const [path] = Deno.args;
const token = JSON.parse(Deno.readTextFileSync(path));
for (let round = 0;; round++) {
  const accessToken = "access-" + "x".repeat(round % 7);
  const text = new TextEncoder().encode(JSON.stringify({ ...token, accessToken }));
  const file = Deno.openSync(path, { write: true, truncate: true });
  file.writeSync(text);
  file.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
}
`;

/** A home in which somebody is signed in, and an Identity Center on loopback. */
interface There extends AsyncDisposable {
  readonly home: PrivateHome;
  readonly sso: SsoDouble;
  readonly env: Readonly<Record<string, string>>;
  readonly tokenPath: string;
  /** The token file's fields; `undefined` when there is no such file. */
  token(): Promise<ReadonlyMap<string, unknown> | undefined>;
  write(fields: Readonly<Record<string, unknown>>): Promise<void>;
  /** Does something before an operation is answered for the first time. */
  whenCalled(operation: string, action: () => void): void;
}

async function signedIn(
  state: { readonly leftMs: number; readonly isLegacy?: boolean },
): Promise<There> {
  const home = await createPrivateHome();
  const sso = ssoDouble({ now: () => new Date() });
  let action: { readonly path: string; readonly run: () => void } | undefined;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request): Promise<Response> => {
      const body = await request.text();
      const { url, method, headers } = request;
      const response = await sso.answer({ url, method, headers, body });
      if (action?.path === new URL(url).pathname) {
        action.run();
        action = undefined;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return response;
    },
  );
  const name = `.aws/sso/cache/${await ssoTokenKey(state.isLegacy ? LEGACY : SESSION)}.json`;
  const tokenPath = `${home.folder}/${name}`;
  const there: There = {
    home,
    sso,
    tokenPath,
    env: {
      ...DENO_ENV,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${server.addr.port}`,
      AWS_EC2_METADATA_DISABLED: "true",
    },
    async token(): Promise<ReadonlyMap<string, unknown> | undefined> {
      const text = await Deno.readTextFile(tokenPath).catch(() => "");
      return parseJsonFields(text);
    },
    write: (fields) => writeHome(home, name, JSON.stringify(fields)),
    whenCalled: (operation, run) => void (action = { path: PATHS[operation]!, run }),
    async [Symbol.asyncDispose](): Promise<void> {
      await server.shutdown();
      await home[Symbol.asyncDispose]();
    },
  };
  await writeHome(home, ".aws/config", state.isLegacy ? LEGACY_CONFIG : CONFIG);
  await there.write(tokenFields({
    expiresAt: timeIn(state.leftMs),
    registrationExpiresAt: timeIn(90 * 24 * HOUR_MS),
  }));
  return there;
}

const PATHS: Readonly<Record<string, string>> = { CreateToken: "/token" };

/** What botocore makes of the profile: the token of its session, and the role's credentials. */
const BOTOCORE = `
import json
import botocore.session
from botocore.tokens import SSOTokenProvider
session = botocore.session.Session(profile="dev-admin")
token = SSOTokenProvider(session, profile_name="dev-admin").load_token()
print(json.dumps({
    "token": token and token.get_frozen_token().token,
    "sessionToken": session.get_credentials().get_frozen_credentials().token,
}))
`;

async function botocore({ home, env }: There): Promise<unknown> {
  const { code, stdout, stderr } = await home.run("python3", ["-c", BOTOCORE], {
    ...env,
    AWS_DEFAULT_REGION: "us-east-2",
  });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** When it is missing, a line says so aloud: a skipped proof has to be noticed. */
function hasBotocore(): boolean {
  if (!hasProgram("python3")) return false;
  const { success } = new Deno.Command("python3", {
    args: ["-c", "import botocore"],
    stderr: "null",
  }).outputSync();
  if (!success) {
    const line = "SKIPPED: python3 has no botocore, so the tests that need it prove nothing\n";
    Deno.stderr.writeSync(new TextEncoder().encode(line));
  }
  return success;
}

function operations(sso: SsoDouble): readonly string[] {
  return sso.calls.map(({ operation }) => operation);
}

function timeIn(milliseconds: number): string {
  return new Date(Date.now() + milliseconds).toISOString().replace(/\.\d+Z$/, "Z");
}
