/**
 * The error that a refusal by AWS becomes.
 *
 * @module
 */

import { EksauthError, type ErrorCode } from "../errors.ts";
import { errorCodeOf, hintFor, type Refusal, sentenceOf } from "./refusal.ts";
import type { Service } from "./settings.ts";

/** How a caller tells of a refusal, once it knows the noun. */
export interface Telling {
  /** What could not be done, such as `describe cluster "dev-cluster" in us-east-2`. */
  readonly cannot: string;
  /** The state in words of our own, where AWS's do not help. */
  readonly state?: string | undefined;
  readonly code?: ErrorCode | undefined;
  readonly hint?: string | undefined;
}

/** AWS received a call and refused it, or failed at it. */
export class AwsServiceError extends EksauthError {
  readonly service: Service;
  /** As in AWS's API reference, such as `DescribeCluster`. */
  readonly operation: string;
  /** HTTP status, 400 or higher. */
  readonly status: number;
  /** AWS's word for the error, such as `AccessDeniedException`; programs match on this one. */
  readonly awsCode: string;
  /** AWS's sentence for it, in one line and without secrets; may be empty. */
  readonly awsMessage: string;
  /** What AWS's support asks for. */
  readonly requestId: string | undefined;
  readonly #refusal: Refusal;

  constructor(refusal: Refusal, telling?: Telling) {
    const state = telling?.state ?? sentenceOf(refusal);
    super(
      telling?.code ?? errorCodeOf(refusal),
      telling === undefined ? state : `Cannot ${telling.cannot}: ${state}`,
      { hint: telling?.hint ?? hintFor(refusal) },
    );
    this.service = refusal.service;
    this.operation = refusal.operation;
    this.status = refusal.status;
    this.awsCode = refusal.awsCode;
    this.awsMessage = refusal.awsMessage;
    this.requestId = refusal.requestId;
    this.#refusal = refusal;
  }

  /** The same refusal, told by someone who knows what it was about. */
  retold(telling: Telling): AwsServiceError {
    return new AwsServiceError(this.#refusal, telling);
  }
}
