/**
 * What every script does alike: talk on stderr, data on stdout, and a failure told in a line or two.
 *
 * @module
 */

/** A failure that the person at the terminal can act on. */
export class ScriptError extends Error {
  override readonly name = "ScriptError";
  /** The next thing to do. */
  readonly hint: string | undefined;
  /** 2 for a command line that makes no sense, else 1: the codes of eksauth itself. */
  readonly exitCode: 1 | 2;

  constructor(
    message: string,
    details: { readonly hint?: string; readonly exitCode?: 1 | 2 } = {},
  ) {
    super(message);
    this.hint = details.hint;
    this.exitCode = details.exitCode ?? 1;
  }
}

/** Runs a script to its end and ends the process. A failure shows its message and hint, never a stack trace. */
export async function runScript(main: (args: string[]) => Promise<void>): Promise<never> {
  try {
    await main([...Deno.args]);
  } catch (error) {
    talk(`error: ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof ScriptError && error.hint !== undefined) talk(`hint: ${error.hint}`);
    // What parseArgs of node:util throws says what is wrong with the command line.
    const isUsage = error instanceof TypeError && "code" in error &&
      String(error.code).startsWith("ERR_PARSE_ARGS");
    Deno.exit(error instanceof ScriptError ? error.exitCode : isUsage ? 2 : 1);
  }
  Deno.exit(0);
}

/** Writes a line of data to stdout. */
export function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Tells the person at the terminal something, on stderr. */
export function talk(line: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** What Deno said on `stderr`, without the empty backtrace that it adds to some errors. */
export function denoMessage(stderr: Uint8Array): string {
  return new TextDecoder().decode(stderr).split("\n\nStack backtrace:")[0]!.trim();
}
