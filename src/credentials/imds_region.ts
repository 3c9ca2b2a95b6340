/**
 * The region of the EC2 instance that the program runs on, if it does.
 *
 * @module
 */

import { assertRegion } from "../aws/region_name.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** One second for both requests: on a laptop nobody answers, and nobody shall wait for that. */
const PATIENCE_MS = 1000;

/**
 * The region that the instance metadata service names; `undefined` where there is no such service, it is switched
 * off by `AWS_EC2_METADATA_DISABLED`, or it does not answer within a second. Never throws.
 *
 * Ask only when nothing else gave a region.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export async function imdsRegion(
  runtime: Pick<Runtime, "env" | "fetch">,
): Promise<string | undefined> {
  if (runtime.env("AWS_EC2_METADATA_DISABLED")?.toLowerCase() === "true") return undefined;
  try {
    return await askRegion(AbortSignal.timeout(PATIENCE_MS), runtime);
  } catch {
    return undefined;
  }
}

async function askRegion(
  signal: AbortSignal,
  runtime: Pick<Runtime, "env" | "fetch">,
): Promise<string | undefined> {
  const base = metadataEndpoint(runtime);
  const session = await runtime.fetch(`${base}/latest/api/token`, {
    method: "PUT",
    // Seconds that the session lives; one more request is made with it.
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": "60" },
    signal,
  });
  if (session.status !== 200) return undefined;
  const answer = await runtime.fetch(`${base}/latest/meta-data/placement/region`, {
    method: "GET",
    headers: { "x-aws-ec2-metadata-token": await session.text() },
    signal,
  });
  if (answer.status !== 200) return undefined;
  const region = (await answer.text()).trim();
  assertRegion(region);
  return region;
}

function metadataEndpoint(runtime: Pick<Runtime, "env">): string {
  const configured = runtime.env("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (configured) return configured.replace(/\/$/, "");
  const isIpv6 = runtime.env("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")?.toLowerCase() === "ipv6";
  return isIpv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
}
