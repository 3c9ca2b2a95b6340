/**
 * What a user may do in a cluster: a few rules in the place of RBAC and of the EKS access policies.
 *
 * @module
 */

import { CLUSTER_ADMIN_POLICY, VIEW_POLICY } from "../access_entries.ts";
import type { KubernetesUser } from "./authentication.ts";

/** The group that is bound to read everything, nodes included. */
export const VIEWERS = "viewers";

/** The group that is never asked. */
const MASTERS = "system:masters";

/** An access to resources of the cluster. */
export interface ResourceAccess {
  /** Such as `list`. */
  readonly verb: string;
  /** Plural, such as `pods`. */
  readonly resource: string;
  /** Empty for all namespaces, and for resources that have none. */
  readonly namespace: string;
}

const READING = ["get", "list", "watch"];

/** What the view policy shows: nothing that belongs to the cluster as a whole but the list of namespaces. */
const VIEWED = ["pods", "namespaces"];

/** Whether `user` has the right to `access`. */
export function isAllowed(user: KubernetesUser, access: ResourceAccess): boolean {
  const reads = READING.includes(access.verb);
  if (user.groups.includes(MASTERS) || (reads && user.groups.includes(VIEWERS))) return true;
  for (const [policyArn, { scope }] of user.entry.policies) {
    const covered = scope.type === "cluster" || scope.namespaces.includes(access.namespace);
    if (covered && policyArn === CLUSTER_ADMIN_POLICY) return true;
    if (covered && policyArn === VIEW_POLICY && reads && VIEWED.includes(access.resource)) {
      return true;
    }
  }
  return false;
}
