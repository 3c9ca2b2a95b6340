/**
 * The INI grammar of `~/.aws/config` and `~/.aws/credentials`: that of Python's `RawConfigParser`, which the
 * AWS CLI reads them with, so that both see the same profiles in the same file.
 *
 * @module
 */

import { EksauthError } from "../errors.ts";
import { decodeIni, type IniLine, stripBlanks } from "./ini_lines.ts";

/** A file to parse. The path only ever goes into messages and origins. */
export interface IniSource {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The sections of one file, in file order; `[DEFAULT]` is not among them. */
export interface IniFile {
  readonly path: string;
  readonly sections: ReadonlyMap<string, IniSection>;
}

/** One section. Keys are in lower case; {@linkcode iniValue} looks one up. */
export interface IniSection {
  readonly path: string;
  /** Line of the header, from 1. */
  readonly line: number;
  readonly values: ReadonlyMap<string, IniValue>;
  /** What `[DEFAULT]` says, one map for all sections of a file. */
  readonly inherited: ReadonlyMap<string, IniValue>;
}

/** A value with the line of its key, from 1. */
export interface IniValue {
  /** A text, with `\n` between the lines it spans; or the keys of a nested block, spelt as in the file. */
  readonly value: string | ReadonlyMap<string, IniText>;
  readonly line: number;
}

/** A value inside a nested block. */
export interface IniText {
  readonly value: string;
  readonly line: number;
}

/**
 * The sections and values of an AWS config or credentials file.
 *
 * No quoting, no interpolation and no comments behind a value; a line indented deeper than its key continues
 * the value; keys of the section `[DEFAULT]` count in all others. `key =` with indented `sub = value` lines
 * below it is a nested block.
 *
 * @throws `config_invalid` with the file, line and column
 * @see https://docs.python.org/3/library/configparser.html#supported-ini-file-structure
 */
export function parseIni(source: IniSource): IniFile {
  const { path } = source;
  const defaults: Draft = { line: 0, options: new Map() };
  const drafts = new Map<string, Draft>();
  let draft: Draft | undefined;
  let option: Option | undefined;
  let indent = 0;
  for (const line of decodeIni(source)) {
    if (line.text.startsWith("#") || line.text.startsWith(";")) continue;
    // A blank line belongs to the value above it, which may go on below.
    if (line.text === "" || (option !== undefined && line.indent > indent)) {
      option?.lines.push(line);
      continue;
    }
    indent = line.indent;
    const sectionName = headerOf(line.text);
    if (sectionName !== undefined) {
      draft = sectionName === "DEFAULT"
        ? defaults
        : openSection({ path, line, sectionName, drafts });
      option = undefined;
    } else if (draft === undefined) {
      throw invalid({ path, line }, "the line stands before the first section", {
        hint: "Begin the file with a section, such as [default] or [profile NAME]",
      });
    } else {
      option = openOption({ path, line, draft });
    }
  }
  // Python looks at the values of [DEFAULT] only where another section inherits them.
  const inherited = drafts.size > 0 ? valuesOf(path, defaults) : new Map<string, IniValue>();
  const sections = new Map<string, IniSection>();
  for (const [sectionName, each] of drafts) {
    sections.set(sectionName, { path, line: each.line, values: valuesOf(path, each), inherited });
  }
  return { path, sections };
}

/** What a section says about `key`, itself or through `[DEFAULT]`; `undefined` when nothing. */
export function iniValue(section: IniSection, key: string): IniValue | undefined {
  return section.values.get(key) ?? section.inherited.get(key);
}

/** A section while its lines come in. */
interface Draft {
  readonly line: number;
  readonly options: Map<string, Option>;
}

/** A key, the first line of its value, and the lines that may turn out to continue it. */
interface Option {
  readonly line: number;
  readonly lines: IniLine[];
}

/** Greedy to the last `]`, as Python's expression is; what follows that is ignored. */
function headerOf(text: string): string | undefined {
  const end = text.lastIndexOf("]");
  return text.startsWith("[") && end > 1 ? text.slice(1, end) : undefined;
}

interface NewSection {
  readonly path: string;
  readonly line: IniLine;
  readonly sectionName: string;
  readonly drafts: Map<string, Draft>;
}

function openSection({ path, line, sectionName, drafts }: NewSection): Draft {
  const earlier = drafts.get(sectionName);
  if (earlier !== undefined) {
    throw invalid({ path, line }, `section [${sectionName}] is already on line ${earlier.line}`, {
      hint: "Merge the two sections, or rename one",
    });
  }
  const draft: Draft = { line: line.number, options: new Map() };
  drafts.set(sectionName, draft);
  return draft;
}

interface NewOption {
  readonly path: string;
  readonly line: IniLine;
  readonly draft: Draft;
}

/** Messages name keys but never show a line: a broken one may be half of a secret. */
function openOption({ path, line, draft }: NewOption): Option {
  const delimiter = line.text.search(/[=:]/);
  if (delimiter <= 0) {
    const missing = delimiter < 0 ? '"="' : 'key before the "="';
    throw invalid({ path, line }, `the line has no ${missing}`, {
      hint: "Write the line as KEY = VALUE, or put a # before it",
    });
  }
  const key = stripBlanks(line.text.slice(0, delimiter)).toLowerCase();
  const earlier = draft.options.get(key);
  if (earlier !== undefined) {
    throw invalid({ path, line }, `key "${key}" is already set on line ${earlier.line}`, {
      hint: "Remove one of the two lines",
    });
  }
  const text = stripBlanks(line.text.slice(delimiter + 1));
  const option: Option = { line: line.number, lines: [{ ...line, text }] };
  draft.options.set(key, option);
  return option;
}

function valuesOf(path: string, draft: Draft): Map<string, IniValue> {
  const values = new Map<string, IniValue>();
  for (const [key, { line, lines }] of draft.options) {
    const last = lines.findLastIndex(({ text }) => text !== "");
    const value = lines.slice(0, last + 1).map(({ text }) => text).join("\n");
    values.set(key, { line, value: value.startsWith("\n") ? nestedBlock(path, lines) : value });
  }
  return values;
}

/** The block below an empty value. Its keys keep their case, and the last of equal ones counts. */
function nestedBlock(path: string, lines: readonly IniLine[]): ReadonlyMap<string, IniText> {
  const block = new Map<string, IniText>();
  for (const line of lines) {
    // The AWS CLI splits these lines once more, at everything that Python's `splitlines` splits at.
    // deno-lint-ignore no-control-regex
    for (const part of line.text.split(/[\v\f\x1c-\x1e\x85\u2028\u2029]/)) {
      const text = stripBlanks(part);
      if (text === "") continue;
      const delimiter = text.indexOf("=");
      if (delimiter < 0) {
        throw invalid({ path, line }, 'the line of an indented block has no "="', {
          hint: "Write the line as KEY = VALUE, or put a # before it",
        });
      }
      const key = stripBlanks(text.slice(0, delimiter));
      block.set(key, { value: stripBlanks(text.slice(delimiter + 1)), line: line.number });
    }
  }
  return block;
}

function invalid(
  { path, line }: { readonly path: string; readonly line: IniLine },
  problem: string,
  { hint }: { readonly hint: string },
): EksauthError {
  const position = `${path}:${line.number}:${line.indent + 1}`;
  return new EksauthError("config_invalid", `Cannot read "${position}": ${problem}`, { hint });
}
