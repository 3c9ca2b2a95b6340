import assert from "node:assert/strict";
import {
  formatCountdown,
  hasColour,
  isInteractive,
  paint,
  startProgress,
} from "../../src/runtime/terminal.ts";
import { capturingRuntime, type Start } from "../world/run_program.ts";

type Env = Readonly<Record<string, string>>;

/** What stands in the way of asking. */
const DEAF: readonly (readonly [name: string, start: Start, noInput?: true])[] = [
  ["no stream is a terminal", {}],
  ["stdin is no terminal", { isTerminal: true, stdin: { isTerminal: () => false } }],
  ["stderr is no terminal", { stdin: { isTerminal: () => true } }],
  ["CI is set", { isTerminal: true, env: { CI: "true" } }],
  ["--no-input is given", { isTerminal: true }, true],
];

for (const [name, start, noInput] of DEAF) {
  Deno.test(`isInteractive() is false when ${name}`, () => {
    assert.equal(isInteractive({ noInput }, capturingRuntime([], start).runtime), false);
  });
}

Deno.test("isInteractive() is true on a terminal, whatever stdout is", () => {
  for (const CI of ["", "false"]) {
    const { runtime } = capturingRuntime([], { isTerminal: true, env: { CI } });
    const piped = { ...runtime, stdout: { ...runtime.stdout, isTerminal: () => false } };
    assert.equal(isInteractive({}, piped), true);
  }
});

const COLOURS: readonly (readonly [isTerminal: boolean, env: Env, expected: boolean])[] = [
  [true, {}, true],
  [true, { NO_COLOR: "" }, true],
  [true, { NO_COLOR: "1" }, false],
  [true, { NO_COLOR: "1", FORCE_COLOR: "1" }, false],
  [true, { TERM: "dumb" }, false],
  [true, { FORCE_COLOR: "0" }, false],
  [false, {}, false],
  [false, { FORCE_COLOR: "1" }, true],
  [false, { FORCE_COLOR: "" }, false],
];

for (const [isTerminal, env, expected] of COLOURS) {
  const where = `${isTerminal ? "a terminal" : "a pipe"} with ${JSON.stringify(env)}`;
  Deno.test(`hasColour() is ${expected} on ${where}`, () => {
    const { runtime } = capturingRuntime([], { isTerminal, env });
    assert.equal(hasColour(runtime), expected);
    assert.equal(
      paint({ style: "bold", text: "ABCD-EFGH" }, runtime),
      expected ? "\x1b[1mABCD-EFGH\x1b[0m" : "ABCD-EFGH",
    );
  });
}

/** What a progress line writes to stderr. */
function progress(start: Start, columns?: number): string {
  const { runtime, streams } = capturingRuntime([], start);
  const stderr = { ...runtime.stderr, columns: () => columns };
  const line = startProgress("Waiting for the browser, 10:00", { ...runtime, stderr });
  line.show("Waiting for the browser, 9:59");
  line.clear();
  assert.equal(streams().stdout, "");
  return streams().stderr;
}

Deno.test("startProgress() changes one line of a terminal, and takes it away", () => {
  assert.equal(
    progress({ isTerminal: true, env: { NO_COLOR: "1" } }),
    "\r\x1b[Keksauth: Waiting for the browser, 10:00" +
      "\r\x1b[Keksauth: Waiting for the browser, 9:59" +
      "\r\x1b[K",
  );
});

Deno.test("startProgress() never wraps", () => {
  assert.equal(
    progress({ isTerminal: true }, 13),
    "\r\x1b[Keksauth: Wai\r\x1b[Keksauth: Wai\r\x1b[K",
  );
});

Deno.test("startProgress() writes one plain line where nothing can change", () => {
  const line = "eksauth: Waiting for the browser, 10:00\n";
  assert.equal(progress({}), line);
  assert.equal(progress({ isTerminal: true, env: { TERM: "dumb" } }), line);
});

Deno.test("formatCountdown() shows minutes and seconds", () => {
  assert.deepEqual([600, 545, 60, 9, 0].map(formatCountdown), [
    "10:00",
    "9:05",
    "1:00",
    "0:09",
    "0:00",
  ]);
});
