/**
 * Runs the project's scripts as a person would, in folders of the test's own.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { PROJECT } from "./_sources.ts";

/** A folder that is gone when the test is. */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
  /** Writes a file below the folder, and gives its absolute path. */
  write(name: string, text: string): string;
}

/** Makes a {@linkcode TemporaryFolder}. */
export function temporaryFolder(): TemporaryFolder {
  const path = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "eksauth-test-" }));
  return {
    path,
    write(name, text): string {
      const file = join(path, name);
      Deno.mkdirSync(dirname(file), { recursive: true });
      Deno.writeTextFileSync(file, text);
      return file;
    },
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** What a program left behind, besides files. */
export interface ProgramResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `scripts/<name>` with `args`; `env` comes on top of the test's own environment. */
export function runScript(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  const script = join(PROJECT, "scripts", name);
  return runCommand([Deno.execPath(), "run", "-A", "--quiet", script, ...args], {
    ...env,
    // Another home must not mean that everything is fetched again.
    DENO_DIR: denoFolder(),
  });
}

/** Runs a command line; `env` comes on top of the test's own environment. */
export async function runCommand(
  [command = "", ...args]: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Deno's cache; from another home everything would be fetched again without it. */
export function denoFolder(): string {
  const { stdout } = new Deno.Command(Deno.execPath(), { args: ["info", "--json"], cwd: PROJECT })
    .outputSync();
  const { denoDir } = JSON.parse(new TextDecoder().decode(stdout)) as { readonly denoDir: string };
  return denoDir;
}
