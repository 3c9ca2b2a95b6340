/**
 * The small program called `eksauth` that an installation puts on the `PATH`: it starts Deno with the bundle.
 *
 * @module
 */

/** What a launcher starts. All paths are absolute. */
export interface Launch {
  /** The launcher's own path: what the program writes into kubeconfigs. */
  readonly launcher: string;
  /** The Deno to start. */
  readonly deno: string;
  /** The arguments between `deno` and the script; plain words that no shell looks into. */
  readonly args: readonly string[];
  /** The bundle's first file. */
  readonly script: string;
  /** Environment variables to set; plain words as well. */
  readonly env: Readonly<Record<string, string>>;
}

/** Whether `text` is a launcher that this project wrote, so that it may be replaced and removed. */
export function isLauncher(text: string): boolean {
  return text.includes(MARK);
}

const MARK = "Written by eksauth's install script, which also replaces and removes it";

/**
 * The launcher for a POSIX shell.
 *
 * It replaces itself by Deno, so signals and the exit code need no handing on; starting the shell costs 1 ms.
 */
export function posixLauncher(launch: Launch): string {
  const exports = Object.entries({ EKSAUTH_LAUNCHER: launch.launcher, ...launch.env })
    .map(([variable, value]) => `${variable}=${quoteForShell(value)}`);
  const command = [
    quoteForShell(launch.deno),
    ...launch.args,
    quoteForShell(launch.script),
    '"$@"',
  ];
  return `#!/bin/sh
# ${MARK}.
export ${exports.join(" ")}
exec ${command.join(" ")}
`;
}

/** `text` as one word of a POSIX shell, whatever is in it. */
export function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The launcher for the command processor of Windows.
 *
 * A batch file is read in the console's code page, so a user name with letters beyond ASCII would not be
 * understood: paths below `%LOCALAPPDATA%` are written with that variable.
 */
export function windowsLauncher(launch: Launch, localAppData: string | undefined): string {
  const quote = (path: string): string => {
    const inAppData = localAppData !== undefined &&
      path.toLowerCase().startsWith(`${localAppData}\\`.toLowerCase());
    // A percent sign would begin a variable. Quotes cannot be part of a path there.
    const rest = (inAppData ? path.slice(localAppData.length) : path).replaceAll("%", "%%");
    return `"${inAppData ? "%LOCALAPPDATA%" : ""}${rest}"`;
  };
  return [
    "@echo off",
    `rem ${MARK}.`,
    "setlocal DisableDelayedExpansion",
    // The path of the batch file itself, as the command processor knows it.
    'set "EKSAUTH_LAUNCHER=%~f0"',
    ...Object.entries(launch.env).map(([variable, value]) => `set "${variable}=${value}"`),
    `${quote(launch.deno)} ${launch.args.join(" ")} ${quote(launch.script)} %*`,
    "exit /b %ERRORLEVEL%",
    "",
  ].join("\r\n");
}
