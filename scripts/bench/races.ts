/**
 * Who runs against whom, and what the design asks for (`token` against an empty program, against the other
 * printers of tokens; a kubeconfig entry against kubectl).
 *
 * @module
 */

import { join } from "node:path";
import { V8_FLAGS } from "../../src/runtime/own_command.ts";
import { talk } from "../script.ts";
import { launchOf } from "../installation.ts";
import { posixLauncher } from "../launcher.ts";
import { environmentOf, PROFILE } from "./homes.ts";
import { type Contestant, interleave, outputOf, peakMemoryMiB } from "./interleave.ts";
import { findAwsClis, findIamAuthenticator, findKubectl } from "./rivals.ts";
import {
  atMostMoreMiB,
  atMostTimes,
  onlyToKnow,
  type Row,
  timesFaster,
  toRow,
  within,
} from "./row.ts";
import type { Setting } from "./setting.ts";

/** `token` against an empty program on the same runtime, and with many profiles against few. */
export function raceEmptyProgram(setting: Setting): readonly Row[] {
  const env = environmentOf(setting.smallHome);
  // How V8 is told to start is a part of eksauth; an empty program is what Deno starts by itself.
  const plainRun = setting.denoRun.filter((flag) => flag !== V8_FLAGS);
  const empty: Contestant = {
    name: "empty program",
    command: [...plainRun, setting.emptyProgram],
    env,
  };
  const tuned: Contestant = {
    name: "empty program, V8 told the same",
    command: [...setting.denoRun, setting.emptyProgram],
    env,
  };
  const small = tokenIn(setting.smallHome, setting);
  const large = { ...tokenIn(setting.largeHome, setting), name: "eksauth token, 5,000 profiles" };
  // On Windows the launcher is a batch file, which only the command processor can start.
  const installed = Deno.build.os === "windows" ? undefined : throughLauncher(small, setting);
  const others = installed === undefined ? [] : [installed];
  for (const contestant of [small, large, ...others]) requireToken(contestant);

  const race = raceOf([empty, tuned, small, large, ...others], setting);
  const known = onlyToKnow(atMostTimes(1.15));
  const rows = [
    race("token, credentials cached", { eksauth: small, other: empty }, atMostTimes(1.15)),
    race("the same", { eksauth: small, other: tuned }, known),
    ...memoryRow(small, empty),
    race("token with 5,000 profiles for 10", { eksauth: large, other: small }, within(0.03)),
  ];
  if (installed === undefined) return rows;
  return [...rows, race("token through its launcher", { eksauth: installed, other: empty }, known)];
}

function tokenIn(home: string, setting: Setting): Contestant {
  return {
    name: "eksauth token",
    command: [...setting.denoRun, setting.program, "token", ...TOKEN_FLAGS],
    env: environmentOf(home),
  };
}

/** eksauth and the AWS CLI understand the same ones. */
const TOKEN_FLAGS: readonly string[] = [
  ...["--cluster-name", "dev-cluster", "--region", "us-east-2", "--profile", PROFILE],
];

/** The token as kubectl gets it from an installation: a shell starts, and becomes Deno. */
function throughLauncher(direct: Contestant, setting: Setting): Contestant {
  const launcher = join(setting.folder, "eksauth");
  const launch = launchOf(launcher, { deno: Deno.execPath(), script: setting.program });
  Deno.writeTextFileSync(launcher, posixLauncher(launch), { mode: 0o755 });
  const args = direct.command.slice(setting.denoRun.length + 1);
  return { name: "installed eksauth", command: [launcher, ...args], env: direct.env };
}

/** Makes sure that a contestant does the work before it is timed. The first run also fills its cache. */
function requireToken(contestant: Contestant): void {
  if (outputOf(contestant).includes("k8s-aws-v1.")) return;
  throw new Error(`Cannot time "${contestant.name}": it printed no token`);
}

type Race = (
  what: string,
  contestants: { readonly eksauth: Contestant; readonly other: Contestant },
  goal: Parameters<typeof toRow>[1],
) => Row;

/** Runs all `contestants` in turns, and then compares any two of them. */
function raceOf(contestants: readonly Contestant[], setting: Setting): Race {
  talk(`timing ${contestants.map(({ name }) => name).join(", ")} …`);
  const times = interleave(contestants, setting.rounds);
  const measured = ({ name }: Contestant): { name: string; values: readonly number[] } => ({
    name,
    values: times.get(name) ?? [],
  });
  return (what, { eksauth, other }, goal) =>
    toRow({ what, unit: "ms", eksauth: measured(eksauth), other: measured(other) }, goal);
}

function memoryRow(eksauth: Contestant, other: Contestant): readonly Row[] {
  const measured = (contestant: Contestant): { name: string; values: readonly number[] } => ({
    name: contestant.name,
    values: Array.from({ length: 5 }, () => peakMemoryMiB(contestant) ?? NaN),
  });
  const row = toRow({
    what: "token, peak memory",
    unit: "MiB",
    eksauth: measured(eksauth),
    other: measured(other),
  }, atMostMoreMiB(8));
  return Number.isNaN(row.result) ? [] : [row];
}

/** `token` against whatever else on this machine prints tokens. None of them calls AWS for it. */
export function raceTokenPrinters(setting: Setting): readonly Row[] {
  const eksauth = tokenIn(setting.smallHome, setting);
  const env = environmentOf(setting.smallHome);
  const clis = findAwsClis().map(({ name, path, version }) => ({
    contestant: { name, command: [path, "eks", "get-token", ...TOKEN_FLAGS], env },
    // Version 1 starts faster than version 2.
    goal: timesFaster(version.startsWith("1.") ? 20 : 25),
  }));
  const authenticator = findIamAuthenticator();
  const command = ["token", "--cluster-id", "dev-cluster", "--region", "us-east-2"];
  const authenticators = authenticator === undefined ? [] : [{
    contestant: {
      name: authenticator.name,
      command: [authenticator.path, ...command],
      env: { ...env, AWS_PROFILE: PROFILE },
    },
    goal: onlyToKnow(timesFaster(1)),
  }];
  const rivals = [...clis, ...authenticators];
  if (rivals.length === 0) {
    talk("no AWS CLI and no aws-iam-authenticator on the PATH: nothing to compare with");
    return [];
  }
  for (const contestant of [eksauth, ...rivals.map(({ contestant }) => contestant)]) {
    requireToken(contestant);
  }
  const race = raceOf([eksauth, ...rivals.map(({ contestant }) => contestant)], setting);
  return rivals.map(({ contestant, goal }) =>
    race(`token against ${contestant.name}`, { eksauth, other: contestant }, goal)
  );
}

/** One entry written into a kubeconfig of 1,000 clusters, against `kubectl config set-cluster`. */
export function raceKubectl(setting: Setting): readonly Row[] {
  const kubectl = findKubectl();
  if (kubectl === undefined) {
    talk("no kubectl on the PATH: nothing to compare with");
    return [];
  }
  const env = environmentOf(setting.smallHome);
  const file = join(setting.folder, "kubeconfig");
  // Each run finds the file as it was, so that each run has to write.
  const prepare = (): void => Deno.writeTextFileSync(file, setting.kubeconfig, { mode: 0o600 });
  const endpoint = `https://${"0123456789ABCDEF".repeat(2)}.gr7.us-east-2.eks.amazonaws.com`;
  const contestants = {
    eksauth: {
      name: "eksauth kubeconfig",
      command: [
        ...[...setting.denoRun, setting.program, "kubeconfig", "--kubeconfig", file],
        ...["--name", "dev-cluster", "--region", "us-east-2", "--profile", PROFILE],
        ...["--endpoint", endpoint, "--ca-file", setting.certificateFile],
      ],
      env,
      prepare,
    },
    other: {
      name: kubectl.name,
      command: [
        ...[kubectl.path, "config", "set-cluster", "dev-cluster", "--kubeconfig", file],
        ...["--server", endpoint, "--certificate-authority", setting.certificateFile],
        "--embed-certs",
      ],
      env,
      prepare,
    },
  };
  for (const contestant of [contestants.eksauth, contestants.other]) {
    outputOf(contestant);
    if (Deno.readTextFileSync(file).includes(endpoint)) continue;
    throw new Error(`Cannot time "${contestant.name}": it did not write the cluster`);
  }
  const race = raceOf([contestants.eksauth, contestants.other], setting);
  return [race("one entry into 1,000 clusters", contestants, timesFaster(1))];
}
