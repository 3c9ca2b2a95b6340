/**
 * The API server of one cluster: TLS on loopback, a bearer token for every request, and enough of the API for
 * kubectl to be at ease.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { type Answer, type Delivery, type ReceivedRequest, startListener } from "../listener.ts";
import { authenticate, type ClusterAccess, type KubernetesUser } from "./authentication.ts";
import { isAllowed } from "./authorization.ts";
import { createClusterCertificate } from "./cluster_certificate.ts";
import { discoveryDocument } from "./discovery.ts";
import { type KubernetesObject, RESOURCE_TYPES, type ResourceType } from "./resource_types.ts";
import { reviewAnswer } from "./reviews.ts";
import { shopObjects } from "./shop.ts";
import { documentAnswer, statusAnswer } from "./status.ts";
import { tableOf, wantsTable } from "./table.ts";

/** One request to an API server and what came of it. */
export interface KubernetesRequest {
  readonly method: string;
  readonly path: string;
  /** Absent when nobody was let in. */
  readonly username?: string;
  readonly groups?: readonly string[];
  /** Why nobody was let in; the client only learns that it is unauthorized. */
  readonly refusal?: string;
  readonly status: number;
}

/** An API server that runs until it is disposed of. */
export interface ApiServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly certificateAuthority: string;
  readonly requests: readonly KubernetesRequest[];
}

/** Starts the API server of a cluster. */
export async function startApiServer(
  world: { readonly access: ClusterAccess; readonly stsPort: number; readonly clock: Clock },
): Promise<ApiServer> {
  const certificate = await createClusterCertificate();
  const objects = shopObjects(world.clock.now());
  const requests: KubernetesRequest[] = [];
  const listener = await startListener({
    certificate,
    async handle(request): Promise<Delivery> {
      const { method, path } = request;
      const authentication = await authenticate(request.headers.get("authorization"), world);
      if ("refusal" in authentication) {
        requests.push({ method, path, refusal: authentication.refusal, status: 401 });
        return { answer: statusAnswer(401, "Unauthorized", "Unauthorized") };
      }
      const { user } = authentication;
      const answer = answerUser(request, { user, objects, now: world.clock.now() });
      const { username, groups } = user;
      requests.push({ method, path, username, groups, status: answer.status });
      return { answer };
    },
  });
  return {
    endpoint: `https://127.0.0.1:${listener.port}`,
    certificateAuthority: certificate.certificateAuthority,
    requests,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}

interface Visit {
  readonly user: KubernetesUser;
  readonly objects: ReadonlyMap<string, readonly KubernetesObject[]>;
  readonly now: Date;
}

function answerUser(request: ReceivedRequest, visit: Visit): Answer {
  const document = request.method === "GET" ? discoveryDocument(request.path) : undefined;
  if (document !== undefined) return documentAnswer(document);
  const review = reviewAnswer(request, visit.user);
  if (review !== undefined) return review;
  const target = targetOf(request.path);
  if (target === undefined) {
    return statusAnswer(404, "NotFound", "the server could not find the requested resource");
  }
  return resourceAnswer({ request, target, visit });
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
  const [, api, version, ...labels] = path.split("/").map(decodeURIComponent);
  if (api !== "api" || version !== "v1") return undefined;
  const inNamespace = labels[0] === "namespaces" && labels.length > 2;
  const [resource, objectName, ...rest] = inNamespace ? labels.slice(2) : labels;
  const type = RESOURCE_TYPES.find((one) => one.resource === resource);
  if (type === undefined || rest.length > 0 || (inNamespace && !type.namespaced)) return undefined;
  return { type, namespace: inNamespace ? labels[1] ?? "" : "", objectName };
}

function resourceAnswer(
  { request, target, visit }: {
    readonly request: ReceivedRequest;
    readonly target: Target;
    readonly visit: Visit;
  },
): Answer {
  const { type, namespace, objectName } = target;
  const { resource } = type;
  const verb = request.method !== "GET"
    ? request.method.toLowerCase()
    : objectName === undefined
    ? "list"
    : "get";
  if (!isAllowed(visit.user, { verb, resource, namespace })) {
    return statusAnswer(
      403,
      "Forbidden",
      `${resource} is forbidden: User "${visit.user.username}" cannot ${verb} resource "${resource}" ` +
        `in API group "" ${
          namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`
        }`,
    );
  }
  if (request.method !== "GET") {
    return statusAnswer(405, "MethodNotAllowed", "the sandbox only serves what it was built with");
  }
  const selector = labelSelector(request.query);
  const objects = (visit.objects.get(resource) ?? []).filter(({ metadata }) =>
    (namespace === "" || metadata.namespace === namespace) &&
    (objectName === undefined || metadata.name === objectName) &&
    selector.every(([label, value]) => metadata.labels[label] === value)
  );
  if (objectName !== undefined && objects.length === 0) {
    return statusAnswer(404, "NotFound", `${resource} "${objectName}" not found`);
  }
  if (wantsTable(request.headers.get("accept"))) {
    return documentAnswer(tableOf(objects, { type, now: visit.now }));
  }
  const items = objects.map(({ cells: _, ...document }) => document);
  return documentAnswer(
    objectName !== undefined
      ? items[0]
      : { kind: `${type.kind}List`, apiVersion: "v1", metadata: { resourceVersion: "1" }, items },
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
