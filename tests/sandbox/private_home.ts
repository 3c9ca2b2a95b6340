/**
 * Real programs in a home folder of their own: kubectl, the AWS CLI, eksauth. They see nothing of the machine's
 * user, and leave nothing behind.
 *
 * @module
 */

/** How a program ended. */
export interface ProgramRun {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home folder that is removed when it is disposed of. */
export interface PrivateHome extends AsyncDisposable {
  readonly folder: string;
  /** `.kube/config` in the folder; need not exist. */
  readonly kubeconfigPath: string;
  /** Runs a program to its end with only `PATH`, `HOME`, `KUBECONFIG` and `env` in its environment. */
  run(
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<ProgramRun>;
}

/** Makes an empty home. */
export async function createPrivateHome(): Promise<PrivateHome> {
  const folder = await Deno.makeTempDir({ prefix: "eksauth-home-" });
  const kubeconfigPath = `${folder}/.kube/config`;
  return {
    folder,
    kubeconfigPath,
    async run(program, args, env = {}): Promise<ProgramRun> {
      const own = { PATH: Deno.env.get("PATH") ?? "", HOME: folder, KUBECONFIG: kubeconfigPath };
      const command = new Deno.Command(program, {
        args: [...args],
        clearEnv: true,
        env: { ...own, ...env },
        cwd: folder,
        stdin: "null",
      });
      const { code, stdout, stderr } = await command.output();
      const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
      return { code, stdout: text(stdout), stderr: text(stderr) };
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/**
 * Whether `program` is on the PATH, for the `ignore` of a test that needs it. When it is not, a line says so
 * aloud: a skipped proof has to be noticed.
 */
export function hasProgram(program: string): boolean {
  const found = (Deno.env.get("PATH") ?? "").split(":").some((folder) => {
    try {
      return Deno.statSync(`${folder}/${program}`).isFile;
    } catch {
      return false;
    }
  });
  if (!found) {
    const line =
      `SKIPPED: ${program} is not on the PATH, so the tests that need it prove nothing\n`;
    Deno.stderr.writeSync(new TextEncoder().encode(line));
  }
  return found;
}
