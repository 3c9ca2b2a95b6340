/**
 * Which sign-in a command is about: the one of a profile, a named one, one typed out, or the only one there is.
 *
 * @module
 */

import type { AwsSettings } from "../aws/settings.ts";
import { loadAwsConfig } from "../config/aws_config.ts";
import { type SelectedProfile, selectProfile } from "../config/aws_profile.ts";
import { resolveAwsSettings } from "../config/aws_settings.ts";
import { chooseProfile } from "../config/profile_choice.ts";
import {
  namedSsoSession,
  type SsoSession,
  ssoSessionOf,
  ssoSessions,
  typedSsoSession,
} from "../config/sso_session.ts";
import { EksauthError } from "../errors.ts";
import { isInteractive } from "../runtime/terminal.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { pickOne } from "./_picker.ts";

/** What was typed about the sign-in. */
export interface SignInTargetRequest {
  readonly profile?: string | undefined;
  readonly ssoSession?: string | undefined;
  readonly startUrl?: string | undefined;
  readonly ssoRegion?: string | undefined;
  readonly caBundle?: string | undefined;
  /** Never ask. */
  readonly noInput?: boolean | undefined;
}

/** A sign-in, and how AWS is reached for it. */
export interface SignInTarget {
  readonly session: SsoSession;
  /** The profile that was named, or would be used. */
  readonly profile: SelectedProfile;
  /** Set when the profile named the session. */
  readonly profileName?: string | undefined;
  readonly settings: Omit<AwsSettings, "region">;
  /** Whether no file declares the session. */
  readonly isTyped: boolean;
}

/**
 * Finds the sign-in.
 *
 * @throws `usage` when flags contradict each other, or several sign-ins are there and nobody can be asked
 * @throws `config_invalid` when there is none, or its section is broken
 */
export async function resolveSignInTarget(
  request: SignInTargetRequest,
  runtime: Runtime,
): Promise<SignInTarget> {
  assertOneWay(request);
  const { startUrl, ssoRegion, ssoSession } = request;
  const isNamedElsewhere = startUrl !== undefined || ssoSession !== undefined;
  // A profile in the environment has no say where the session itself is named, and need not exist.
  const profile = isNamedElsewhere ? noProfile(runtime) : selectProfile(request, runtime);
  const { settings } = resolveAwsSettings({ ...request, profile }, runtime);
  const base = { profile, settings, isTyped: false };
  if (startUrl !== undefined) {
    const typed = { sessionName: ssoSession, startUrl, region: ssoRegion ?? "" };
    return { ...base, ...typedOrDeclared(typed, profile) };
  }
  if (ssoSession !== undefined) {
    return { ...base, session: namedSsoSession(ssoSession, profile.awsConfig) };
  }
  const ofProfile = ssoSessionOf({ profile, awsConfig: profile.awsConfig });
  if (ofProfile !== undefined) {
    return { ...base, session: ofProfile, profileName: profile.profileName };
  }
  if (profile.choice.profile !== undefined) throw profileWithout(profile);
  return { ...base, session: await onlySession(request, profile, runtime) };
}

function assertOneWay({ profile, ssoSession, startUrl, ssoRegion }: SignInTargetRequest): void {
  if (profile !== undefined && (ssoSession !== undefined || startUrl !== undefined)) {
    throw new EksauthError(
      "usage",
      "Cannot choose a sign-in: a profile and a session are both named",
      {
        hint: "Give the profile alone; it names its session",
      },
    );
  }
  if ((startUrl === undefined) === (ssoRegion === undefined)) return;
  const missing = startUrl === undefined ? "--start-url" : "--sso-region";
  throw new EksauthError(
    "usage",
    `Cannot sign in to a session that no file declares: ${missing} is missing`,
    {
      hint:
        "eksauth login --start-url https://d-9067012345.awsapps.com/start --sso-region us-east-1",
    },
  );
}

/** The session that was typed out, unless the config file has the same one: then that, which need not be kept. */
function typedOrDeclared(
  typed: Pick<SsoSession, "sessionName" | "startUrl" | "region">,
  { awsConfig }: SelectedProfile,
): Pick<SignInTarget, "session" | "isTyped"> {
  const { startUrl, region } = typed;
  const same = ssoSessions(awsConfig).sessions.find((declared) =>
    declared.sessionName !== undefined && declared.startUrl === startUrl &&
    declared.region === region &&
    declared.sessionName === (typed.sessionName ?? declared.sessionName)
  );
  if (same !== undefined) return { session: same, isTyped: false };
  const sessionName = typed.sessionName ?? nameFor(startUrl);
  assertSectionName(sessionName);
  const registrationScopes = ["sso:account:access"];
  const session = typedSsoSession({ sessionName, startUrl, region, registrationScopes });
  if (!awsConfig.ssoSessions.has(sessionName)) return { session, isTyped: true };
  const { origin } = namedSsoSession(sessionName, awsConfig);
  throw new EksauthError(
    "usage",
    `Cannot sign in to "${startUrl}" as "${sessionName}": "${origin}" has another session of that name`,
    { hint: "Choose another name with --sso-session" },
  );
}

/** Checks that `[sso-session NAME]` means the same to every AWS tool: some take quotes off, and end at a blank. */
function assertSectionName(sessionName: string): void {
  if (/^[\w@%+=:,./-]{1,128}$/.test(sessionName)) return;
  throw new EksauthError(
    "name_invalid",
    `Cannot keep a session under the name "${sessionName}": a section of the AWS config file cannot have it`,
    { hint: "Choose letters, digits, - and _, such as --sso-session company" },
  );
}

function noProfile(runtime: Runtime): SelectedProfile {
  return {
    profileName: "default",
    choice: { isExplicit: false },
    awsConfig: loadAwsConfig(runtime),
  };
}

/** The name under which a session that was typed out is kept: the first label of its host, or of its path. */
function nameFor(startUrl: string): string {
  const host = URL.parse(startUrl)?.hostname ?? "";
  return host.split(".")[0]?.replace(/[^A-Za-z0-9-]/g, "") || "sso";
}

function profileWithout(
  { profileName, choice, config, credentials }: SelectedProfile,
): EksauthError {
  const section = config ?? credentials;
  const place = section === undefined ? "" : ` in "${section.path}:${section.line}"`;
  const by = choice.origin === "--profile" ? "" : ` (from ${choice.origin})`;
  return new EksauthError(
    "config_invalid",
    `Cannot sign in with profile "${profileName}"${by}${place}: it does not use IAM Identity Center`,
    { hint: "Name another profile, or the session itself with --sso-session" },
  );
}

async function onlySession(
  request: SignInTargetRequest,
  profile: SelectedProfile,
  runtime: Runtime,
): Promise<SsoSession> {
  const { sessions, faults } = ssoSessions(profile.awsConfig);
  const [only] = sessions;
  if (only === undefined) {
    if (faults[0] !== undefined) throw faults[0];
    throw new EksauthError(
      "config_invalid",
      `Cannot find a sign-in: ${profile.awsConfig.configFile} has no sso-session and no profile with one`,
      {
        hint:
          "eksauth login --start-url https://d-9067012345.awsapps.com/start --sso-region us-east-1",
      },
    );
  }
  if (sessions.length === 1) return only;
  const labels = sessions.map(({ sessionName, startUrl }) => sessionName ?? startUrl);
  if (!isInteractive(request, runtime)) {
    throw new EksauthError(
      "usage",
      `Cannot choose a sign-in: there are ${sessions.length}: ${labels.join(", ")}`,
      { hint: `--sso-session ${only.sessionName ?? "NAME"}, or --profile NAME` },
    );
  }
  const picked = await pickOne({ question: "Sign in to which session?", choices: labels }, runtime);
  return sessions[picked] ?? only;
}

/** Whether a profile was named by a flag or the environment; for commands that show everything otherwise. */
export function isProfileNamed(
  request: Pick<SignInTargetRequest, "profile">,
  runtime: Runtime,
): boolean {
  return chooseProfile(request, runtime).profile !== undefined;
}
