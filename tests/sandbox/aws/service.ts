/**
 * What every AWS service of the sandbox is to the front door. A new service is one file that gives this, and
 * one line in `world.ts`.
 *
 * @module
 */

import type { Answer, ReceivedRequest } from "../listener.ts";
import type { AccessKey } from "./accounts.ts";
import type { AwsError, SignatureErrors } from "./aws_error.ts";

/** An operation that somebody asked for. */
export interface AwsCall {
  readonly operation: string;
  readonly request: ReceivedRequest;
  /** Who signed the request; `undefined` only for operations that need no signature. */
  readonly caller: AccessKey | undefined;
  /** The region in the credential scope; empty for an unsigned request. */
  readonly region: string;
}

/** One AWS service. */
export interface AwsService {
  /** The name by which tests and the record call it. */
  readonly service: string;
  /** The name in the credential scope. */
  readonly signingName: string;
  readonly signatureErrors: SignatureErrors;
  /** Operations that are sent without a signature. */
  readonly unsignedOperations: ReadonlySet<string>;
  /**
   * The operation that `request` asks for; {@linkcode UNKNOWN_OPERATION} when it is addressed to this service
   * and there is no such operation; `undefined` when it is not for this service.
   */
  operationOf(request: ReceivedRequest): string | undefined;
  /** @throws AwsError which {@linkcode AwsService.errorAnswer} then words */
  answer(call: AwsCall): Answer | Promise<Answer>;
  errorAnswer(error: AwsError, request: ReceivedRequest): Answer;
}

/** Stands for an operation that a service does not have, or the sandbox has not learnt. */
export const UNKNOWN_OPERATION = "unknown";

/** The caller of an operation that has to be signed. */
export function callerOf(call: AwsCall): AccessKey {
  if (call.caller === undefined) throw new Error(`${call.operation} reached its service unsigned`);
  return call.caller;
}
