/**
 * What the API server tells about itself, so that kubectl knows what `pods` are.
 *
 * @see https://kubernetes.io/docs/reference/using-api/#api-discovery
 * @module
 */

import { RESOURCE_TYPES } from "./resource_types.ts";

/** The version that EKS would tell. */
export const SERVER_VERSION = "v1.32.9-eks-113cf36";

const GROUPS = ["authentication.k8s.io", "authorization.k8s.io"];

/** The discovery document at `path`, `undefined` when there is none. */
export function discoveryDocument(path: string): unknown {
  switch (path) {
    case "/version":
      return {
        major: "1",
        minor: "32",
        gitVersion: SERVER_VERSION,
        gitCommit: "0000000000000000000000000000000000000000",
        gitTreeState: "clean",
        buildDate: "2026-01-01T00:00:00Z",
        goVersion: "go1.23.12",
        compiler: "gc",
        platform: "linux/amd64",
      };
    case "/api":
      return { kind: "APIVersions", versions: ["v1"], serverAddressByClientCIDRs: [] };
    case "/apis":
      return { kind: "APIGroupList", apiVersion: "v1", groups: GROUPS.map(groupDocument) };
    case "/api/v1":
      return resourceList(
        "v1",
        RESOURCE_TYPES.map(({ resource, kind, namespaced, shortNames }) => ({
          name: resource,
          singularName: kind.toLowerCase(),
          namespaced,
          kind,
          shortNames,
          verbs: ["get", "list"],
        })),
      );
    case "/apis/authentication.k8s.io/v1":
      return resourceList("authentication.k8s.io/v1", [reviewResource("SelfSubjectReview")]);
    case "/apis/authorization.k8s.io/v1":
      return resourceList("authorization.k8s.io/v1", [
        reviewResource("SelfSubjectAccessReview"),
        reviewResource("SelfSubjectRulesReview"),
      ]);
    default:
      return undefined;
  }
}

function groupDocument(group: string): unknown {
  const version = { groupVersion: `${group}/v1`, version: "v1" };
  return { name: group, versions: [version], preferredVersion: version };
}

function resourceList(groupVersion: string, resources: readonly unknown[]): unknown {
  return { kind: "APIResourceList", apiVersion: "v1", groupVersion, resources };
}

function reviewResource(kind: string): unknown {
  const singularName = kind.toLowerCase();
  return { name: `${singularName}s`, singularName, namespaced: false, kind, verbs: ["create"] };
}
