/**
 * kubectl's own lock on a kubeconfig.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { reasonOf } from "./files.ts";
import { folderOf, followSymlinks } from "./paths.ts";
import { poll } from "./poll.ts";
import type { Runtime } from "./runtime.ts";
import { shellWord } from "./shell_word.ts";
import { catchSignals } from "./signals.ts";

/** A kubeconfig about to be changed. */
export interface KubectlLock {
  /** Its path as kubectl is given it: links in it are not followed first. */
  readonly path: string;
  /** How long to wait for kubectl and others; {@linkcode KUBECTL_LOCK_WAIT_MS} when absent. */
  readonly waitMs?: number;
}

/**
 * client-go holds its lock for one read and one write, about a second for a thousand clusters. Who holds it for
 * five is not slow but dead.
 */
export const KUBECTL_LOCK_WAIT_MS = 5_000;

/**
 * Runs `action` while kubectl, helm and everything else made with client-go keeps off the kubeconfig.
 *
 * client-go (`clientcmd.ModifyConfig`) creates `<path>.lock` with `O_EXCL`, beside the path *as it was given*,
 * without following links, and removes it afterwards. Whoever reaches the same file by its real path locks
 * another name; so where `path` is a link, the real file's lock is taken as well. client-go does not wait: a
 * kubectl that meets our lock fails. Hence `action` should be short.
 *
 * And it is synchronous, so that no signal can end the program between lock and unlock: one that comes
 * meanwhile is served when the lock has been removed.
 *
 * @throws `file_locked` when somebody else's lock stays; it is never removed for them
 * @throws `file_unwritable` when the lock cannot be made
 * @throws `interrupted` when SIGINT, SIGTERM or SIGHUP came; an `action` that had begun has ended by then
 * @see https://pkg.go.dev/k8s.io/client-go/tools/clientcmd#ModifyConfig
 */
export async function withKubectlLock<T>(
  lock: KubectlLock,
  action: () => T,
  runtime: Pick<Runtime, "now" | "sleep">,
): Promise<T> {
  const names = lockNames(lock.path);
  const signals = catchSignals();
  try {
    let done: { readonly value: T } | undefined;
    const attempt = (): boolean => {
      signals.throwIfCaught(`the change of "${lock.path}"`);
      done = whileLocked(names, action);
      return done !== undefined;
    };
    await poll({ attempt, waitMs: lock.waitMs ?? KUBECTL_LOCK_WAIT_MS }, runtime);
    // A signal takes a thread and a turn or two of the event loop to arrive, so there have to be some.
    for (let turn = 0; turn < 3; turn++) await runtime.sleep(1);
    signals.throwIfCaught(`the change of "${lock.path}"`);
    if (done === undefined) throw heldByOther({ path: lock.path, names }, runtime);
    return done.value;
  } finally {
    signals.release();
  }
}

/** `<path>.lock`, and that of the file behind it. Sorted, as client-go does, so that two never wait for each other. */
function lockNames(path: string): readonly string[] {
  try {
    return [...new Set([`${path}.lock`, `${followSymlinks(path)}.lock`])].sort();
  } catch (error) {
    throw new EksauthError("file_unwritable", `Cannot lock "${path}": ${reasonOf(error)}`, {
      hint: `ls -ld "${folderOf(path)}" "${path}"`,
      cause: error,
    });
  }
}

function whileLocked<T>(
  names: readonly string[],
  action: () => T,
): { readonly value: T } | undefined {
  const held: string[] = [];
  try {
    for (const name of names) {
      if (!createLock(name)) return undefined;
      held.push(name);
    }
    return { value: action() };
  } finally {
    for (const name of held) removeLock(name);
  }
}

/** Whether the lock is now ours. */
function createLock(name: string): boolean {
  let file: Deno.FsFile;
  try {
    Deno.mkdirSync(folderOf(name), { recursive: true, mode: 0o700 });
    file = Deno.openSync(name, { write: true, createNew: true, mode: 0o600 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return false;
    // Windows says so of a lock that is just being removed.
    if (Deno.build.os === "windows" && error instanceof Deno.errors.PermissionDenied) return false;
    throw unlockable(name, error);
  }
  try {
    // kubectl leaves its lock empty; ours says whom to look for.
    file.writeSync(new TextEncoder().encode(`eksauth ${Deno.pid}\n`));
  } catch {
    // A courtesy: an empty lock on a full disk is a lock.
  } finally {
    file.close();
  }
  return true;
}

function removeLock(name: string): void {
  try {
    Deno.removeSync(name);
  } catch {
    // Somebody took our advice and removed it already.
  }
}

function heldByOther(
  { path, names }: { readonly path: string; readonly names: readonly string[] },
  runtime: Pick<Runtime, "now">,
): EksauthError {
  for (const name of names) {
    const made = modifiedAt(name);
    if (made === undefined) continue;
    return new EksauthError(
      "file_locked",
      `Cannot change "${path}": its lock "${name}" has been there for ${age(made, runtime.now())}`,
      {
        hint: `If ${holderOf(name)} is no longer running, the lock is stale: ${removal(name)}`,
      },
    );
  }
  return new EksauthError(
    "file_locked",
    `Cannot change "${path}": other programs keep locking it`,
    {
      hint: "Try again when they are done",
    },
  );
}

function modifiedAt(path: string): Date | undefined {
  try {
    return Deno.statSync(path).mtime ?? undefined;
  } catch {
    return undefined;
  }
}

/** Who made the lock. A lock of kubectl has no content, and a mode that lets nobody read it. */
function holderOf(name: string): string {
  let owner: string | undefined;
  try {
    owner = /^eksauth (\d{1,10})\n$/.exec(Deno.readTextFileSync(name))?.[1];
  } catch {
    // Then it is not ours.
  }
  return owner === undefined ? "the kubectl or helm that made it" : `eksauth process ${owner}`;
}

/** How long ago `since` was, in the largest unit that fits. */
function age(since: Date, now: Date): string {
  const seconds = Math.max(0, Math.round((now.getTime() - since.getTime()) / 1000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 2 * 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

/** What to type to remove a file. */
function removal(path: string): string {
  return Deno.build.os === "windows" ? `del "${path}"` : `rm ${shellWord(path)}`;
}

function unlockable(path: string, error: unknown): EksauthError {
  return new EksauthError("file_unwritable", `Cannot create "${path}": ${reasonOf(error)}`, {
    hint: `Make the folder "${folderOf(path)}" writable, or choose another file with --kubeconfig`,
    cause: error,
  });
}
