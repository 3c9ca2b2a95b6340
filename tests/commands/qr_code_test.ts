import assert from "node:assert/strict";
import { type QrCodeRequest, renderQrCode } from "../../src/commands/_qr_code.ts";

const URL_OF_AWS = "https://device.sso.us-east-2.amazonaws.com/?user_code=ABCD-EFGH";

/** The pattern in three corners of every QR code: ISO/IEC 18004 §6.3.3. */
const FINDER = ["#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"];

function render(request: Partial<QrCodeRequest>): string | undefined {
  return renderQrCode({ text: URL_OF_AWS, columns: 80, ground: "light", ...request });
}

/** Modules as they look on the screen, `#` where dark, read back from the half blocks. */
function modulesOf(ground: QrCodeRequest["ground"]): readonly string[] {
  const rows: string[] = [];
  for (const line of (render({ ground }) ?? "").split("\n").slice(0, -1)) {
    const blocks = line.replace("\x1b[38;5;16;48;5;231m", "").replace("\x1b[0m", "");
    assert.equal(line.length - blocks.length, ground === "coloured" ? 23 : 0);
    assert.match(blocks, /^[ ▀▄█]+$/);
    const [inked, blank] = ground === "dark" ? [" ", "#"] : ["#", " "];
    rows.push([...blocks].map((block) => "█▀".includes(block) ? inked : blank).join(""));
    rows.push([...blocks].map((block) => "█▄".includes(block) ? inked : blank).join(""));
  }
  return rows;
}

function cut(rows: readonly string[], top: number, left: number): readonly string[] {
  return rows.slice(top, top + 7).map((row) => row.slice(left, left + 7));
}

Deno.test("renderQrCode() draws three finder patterns inside a quiet zone of four modules", () => {
  const rows = modulesOf("light");
  // Version 4: 33 modules, which holds 78 bytes at level L.
  assert.deepEqual([rows.length, ...new Set(rows.map((row) => row.length))], [42, 41]);
  assert.deepEqual(cut(rows, 4, 4), FINDER);
  assert.deepEqual(cut(rows, 4, 30), FINDER);
  assert.deepEqual(cut(rows, 30, 4), FINDER);
  const outside = [
    ...rows.slice(0, 4),
    ...rows.slice(37),
    ...rows.map((row) => row.slice(0, 4) + row.slice(37)),
  ];
  assert.equal(outside.join("").trim(), "");
});

Deno.test("renderQrCode() draws the same code on every ground", () => {
  assert.deepEqual(modulesOf("dark"), modulesOf("light"));
  assert.deepEqual(modulesOf("coloured"), modulesOf("light"));
});

Deno.test("renderQrCode() draws another code for another text", () => {
  assert.notEqual(render({ text: URL_OF_AWS.replace("ABCD", "WXYZ") }), render({}));
});

Deno.test("renderQrCode() draws nothing that is wider than the terminal", () => {
  assert.equal(render({ columns: 41 }), render({}));
  assert.equal(render({ columns: 40 }), undefined);
});

Deno.test("renderQrCode() draws nothing for a text that no QR code holds", () => {
  assert.equal(render({ text: "x".repeat(2_954), columns: 1_000 }), undefined);
  assert.ok(render({ text: "x".repeat(2_953), columns: 1_000 }));
});
