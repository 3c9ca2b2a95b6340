/**
 * `eksauth version`: what is running, and where its files are.
 *
 * @module
 */

import { buildCommand } from "@stricli/core";
import {
  awsConfigFile,
  awsCredentialsFile,
  cacheFolder,
  isNowhere,
  stateFolder,
} from "../config/paths.ts";
import { ownCommand } from "../runtime/own_command.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { VERSION } from "../version.ts";
import type { CommandContext } from "./_context.ts";
import { outputFlag } from "./_flags.ts";

interface Flags {
  readonly output: "text" | "json";
}

/** The `version` command: flags, help and recipe. */
export const versionCommand = buildCommand<Flags, [], CommandContext>({
  func(flags): void {
    runVersion(flags, this.runtime);
  },
  parameters: {
    flags: {
      output: outputFlag("How to print it"),
    },
    aliases: { o: "output" },
  },
  docs: { brief: "Print version, target, and where configuration and caches are" },
});

function runVersion(flags: Flags, runtime: Runtime): void {
  const known = (path: string): string | null => isNowhere(path, runtime) ? null : path;
  const facts = {
    version: VERSION,
    deno: runtime.program.denoVersion,
    target: runtime.program.target,
    command: ownCommand(runtime).command,
    awsConfigFile: known(awsConfigFile(runtime)),
    awsCredentialsFile: known(awsCredentialsFile(runtime)),
    cacheFolder: known(cacheFolder(runtime)),
    stateFolder: known(stateFolder(runtime)),
  };
  if (flags.output === "json") {
    runtime.stdout.write(JSON.stringify(facts, undefined, 2) + "\n");
    return;
  }
  const rows: readonly (readonly [string, string | null])[] = [
    ["eksauth", `${facts.version} (${facts.target}, Deno ${facts.deno})`],
    ["command", facts.command],
    ["AWS config", facts.awsConfigFile],
    ["AWS credentials", facts.awsCredentialsFile],
    ["cache", facts.cacheFolder],
    ["state", facts.stateFolder],
  ];
  for (const [label, value] of rows) {
    runtime.stdout.write(`${label.padEnd(17)}${value ?? "none: there is no home folder"}\n`);
  }
}
