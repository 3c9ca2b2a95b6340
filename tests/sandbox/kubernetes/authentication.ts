/**
 * Who sent a bearer token, found out as EKS does: the authenticator's rules, then STS, then the access entries.
 *
 * @module
 */

import type { TokenPartition } from "../../../src/kube/token_host.ts";
import { verifyToken } from "../../../src/kube/verify_token.ts";
import type { AccessEntries, AccessEntry } from "../access_entries.ts";
import type { Clock } from "../clock.ts";
import { type CallerIdentity, replayToken } from "./token_replay.ts";

/** What a cluster knows about itself and about those who may enter. */
export interface ClusterAccess {
  /** The name, or the id of a local cluster on Outposts: what tokens have to be signed for. */
  readonly clusterId: string;
  readonly partition: TokenPartition;
  readonly region: string;
  readonly accessEntries: AccessEntries;
}

/** Somebody whom the cluster let in. */
export interface KubernetesUser {
  readonly username: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
  readonly entry: AccessEntry;
}

/** A user, or why there is none; a client is never told why. */
export type Authentication =
  | { readonly user: KubernetesUser }
  | { readonly refusal: string };

/** Authenticates the value of an `Authorization` header. */
export async function authenticate(
  authorization: string | undefined,
  world: { readonly access: ClusterAccess; readonly stsPort: number; readonly clock: Clock },
): Promise<Authentication> {
  const { access, clock } = world;
  const eksToken = /^Bearer (\S+)$/.exec(authorization ?? "")?.[1];
  if (eksToken === undefined) return { refusal: "no bearer token" };
  const { verified, rejected } = verifyToken(eksToken, {
    partition: access.partition,
    region: access.region,
    now: clock.now(),
  });
  if (rejected !== undefined) return { refusal: `token rule: ${rejected.rule}` };
  const replayed = await replayToken(verified, {
    stsPort: world.stsPort,
    clusterId: access.clusterId,
  });
  if ("refusal" in replayed) return replayed;
  const caller = canonicalCaller(replayed.caller);
  if (caller === undefined) return { refusal: "STS named a caller that is no principal" };
  const entry = access.accessEntries.find(caller.canonicalArn);
  if (entry === undefined) return { refusal: `no access entry: ${caller.canonicalArn}` };
  return { user: userOf({ entry, caller, accessKeyId: verified.accessKeyId }) };
}

interface CanonicalCaller {
  readonly arn: string;
  readonly canonicalArn: string;
  readonly principalId: string;
  readonly sessionName: string;
}

/** A session stands for its role, whose path STS does not tell. */
function canonicalCaller(
  { Arn: arn, UserId: userId }: CallerIdentity,
): CanonicalCaller | undefined {
  if (/^arn:[\w-]+:iam::\d{12}:user\//.test(arn)) {
    return { arn, canonicalArn: arn, principalId: userId, sessionName: "" };
  }
  const [, partition, accountId, roleName] =
    /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/.exec(arn) ?? [];
  const [principalId, sessionName, ...rest] = userId.split(":");
  if (
    roleName === undefined || principalId === undefined || sessionName === undefined ||
    rest.length > 0
  ) {
    return undefined;
  }
  const canonicalArn = `arn:${partition}:iam::${accountId}:role/${roleName}`;
  return { arn, canonicalArn, principalId, sessionName };
}

function userOf(
  { entry, caller, accessKeyId }: {
    readonly entry: AccessEntry;
    readonly caller: CanonicalCaller;
    readonly accessKeyId: string;
  },
): KubernetesUser {
  const { arn, canonicalArn, principalId, sessionName } = caller;
  return {
    // The authenticator lets no "@" into a user name.
    username: entry.username.replaceAll("{{SessionName}}", sessionName.replaceAll("@", "-")),
    uid: `aws-iam-authenticator:${arn.split(":")[4]}:${principalId}`,
    groups: [...entry.groups, "system:authenticated"],
    extra: {
      accessKeyId: [accessKeyId],
      arn: [arn],
      canonicalArn: [canonicalArn],
      principalId: [principalId],
      sessionName: [sessionName],
    },
    entry,
  };
}
