/**
 * Running a script of the tests in another process.
 *
 * @module
 */

import assert from "node:assert/strict";

/** Starts `script` with `args`; its stdin and stdout are pipes. */
export function startScript(script: URL, args: readonly string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--cached-only", "--quiet", script.href, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Reads the stdout of a process line by line. */
export function linesOf(process: Deno.ChildProcess): AsyncIterator<string> {
  return splitLines(process.stdout);
}

/** The next line; it is an error if there is none. */
export async function nextLine(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  assert.ok(!done, "the process said nothing");
  return value;
}

async function* splitLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}
