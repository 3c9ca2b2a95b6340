/**
 * The API server of one cluster: TLS on loopback, a bearer token for every request, and enough of the API for
 * kubectl to be at ease.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { type Answer, type Delivery, type ReceivedRequest, startListener } from "../listener.ts";
import { authenticate, type ClusterAccess } from "./authentication.ts";
import { createClusterCertificate } from "./cluster_certificate.ts";
import { discoveryDocument } from "./discovery.ts";
import { resourceAnswer, type ResourceVisit } from "./resources.ts";
import { reviewAnswer } from "./reviews.ts";
import { shopObjects } from "./shop.ts";
import { documentAnswer, statusAnswer } from "./status.ts";

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

function answerUser(request: ReceivedRequest, visit: ResourceVisit): Answer {
  const document = request.method === "GET" ? discoveryDocument(request.path) : undefined;
  if (document !== undefined) return documentAnswer(document);
  return reviewAnswer(request, visit.user) ?? resourceAnswer(request, visit) ??
    statusAnswer(404, "NotFound", "the server could not find the requested resource");
}
