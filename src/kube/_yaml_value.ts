/**
 * Values to be written into YAML, and their text: read the same by YAML 1.1 (kubectl), YAML 1.2 and, in flow
 * style, JSON.
 *
 * @module
 */

/** What eksauth writes. Numbers are not needed. */
export type YamlValue = string | boolean | null | readonly YamlValue[] | YamlFields;

/** A mapping, in the order of writing. Its keys are the program's own words and need no quotes. */
export interface YamlFields {
  readonly [key: string]: YamlValue;
}

/** How a file is laid out, so that what is added looks like what is there. */
export interface Layout {
  /** The line break. */
  readonly eol: string;
  /** Columns from a key to the keys below it. */
  readonly step: number;
  /** Columns from a key to the dashes of its list; kubectl writes them under the key, 0. */
  readonly listIndent: number;
  /** Columns from a dash to what follows it. */
  readonly dashWidth: number;
}

/** What kubectl writes. */
export const KUBECTL_LAYOUT: Layout = { eol: "\n", step: 2, listIndent: 0, dashWidth: 2 };

/** A field as complete lines, its key at column `indent`. */
export function fieldLines(
  { key, value, indent }: {
    readonly key: string;
    readonly value: YamlValue;
    readonly indent: number;
  },
  layout: Layout,
): string {
  const head = `${" ".repeat(indent)}${key}:`;
  if (!isBlock(value)) return `${head} ${scalarText(value)}${layout.eol}`;
  return head + layout.eol + nestedLines({ value, indent }, layout);
}

/** The lines that stand under a key at column `indent` whose value is `value`. */
export function nestedLines(
  { value, indent }: { readonly value: YamlValue; readonly indent: number },
  layout: Layout,
): string {
  if (isList(value)) {
    const dash = indent + layout.listIndent;
    return value.map((item) => itemLines({ item, indent: dash }, layout)).join("");
  }
  return Object.entries(value as YamlFields)
    .map(([key, field]) => fieldLines({ key, value: field, indent: indent + layout.step }, layout))
    .join("");
}

/** A list item as complete lines, its dash at column `indent`. */
export function itemLines(
  { item, indent }: { readonly item: YamlValue; readonly indent: number },
  layout: Layout,
): string {
  const dash = " ".repeat(indent) + "-".padEnd(layout.dashWidth);
  if (!isBlock(item)) return dash + scalarText(item) + layout.eol;
  const inner = indent + layout.dashWidth;
  const lines = isList(item)
    ? item.map((nested) => itemLines({ item: nested, indent: inner }, layout))
    : Object.entries(item as YamlFields)
      .map(([key, value]) => fieldLines({ key, value, indent: inner }, layout));
  // The dash takes the place of the first line's indent.
  return dash + lines.join("").slice(inner);
}

/** JSON over several lines. */
export interface Pretty {
  readonly eol: string;
  /** What stands before the line on which the value starts. */
  readonly indent: string;
  /** What each level adds to that. */
  readonly step: string;
}

/** `value` as JSON, on one line unless it is to be pretty. */
export function flowText(value: YamlValue, pretty?: Pretty): string {
  if (!isBlock(value)) return typeof value === "string" ? doubleQuoted(value) : scalarText(value);
  const [open, close] = isList(value) ? ["[", "]"] : ["{", "}"];
  const deeper = pretty && { ...pretty, indent: pretty.indent + pretty.step };
  const members = isList(value)
    ? value.map((item) => flowText(item, deeper))
    : Object.entries(value as YamlFields)
      .map(([key, field]) => `${JSON.stringify(key)}: ${flowText(field, deeper)}`);
  if (pretty === undefined) return open + members.join(", ") + close;
  const inner = pretty.eol + pretty.indent + pretty.step;
  return open + inner + members.join("," + inner) + pretty.eol + pretty.indent + close;
}

/** Whether `value` takes lines of its own in block style. */
export function isBlock(value: YamlValue): value is readonly YamlValue[] | YamlFields {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

/** `value` without quotes where that is safe; what has no lines of its own is written as in JSON. */
export function scalarText(value: YamlValue): string {
  if (typeof value === "string") return isPlain(value) ? value : doubleQuoted(value);
  if (typeof value !== "object" || value === null) return String(value);
  return isList(value) ? "[]" : "{}";
}

/** `text` in single quotes, if they can hold it. */
export function singleQuoted(text: string): string {
  return PRINTABLE.test(text) ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text);
}

/** `text` in double quotes, as JSON and YAML both read it. */
export function doubleQuoted(text: string): string {
  // JSON allows characters that YAML calls not printable.
  return JSON.stringify(text.toWellFormed()).replace(
    NOT_PRINTABLE,
    (character) => "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}

/** Whether YAML 1.1 or 1.2 reads the unquoted `text` as something else than these characters. */
export function readsAsOther(text: string): boolean {
  return OTHER_WORDS.test(text) || OTHER_NUMBERS.test(text) || OTHER_DATES.test(text);
}

/** Booleans and nulls of either version, the merge key and the value key. */
const OTHER_WORDS = /^(|~|null|true|false|yes|no|on|off|y|n|<<|=)$/i;
/** Decimal, octal, hexadecimal, binary, base 60, with or without underscores; infinity and not-a-number. */
const OTHER_NUMBERS =
  /^[-+]?(\.?\d[\d_.,:]*(e[-+]?\d*)?|0x[\da-f_]+|0o?[0-7_]+|0b[01_]+|\.inf)$|^\.nan$/i;
const OTHER_DATES = /^\d{4}-\d\d?-\d\d?(?:$|[Tt \t])/;

/** Where it is safe to leave the quotes away: words, paths, ARNs, URLs, flags, base64 that starts with a letter. */
const PLAIN = /^(?:--)?[A-Za-z\/](?:[\w.\/:@=+-]| (?=[\w\/]))*$/;

function isPlain(text: string): boolean {
  return PLAIN.test(text) && !text.endsWith(":") && !text.includes(": ") && !readsAsOther(text);
}

// deno-lint-ignore no-control-regex -- control characters are what it looks for
const PRINTABLE = /^[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*$/;
const NOT_PRINTABLE = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}
