/**
 * Tables of text.
 *
 * @module
 */

/** Columns as wide as their widest cell, three blanks apart, a line each; nothing at all without rows. */
export function formatTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return "";
  const lines = [heads, ...rows];
  const widths = heads.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length))
  );
  return lines.map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ").trimEnd() + "\n"
  ).join("");
}
