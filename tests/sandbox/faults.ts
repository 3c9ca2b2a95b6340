/**
 * Troubles on demand: what a test orders for the next calls of one AWS operation.
 *
 * @module
 */

import { AwsError } from "./aws/aws_error.ts";
import type { Answer, Delivery, Mishap } from "./listener.ts";

/** One kind of trouble. */
export type Fault =
  /** The service answers with an error in its own format. */
  | {
    readonly kind: "error";
    readonly status: number;
    readonly awsCode: string;
    /** The `Retry-After` header, in whole seconds. */
    readonly retryAfterSeconds?: number;
  }
  /** The connection is closed before the answer. */
  | { readonly kind: "reset" }
  /** The answer comes late. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** The answer breaks off after so many bytes of its body. */
  | { readonly kind: "truncated"; readonly bytes: number }
  /** Something else answers, as a captive portal or a proxy does. */
  | {
    readonly kind: "foreign";
    readonly status: number;
    readonly contentType: string;
    readonly body: string;
  }
  /** The `Date` header is off by so many seconds, ahead when positive. */
  | { readonly kind: "skewed_date"; readonly seconds: number };

/** Which calls a fault spoils. */
export interface FaultOrder {
  readonly service: string;
  readonly operation: string;
  /** How many calls; 1 when left out. `Infinity` spoils all, and still has to spoil one. */
  readonly times?: number;
  readonly fault: Fault;
}

/** The orders that are still open. Those for one operation are served in turn. */
export class Faults {
  readonly #orders: { readonly order: FaultOrder; left: number; used: number }[] = [];

  add(order: FaultOrder): void {
    this.#orders.push({ order, left: order.times ?? 1, used: 0 });
  }

  /** The fault of this call, which counts as used. */
  take(service: string, operation: string): Fault | undefined {
    const next = this.#orders.find(({ order, left }) =>
      left > 0 && order.service === service && order.operation === operation
    );
    if (next === undefined) return undefined;
    next.left -= 1;
    next.used += 1;
    return next.order.fault;
  }

  /** Forgets every order. */
  clear(): void {
    this.#orders.length = 0;
  }

  /** @throws Error when a test ordered trouble that never happened, and so proved nothing */
  assertAllUsed(): void {
    const lines = this.#orders
      .filter(({ left, used }) => left === Infinity ? used === 0 : left > 0)
      .map(({ order, left }) =>
        `  ${order.service}:${order.operation} ${order.fault.kind}, ${left} left`
      );
    if (lines.length > 0) throw new Error(`The sandbox was left with faults:\n${lines.join("\n")}`);
  }
}

/** What becomes of `answer` under a fault; `kind: "error"` is the service's own affair, see {@linkcode faultError}. */
export function spoil(answer: Answer, fault: Fault | undefined): Delivery {
  switch (fault?.kind) {
    case "skewed_date": {
      const date = new Date(answer.headers["date"] ?? "");
      const skewed = new Date(date.getTime() + fault.seconds * 1000);
      return { answer: { ...answer, headers: { ...answer.headers, date: skewed.toUTCString() } } };
    }
    case "foreign": {
      const headers = { ...answer.headers, "content-type": fault.contentType };
      return { answer: { status: fault.status, headers, body: fault.body } };
    }
    case "error":
      return fault.retryAfterSeconds === undefined ? { answer } : {
        answer: {
          ...answer,
          headers: { ...answer.headers, "retry-after": String(fault.retryAfterSeconds) },
        },
      };
    default:
      return { answer, mishap: mishapOf(fault) };
  }
}

/** The error that the service has to answer under this fault. */
export function faultError(fault: Fault | undefined): AwsError | undefined {
  return fault?.kind === "error"
    ? new AwsError(fault.status, fault.awsCode, "Ordered by the test")
    : undefined;
}

function mishapOf(fault: Fault | undefined): Mishap {
  switch (fault?.kind) {
    case "reset":
      return { reset: true };
    case "slow":
      return { delayMs: fault.milliseconds };
    case "truncated":
      return { truncateAfterBytes: fault.bytes };
    default:
      return {};
  }
}
