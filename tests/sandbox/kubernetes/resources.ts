/**
 * The objects of a cluster over its API: lists, single objects, and what a user may not see.
 *
 * @module
 */

import type { Answer, ReceivedRequest } from "../listener.ts";
import type { KubernetesUser } from "./authentication.ts";
import { isAllowed, type ResourceAccess } from "./authorization.ts";
import { type KubernetesObject, RESOURCE_TYPES, type ResourceType } from "./resource_types.ts";
import { documentAnswer, statusAnswer } from "./status.ts";
import { tableOf, wantsTable } from "./table.ts";

/** Who asks, when, and what there is. */
export interface ResourceVisit {
  readonly user: KubernetesUser;
  /** By resource. */
  readonly objects: ReadonlyMap<string, readonly KubernetesObject[]>;
  readonly now: Date;
}

/** Answers a request for objects, `undefined` when its path leads to none. */
export function resourceAnswer(request: ReceivedRequest, visit: ResourceVisit): Answer | undefined {
  const target = targetOf(request.path);
  if (target === undefined) return undefined;
  const access = accessOf(request, target);
  if (!isAllowed(visit.user, access)) return forbidden(visit.user, access);
  if (request.method !== "GET") {
    return statusAnswer(405, "MethodNotAllowed", "the sandbox only serves what it was built with");
  }
  const objects = selectObjects({ request, target, visit });
  const { type, objectName } = target;
  if (objectName !== undefined && objects.length === 0) {
    return statusAnswer(404, "NotFound", `${type.resource} "${objectName}" not found`);
  }
  if (wantsTable(request.headers.get("accept"))) {
    return documentAnswer(tableOf(objects, { type, now: visit.now }));
  }
  const items = objects.map(({ cells: _, ...document }) => document);
  if (objectName !== undefined) return documentAnswer(items[0]);
  const metadata = { resourceVersion: "1" };
  return documentAnswer({ kind: `${type.kind}List`, apiVersion: "v1", metadata, items });
}

interface Target {
  readonly type: ResourceType;
  /** Empty for all. */
  readonly namespace: string;
  /** Absent for a list. */
  readonly objectName: string | undefined;
}

/** The resource behind `/api/v1/RESOURCE[/NAME]` or `/api/v1/namespaces/NAMESPACE/RESOURCE[/NAME]`. */
function targetOf(path: string): Target | undefined {
  const [, api, version, ...labels] = path.split("/");
  if (api !== "api" || version !== "v1") return undefined;
  const inNamespace = labels[0] === "namespaces" && labels.length > 2;
  const [resource, objectName, ...rest] = inNamespace ? labels.slice(2) : labels;
  const type = RESOURCE_TYPES.find((one) => one.resource === resource);
  if (type === undefined || rest.length > 0 || (inNamespace && !type.namespaced)) return undefined;
  return { type, namespace: inNamespace ? labels[1] ?? "" : "", objectName };
}

function accessOf(
  { method }: ReceivedRequest,
  { type, namespace, objectName }: Target,
): ResourceAccess {
  const reading = objectName === undefined ? "list" : "get";
  const verb = method === "GET" ? reading : method.toLowerCase();
  return { verb, resource: type.resource, namespace };
}

function forbidden(user: KubernetesUser, { verb, resource, namespace }: ResourceAccess): Answer {
  const where = namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`;
  return statusAnswer(
    403,
    "Forbidden",
    `${resource} is forbidden: User "${user.username}" cannot ${verb} resource "${resource}" ` +
      `in API group "" ${where}`,
  );
}

function selectObjects(
  { request, target, visit }: {
    readonly request: ReceivedRequest;
    readonly target: Target;
    readonly visit: ResourceVisit;
  },
): readonly KubernetesObject[] {
  const { type, namespace, objectName } = target;
  const selector = labelSelector(request.query);
  return (visit.objects.get(type.resource) ?? []).filter(({ metadata }) =>
    (namespace === "" || metadata.namespace === namespace) &&
    (objectName === undefined || metadata.name === objectName) &&
    selector.every(([label, value]) => metadata.labels[label] === value)
  );
}

/** The terms of `labelSelector`, of which only `label=value` is known. */
function labelSelector(query: string): readonly (readonly [string, string])[] {
  const terms = new URLSearchParams(query).get("labelSelector")?.split(",") ?? [];
  return terms.map((term) => {
    const [label = "", value = ""] = term.split("=");
    return [label, value];
  });
}
