/**
 * QR codes on a terminal, two modules a character.
 *
 * @module
 */

import { encode } from "uqr";

/** What to draw, and on what. */
export interface QrCodeRequest {
  readonly text: string;
  /** How many characters fit on a line. */
  readonly columns: number;
  /**
   * `coloured` draws black on white whatever the terminal looks like. Where colours must not be used, `dark` and
   * `light` tell its background.
   */
  readonly ground: "coloured" | "dark" | "light";
}

/** Light modules around the symbol: ISO/IEC 18004 asks for four, and some cameras need them. */
const QUIET_ZONE = 4;

/** Fixed colours of the 256-colour palette, which no theme changes: black on white. */
const BLACK_ON_WHITE = "\x1b[38;5;16;48;5;231m";
const PLAIN = "\x1b[0m";

/**
 * `request.text` as a QR code: lines of half blocks, each with its end; `undefined` when it is wider than the
 * terminal, or when the text is too long for any QR code.
 */
export function renderQrCode({ text, columns, ground }: QrCodeRequest): string | undefined {
  const modules = encodeModules(text);
  if (modules === undefined || modules.length > columns) return undefined;
  // What the terminal draws in its text colour: the dark modules, or on a dark ground the light ones.
  const inked = ground !== "dark";
  const lines: string[] = [];
  for (let row = 0; row < modules.length; row += 2) {
    const lower = modules[row + 1] ?? [];
    const blocks = (modules[row] ?? []).map((upper, column) =>
      halfBlock(upper === inked, (lower[column] ?? false) === inked)
    ).join("");
    lines.push(ground === "coloured" ? `${BLACK_ON_WHITE}${blocks}${PLAIN}\n` : `${blocks}\n`);
  }
  return lines.join("");
}

/** Rows of modules, `true` where dark, with the quiet zone around them. */
function encodeModules(text: string): readonly (readonly boolean[])[] | undefined {
  try {
    return encode(text, { ecc: "L", boostEcc: true, border: QUIET_ZONE }).data;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function halfBlock(upper: boolean, lower: boolean): string {
  if (upper) return lower ? "█" : "▀";
  return lower ? "▄" : " ";
}
