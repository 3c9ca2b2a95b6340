/**
 * A person's machine for the tests of signing in: a home with an AWS config file, an Identity Center to sign in to,
 * and a browser in which the person approves.
 *
 * @module
 */

import assert from "node:assert/strict";

import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import type { FetchRequest } from "../../src/runtime/runtime.ts";
import { ACCOUNT_ID, NOW, PERMISSION_SET, REGION, SSO_START_URL } from "../sandbox/cast.ts";
import { tokenFilePath } from "../sandbox/sso/aws_files.ts";
import type { BrowserVisit } from "../sandbox/sso/person.ts";
import { type Sandbox, startSandbox } from "../sandbox/world.ts";
import {
  type Home,
  type Outcome,
  runProgram,
  type Start,
  temporaryHome,
} from "../world/run_program.ts";

/** One session, and one profile that uses it. */
export const CONFIG = `[sso-session company]
sso_start_url = ${SSO_START_URL}
sso_region = ${REGION}
sso_registration_scopes = sso:account:access

[profile dev-admin]
sso_session = company
sso_account_id = ${ACCOUNT_ID}
sso_role_name = ${PERMISSION_SET}
region = ${REGION}
`;

/** The same profile as it was before there were sessions. */
export const LEGACY_CONFIG = `[profile dev-admin]
sso_start_url = ${SSO_START_URL}
sso_region = ${REGION}
sso_account_id = ${ACCOUNT_ID}
sso_role_name = ${PERMISSION_SET}
region = ${REGION}
`;

/** What kubectl would run. */
export const TOKEN = "token --cluster-name=dev-cluster --region=us-east-2 --profile=dev-admin";

/** A home and a sandbox, both gone when the test is. */
export interface SignInHome extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly home: Home;
  /** Where browsers ended up, in the order in which they were opened. */
  readonly visits: readonly Promise<BrowserVisit>[];
  /**
   * Runs eksauth, with a browser in which the person approves; a line is split at spaces. Whatever the run does,
   * nothing that it prints may hold a secret.
   */
  run(line: string | readonly string[], start?: Start): Promise<Outcome>;
  /** An `openBrowser` in which a person does something else. */
  browser(person: (url: string) => Promise<BrowserVisit>): NonNullable<Start["openBrowser"]>;
  /** The token file of a session, or of a start URL; `undefined` when there is none. */
  token(sessionName?: string): Readonly<Record<string, unknown>> | undefined;
}

/** Starts a {@linkcode SignInHome} whose clocks stand at {@linkcode NOW}. Without `config` there is no `~/.aws`. */
export async function startSignInHome(config = CONFIG): Promise<SignInHome> {
  const sandbox = await startSandbox({ now: NOW });
  // The clock stands still, so every poll would come too early.
  sandbox.sso.settings.pollIntervalSeconds = 0;
  const home = temporaryHome();
  if (config !== "") home.write(".aws/config", config);
  const visits: Promise<BrowserVisit>[] = [];
  const browser: SignInHome["browser"] = (person) => (url) => {
    // Nobody waits for the person: eksauth has to do that.
    visits.push(person(url));
    return Promise.resolve({ opened: true, by: "the test" });
  };
  return {
    sandbox,
    home,
    visits,
    browser,
    async run(line, start = {}): Promise<Outcome> {
      const outcome = await runProgram(typeof line === "string" ? line.split(" ") : line, {
        openBrowser: browser((url) => sandbox.sso.approve(url)),
        ...start,
        env: { ...home.env, ...sandbox.env, DISPLAY: ":0", ...start.env },
      });
      await Promise.all(visits);
      assertNoSecret(outcome, { sandbox, home });
      return outcome;
    },
    token(sessionName = "company"): Readonly<Record<string, unknown>> | undefined {
      const path = tokenFilePath(home.path, sessionName).slice(home.path.length + 1);
      return home.exists(path) ? JSON.parse(home.read(path)) : undefined;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await Promise.allSettled(visits);
      home[Symbol.dispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}

/** Does something before the first request whose path ends so, then lets it through. */
export function beforeRequest(
  pathEnd: string,
  action: (calls: number) => unknown,
): NonNullable<Start["fetch"]> {
  const { fetch } = denoRuntime();
  let calls = 0;
  return async (url: string, request: FetchRequest) => {
    if (new URL(url).pathname.endsWith(pathEnd)) await action(++calls);
    return await fetch(url, request);
  };
}

/** The address that a person is shown on stderr, on a line of its own. */
export function shownAddress(stderr: string): string | undefined {
  return /^ {2}(https?:\S+)$/m.exec(stderr)?.[1];
}

/** A person at the terminal: sees the address as soon as it is there, and uses it once. */
export function personAt(
  use: (url: string) => unknown,
): { readonly isTerminal: true; readonly onStderr: (text: string) => void } {
  let seen = "";
  let isUsed = false;
  return {
    isTerminal: true,
    onStderr(text): void {
      // deno-lint-ignore no-control-regex
      seen += text.replaceAll(/\x1b\[\d*m/g, "");
      const url = shownAddress(seen);
      if (isUsed || url === undefined || !seen.includes(`${url}\n`)) return;
      isUsed = true;
      use(url);
    },
  };
}

const SECRET_FIELDS =
  /"(accessToken|refreshToken|clientSecret|code|codeVerifier|deviceCode|secretAccessKey|sessionToken)": ?"([^"]+)"/g;

function assertNoSecret(
  { stdout, stderr }: Outcome,
  { sandbox, home }: Pick<SignInHome, "sandbox" | "home">,
): void {
  const sent = sandbox.requests.all.map(({ request }) => new TextDecoder().decode(request.body));
  const kept = filesBelow(home.path).filter((path) => path.endsWith(".json"))
    .map((path) => Deno.readTextFileSync(path));
  for (const [, field, secret = ""] of [...sent, ...kept].join("\n").matchAll(SECRET_FIELDS)) {
    // The EKS token is a secret that stdout is there for, and it holds the session token.
    const shown = stdout.includes("k8s-aws-v1.") ? stderr : stdout + stderr;
    assert.ok(!shown.includes(secret), `the ${field} was printed`);
  }
}

/** Every file below a folder, with its path. */
export function filesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? filesBelow(path) : [path];
  }).sort();
}
