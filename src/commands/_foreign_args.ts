/**
 * Command lines that were written for other programs, in eksauth's words: the AWS CLI's
 * `--region R eks get-token …`, Atmos' `aws eks token …`.
 *
 * @module
 */

/** Options that take no value and may stand before the command; all others are followed by theirs. */
const SWITCHES: ReadonlySet<string> = new Set(["--verbose", "--no-input"]);

/** Options of the program itself: these stay in front. */
const OWN_OPTIONS: ReadonlySet<string> = new Set([
  "--help",
  "-h",
  "--helpAll",
  "-H",
  "--version",
  "-v",
]);

/** `args` with the command in front: options before it are moved behind it, `aws` and `eks` are dropped. */
export function normalizeArgs(args: readonly string[]): readonly string[] {
  const before: string[] = [];
  let index = 0;
  while (index < args.length && args[index]!.startsWith("-") && !OWN_OPTIONS.has(args[index]!)) {
    const flag = args[index++]!;
    before.push(flag);
    const hasValue = !flag.includes("=") && !SWITCHES.has(flag);
    if (hasValue && index < args.length) before.push(args[index++]!);
  }
  const rest = args.slice(index);
  // Nothing but options: leave them where they are, for the framework to explain.
  if (rest.length === 0) return args;
  const words = rest[0] === "aws" && rest[1] === "eks"
    ? rest.slice(2)
    : rest[0] === "eks"
    ? rest.slice(1)
    : rest;
  const [verb, ...flags] = words;
  return verb === undefined ? args : [verb, ...before, ...flags];
}
