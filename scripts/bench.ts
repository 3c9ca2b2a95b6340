/**
 * Times eksauth against an empty program and against what it replaces, in one run and in turns, and prints
 * ratios beside the goals. Everything happens in temporary home folders; AWS is never called.
 *
 *     deno task bench [--quick] [--json [FILE]]
 *
 * The numbers are of this machine at this moment, so nothing fails when a goal is missed: the table says so.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { print, runScript, ScriptError } from "./script.ts";
import type { Rounds } from "./bench/interleave.ts";
import { raceEmptyProgram, raceKubectl, raceTokenPrinters } from "./bench/races.ts";
import type { Measured, Row } from "./bench/row.ts";
import { makeSetting } from "./bench/setting.ts";

async function main(args: string[]): Promise<void> {
  const { values, positionals: [file] } = parseArgs({
    args,
    options: { quick: { type: "boolean" }, json: { type: "boolean" } },
    allowPositionals: true,
  });
  if (file !== undefined && !values.json) {
    throw new ScriptError(`Cannot use "${file}": only --json takes a file`, { exitCode: 2 });
  }
  const rounds = values.quick ? { warmups: 1, counted: 7 } : { warmups: 3, counted: 41 };
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "eksauth-bench-" }));
  try {
    const setting = await makeSetting(folder, rounds);
    const rows = [
      ...raceEmptyProgram(setting),
      ...raceTokenPrinters(setting),
      ...raceKubectl(setting),
    ];
    const json = JSON.stringify({ machine: machine(), rounds: rounds.counted, rows }, undefined, 2);
    if (values.json && file === undefined) return print(json);
    if (file !== undefined) Deno.writeTextFileSync(file, `${json}\n`);
    printTable(rows, rounds);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

function machine(): string {
  return `${Deno.build.target}, ${navigator.hardwareConcurrency} processors, Deno ${Deno.version.deno}`;
}

function printTable(rows: readonly Row[], rounds: Rounds): void {
  const cells = rows.map((row) => [
    row.what,
    spread(row.eksauth, row),
    spread(row.other, row),
    row.other.name,
    row.resultText,
    row.goal ?? "",
    row.isMet === undefined ? "" : row.isMet ? "met" : "MISSED",
  ]);
  const table = [["", "eksauth", "other", "", "result", "goal", ""], ...cells];
  const widths = table[0]!.map((_, column) =>
    Math.max(...table.map((line) => line[column]!.length))
  );
  for (const line of table) {
    print(line.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd());
  }
  print("");
  print(
    `${machine()}. Whole processes, ${rounds.counted} rounds in turns; medians, and in brackets`,
  );
  print("the fastest and the slowest run. Results are medians of the ratios within the rounds.");
}

function spread({ median, min, max }: Measured, { unit }: Row): string {
  return `${median.toFixed(1)} ${unit} (${min.toFixed(1)}–${max.toFixed(1)})`;
}

if (import.meta.main) await runScript(main);
