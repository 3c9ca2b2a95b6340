/**
 * The sandbox's own clock. All its services share it; the machine's clock is never touched.
 *
 * @module
 */

/** What tells the time to a part of the sandbox. */
export interface Clock {
  now(): Date;
}

/** A clock that runs with the machine's, until a test takes hold of it. */
export class SandboxClock implements Clock {
  #frozenAt: Date | undefined;
  #aheadMs = 0;

  now(): Date {
    return this.#frozenAt ?? new Date(Date.now() + this.#aheadMs);
  }

  /** Stops at `instant`. */
  freeze(instant: Date): void {
    this.#frozenAt = instant;
  }

  /** Jumps ahead, or back when `seconds` is negative. A frozen clock stays frozen. */
  advance(seconds: number): void {
    const milliseconds = seconds * 1000;
    if (this.#frozenAt === undefined) this.#aheadMs += milliseconds;
    else this.#frozenAt = new Date(this.#frozenAt.getTime() + milliseconds);
  }
}
