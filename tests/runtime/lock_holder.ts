/**
 * Holds a lock in a process of its own. Arguments: `file` or `kubectl`, the path, and what to do while holding it:
 * `wait` for the end of stdin, or a signal to send to itself. Prints `held` when it holds it, then how it ended.
 *
 * @module
 */

import { EksauthError } from "../../src/errors.ts";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import { withLockFile } from "../../src/runtime/file_lock.ts";
import { withKubectlLock } from "../../src/runtime/kubectl_lock.ts";

const [kind, path, deed] = Deno.args as [string, string, "wait" | Deno.Signal];

function say(line: string): void {
  denoRuntime().stdout.write(`${line}\n`);
}

function act(): string {
  say("held");
  if (deed === "wait") {
    Deno.stdin.readSync(new Uint8Array(1));
    return "done";
  }
  Deno.kill(Deno.pid, deed);
  // Still holding the lock, until the signal is sure to have come.
  const comeBy = performance.now() + 50;
  while (performance.now() < comeBy);
  return "done";
}

try {
  const ended = kind === "file"
    ? await withLockFile({ path, waitMs: 0 }, () => Promise.resolve(act()), denoRuntime())
    : await withKubectlLock({ path }, act, denoRuntime());
  say(ended);
} catch (error) {
  if (!(error instanceof EksauthError)) throw error;
  say(error.code);
  say(error.message);
}
