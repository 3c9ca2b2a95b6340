/**
 * Lines around an offset of a text whose every line ends with a line break.
 *
 * @module
 */

/** Where the line of `offset` starts. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line after the one of `offset` starts. */
export function nextLine(text: string, offset: number): number {
  const lineBreak = text.indexOf("\n", offset);
  return lineBreak === -1 ? text.length : lineBreak + 1;
}

/** How many characters stand before `offset` on its line. */
export function columnAt(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/** Where comments may start, and how far they have to be indented. */
export interface CommentSearch {
  /** Start of a line. */
  readonly offset: number;
  readonly minColumn: number;
}

/**
 * Where the comment lines end that start at `offset` and are indented far enough: they belong to what stands
 * above them. So do blank lines between them, but not those after them.
 */
export function skipComments(text: string, { offset, minColumn }: CommentSearch): number {
  let end = offset;
  for (let line = offset; line < text.length; line = nextLine(text, line)) {
    const content = /[^ \t\r]/g;
    content.lastIndex = line;
    const start = content.exec(text)?.index ?? text.length;
    if (text[start] === "\n") continue;
    if (text[start] !== "#" || start - line < minColumn) break;
    end = nextLine(text, line);
  }
  return end;
}
