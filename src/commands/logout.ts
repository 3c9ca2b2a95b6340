/**
 * `eksauth logout`: ends a sign-in at AWS and removes what came of it on this machine.
 *
 * @module
 */

import { buildCommand } from "@stricli/core";
import { selectProfile } from "../config/aws_profile.ts";
import { resolveAwsSettings } from "../config/aws_settings.ts";
import {
  findAllSsoRemnants,
  findSsoRemnants,
  type SsoRemnant,
} from "../credentials/sso_remnants.ts";
import { type SignedOut, signOutOfSso } from "../credentials/sso_sign_out.ts";
import { EksauthError } from "../errors.ts";
import { warn } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CommandContext } from "./_context.ts";
import { identityArgument, outputFlag, switchFlag, textFlag } from "./_flags.ts";
import { identityFlags, oneIdentity } from "./_identity_flags.ts";
import { resolveSignInTarget } from "./_sign_in_target.ts";

interface Flags {
  readonly profile?: string;
  readonly identity?: string;
  readonly "sso-session"?: string;
  readonly all?: boolean;
  readonly "dry-run"?: boolean;
  readonly "no-input"?: boolean;
  readonly output: "text" | "json";
}

/** The `logout` command: flags, help and recipe. */
export const logoutCommand = buildCommand<Flags, [string?], CommandContext>({
  func(flags, identity): Promise<void> {
    return runLogout(flags, { identity, runtime: this.runtime });
  },
  parameters: {
    positional: identityArgument("Profile to sign out"),
    flags: {
      profile: identityFlags.profile,
      identity: identityFlags.identity,
      "sso-session": textFlag("Session of ~/.aws/config to sign out of", "name"),
      all: switchFlag("Sign out of every session, those of the AWS CLI included"),
      "dry-run": switchFlag("Tell what would be removed, and remove nothing"),
      "no-input": switchFlag("Never ask anything"),
      output: outputFlag("How to tell the result"),
    },
    aliases: { i: "identity", o: "output" },
  },
  docs: {
    brief: "Sign out: end the session at AWS and remove its tokens and credentials",
    fullDescription: `Sign out: end the session at AWS and remove its tokens and credentials.

The AWS CLI is signed out of the same session, because both use it. Role credentials that AWS has given out
already stay valid there until they expire.

  eksauth logout                 the only session, or a choice
  eksauth logout dev-admin       the session of a profile
  eksauth logout --all --dry-run`,
  },
});

async function runLogout(
  flags: Flags,
  { identity, runtime }: { readonly identity: string | undefined; readonly runtime: Runtime },
): Promise<void> {
  const { remnants, settings } = flags.all
    ? await everything(flags, { identity, runtime })
    : await ofOneSession(flags, { identity, runtime });
  const done: SignedOut = flags["dry-run"]
    ? { removed: remnants, failures: [] }
    : await signOutOfSso({ remnants, settings }, runtime);
  tell(done.removed, flags, runtime);
  // What could be removed is removed; that something did not work is told by the exit code as well.
  const [failure, ...others] = done.failures;
  for (const { message } of others) warn(message, runtime);
  if (failure !== undefined) throw failure;
}

type Wanted = Pick<Parameters<typeof signOutOfSso>[0], "remnants" | "settings">;

interface Typed {
  readonly identity: string | undefined;
  readonly runtime: Runtime;
}

async function everything(flags: Flags, { identity, runtime }: Typed): Promise<Wanted> {
  if (oneIdentity(flags, identity) !== undefined || flags["sso-session"] !== undefined) {
    throw new EksauthError("usage", "Cannot sign out: --all leaves nothing to choose", {
      hint: "Leave out --all, or the name",
    });
  }
  const profile = selectProfile({}, runtime);
  const { settings } = resolveAwsSettings({ profile }, runtime);
  return { remnants: await findAllSsoRemnants(runtime), settings };
}

async function ofOneSession(flags: Flags, { identity, runtime }: Typed): Promise<Wanted> {
  const { session, profile, settings } = await resolveSignInTarget({
    profile: oneIdentity(flags, identity),
    ssoSession: flags["sso-session"],
    noInput: flags["no-input"],
  }, runtime);
  return {
    remnants: await findSsoRemnants({ session, awsConfig: profile.awsConfig }, runtime),
    settings,
  };
}

const KINDS: Readonly<Record<SsoRemnant["kind"], string>> = {
  token: "tokens of",
  eksauth_credentials: "credentials:",
  aws_cli_credentials: "the AWS CLI's credentials:",
};

function tell(removed: readonly SsoRemnant[], flags: Flags, runtime: Runtime): void {
  const isDryRun = flags["dry-run"] ?? false;
  if (flags.output === "json") {
    const files = removed.map(({ kind, label, path }) => ({ kind, label, path }));
    runtime.stdout.write(JSON.stringify({ isDryRun, removed: files }, undefined, 2) + "\n");
    return;
  }
  if (removed.length === 0) {
    runtime.stdout.write("Nobody was signed in\n");
    return;
  }
  const verb = isDryRun ? "Would remove" : "Removed";
  for (const { kind, label, path } of removed) {
    runtime.stdout.write(`${verb} ${KINDS[kind]} ${label} (${path})\n`);
  }
}
