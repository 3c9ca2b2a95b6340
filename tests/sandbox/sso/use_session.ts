/**
 * A program, not a module: what an application does that signs in with AWS's SDK for JavaScript. Its argument is
 * a profile; it prints one line of JSON.
 *
 * The SDK finds `~/.aws` by the environment of the process, which is why it gets one of its own.
 *
 * @module
 */

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromSSO } from "@aws-sdk/credential-provider-sso";
import { fromSso } from "@aws-sdk/token-providers";

const [profile = ""] = Deno.args;
const report: Record<string, unknown> = {};
try {
  const credentials = await fromSSO({ profile })();
  report["expiration"] = credentials.expiration?.toISOString();
  const sts = new STSClient({ credentials });
  report["arn"] = (await sts.send(new GetCallerIdentityCommand({}))).Arn;
  // A legacy profile has no token that could be used for more than the portal.
  if (!profile.endsWith("legacy")) report["token"] = (await fromSso({ profile })()).token;
} catch (error) {
  report["error"] = error instanceof Error ? error.message : String(error);
}
await Deno.stdout.write(new TextEncoder().encode(`${JSON.stringify(report)}\n`));
