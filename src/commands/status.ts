/**
 * `eksauth status`: who is signed in, until when, as whom. `whoami` is the same for one identity.
 *
 * @module
 */

import { buildCommand } from "@stricli/core";
import { loadAwsConfig } from "../config/aws_config.ts";
import { type SelectedProfile, selectProfile } from "../config/aws_profile.ts";
import { type SsoSession, ssoSessions } from "../config/sso_session.ts";
import { type SsoStatus, ssoStatus } from "../credentials/sso_status.ts";
import { exitCodeOf, isEksauthError } from "../errors.ts";
import { warn, warnOfError } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type Caller, callerOf } from "./_caller.ts";
import type { CommandContext } from "./_context.ts";
import { identityArgument, outputFlag, switchFlag } from "./_flags.ts";
import { identityFlags, oneIdentity } from "./_identity_flags.ts";
import { describeProfile, type ProfileStatus } from "./_profile_status.ts";
import { isProfileNamed } from "./_sign_in_target.ts";
import { formatTable } from "./_table.ts";
import { timeLeft } from "./_time_left.ts";

interface Flags {
  readonly profile?: string;
  readonly identity?: string;
  readonly verify?: boolean;
  readonly output: "text" | "json";
}

const parameters = {
  positional: identityArgument("Profile to look at"),
  flags: {
    profile: identityFlags.profile,
    identity: identityFlags.identity,
    verify: switchFlag("Ask AWS who these credentials are"),
    output: outputFlag("How to print it"),
  },
  aliases: { i: "identity", o: "output" },
} as const;

/** The `status` command: flags, help and recipe. */
export const statusCommand = buildCommand<Flags, [string?], CommandContext>({
  async func(flags, identity): Promise<void> {
    const isOne = identity !== undefined ||
      isProfileNamed({ profile: oneIdentity(flags, identity) }, this.runtime);
    const isSignedIn = isOne
      ? await runWhoami(flags, { identity, runtime: this.runtime })
      : await runStatus(flags, this.runtime);
    if (!isSignedIn) this.process.exitCode = NOT_SIGNED_IN;
  },
  parameters,
  docs: {
    brief: "Show who is signed in, until when, as whom",
    fullDescription: `Show who is signed in, until when, as whom. Exits with 4 when nobody is.

Nothing is renewed and nobody is asked, unless --verify asks AWS.

  eksauth status
  eksauth status --verify
  eksauth status dev-admin -o json`,
  },
});

/** The `whoami` command: {@linkcode statusCommand} for one identity. */
export const whoamiCommand = buildCommand<Flags, [string?], CommandContext>({
  async func(flags, identity): Promise<void> {
    const isSignedIn = await runWhoami(flags, { identity, runtime: this.runtime });
    if (!isSignedIn) this.process.exitCode = NOT_SIGNED_IN;
  },
  parameters,
  docs: {
    brief: "Show one identity: what eksauth status tells of it",
    fullDescription:
      `Show one identity: what eksauth status tells of it. Exits with 4 when it is not signed in.

  eksauth whoami --profile dev-admin --verify`,
  },
});

/** The code of `sign_in_needed`: scripts ask for it. */
const NOT_SIGNED_IN = 4;

async function runStatus(flags: Flags, runtime: Runtime): Promise<boolean> {
  const awsConfig = loadAwsConfig(runtime);
  const { sessions, faults } = ssoSessions(awsConfig);
  for (const { message } of faults) warn(message, runtime);
  const shown: SessionStatus[] = [];
  for (const session of sessions) shown.push({ ...session, ...await ssoStatus(session, runtime) });
  const profiles: Identity[] = [];
  for (const profile of awsConfig.profiles.values()) {
    const described = await describeProfile({ profile, awsConfig }, runtime);
    const isAsked = flags.verify && described.state === "signed_in";
    profiles.push(isAsked ? await verified(profile.profileName, runtime) : described);
  }
  if (flags.output === "json") {
    runtime.stdout.write(JSON.stringify(factsOf(shown, profiles), undefined, 2) + "\n");
  } else if (shown.length === 0 && profiles.length === 0) {
    runtime.stdout.write(`No profile and no SSO session in ${awsConfig.configFile}\n`);
  } else {
    const tables = [
      sessionTable(shown, runtime),
      identityTable({ identities: profiles, verify: flags.verify ?? false }, runtime),
    ];
    runtime.stdout.write(tables.filter((table) => table !== "").join("\n"));
  }
  if (flags.verify) return profiles.some(({ arn }) => arn !== undefined);
  return [...shown, ...profiles].some(({ state }) => state === "signed_in");
}

/** A session, and who is signed in to it. */
type SessionStatus = SsoSession & SsoStatus;

/** A profile, and who AWS says that it is. */
type Identity = ProfileStatus & Partial<Caller>;

async function verified(profileName: string, runtime: Runtime): Promise<Identity> {
  const profile = selectProfile({ profile: profileName }, runtime);
  const caller = await verify(profile, runtime).catch((error: unknown) => {
    // What is not assigned to one profile says nothing about the others.
    if (!isEksauthError(error) || error.code !== "access_denied") throw error;
    warnOfError(error, runtime);
    return undefined;
  });
  // Only now: AWS may have said that a session has ended.
  const described = await describeProfile({ profile, awsConfig: profile.awsConfig }, runtime);
  return { ...described, ...caller };
}

function factsOf(shown: readonly SessionStatus[], identities: readonly Identity[]): unknown {
  const ssoSessions = shown.map((session) => ({
    name: session.sessionName,
    startUrl: session.startUrl,
    region: session.region,
    state: session.state,
    expiresAt: session.expiresAt,
    isRenewable: session.isRenewable,
    reason: session.reason,
  }));
  return { ssoSessions, identities };
}

function sessionTable(shown: readonly SessionStatus[], runtime: Runtime): string {
  const rows = shown.map((session) => [
    session.sessionName ?? "-",
    stateText(session, runtime),
    session.startUrl,
  ]);
  return formatTable(["SSO SESSION", "STATE", "START URL"], rows);
}

function identityTable(
  { identities, verify }: { readonly identities: readonly Identity[]; readonly verify: boolean },
  runtime: Runtime,
): string {
  const rows = identities.map((identity) => [
    identity.identity,
    stateText(identity, runtime),
    verify ? identity.arn ?? "-" : identity.source,
  ]);
  return formatTable(["IDENTITY", "STATE", verify ? "ARN" : "SOURCE"], rows);
}

interface StateFacts {
  readonly state: ProfileStatus["state"];
  readonly expiresAt?: Date | undefined;
  readonly isRenewable?: boolean | undefined;
}

function stateText({ state, expiresAt, isRenewable }: StateFacts, runtime: Runtime): string {
  const words = state.replace("_", " ");
  if (state !== "signed_in" || expiresAt === undefined) return words;
  if (expiresAt > runtime.now()) return `${words} ${timeLeft(expiresAt, runtime)}`;
  return isRenewable ? `${words}, to be renewed` : words;
}

interface Typed {
  readonly identity: string | undefined;
  readonly runtime: Runtime;
}

async function runWhoami(flags: Flags, { identity, runtime }: Typed): Promise<boolean> {
  const profile = selectProfile({ profile: oneIdentity(flags, identity) }, runtime);
  // First, because it finds out when a session has ended.
  const caller = flags.verify ? await verify(profile, runtime) : undefined;
  const facts = usesEnvironment(profile, runtime)
    ? {
      identity: "environment",
      state: "signed_in" as const,
      source: "AWS_ACCESS_KEY_ID in the environment",
    }
    : await describeProfile({ profile, awsConfig: profile.awsConfig }, runtime);
  if (flags.output === "json") {
    runtime.stdout.write(JSON.stringify({ ...facts, ...caller }, undefined, 2) + "\n");
  } else {
    const rows: [string, string | undefined][] = [
      ["identity", facts.identity],
      ["state", stateText(facts, runtime)],
      ["source", facts.source],
      ["arn", caller?.arn],
      ["account", caller?.account],
      ["permission set", caller?.permissionSet],
    ];
    for (const [label, value] of rows) {
      if (value !== undefined) runtime.stdout.write(`${label.padEnd(16)}${value}\n`);
    }
  }
  return flags.verify ? caller !== undefined : facts.state === "signed_in";
}

function usesEnvironment({ choice }: SelectedProfile, runtime: Pick<Runtime, "env">): boolean {
  return !choice.isExplicit && Boolean(runtime.env("AWS_ACCESS_KEY_ID"));
}

/** What AWS says of the credentials; `undefined`, with a warning, when one has to sign in for that. */
async function verify(profile: SelectedProfile, runtime: Runtime): Promise<Caller | undefined> {
  try {
    return await callerOf(profile, runtime);
  } catch (error) {
    if (!isEksauthError(error) || exitCodeOf(error) !== NOT_SIGNED_IN) throw error;
    warnOfError(error, runtime);
    return undefined;
  }
}
