/**
 * Questions that a user asks about itself: `kubectl auth whoami` and `kubectl auth can-i`.
 *
 * @module
 */

import { textAt, valueAt } from "../json_value.ts";
import type { Answer, ReceivedRequest } from "../listener.ts";
import type { KubernetesUser } from "./authentication.ts";
import { isAllowed, type ResourceAccess } from "./authorization.ts";
import { readProtobufAttributes } from "./protobuf.ts";
import { RESOURCE_TYPES } from "./resource_types.ts";
import { documentAnswer, statusAnswer } from "./status.ts";

/** Answers a review that was posted, `undefined` when the path is none of them. */
export function reviewAnswer(request: ReceivedRequest, user: KubernetesUser): Answer | undefined {
  if (request.method !== "POST") return undefined;
  switch (request.path) {
    case "/apis/authentication.k8s.io/v1/selfsubjectreviews":
      return selfSubjectReview(user);
    case "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews":
      return selfSubjectAccessReview(request, user);
    case "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews":
      return selfSubjectRulesReview(user);
    default:
      return undefined;
  }
}

function selfSubjectReview({ username, uid, groups, extra }: KubernetesUser): Answer {
  return created("authentication.k8s.io", "SelfSubjectReview", {
    userInfo: { username, uid, groups, extra },
  });
}

function selfSubjectAccessReview(request: ReceivedRequest, user: KubernetesUser): Answer {
  const attributes = attributesOf(request);
  if (attributes === undefined) {
    return statusAnswer(400, "BadRequest", "the review asks about no resource");
  }
  return created("authorization.k8s.io", "SelfSubjectAccessReview", {
    spec: { resourceAttributes: attributes },
    allowed: isAllowed(user, attributes),
  });
}

function selfSubjectRulesReview(user: KubernetesUser): Answer {
  const verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];
  const resourceRules = RESOURCE_TYPES.map(({ resource }) => ({
    verbs: verbs.filter((verb) => isAllowed(user, { verb, resource, namespace: "" })),
    apiGroups: [""],
    resources: [resource],
  }));
  return created("authorization.k8s.io", "SelfSubjectRulesReview", {
    resourceRules: resourceRules.filter((rule) => rule.verbs.length > 0),
    nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/version"] }],
    incomplete: false,
  });
}

function created(
  group: string,
  kind: string,
  { spec = {}, ...status }: { readonly spec?: unknown; readonly [field: string]: unknown },
): Answer {
  const body = {
    kind,
    apiVersion: `${group}/v1`,
    metadata: { creationTimestamp: null },
    spec,
    status,
  };
  return documentAnswer(body, 201);
}

/** The access that is asked about; kubectl 1.32 asks in protobuf, other clients in JSON. */
function attributesOf(
  { headers, body }: ReceivedRequest,
): ResourceAccess | undefined {
  if (headers.get("content-type") === "application/vnd.kubernetes.protobuf") {
    return readProtobufAttributes(body);
  }
  const review: unknown = JSON.parse(new TextDecoder().decode(body));
  const attributes = valueAt(review, ["spec", "resourceAttributes"]);
  if (attributes === undefined) return undefined;
  return {
    verb: textAt(attributes, ["verb"]),
    resource: textAt(attributes, ["resource"]),
    namespace: textAt(attributes, ["namespace"]),
  };
}
