/**
 * The command tree: which commands exist, in help order, and the words they answer to. A command is loaded
 * only when it is the one that was typed.
 *
 * @module
 */

import {
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command,
  run,
  text_en,
} from "@stricli/core";
import type { CommandContext } from "./commands/_context.ts";
import { normalizeArgs } from "./commands/_foreign_args.ts";
import { unknownCommand, usageError } from "./commands/_usage_error.ts";
import { exitCodeOf } from "./errors.ts";
import { describeError } from "./output.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { VERSION } from "./version.ts";

/** Runs `runtime.args` through the command tree and gives the exit code. */
export async function runCli(runtime: Runtime): Promise<number> {
  const args = normalizeArgs(runtime.args);
  const process: {
    stdout: typeof runtime.stdout;
    stderr: typeof runtime.stderr;
    exitCode?: number;
  } = {
    stdout: runtime.stdout,
    stderr: runtime.stderr,
  };
  await run(buildTree(await loadTyped(args)), args, { process, runtime });
  return exitCodeFor(process.exitCode ?? 0);
}

interface Verb {
  readonly brief: string;
  readonly aliases?: readonly string[];
  readonly load: () => Promise<Command<CommandContext>>;
}

const VERBS: Readonly<Record<string, Verb>> = {
  login: {
    brief: "Sign in to IAM Identity Center, for eksauth and the AWS CLI alike",
    load: async () => (await import("./commands/login.ts")).loginCommand,
  },
  logout: {
    brief: "Sign out: end the session at AWS and remove its tokens and credentials",
    load: async () => (await import("./commands/logout.ts")).logoutCommand,
  },
  status: {
    brief: "Show who is signed in, until when, as whom",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  whoami: {
    brief: "Show one identity: what eksauth status tells of it",
    load: async () => (await import("./commands/status.ts")).whoamiCommand,
  },
  kubeconfig: {
    brief: "Write a cluster into the kubeconfig, harming nothing that is there",
    aliases: ["update-kubeconfig"],
    load: async () => (await import("./commands/kubeconfig.ts")).kubeconfigCommand,
  },
  token: {
    brief: "Print an ExecCredential: the plugin that kubectl, helm and k9s start",
    aliases: ["get-token"],
    load: async () => (await import("./commands/_token_command.ts")).tokenCommand,
  },
  version: {
    brief: "Print version, target, and where configuration and caches are",
    load: async () => (await import("./commands/version.ts")).versionCommand,
  },
};

/** The one command that is needed, and the word it was called by. */
interface Typed {
  readonly args: readonly string[];
  /** The command's name in {@linkcode VERBS}; absent when there is none for the word. */
  readonly word?: string;
  readonly command?: Command<CommandContext>;
}

async function loadTyped(args: readonly string[]): Promise<Typed> {
  const [typedWord = ""] = args;
  for (const [word, { aliases = [], load }] of Object.entries(VERBS)) {
    if (word !== typedWord && !aliases.includes(typedWord)) continue;
    return { args, word, command: await load() };
  }
  return { args };
}

function buildTree(typed: Typed): ReturnType<typeof buildApplication<CommandContext>> {
  const routes: Record<string, Command<CommandContext>> = {};
  const aliases: Record<string, string> = {};
  for (const [word, verb] of Object.entries(VERBS)) {
    const command = word === typed.word ? typed.command : undefined;
    routes[word] = command ?? unloaded(verb.brief);
    for (const alias of verb.aliases ?? []) aliases[alias] = word;
  }
  const root = buildRouteMap<string, CommandContext>({
    routes,
    aliases,
    docs: {
      brief: "Sign in to AWS and get into Amazon EKS",
      fullDescription: INTRODUCTION,
    },
  });
  return buildApplication(root, {
    name: "eksauth",
    versionInfo: { currentVersion: VERSION },
    scanner: { caseStyle: "original" },
    documentation: { disableAnsiColor: true, onlyRequiredInUsageLine: true },
    localization: { loadText: () => textFor(typed) },
    determineExitCode: exitCodeOf,
  });
}

const INTRODUCTION = `Sign in to AWS and get into Amazon EKS: one binary, no AWS CLI, no AWS SDK.

  eksauth login dev-admin
  eksauth kubeconfig --name dev-cluster --region us-east-2 --profile dev-admin
  kubectl get pods

Exit codes: 0 done, 1 failed, 2 usage or configuration, 4 sign-in needed, 130 interrupted.`;

/** Stands for a command that was not typed: only its line in the help is needed. */
function unloaded(brief: string): Command<CommandContext> {
  return buildCommand<Record<never, never>, [], CommandContext>({
    func: () => {},
    parameters: {},
    docs: { brief },
  });
}

/** All that the framework says which is not help. */
function textFor({ args, command }: Typed): typeof text_en {
  const flagNames = Object.keys(command?.parameters.flags ?? {});
  const words = Object.entries(VERBS).flatMap(([word, { aliases = [] }]) => [word, ...aliases]);
  return {
    ...text_en,
    exceptionWhileParsingArguments: (error) =>
      describeError(usageError(error, { verb: args[0] ?? "", flagNames, args })),
    exceptionWhileLoadingCommandFunction: describeError,
    exceptionWhileLoadingCommandContext: describeError,
    exceptionWhileRunningCommand: describeError,
    commandErrorResult: describeError,
    exceptionWhileRunningIntegrationFlag: ({ exception }) => describeError(exception),
    exceptionWhileRunningIntegrationHook: ({ exception }) => describeError(exception),
    noCommandRegisteredForInput: ({ input }) => describeError(unknownCommand(input, words)),
  };
}

/** Stricli's own negative codes all say that the command line was wrong, or that this program is. */
function exitCodeFor(code: number): number {
  // -1 unknown command, -4 arguments, -5 command line could not be read (`ExitCode` in @stricli/core).
  if (code === -1 || code === -4 || code === -5) return 2;
  return code < 0 ? 1 : code;
}
