/**
 * What the services of IAM Identity Center have in common: a region in front of the path, no signatures, and one
 * path and method for each operation.
 *
 * @module
 */

import { type AwsError, JSON_SIGNATURE_ERRORS } from "../aws/aws_error.ts";
import { type AwsService, UNKNOWN_OPERATION } from "../aws/service.ts";
import type { Answer, ReceivedRequest } from "../listener.ts";
import { regionalPath } from "./region_path.ts";

/** One operation. */
export interface Route {
  readonly method: "GET" | "POST";
  /** Behind the region. */
  readonly path: string;
  readonly operation: string;
  /** @throws AwsError */
  readonly answer: (request: ReceivedRequest) => Answer;
}

/** The service that has these operations in every region. */
export function regionalService(
  { service, routes, errorAnswer }: {
    readonly service: string;
    readonly routes: readonly Route[];
    readonly errorAnswer: (error: AwsError) => Answer;
  },
): AwsService {
  return {
    service,
    // Nothing is signed.
    signingName: "none",
    signatureErrors: JSON_SIGNATURE_ERRORS,
    unsignedOperations: new Set(routes.map(({ operation }) => operation)),
    operationOf(request): string | undefined {
      const { path } = regionalPath(request);
      const onPath = routes.filter((route) => route.path === path);
      if (onPath.length === 0) return undefined;
      return onPath.find(({ method }) => method === request.method)?.operation ?? UNKNOWN_OPERATION;
    },
    answer({ operation, request }): Answer {
      const route = routes.find((one) => one.operation === operation);
      if (route === undefined) throw new Error(`${operation} is no operation of ${service}`);
      return route.answer(request);
    },
    errorAnswer,
  };
}
