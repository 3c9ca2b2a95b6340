/**
 * Says how much of `src/` the tests run, and fails below the threshold.
 *
 *     deno task coverage            runs the tests, then reports
 *     deno task coverage --from DIR reports what a test run with DENO_COVERAGE_DIR=DIR has left
 *
 * Programs that the tests start count too: they inherit `DENO_COVERAGE_DIR`.
 *
 * @module
 */

import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { denoMessage, print, runScript, ScriptError } from "./script.ts";
import { PROJECT } from "./bundle.ts";

/** Lines of `src/` that the tests have to run, in percent. */
const THRESHOLD_PERCENT = 90;

/** How many lines of one file were run. */
export interface FileCoverage {
  /** Path below the project. */
  readonly path: string;
  readonly lines: number;
  readonly hit: number;
}

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { from: { type: "string" } } });
  const folder = values.from ?? await runTests();
  const files = await readCoverage(folder);
  for (const file of files) print(row(file));
  const total = { path: "src/ in all", lines: sum(files, "lines"), hit: sum(files, "hit") };
  print(row(total));
  if (percent(total) >= THRESHOLD_PERCENT) return;
  throw new ScriptError(
    `Cannot accept this coverage: ${
      percent(total).toFixed(1)
    } % of lines, ${THRESHOLD_PERCENT} % are wanted`,
    { hint: `deno coverage --detailed ${relative(Deno.cwd(), folder) || "."} shows the lines` },
  );
}

async function runTests(): Promise<string> {
  const folder = join(PROJECT, "coverage");
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "test"],
    cwd: PROJECT,
    env: { DENO_COVERAGE_DIR: folder },
  }).spawn().status;
  if (!success) throw new ScriptError("Cannot measure coverage: a test failed");
  return folder;
}

/** The coverage of every file of `src/` that has code to run, worst first. */
async function readCoverage(folder: string): Promise<readonly FileCoverage[]> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "coverage",
      "--lcov",
      `--include=^${RegExp.escape(pathToFileURL(join(PROJECT, "src")).href)}/`,
      folder,
    ],
    cwd: PROJECT,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) {
    throw new ScriptError(
      `Cannot read the coverage in "${folder}": ${denoMessage(stderr)}`,
    );
  }
  const measured = parseLcov(new TextDecoder().decode(stdout));
  const seen = new Set(measured.map(({ path }) => path));
  // A file that no test loads has left no trace, and must not pass as covered for that.
  const unseen = sourceFiles("src").filter((path) => !seen.has(path)).map(neverRun);
  return [...measured, ...unseen.filter(({ lines }) => lines > 0)]
    .sort((a, b) => percent(a) - percent(b) || (a.path < b.path ? -1 : 1));
}

/** The files and lines in a report in LCOV's form. */
export function parseLcov(report: string): readonly FileCoverage[] {
  return report.split("end_of_record").flatMap((record) => {
    const path = /^SF:(.*)$/m.exec(record)?.[1];
    if (path === undefined) return [];
    const count = (field: string): number =>
      Number(new RegExp(`^${field}:(\\d+)$`, "m").exec(record)?.[1] ?? 0);
    return [{
      path: relative(PROJECT, path).replaceAll("\\", "/"),
      lines: count("LF"),
      hit: count("LH"),
    }];
  });
}

function sourceFiles(folder: string): readonly string[] {
  return [...Deno.readDirSync(join(PROJECT, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? sourceFiles(path) : name.endsWith(".ts") ? [path] : [];
  });
}

/** Types alone leave nothing to run; of the rest, every line with something on it counts as missed. */
function neverRun(path: string): FileCoverage {
  const code = Deno.readTextFileSync(join(PROJECT, path)).replace(/\/\*[^]*?\*\/|\/\/.*$/gm, "");
  const hasCode = /^(?:export )?(?:async )?(?:function|const|let|class)\b/m.test(code);
  return {
    path,
    lines: hasCode ? code.split("\n").filter((line) => line.trim() !== "").length : 0,
    hit: 0,
  };
}

function sum(files: readonly FileCoverage[], field: "lines" | "hit"): number {
  return files.reduce((total, file) => total + file[field], 0);
}

function percent({ lines, hit }: FileCoverage): number {
  return lines === 0 ? 100 : 100 * hit / lines;
}

function row(file: FileCoverage): string {
  const share = `${percent(file).toFixed(1)} %`.padStart(8);
  return `${share}  ${`${file.hit}/${file.lines}`.padStart(9)}  ${file.path}`;
}

if (import.meta.main) await runScript(main);
