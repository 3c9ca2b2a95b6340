import assert from "node:assert/strict";
import fc from "fast-check";
import { EksauthError } from "../../src/errors.ts";
import { findTypedLine, type InputDevice, openInput } from "../../src/runtime/input.ts";

/** A stdin in the test's hand. */
interface Keyboard extends InputDevice {
  /** Whether the terminal is raw, each time that this changed. */
  readonly modes: boolean[];
  /** What is typed, or `null` for the end of the input. Whoever reads gets it. */
  type(keys: string | Uint8Array | null): void;
}

function keyboard({ isTerminal = true } = {}): Keyboard {
  const typed: (Uint8Array | null)[] = [];
  let waiting: (() => void) | undefined;
  const modes: boolean[] = [];
  return {
    modes,
    isTerminal: () => isTerminal,
    setRaw: (mode) => void modes.push(mode),
    type(keys): void {
      typed.push(typeof keys === "string" ? new TextEncoder().encode(keys) : keys);
      waiting?.();
    },
    async read(buffer): Promise<number | null> {
      if (typed.length === 0) await new Promise<void>((resolve) => waiting = resolve);
      const keys = typed.shift() ?? null;
      if (keys !== null) buffer.set(keys);
      return keys?.length ?? null;
    },
  };
}

Deno.test("readLine() gives lines without their ends, then nothing", async () => {
  const device = keyboard({ isTerminal: false });
  const input = openInput(device);
  device.type("one\ntw");
  device.type("o\r\n\nlast");
  device.type(null);
  const lines: unknown[] = [];
  for (let count = 0; count < 6; count++) lines.push(await input.readLine());
  assert.deepEqual(lines, ["one", "two", "", "last", undefined, undefined]);
  assert.deepEqual(device.modes, []);
});

Deno.test("readLine() puts split characters together", async () => {
  const device = keyboard();
  const bytes = new TextEncoder().encode("schön\n");
  device.type(bytes.slice(0, 4));
  device.type(bytes.slice(4));
  assert.equal(await openInput(device).readLine(), "schön");
});

Deno.test("readLine() that is given up leaves what is typed to the next", async () => {
  const device = keyboard();
  let reads = 0;
  const read = (buffer: Uint8Array): Promise<number | null> => {
    reads++;
    return device.read(buffer);
  };
  const input = openInput({ ...device, read });
  const controller = new AbortController();
  const reading = input.readLine(controller.signal);
  controller.abort(new EksauthError("interrupted", "Cannot wait: the browser came back"));
  await assert.rejects(reading, { message: "Cannot wait: the browser came back" });
  await assert.rejects(input.readLine(controller.signal), { code: "interrupted" });
  device.type("yes\n");
  assert.equal(await input.readLine(), "yes");
  assert.equal(reads, 1);
});

Deno.test("readLine() refuses a line without end", async () => {
  const device = keyboard();
  for (let count = 0; count < 17; count++) device.type("x".repeat(4_096));
  await assert.rejects(openInput(device).readLine(), {
    code: "usage",
    message: "Cannot read the answer: its line is too long",
  });
});

Deno.test("readHiddenLine() reads in raw mode, which Enter ends", async () => {
  const device = keyboard();
  const input = openInput(device);
  device.type("http://127.0.0.1:1/");
  device.type("?code=x\rnext\r");
  assert.equal(await input.readHiddenLine(), "http://127.0.0.1:1/?code=x");
  assert.deepEqual(device.modes, [true, false]);
  assert.equal(await input.readHiddenLine(), "next");
});

Deno.test("readHiddenLine() reads a pipe as it is", async () => {
  const device = keyboard({ isTerminal: false });
  device.type("\x7fa\n");
  assert.equal(await openInput(device).readHiddenLine(), "\x7fa");
  assert.deepEqual(device.modes, []);
});

/** Ways to end a hidden line other than Enter. */
const ENDS: Readonly<Record<string, (device: Keyboard, controller: AbortController) => void>> = {
  "Ctrl-C": (device) => device.type("abc\x03"),
  "an abort": (_, controller) =>
    controller.abort(new EksauthError("interrupted", "Cannot wait: x")),
};

for (const [name, end] of Object.entries(ENDS)) {
  Deno.test(`readHiddenLine() gives the terminal back after ${name}`, async () => {
    const device = keyboard();
    const controller = new AbortController();
    const reading = openInput(device).readHiddenLine(controller.signal);
    end(device, controller);
    await assert.rejects(reading, { code: "interrupted" });
    assert.deepEqual(device.modes, [true, false]);
  });
}

Deno.test("readHiddenLine() gives the terminal back when reading fails", async () => {
  const device = { ...keyboard(), read: () => Promise.reject(new Error("EIO")) };
  await assert.rejects(openInput(device).readHiddenLine(), { message: "EIO" });
  assert.deepEqual(device.modes, [true, false]);
});

Deno.test("readHiddenLine() survives a terminal that is gone", async () => {
  const device = keyboard();
  const setRaw = (mode: boolean): void => {
    if (!mode) throw new Error("EIO");
  };
  device.type("abc\r");
  assert.equal(await openInput({ ...device, setRaw }).readHiddenLine(), "abc");
});

/** Keys, and the line that they make; `undefined` while it is not complete. */
const KEYS: readonly (readonly [keys: string, line: string | undefined | null, rest?: string])[] = [
  ["", undefined],
  ["abc", undefined],
  ["abc\r", "abc"],
  ["abc\r\ndef", "abc", "def"],
  ["abc\ndef\r", "abc", "def\r"],
  ["ab\x7fc\bd\r", "ad"],
  ["\x7f\x7fa\r", "a"],
  ["a👍\x7fb\r", "ab"],
  ["abc\x15def\r", "def"],
  ["a\x1b[Db\x1b[1;5Cc\x1bOPd\x1b[3~e\r", "abcde"],
  ["\x1b[200~pasted\x1b[201~\r", "pasted"],
  ["a\x1b[1;5", undefined],
  ["a\x01\x02\x04\tb\r", "ab"],
  ["\x04", null],
];

for (const [keys, line, rest = ""] of KEYS) {
  Deno.test(`findTypedLine() reads ${JSON.stringify(keys)}`, () => {
    const found = findTypedLine(keys, false);
    if (line === undefined) assert.equal(found, undefined);
    else assert.deepEqual(found, { line: line ?? undefined, rest });
  });
}

Deno.test("findTypedLine() is interrupted by Ctrl-C", () => {
  assert.deepEqual(findTypedLine("abc\x03d", false), {
    line: undefined,
    rest: "d",
    isInterrupted: true,
  });
});

Deno.test("findTypedLine() drops a line whose terminal went away", () => {
  assert.deepEqual(findTypedLine("abc", true), { line: undefined, rest: "" });
});

Deno.test("findTypedLine() gives printable text as it was typed", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    fc.pre(!/\p{Cc}/u.test(text));
    assert.equal(findTypedLine(`${text}\r`, false)?.line, text);
  }));
});

Deno.test("denoRuntime() reads stdin through one input", async () => {
  const module = import.meta.resolve("../../src/runtime/deno_runtime.ts");
  const script = `import { denoRuntime } from ${JSON.stringify(module)};
const { stdin, stdout } = denoRuntime();
const lines = [await stdin.readLine(), await stdin.readHiddenLine(), await stdin.readLine()];
stdout.write(JSON.stringify([stdin.isTerminal(), ...lines]));`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode("one\ntwo\n"));
  await stdin.close();
  const { stdout } = await child.output();
  assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), [false, "one", "two", null]);
});
