/**
 * Sending a call to AWS: bounded in time, repeated where that helps. One attempt is in `attempt.ts`.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { AwsAnswer } from "./answer.ts";
import { attemptCall, type CallPlan } from "./attempt.ts";
import type { AwsCredentials } from "./credentials.ts";
import { resolveEndpoint } from "./endpoints.ts";
import { percentEncode } from "./presign.ts";
import { backoffMs } from "./retry.ts";
import type { AwsSettings, Service } from "./settings.ts";

/** One call of one AWS operation. */
export interface AwsCall {
  readonly service: Service;
  /** As in AWS's API reference, such as `DescribeCluster`; errors name it. */
  readonly operation: string;
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** From the slash on, with every label percent-encoded. */
  readonly path: string;
  /** Plain text; those that are `undefined` are left out. */
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  /** Signed with the rest. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Without them the call is not signed. */
  readonly credentials?: AwsCredentials | undefined;
  readonly settings: AwsSettings;
  readonly signal?: AbortSignal | undefined;
  /** How long one attempt may take; {@linkcode ATTEMPT_TIMEOUT_MS} when absent. */
  readonly attemptTimeoutMs?: number | undefined;
  /** How long all attempts and the pauses between them may take; {@linkcode DEADLINE_MS} when absent. */
  readonly deadlineMs?: number | undefined;
}

/** The outside world, as far as a call needs it. */
export type CallRuntime = Pick<Runtime, "fetch" | "now" | "sleep" | "random">;

/** AWS answers in well under a second; what takes 10 is lost, and kubectl waits for us meanwhile. */
export const ATTEMPT_TIMEOUT_MS = 10_000;

/** Room for three attempts that all get lost. Longer than this nobody believes that anything still happens. */
export const DEADLINE_MS = 30_000;

/**
 * Sends a call and gives the answer of AWS, at most `settings.maxAttempts` attempts later.
 *
 * @throws {AwsServiceError} when AWS refused the call
 * @throws `network_unreachable`, `certificate_untrusted` or `deadline_exceeded` when no answer came
 * @throws `aws_answer_invalid` when the answer is not one of AWS
 * @throws `interrupted` when `signal` was aborted
 * @throws `region_invalid`, `config_invalid` or `credentials_rejected` when there is nothing to send
 */
export async function sendToAws(call: AwsCall, runtime: CallRuntime): Promise<AwsAnswer> {
  const plan = planCall(call, runtime);
  for (let attempt = 1;; attempt++) {
    assertNotInterrupted(call);
    const outcome = await attemptCall({ plan, attempt }, runtime);
    if ("answer" in outcome) return outcome.answer;
    assertNotInterrupted(call);
    const pauseMs = Math.max(outcome.retryAfterMs, backoffMs(attempt, runtime.random()));
    // A pause that outlasts the deadline helps nobody: the error is told at once.
    const isInTime = runtime.now().getTime() + pauseMs < plan.deadlineAtMs;
    if (!outcome.isTransient || attempt >= call.settings.maxAttempts || !isInTime) {
      throw outcome.error;
    }
    await runtime.sleep(pauseMs, call.signal).catch((error) => {
      assertNotInterrupted(call);
      throw error;
    });
  }
}

function planCall(call: AwsCall, runtime: Pick<Runtime, "now">): CallPlan {
  const { service, operation, settings } = call;
  const endpoint = resolveEndpoint({
    service,
    region: settings.region,
    useFips: settings.useFips,
    useDualStack: settings.useDualStack,
    endpointUrl: settings.endpointUrls[service],
  });
  const query = Object.entries(call.query ?? {})
    .flatMap(([key, value]) =>
      value === undefined ? [] : [`${percentEncode(key)}=${percentEncode(value)}`]
    )
    .join("&");
  const deadlineMs = call.deadlineMs ?? DEADLINE_MS;
  return {
    call,
    endpoint,
    url: `${endpoint.url}${call.path}${query === "" ? "" : `?${query}`}`,
    origin: { service, operation, host: new URL(endpoint.url).host },
    invocationId: crypto.randomUUID(),
    timeoutMs: call.attemptTimeoutMs ?? ATTEMPT_TIMEOUT_MS,
    deadlineMs,
    deadlineAtMs: runtime.now().getTime() + deadlineMs,
  };
}

function assertNotInterrupted(call: AwsCall): void {
  if (call.signal?.aborted !== true) return;
  throw new EksauthError("interrupted", `Cannot finish ${call.operation}: interrupted`, {
    cause: call.signal.reason,
  });
}
