/**
 * Where sign-ins to IAM Identity Center are kept: the AWS CLI's own folders, and eksauth's locks.
 *
 * @module
 */

import { homeFolder, stateFolder } from "../config/paths.ts";
import type { SsoSession } from "../config/sso_session.ts";
import { joinPath } from "../runtime/paths.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { ssoTokenKey } from "./sso_cache_key.ts";

type Surroundings = Pick<Runtime, "env" | "program">;

/** Everything that belongs to one session. */
export interface SsoSessionFiles {
  /** Hexadecimal; names the token file, and marks what is derived from the session. */
  readonly key: string;
  /** The tokens, shared with the AWS CLI. */
  readonly tokenPath: string;
  /** Held by the one eksauth that changes the tokens. */
  readonly lockPath: string;
  /** What went wrong a moment ago. */
  readonly failurePath: string;
}

/** The files of a session; none of them has to exist. */
export async function ssoSessionFiles(
  session: Pick<SsoSession, "sessionName" | "startUrl">,
  runtime: Surroundings,
): Promise<SsoSessionFiles> {
  return filesOfKey(await ssoTokenKey(session), runtime);
}

/** The files of the session whose token file is named for `key`. */
export function filesOfKey(key: string, runtime: Surroundings): SsoSessionFiles {
  const locks = joinPath(stateFolder(runtime), "locks");
  return {
    key,
    tokenPath: joinPath(ssoCacheFolder(runtime), `${key}.json`),
    lockPath: joinPath(locks, `sso-${key}.lock`),
    failurePath: joinPath(locks, `sso-${key}.failure`),
  };
}

/** `~/.aws/sso/cache`: tokens and registrations. No variable moves it, as in the AWS CLI. */
export function ssoCacheFolder(runtime: Surroundings): string {
  return inHome(["sso", "cache"], runtime);
}

/** `~/.aws/cli/cache`: the AWS CLI's role credentials. */
export function awsCliCacheFolder(runtime: Surroundings): string {
  return inHome(["cli", "cache"], runtime);
}

function inHome(names: readonly string[], runtime: Surroundings): string {
  return names.reduce(joinPath, joinPath(homeFolder(runtime), ".aws"));
}
