/**
 * `eksauth login`: signs in to IAM Identity Center, for eksauth and the AWS CLI alike.
 *
 * @module
 */

import { buildCommand } from "@stricli/core";
import { ssoProfileOf } from "../config/sso_profile.ts";
import { ssoSessionLabel } from "../config/sso_session.ts";
import type { SsoSignedIn } from "../credentials/sso_sign_in.ts";
import { cachePlace } from "../credentials/cache.ts";
import { obtainCredentials } from "../credentials/obtain.ts";
import { EksauthError } from "../errors.ts";
import { warn, warnOfError } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { tokenCacheKey } from "./_cache_key.ts";
import { checkClock } from "./_clock_check.ts";
import type { CommandContext } from "./_context.ts";
import { identityArgument, outputFlag, switchFlag, textFlag } from "./_flags.ts";
import { identityFlags, oneIdentity } from "./_identity_flags.ts";
import { timeLeft } from "./_time_left.ts";
import { offerSessionSection } from "./_session_section.ts";
import { signIn } from "./_sign_in.ts";
import { resolveSignInTarget, type SignInTarget } from "./_sign_in_target.ts";
import type { SignInOptions } from "./_sign_in_wish.ts";

interface Flags {
  readonly profile?: string;
  readonly identity?: string;
  readonly "sso-session"?: string;
  readonly "start-url"?: string;
  readonly "sso-region"?: string;
  readonly "with-browser"?: boolean;
  readonly "no-browser"?: boolean;
  readonly "device-code"?: boolean;
  readonly "callback-port"?: number;
  readonly "ca-bundle"?: string;
  readonly "no-input"?: boolean;
  readonly output: "text" | "json";
}

/** The `login` command: flags, help and recipe. */
export const loginCommand = buildCommand<Flags, [string?], CommandContext>({
  func(flags, identity): Promise<void> {
    return runLogin(flags, { identity, runtime: this.runtime });
  },
  parameters: {
    positional: identityArgument("Profile to sign in for"),
    flags: {
      profile: identityFlags.profile,
      identity: identityFlags.identity,
      "sso-session": textFlag(
        "Session of ~/.aws/config to sign in to; with --start-url, the name to keep it under",
        "name",
      ),
      "start-url": textFlag("AWS access portal to sign in to, without any config file", "url"),
      "sso-region": textFlag("Region of IAM Identity Center, with --start-url", "region"),
      "with-browser": switchFlag("Use a browser also where none is expected to work"),
      "no-browser": switchFlag("Show the address instead of opening it"),
      "device-code": switchFlag("Sign in on any device by a code, instead of a browser here"),
      "callback-port": {
        kind: "parsed",
        parse: parsePort,
        optional: true,
        brief: "Port for the browser to come back to, for port forwarding [any free one]",
        placeholder: "port",
      },
      "ca-bundle": textFlag(
        "PEM file with the CAs to trust when calling AWS [AWS_CA_BUNDLE]",
        "file",
      ),
      "no-input": switchFlag("Never ask anything"),
      output: outputFlag("How to tell the result"),
    },
    aliases: { i: "identity", o: "output" },
  },
  docs: {
    brief: "Sign in to IAM Identity Center, for eksauth and the AWS CLI alike",
    fullDescription: `Sign in to IAM Identity Center, for eksauth and the AWS CLI alike.

Opens the browser; where none can work (SSH, containers, no display) it shows a code to confirm on any device,
and says why. The session is kept where the AWS CLI keeps it, so each uses what the other signed in to.

  eksauth login                                     the only session of ~/.aws/config, or a choice
  eksauth login dev-admin                           the session of a profile
  eksauth login --sso-session corp --device-code
  eksauth login --start-url https://d-9067012345.awsapps.com/start --sso-region us-east-1`,
  },
});

interface Typed {
  readonly identity: string | undefined;
  readonly runtime: Runtime;
}

async function runLogin(flags: Flags, { identity, runtime }: Typed): Promise<void> {
  const noInput = flags["no-input"] ?? false;
  const target = await resolveSignInTarget({
    profile: oneIdentity(flags, identity),
    ssoSession: flags["sso-session"],
    startUrl: flags["start-url"],
    ssoRegion: flags["sso-region"],
    caBundle: flags["ca-bundle"],
    noInput,
  }, runtime);
  const clock = checkClock(runtime);
  const signedIn = await signIn({
    target,
    options: {
      flow: flowOf(flags),
      isBrowserClosed: flags["no-browser"] ?? false,
      callbackPort: flags["callback-port"],
      noInput,
    },
  }, clock.runtime);
  clock.warnIfWrong();
  const role = await fetchRole(target, runtime);
  tell({ target, signedIn, role, output: flags.output }, runtime);
  if (target.isTyped) await offerSessionSection({ session: target.session, noInput }, runtime);
}

/** What the flags insist on; `undefined` leaves the choice to eksauth. */
function flowOf(flags: Flags): SignInOptions["flow"] {
  // Whoever fixes the port, or opens the address by hand, has thought of a way for the browser to come back.
  const wantsBrowser = flags["with-browser"] || flags["no-browser"] ||
    flags["callback-port"] !== undefined;
  if (!flags["device-code"]) return wantsBrowser ? "browser" : undefined;
  if (!wantsBrowser) return "device_code";
  throw new EksauthError("usage", "Cannot sign in by device code and by browser at once", {
    hint: "Leave out --device-code, or the flags about the browser",
  });
}

interface Role {
  readonly accountId: string;
  readonly roleName: string;
  readonly expiresAt: Date | undefined;
}

/** Gets the profile's role credentials, so that the first token need not, and a role that is not assigned shows now. */
async function fetchRole(
  { profile, profileName }: SignInTarget,
  runtime: Runtime,
): Promise<Role | undefined> {
  if (profileName === undefined) return undefined;
  const role = ssoProfileOf({ profile, awsConfig: profile.awsConfig });
  if (role === undefined) return undefined;
  // As kubectl will ask for it: the entry that eksauth writes names profile and region.
  const request = { profile: profileName, region: "*" };
  const choice = { profile: profileName, isExplicit: true };
  const place = cachePlace(
    tokenCacheKey(request, { choice, accessKeyId: undefined }, runtime),
    runtime,
  );
  try {
    const { credentials, warnings } = await obtainCredentials(
      { profile: profileName, place },
      runtime,
    );
    for (const warning of warnings) warn(warning, runtime);
    return { accountId: role.accountId, roleName: role.roleName, expiresAt: credentials.expiresAt };
  } catch (error) {
    // The sign-in itself has worked, and other profiles may use it.
    warnOfError(error, runtime);
    return undefined;
  }
}

interface Result {
  readonly target: SignInTarget;
  readonly signedIn: SsoSignedIn;
  readonly role: Role | undefined;
  readonly output: "text" | "json";
}

function tell({ target, signedIn, role, output }: Result, runtime: Runtime): void {
  const { session, profileName } = target;
  if (output === "json") {
    const facts = {
      ssoSession: session.sessionName,
      startUrl: session.startUrl,
      region: session.region,
      expiresAt: signedIn.expiresAt,
      isRenewable: signedIn.isRenewable,
      profile: profileName,
      accountId: role?.accountId,
      roleName: role?.roleName,
    };
    runtime.stdout.write(JSON.stringify(facts, undefined, 2) + "\n");
    return;
  }
  const until = `${timeLeft(signedIn.expiresAt, runtime)}${
    signedIn.isRenewable ? ", renewed by itself" : ""
  }`;
  runtime.stdout.write(`Signed in to ${ssoSessionLabel(session)} (${until})\n`);
  if (role !== undefined) {
    runtime.stdout.write(
      `Profile ${profileName} is ${role.roleName} in account ${role.accountId} (${
        role.expiresAt === undefined ? "ready" : timeLeft(role.expiresAt, runtime)
      })\n`,
    );
  }
}

function parsePort(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port >= 1 && port <= 65535) return port;
  throw new RangeError("a port is a number from 1 to 65535");
}
