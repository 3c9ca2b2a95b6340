/**
 * `eksauth status`: who is signed in, until when, as whom. `whoami` is the same for one identity.
 *
 * @module
 */

import { buildCommand } from "@stricli/core";
import { getCallerIdentity } from "../aws/sts.ts";
import { type AwsConfig, loadAwsConfig } from "../config/aws_config.ts";
import { type SelectedProfile, selectProfile } from "../config/aws_profile.ts";
import { resolveAwsSettings } from "../config/aws_settings.ts";
import { ssoSessions } from "../config/sso_session.ts";
import { resolveCredentials } from "../credentials/resolve.ts";
import { ssoStatus } from "../credentials/sso_status.ts";
import { isEksauthError } from "../errors.ts";
import { warn } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CommandContext } from "./_context.ts";
import { parseText } from "./_flag_values.ts";
import { identityFlags, oneIdentity } from "./_identity_flags.ts";
import { describeProfile, type ProfileStatus } from "./_profile_status.ts";
import { isProfileNamed } from "./_sign_in_target.ts";
import { formatTable } from "./_table.ts";
import { timeLeft } from "./_time_left.ts";

interface Flags {
  readonly profile?: string;
  readonly identity?: string;
  readonly verify: boolean;
  readonly output: "text" | "json";
}

const parameters = {
  positional: {
    kind: "tuple",
    parameters: [{
      brief: "Profile to look at",
      placeholder: "identity",
      parse: parseText,
      optional: true,
    }],
  },
  flags: {
    profile: identityFlags.profile,
    identity: identityFlags.identity,
    verify: {
      kind: "boolean",
      default: false,
      withNegated: false,
      brief: "Ask AWS who these credentials are",
    },
    output: { kind: "enum", values: ["text", "json"], default: "text", brief: "How to print it" },
  },
  aliases: { i: "identity", o: "output" },
} as const;

/** The `status` command: flags, help and recipe. */
export const statusCommand = buildCommand<Flags, [string?], CommandContext>({
  async func(flags, identity): Promise<void> {
    const isOne = identity !== undefined ||
      isProfileNamed({ profile: oneIdentity(flags, identity) }, this.runtime);
    const isSignedIn = isOne || flags.verify
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
  eksauth status dev-admin --verify
  eksauth status -o json`,
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
  const shown = await Promise.all(sessions.map(async (session) => ({
    session,
    status: await ssoStatus(session, runtime),
  })));
  const profiles = await Promise.all(
    [...awsConfig.profiles.values()].map((profile) =>
      describeProfile({ profile, awsConfig }, runtime)
    ),
  );
  if (flags.output === "json") {
    const facts = {
      ssoSessions: shown.map(({ session, status }) => ({
        name: session.sessionName,
        startUrl: session.startUrl,
        region: session.region,
        state: status.state,
        expiresAt: status.expiresAt,
        isRenewable: status.isRenewable,
        reason: status.reason,
      })),
      identities: profiles,
    };
    runtime.stdout.write(JSON.stringify(facts, undefined, 2) + "\n");
  } else {
    runtime.stdout.write(formatTable(
      ["SSO SESSION", "STATE", "START URL"],
      shown.map(({ session, status }) => [
        session.sessionName ?? "-",
        stateText(status, runtime),
        session.startUrl,
      ]),
    ));
    if (shown.length > 0 && profiles.length > 0) runtime.stdout.write("\n");
    runtime.stdout.write(formatTable(
      ["IDENTITY", "STATE", "SOURCE"],
      profiles.map((profile) => [profile.identity, stateText(profile, runtime), profile.source]),
    ));
    if (shown.length === 0 && profiles.length === 0) {
      runtime.stdout.write(`No profile and no SSO session in ${awsConfig.configFile}\n`);
    }
  }
  return [...shown.map(({ status }) => status), ...profiles].some(({ state }) =>
    state === "signed_in"
  );
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
  const awsConfig: AwsConfig = profile.awsConfig;
  const facts = usesEnvironment(profile, runtime)
    ? {
      identity: "environment",
      state: "signed_in" as const,
      source: "AWS_ACCESS_KEY_ID in the environment",
    }
    : await describeProfile({ profile, awsConfig }, runtime);
  const caller = flags.verify ? await callerOf(profile, runtime) : undefined;
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
  return caller !== undefined || facts.state === "signed_in";
}

function usesEnvironment({ choice }: SelectedProfile, runtime: Pick<Runtime, "env">): boolean {
  return !choice.isExplicit && Boolean(runtime.env("AWS_ACCESS_KEY_ID"));
}

interface Caller {
  readonly arn: string;
  readonly account: string;
  readonly permissionSet: string | undefined;
}

/** What AWS says of the credentials; `undefined`, with a warning, when one has to sign in for that. */
async function callerOf(profile: SelectedProfile, runtime: Runtime): Promise<Caller | undefined> {
  try {
    const { credentials } = await resolveCredentials({ profile }, runtime);
    const { settings } = resolveAwsSettings({ profile }, runtime);
    const region = settings.region ?? "aws-global";
    const { arn, account } = await getCallerIdentity(
      { credentials, settings: { ...settings, region } },
      runtime,
    );
    return { arn, account, permissionSet: permissionSetOf(arn) };
  } catch (error) {
    if (!isEksauthError(error) || error.code !== "sign_in_needed") throw error;
    warn(`${error.message}; ${error.hint}`, runtime);
    return undefined;
  }
}

/**
 * The permission set behind a role that Identity Center made.
 *
 * @see https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
function permissionSetOf(arn: string): string | undefined {
  return /:assumed-role\/AWSReservedSSO_(.+)_[0-9a-f]{16}\//.exec(arn)?.[1];
}
