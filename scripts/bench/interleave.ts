/**
 * Runs programs in turns and times them: whole processes, from the start to the end.
 *
 * What slows a machine down for a second slows every contestant down, because each round runs them all.
 *
 * @module
 */

/** One command line to time. */
export interface Contestant {
  readonly name: string;
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Puts back what a run changes. Not timed. */
  readonly prepare?: () => void;
}

/** How often to run. */
export interface Rounds {
  /** Rounds that are not counted: they fill caches. */
  readonly warmups: number;
  readonly counted: number;
}

/** The wall time of every counted run, in milliseconds, by contestant and in order of the rounds. */
export type WallTimes = ReadonlyMap<string, readonly number[]>;

/**
 * Times `contestants`, in every round each of them once; every other round backwards, so that none always
 * runs behind the same neighbour.
 *
 * @throws {Error} when a run fails, with what it said
 */
export function interleave(contestants: readonly Contestant[], rounds: Rounds): WallTimes {
  const times = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = -rounds.warmups; round < rounds.counted; round++) {
    const order = round % 2 === 0 ? contestants : contestants.toReversed();
    for (const contestant of order) {
      const milliseconds = timeOnce(contestant);
      if (round >= 0) times.get(contestant.name)?.push(milliseconds);
    }
  }
  return times;
}

function timeOnce(contestant: Contestant): number {
  contestant.prepare?.();
  const command = toCommand(contestant, "null");
  const startedAt = performance.now();
  const { code } = command.outputSync();
  const milliseconds = performance.now() - startedAt;
  if (code !== 0) {
    throw new Error(`Cannot time "${contestant.name}": it ended with exit code ${code}`);
  }
  return milliseconds;
}

/**
 * What `contestant` prints, run once outside of the race.
 *
 * @throws {Error} when it fails, with what it said on stderr
 */
export function outputOf(contestant: Contestant): string {
  contestant.prepare?.();
  const { code, stdout, stderr } = toCommand(contestant, "piped").outputSync();
  if (code === 0) return new TextDecoder().decode(stdout);
  throw new Error(
    `Cannot time "${contestant.name}": it ended with exit code ${code}\n${
      new TextDecoder().decode(stderr).trim()
    }`,
  );
}

function toCommand({ command, env }: Contestant, output: "null" | "piped"): Deno.Command {
  const [program = "", ...args] = command;
  return new Deno.Command(program, {
    args,
    env,
    clearEnv: true,
    stdin: "null",
    stdout: output,
    stderr: output,
  });
}

/**
 * The peak memory of one run in MiB, as the system's `time` program reports it; `undefined` where there is
 * none that can.
 */
export function peakMemoryMiB(contestant: Contestant): number | undefined {
  const isMac = Deno.build.os === "darwin";
  if (!isMac && Deno.build.os !== "linux") return undefined;
  const timed = {
    ...contestant,
    command: ["/usr/bin/time", ...(isMac ? ["-l"] : ["-f", "%M"]), ...contestant.command],
  };
  contestant.prepare?.();
  let said: string;
  try {
    said = new TextDecoder().decode(toCommand(timed, "piped").outputSync().stderr);
  } catch {
    return undefined;
  }
  // macOS counts bytes, Linux KiB.
  const bytes = isMac
    ? Number(/(\d+)\s+maximum resident set size/.exec(said)?.[1])
    : Number(/(\d+)\s*$/.exec(said)?.[1]) * 1024;
  return Number.isNaN(bytes) ? undefined : bytes / 2 ** 20;
}

/** The middle of `values`; of two in the middle, their mean. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const lower = sorted.length % 2 === 0 ? upper - 1 : upper;
  return ((sorted[lower] ?? NaN) + (sorted[upper] ?? NaN)) / 2;
}

/** The median of `values[i] / others[i]`: the ratio within each round, so that drift cancels out. */
export function medianRatio(values: readonly number[], others: readonly number[]): number {
  return median(values.map((value, round) => value / (others[round] ?? NaN)));
}
