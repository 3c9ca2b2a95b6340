/**
 * What sign-ins have left on this machine: tokens, and role credentials made with them.
 *
 * @module
 */

import { type AwsConfig, loadAwsConfig } from "../config/aws_config.ts";
import { cacheFolder } from "../config/paths.ts";
import { type SsoProfile, ssoProfileOf } from "../config/sso_profile.ts";
import { type SsoSession, ssoSessionLabel, ssoSessions } from "../config/sso_session.ts";
import { EksauthError } from "../errors.ts";
import { listFiles } from "../runtime/file_removal.ts";
import { joinPath } from "../runtime/paths.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { pathExists } from "../runtime/shared_file.ts";
import { type JsonFields, readJsonFields, textField } from "./sso_cache_file.ts";
import { awsCliCacheFolder, ssoCacheFolder, ssoSessionFiles } from "./sso_files.ts";
import { awsCliRoleFile } from "./sso_role_cache.ts";
import { parseSsoToken } from "./sso_token_cache.ts";

/** One file that signing out removes. */
export type SsoRemnant = SsoTokenRemnant | {
  /** Whose role credentials they are. */
  readonly kind: "eksauth_credentials" | "aws_cli_credentials";
  readonly path: string;
  /** What it is, for people. */
  readonly label: string;
};

/** The tokens of one session. */
export interface SsoTokenRemnant {
  readonly kind: "token";
  readonly path: string;
  /** What it is, for people. */
  readonly label: string;
  /** What the file is named for. */
  readonly key: string;
  /** Where the config says that the session is. */
  readonly region?: string | undefined;
}

type LookRuntime = Pick<Runtime, "env" | "program" | "now" | "sleep">;

/** Everything that came of one session, its tokens first. `awsConfig` tells which of the AWS CLI's files belong to it. */
export async function findSsoRemnants(
  { session, awsConfig }: { readonly session: SsoSession; readonly awsConfig: AwsConfig },
  runtime: LookRuntime,
): Promise<readonly SsoRemnant[]> {
  const { key, tokenPath } = await ssoSessionFiles(session, runtime);
  const label = ssoSessionLabel(session);
  const token: SsoRemnant = { kind: "token", path: tokenPath, label, key, region: session.region };
  const roles: SsoRemnant[] = [];
  for (const profile of await profilesOf({ key, awsConfig }, runtime)) {
    const { roleName, accountId } = profile;
    const path = await awsCliRoleFile(profile, runtime);
    if (roles.some((role) => role.path === path)) continue;
    roles.push({
      kind: "aws_cli_credentials",
      path,
      label: `role ${roleName} in account ${accountId}`,
    });
  }
  const own = await ownCredentials(runtime);
  return [
    ...[token, ...roles].filter(({ path }) => pathExists(path)),
    ...own.filter(({ ssoSession }) => ssoSession === key).map(({ remnant }) => remnant),
  ];
}

/**
 * Everything that came of any session, in any config file, tokens first: what `aws sso logout` removes, and
 * eksauth's own. Tokens of programs that name their files otherwise are left to them.
 */
export async function findAllSsoRemnants(runtime: LookRuntime): Promise<readonly SsoRemnant[]> {
  const labels = await sessionLabels(runtime);
  const tokens = (await jsonFiles(ssoCacheFolder(runtime), runtime)).flatMap(
    ({ stem, path, fields }): SsoRemnant[] => {
      const startUrl = /^[0-9a-f]{40}$/.test(stem) ? parseSsoToken(fields)?.startUrl : undefined;
      if (startUrl === undefined) return [];
      const label = labels.get(stem) ?? ssoSessionLabel({ startUrl });
      return [{ kind: "token", path, label, key: stem }];
    },
  );
  const roles = (await jsonFiles(awsCliCacheFolder(runtime), runtime))
    .filter(({ fields }) => fields.get("ProviderType") === "sso")
    .map(({ path }): SsoRemnant => (
      { kind: "aws_cli_credentials", path, label: "role credentials of the AWS CLI" }
    ));
  const own = await ownCredentials(runtime);
  return [...tokens, ...roles, ...own.map(({ remnant }) => remnant)];
}

/** What the sessions of the config file are called, by key. A broken file names none. */
async function sessionLabels(runtime: LookRuntime): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, string>();
  for (const session of knownSessions(runtime)) {
    labels.set((await ssoSessionFiles(session, runtime)).key, ssoSessionLabel(session));
  }
  return labels;
}

function knownSessions(runtime: LookRuntime): readonly SsoSession[] {
  try {
    return ssoSessions(loadAwsConfig(runtime)).sessions;
  } catch (error) {
    if (!(error instanceof EksauthError)) throw error;
    return [];
  }
}

/** The profiles that sign in to the session. Broken ones have no credentials. */
async function profilesOf(
  { key, awsConfig }: { readonly key: string; readonly awsConfig: AwsConfig },
  runtime: LookRuntime,
): Promise<readonly SsoProfile[]> {
  const found: SsoProfile[] = [];
  for (const profile of awsConfig.profiles.values()) {
    try {
      const ssoProfile = ssoProfileOf({ profile, awsConfig });
      if (ssoProfile === undefined) continue;
      if ((await ssoSessionFiles(ssoProfile.session, runtime)).key === key) found.push(ssoProfile);
    } catch (error) {
      if (!(error instanceof EksauthError)) throw error;
    }
  }
  return found;
}

interface OwnCredentials {
  readonly ssoSession: string;
  readonly remnant: SsoRemnant;
}

/** The entries of eksauth's cache that came of a sign-in, and of which. */
async function ownCredentials(runtime: LookRuntime): Promise<readonly OwnCredentials[]> {
  const folder = joinPath(cacheFolder(runtime), "credentials");
  return (await jsonFiles(folder, runtime)).flatMap(({ path, fields }) => {
    const ssoSession = textField(fields, "ssoSession");
    const label = textField(fields, "source") ?? "role credentials of eksauth";
    return ssoSession === undefined
      ? []
      : [{ ssoSession, remnant: { kind: "eksauth_credentials", path, label } }];
  });
}

interface JsonFile {
  /** The name without `.json`. */
  readonly stem: string;
  readonly path: string;
  readonly fields: JsonFields;
}

/** The files of a folder that hold a JSON object, and that only this user can touch. */
async function jsonFiles(folder: string, runtime: LookRuntime): Promise<readonly JsonFile[]> {
  const found: JsonFile[] = [];
  for (const fileName of listFiles(folder)) {
    if (!fileName.endsWith(".json")) continue;
    const path = joinPath(folder, fileName);
    const file = await readJsonFields(path, runtime);
    if (file === undefined || "refused" in file) continue;
    found.push({ stem: fileName.slice(0, -".json".length), path, fields: file.fields });
  }
  return found;
}
