/**
 * Writing clusters into the kubeconfig files of this machine.
 *
 * @module
 */

import { EksauthError, type ErrorCode } from "../errors.ts";
import { replaceFile } from "../runtime/file_writing.ts";
import { withKubectlLock } from "../runtime/kubectl_lock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readKubeconfigText } from "./_kubeconfig_choice.ts";
import { type FilePlan, planSave, type SavePlan, type SaveRequest } from "./_save_plan.ts";
import { openKubeconfig, type Upserted, upsertInto } from "./kubeconfig_document.ts";

export type { SaveRequest } from "./_save_plan.ts";

/** A kubeconfig file and what became of it. */
export interface SavedFile extends Upserted {
  readonly path: string;
}

/** What {@linkcode saveClusters} did, or {@linkcode previewClusters} would do. */
export interface Saved {
  /** Almost always one. A second where another file of `KUBECONFIG` holds the current context. */
  readonly files: readonly SavedFile[];
  /** The context that kubectl uses afterwards unless it is told another; empty when there is none. */
  readonly currentContext: string;
  /** Sentences for the user: files that could not be searched, names that hide one another. */
  readonly warnings: readonly string[];
}

/**
 * Writes clusters where kubectl finds them: each into the first file that has it already, else into the first file.
 *
 * The files are locked as kubectl locks them and replaced whole. One that says everything already is not touched,
 * nor locked. Where the current context is to be set, it goes into the file that kubectl takes it from, or it
 * would have no effect.
 *
 * @throws `kubeconfig_invalid`, `kubeconfig_conflict` with nothing written
 * @throws `file_locked`, `file_unreadable`, `file_unwritable`, `interrupted`
 */
export async function saveClusters(
  request: SaveRequest,
  runtime: Pick<Runtime, "now" | "sleep">,
): Promise<Saved> {
  const plans = await planPatiently(request, runtime);
  const saved: SavedFile[] = [];
  for (const plan of plans.files) {
    saved.push({ path: plan.path, ...await writeFile({ plan, mode: request.mode }, runtime) });
  }
  return outcome(plans, saved);
}

/**
 * What {@linkcode saveClusters} would do; it writes nothing.
 *
 * @throws `kubeconfig_invalid`, `kubeconfig_conflict`, `file_unreadable`
 */
export function previewClusters(request: SaveRequest): Saved {
  const plan = planSave(request);
  return outcome(plan, plan.files.map(({ path, result }) => ({ path, ...result })));
}

function outcome({ currentContext, warnings }: SavePlan, files: readonly SavedFile[]): Saved {
  const moved = files.find((file) => file.currentContext !== undefined)?.currentContext;
  return { files, currentContext: moved?.after ?? currentContext, warnings };
}

/**
 * How long to wait for a look at a file without kubectl in it, in milliseconds: kubectl writes in a fraction of
 * it, and whoever has a broken file and a stale lock should hear of the file first.
 */
const SECOND_LOOK_WAIT_MS = 500;

/**
 * Plans, and looks again under the lock if a file is broken: kubectl empties a kubeconfig before it writes it, and
 * who reads without the lock may come in between.
 */
async function planPatiently(
  request: SaveRequest,
  runtime: Pick<Runtime, "now" | "sleep">,
): Promise<SavePlan> {
  try {
    return planSave(request);
  } catch (error) {
    if (!isCode(error, "kubeconfig_invalid")) throw error;
    // A file that stops the plan is the first: it was to take what no other has.
    const lock = { path: request.paths[0]!, waitMs: SECOND_LOOK_WAIT_MS };
    try {
      return await withKubectlLock(lock, () => planSave(request), runtime);
    } catch (second) {
      throw isCode(second, "file_locked", "file_unwritable") ? error : second;
    }
  }
}

function isCode(error: unknown, ...codes: readonly ErrorCode[]): boolean {
  return error instanceof EksauthError && codes.includes(error.code);
}

/**
 * Carries out what was planned. The plan was made without the lock, to hold it no longer than a write takes: while
 * we have it, kubectl fails. If the file is another by now, the plan is made again.
 */
function writeFile(
  { plan, mode }: { readonly plan: FilePlan; readonly mode: number | undefined },
  runtime: Pick<Runtime, "now" | "sleep">,
): Promise<Upserted> {
  const { path, document, wanted } = plan;
  if (!plan.result.isChanged) return Promise.resolve(plan.result);
  return withKubectlLock(
    { path },
    () => {
      const text = readKubeconfigText(path);
      const result = text === document.text
        ? plan.result
        : upsertInto(openKubeconfig({ path, text }), wanted);
      // 0600: users' kubeconfigs hold keys and tokens, and helm warns of anything wider.
      if (result.isChanged) replaceFile({ path, text: result.text, mode: mode ?? 0o600 });
      return result;
    },
    runtime,
  );
}
