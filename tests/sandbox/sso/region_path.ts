/**
 * Which region a request is for. AWS has a host for each; on loopback the region leads the path, as in
 * `http://127.0.0.1:PORT/us-east-2/token`, so that a client in the wrong region can be told from others.
 *
 * @module
 */

import type { ReceivedRequest } from "../listener.ts";
import type { SsoState } from "./state.ts";

/** A path as AWS would see it, and the region that the host would tell. */
export interface RegionalPath {
  /** Absent from requests that lost it: the AWS CLI puts `/authorize` in place of the path of an endpoint. */
  readonly region: string | undefined;
  readonly path: string;
}

/** The two parts of a path. */
export function regionalPath({ path }: ReceivedRequest): RegionalPath {
  const [, region, rest] = /^\/([a-z]+(?:-[a-z]+)+-\d+)(\/.*)$/.exec(path) ?? [];
  return { region, path: rest ?? path };
}

/** The region of a request; without one it is that of the first instance. */
export function regionOf(request: ReceivedRequest, { instances: [first] }: SsoState): string {
  const region = regionalPath(request).region ?? first?.region;
  if (region === undefined) throw new Error("The sandbox has no Identity Center");
  return region;
}
