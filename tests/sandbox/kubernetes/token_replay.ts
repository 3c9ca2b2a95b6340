/**
 * The authenticator's call to STS: the request that the token carries, sent on with the cluster's own id.
 *
 * It goes over real HTTP to the sandbox's STS and keeps its public host name, which is signed. `node:http`
 * allows that; `fetch` would put the address of the connection in its place.
 *
 * @module
 */

import http from "node:http";

import type { VerifiedToken } from "../../../src/kube/verify_token.ts";
import { textAt, valueAt } from "../json_value.ts";

/** What STS tells of the caller, in its own spelling; empty where it tells nothing. */
export interface CallerIdentity {
  readonly Arn: string;
  readonly UserId: string;
}

/** How long the authenticator waits for STS. */
const TIMEOUT_MS = 10_000;

/** Asks the STS on loopback port `stsPort` who signed the token for the cluster with that id. */
export async function replayToken(
  token: VerifiedToken,
  { stsPort, clusterId }: { readonly stsPort: number; readonly clusterId: string },
): Promise<{ readonly caller: CallerIdentity } | { readonly refusal: string }> {
  const request = {
    host: "127.0.0.1",
    port: stsPort,
    path: token.stsUrl.slice(`https://${token.host}`.length),
    headers: { "host": token.host, "x-k8s-aws-id": clusterId, "accept": "application/json" },
    agent: false,
    timeout: TIMEOUT_MS,
  } as const;
  try {
    const { status, body } = await get(request);
    const answer: unknown = JSON.parse(body);
    if (status !== 200) return { refusal: `STS: ${textAt(answer, ["Error", "Code"]) || status}` };
    const result = valueAt(answer, ["GetCallerIdentityResponse", "GetCallerIdentityResult"]);
    return { caller: { Arn: textAt(result, ["Arn"]), UserId: textAt(result, ["UserId"]) } };
  } catch (error) {
    return { refusal: `STS: ${error instanceof Error ? error.message : error}` };
  }
}

function get(
  request: http.RequestOptions,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const sent = http.get(request, (response) => {
      const chunks: Uint8Array[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", async () => {
        resolve({
          status: response.statusCode ?? 0,
          body: await new Blob(chunks as BlobPart[]).text(),
        });
      });
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer in time")));
    sent.on("error", reject);
  });
}
