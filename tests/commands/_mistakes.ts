/**
 * Tables of mistakes: what a person types, and all that they get to see.
 *
 * @module
 */

import assert from "node:assert/strict";

import { type ClusterHome, type RunOptions, startClusterHome } from "./_cluster_home.ts";

/** What a person types, and all that they get to see. */
export interface Mistake {
  /** Split at spaces, unless it is a list. */
  readonly line: string | readonly string[];
  readonly env?: RunOptions["env"];
  readonly setUp?: (world: ClusterHome) => unknown;
  readonly code: number;
  /** `HOME` stands for the home folder, `HOST` for the sandbox, `ID` for a request id. */
  readonly error: string;
  readonly hint?: string;
}

/** Makes a test of each mistake: exact stderr and exit code, an empty stdout, and an untouched `~/.kube`. */
export function testMistakes(mistakes: Readonly<Record<string, Mistake>>): void {
  for (const [what, mistake] of Object.entries(mistakes)) {
    Deno.test(`eksauth tells what to do about ${what}`, async () => {
      await using world = await startClusterHome();
      await mistake.setUp?.(world);
      const before = filesBelow(`${world.home.path}/.kube`);
      const { line, env, code, error, hint } = mistake;
      const outcome = await world.run(line, env === undefined ? {} : { env });
      assert.deepEqual({
        stdout: outcome.stdout,
        stderr: withoutAccidents(outcome.stderr, world),
        code: outcome.code,
      }, {
        stdout: "",
        stderr: `eksauth: error: ${error}\n` +
          (hint === undefined ? "" : `eksauth: hint: ${hint}\n`),
        code,
      });
      assert.deepEqual(filesBelow(`${world.home.path}/.kube`), before);
    });
  }
}

/** `text` without what is different each time. */
export function withoutAccidents(text: string, { home }: ClusterHome): string {
  return text
    .replaceAll(home.path, "HOME")
    .replaceAll(/127\.0\.0\.1:\d+/g, "HOST")
    .replaceAll(/request id [0-9a-f-]{36}/g, "request id ID");
}

/** The content of every file, and when it was last written. */
function filesBelow(folder: string): readonly unknown[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name, isDirectory }) => {
      const path = `${folder}/${name}`;
      return isDirectory ? path : [path, Deno.readTextFileSync(path), Deno.statSync(path).mtime];
    });
  } catch {
    return [];
  }
}
