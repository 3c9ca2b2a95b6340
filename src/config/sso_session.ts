/**
 * Sign-ins to IAM Identity Center as `~/.aws/config` declares them: `sso-session` sections, and the older kind
 * of profile that holds start URL and region itself.
 *
 * @module
 */

import { assertRegion } from "../aws/region_name.ts";
import { EksauthError } from "../errors.ts";
import { isLoopbackHost } from "../runtime/web_address.ts";
import type { AwsConfig, AwsProfile } from "./aws_config.ts";
import { type Located, profileValue, sectionValue } from "./aws_profile.ts";
import type { IniSection } from "./ini.ts";
import { suggestName } from "./suggest.ts";

/** One sign-in, shared by every profile that names it. */
export interface SsoSession {
  /** Name of its `sso-session` section; absent where a profile of the older kind declares it. */
  readonly sessionName?: string | undefined;
  /** The AWS access portal's address, spelt as it was written: the AWS CLI's cache goes by the spelling. */
  readonly startUrl: string;
  /** Where Identity Center is; often another region than the profile's. */
  readonly region: string;
  /** What the session is for, in order; absent when nobody said so. */
  readonly registrationScopes?: readonly string[] | undefined;
  /** Where it was declared, `path:line`; absent when on the command line. */
  readonly origin?: string | undefined;
}

/** A profile together with the files that its session may stand in. */
export interface ProfileInConfig {
  readonly profile: AwsProfile;
  readonly awsConfig: AwsConfig;
}

/**
 * The sign-in of a profile, `undefined` when it has none. A profile may have one without naming a role.
 *
 * @throws `config_invalid` when it is incomplete, contradicts itself, or names a session that does not exist
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
 */
export function ssoSessionOf({ profile, awsConfig }: ProfileInConfig): SsoSession | undefined {
  const reference = profileValue(profile, "sso_session");
  if (reference === undefined) return legacySession(profile);
  const section = awsConfig.ssoSessions.get(reference.value);
  if (section === undefined) {
    throw unknownSession({ sessionName: reference.value, awsConfig, reference });
  }
  assertConsistent(profile, section);
  return sessionOfSection(reference.value, section);
}

/**
 * The session of an `sso-session` section.
 *
 * @throws `config_invalid` when there is no such section, or it is incomplete
 */
export function namedSsoSession(sessionName: string, awsConfig: AwsConfig): SsoSession {
  const section = awsConfig.ssoSessions.get(sessionName);
  if (section === undefined) throw unknownSession({ sessionName, awsConfig });
  return sessionOfSection(sessionName, section);
}

/** Everything that can be signed in to, and what stands in the way of the rest. */
export interface SsoSessionList {
  /** Those with a name first, then those of older profiles, each once. */
  readonly sessions: readonly SsoSession[];
  /** Why other sections are of no use; one error each. */
  readonly faults: readonly EksauthError[];
}

/** All sessions that the config files know. A broken section takes none of the others with it. */
export function ssoSessions(awsConfig: AwsConfig): SsoSessionList {
  const found = new Map<string, SsoSession>();
  const faults: EksauthError[] = [];
  const collect = (read: () => SsoSession | undefined): void => {
    try {
      const session = read();
      if (session === undefined) return;
      // Older profiles of one start URL share one sign-in; sessions of one start URL do not.
      const { sessionName = null, startUrl, region } = session;
      const identity = JSON.stringify(sessionName === null ? [startUrl, region] : sessionName);
      if (!found.has(identity)) found.set(identity, session);
    } catch (error) {
      if (!(error instanceof EksauthError)) throw error;
      faults.push(error);
    }
  };
  for (const sessionName of awsConfig.ssoSessions.keys()) {
    collect(() => namedSsoSession(sessionName, awsConfig));
  }
  for (const profile of awsConfig.profiles.values()) {
    collect(() => profileValue(profile, "sso_session") ? undefined : legacySession(profile));
  }
  return { sessions: [...found.values()], faults };
}

/**
 * A session that no file declares.
 *
 * @throws `config_invalid` when the start URL is neither https nor on this machine, or the region is none
 */
export function typedSsoSession(session: Omit<SsoSession, "origin">): SsoSession {
  assertStartUrl(session.startUrl);
  assertSsoRegion(session.region);
  return session;
}

/** What lacks keys, and which. */
export interface IncompleteSso {
  /** Such as `SSO session "dev"`. */
  readonly owner: string;
  /** Where it stands, `path:line`. */
  readonly origin: string;
  readonly missing: readonly string[];
}

/** The error for a section without a key that it needs. */
export function incompleteSso({ owner, origin, missing }: IncompleteSso): EksauthError {
  const verb = missing.length === 1 ? "is" : "are";
  return new EksauthError(
    "config_invalid",
    `Cannot use ${owner} in "${origin}": ${missing.join(" and ")} ${verb} missing`,
    { hint: `Add ${missing.map((key) => `${key} = …`).join(" and ")} below ${origin}` },
  );
}

/** A session as messages call it: by its name where it has one. */
export function ssoSessionLabel(session: Pick<SsoSession, "sessionName" | "startUrl">): string {
  const { sessionName, startUrl } = session;
  return sessionName === undefined ? `start URL "${startUrl}"` : `SSO session "${sessionName}"`;
}

/** The keys that have to say the same wherever a profile and its session both have one. */
const SHARED_KEYS = [
  ...["sso_start_url", "sso_region", "sso_registration_scopes"],
  ...["sso_account_id", "sso_role_name"],
];

/** An equal duplicate does no harm; two different values have no right one. */
function assertConsistent(profile: AwsProfile, section: IniSection): void {
  for (const key of SHARED_KEYS) {
    const inSession = sectionValue(section, key);
    const inProfile = profileValue(profile, key);
    if (inSession === undefined || inProfile === undefined) continue;
    if (inSession.value === inProfile.value) continue;
    throw new EksauthError(
      "config_invalid",
      `Cannot use ${key} of profile "${profile.profileName}": ` +
        `"${place(inProfile)}" says "${inProfile.value}" and "${
          place(inSession)
        }" says "${inSession.value}"`,
      { hint: `Remove the line ${place(inProfile)}` },
    );
  }
}

function legacySession(profile: AwsProfile): SsoSession | undefined {
  const startUrl = profileValue(profile, "sso_start_url");
  if (startUrl === undefined) return undefined;
  return complete({
    startUrl,
    region: profileValue(profile, "sso_region"),
    owner: `profile "${profile.profileName}"`,
    origin: place(startUrl),
  });
}

function sessionOfSection(sessionName: string, section: IniSection): SsoSession {
  const scopes = parseScopes(sectionValue(section, "sso_registration_scopes")?.value ?? "");
  return {
    sessionName,
    ...complete({
      startUrl: sectionValue(section, "sso_start_url"),
      region: sectionValue(section, "sso_region"),
      owner: `SSO session "${sessionName}"`,
      origin: `${section.path}:${section.line}`,
    }),
    ...scopes && { registrationScopes: scopes },
  };
}

/** A session as it was found, perhaps with holes. */
interface SessionDraft {
  readonly startUrl: Located | undefined;
  readonly region: Located | undefined;
  /** What the keys belong to. */
  readonly owner: string;
  /** Where it stands, `path:line`. */
  readonly origin: string;
}

function complete({ startUrl, region, owner, origin }: SessionDraft): SsoSession {
  if (!startUrl?.value || !region?.value) {
    const missing = [
      ...startUrl?.value ? [] : ["sso_start_url"],
      ...region?.value ? [] : ["sso_region"],
    ];
    throw incompleteSso({ owner, origin, missing });
  }
  assertStartUrl(startUrl.value, place(startUrl));
  assertSsoRegion(region.value, place(region));
  return { startUrl: startUrl.value, region: region.value, origin: place(startUrl) };
}

/** Checks that it is an address that a person can be sent to: https, or anything on this machine. */
function assertStartUrl(startUrl: string, origin?: string): void {
  const url = URL.parse(startUrl);
  const fault = url === null || !/^https?:$/.test(url.protocol)
    ? "it is not an https URL"
    : url.username !== "" || url.password !== ""
    ? "it holds a user name or password"
    : url.protocol === "http:" && !isLoopbackHost(url.hostname)
    ? "it is http and has to be https"
    : undefined;
  if (fault === undefined) return;
  // A password may stand before an @, so such a URL is not shown.
  const shown = startUrl.includes("@") ? "" : ` "${startUrl}"`;
  throw new EksauthError(
    "config_invalid",
    `Cannot use start URL${shown}${inFile(origin)}: ${fault}`,
    {
      hint:
        "Copy the address of your AWS access portal, such as https://d-9067012345.awsapps.com/start",
    },
  );
}

function assertSsoRegion(region: string, origin?: string): void {
  try {
    assertRegion(region);
  } catch (error) {
    throw new EksauthError(
      "config_invalid",
      `Cannot use SSO region "${region}"${inFile(origin)}: it is not a region name`,
      { hint: "Give the region in which IAM Identity Center is, such as us-east-1", cause: error },
    );
  }
}

function inFile(origin: string | undefined): string {
  return origin === undefined ? "" : ` in "${origin}"`;
}

/** Commas between them, as the AWS CLI splits them. */
function parseScopes(text: string): readonly string[] | undefined {
  const scopes = text.split(",").map((scope) => scope.trim()).filter((scope) => scope !== "");
  return scopes.length === 0 ? undefined : scopes;
}

interface UnknownSession {
  readonly sessionName: string;
  readonly awsConfig: AwsConfig;
  /** The line that names it; absent for a flag. */
  readonly reference?: Located;
}

function unknownSession({ sessionName, awsConfig, reference }: UnknownSession): EksauthError {
  const named = reference === undefined ? "" : ` of "${place(reference)}"`;
  const suggestion = suggestName(sessionName, awsConfig.ssoSessions.keys());
  return new EksauthError(
    "config_invalid",
    `Cannot find SSO session "${sessionName}"${named}: ${awsConfig.configFile} does not have it`,
    {
      hint: suggestion === undefined
        ? `Add [sso-session ${sessionName}] with sso_start_url and sso_region to the file`
        : `Did you mean "${suggestion}"?`,
    },
  );
}

function place({ path, line }: Pick<Located, "path" | "line">): string {
  return `${path}:${line}`;
}
