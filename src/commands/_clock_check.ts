/**
 * Whether the clock of this computer is right: a sign-in works with any clock, and EKS tokens do not.
 *
 * @module
 */

import { note, warn } from "../output.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** A runtime that listens to what AWS says the time is. */
export interface ClockCheck {
  /** To be used in place of the one that it was made from. */
  readonly runtime: Runtime;
  /** Warns of a clock with which AWS would refuse tokens. */
  warnIfWrong(): void;
}

/**
 * AWS takes a signature from the future up to 5 minutes; one that is as old has lost a third of its life.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
 */
const TOLERANCE_SECONDS = 5 * 60;

/** Starts to listen to the `Date` of the answers. */
export function checkClock(runtime: Runtime): ClockCheck {
  let aheadSeconds = 0;
  return {
    runtime: {
      ...runtime,
      async fetch(url, request): Promise<Response> {
        const response = await runtime.fetch(url, request);
        const awsMs = Date.parse(response.headers.get("date") ?? "");
        if (!Number.isNaN(awsMs)) aheadSeconds = (runtime.now().getTime() - awsMs) / 1000;
        return response;
      },
    },
    warnIfWrong(): void {
      if (Math.abs(aheadSeconds) < TOLERANCE_SECONDS) return;
      const direction = aheadSeconds > 0 ? "ahead of" : "behind";
      const minutes = Math.round(Math.abs(aheadSeconds) / 60);
      warn(
        `The clock of this computer is ${minutes} minutes ${direction} AWS: clusters may refuse its tokens`,
        runtime,
      );
      note("hint: Set the clock of this computer", runtime);
    },
  };
}
