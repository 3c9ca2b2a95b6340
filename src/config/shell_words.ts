/**
 * Words as a POSIX shell splits them: section headers such as `[profile "my team"]` follow these rules.
 *
 * @module
 */

/**
 * The words of `text`: split at blanks, with `'…'`, `"…"` and `\` as in a shell, and nothing expanded.
 *
 * @returns `undefined` when a quote is left open or a backslash stands last
 * @see https://docs.python.org/3/library/shlex.html#parsing-rules
 */
export function splitShellWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  // `undefined` between words, so that "" can be told from no word at all.
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === quote) {
      quote = undefined;
    } else if (character === "\\" && quote !== "'") {
      const escaped = text[++index];
      if (escaped === undefined) return undefined;
      // Between double quotes a backslash is itself, unless before a backslash or a double quote.
      const isLiteral = quote === '"' && escaped !== "\\" && escaped !== '"';
      word = (word ?? "") + (isLiteral ? "\\" : "") + escaped;
    } else if (quote === undefined && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (quote !== undefined || !" \t\r\n".includes(character)) {
      word = (word ?? "") + character;
    } else if (word !== undefined) {
      words.push(word);
      word = undefined;
    }
  }
  if (quote !== undefined) return undefined;
  return word === undefined ? words : [...words, word];
}
