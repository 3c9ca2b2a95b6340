/**
 * What the sandbox was asked, and whether a test may end with that.
 *
 * @module
 */

import type { ReceivedRequest } from "./listener.ts";

/** One request to an AWS service and what came of it. */
export interface RecordedRequest {
  readonly request: ReceivedRequest;
  /** `sts`, `eks`, …; `unknown` when no service of the sandbox claims the path. */
  readonly service: string;
  /** The name of the API operation; `unknown` when the service has none for this request. */
  readonly operation: string;
  /** The region in the credential scope; absent for an unsigned request. */
  readonly region?: string;
  /** Who signed; absent when the signature was refused or there was none. */
  readonly callerArn?: string;
  readonly status: number;
  /** The code of the error that was answered. */
  readonly awsCode?: string;
  /** Why no client should ever have sent this. */
  readonly unexpected?: string;
}

/** Every request to the AWS services, in the order of their answers. */
export class RequestRecord {
  readonly #requests: RecordedRequest[] = [];
  #forgiven = 0;

  add(request: RecordedRequest): void {
    this.#requests.push(request);
  }

  /** All of them. */
  get all(): readonly RecordedRequest[] {
    return this.#requests;
  }

  /** Those for one operation of one service, such as `("eks", "DescribeCluster")`. */
  of(service: string, operation: string): readonly RecordedRequest[] {
    return this.#requests.filter((one) => one.service === service && one.operation === operation);
  }

  /** How many requests there were, by `service:Operation`. */
  get counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { service, operation } of this.#requests) {
      const key = `${service}:${operation}`;
      counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
  }

  /** The unexpected requests so far, for a test that provokes them; they no longer count against it. */
  takeUnexpected(): readonly RecordedRequest[] {
    const unexpected = this.#unexpected();
    this.#forgiven += unexpected.length;
    return unexpected;
  }

  /** @throws Error that lists every unexpected request */
  assertNoneUnexpected(): void {
    const lines = this.#unexpected().map(({ request, unexpected }) =>
      `  ${request.method} ${request.path} at ${request.headers.get("host")}: ${unexpected}`
    );
    if (lines.length > 0) {
      throw new Error(`The sandbox got unexpected requests:\n${lines.join("\n")}`);
    }
  }

  #unexpected(): readonly RecordedRequest[] {
    return this.#requests.filter((one) => one.unexpected !== undefined).slice(this.#forgiven);
  }
}
