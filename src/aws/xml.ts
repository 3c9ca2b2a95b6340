/**
 * The little XML that STS speaks, read into plain values.
 *
 * @module
 */

/** An element: its text, or its children by name. */
export type XmlValue = string | XmlElement;

/** The children of an element. No prototype, so that a tag named `__proto__` is only a tag. */
export interface XmlElement {
  readonly [tag: string]: XmlValue;
}

/**
 * The document as nested objects, in the shape of the JSON answers: `{ ErrorResponse: { Error: { Code: … } } }`.
 *
 * Attributes, comments and namespaces are passed over, and of siblings with one name the last counts: the
 * answers that are read here have no lists. Document types are refused, and with them entities that a document
 * defines for itself.
 *
 * @throws {SyntaxError} when `text` is not such a document
 * @see https://www.w3.org/TR/xml/
 */
export function parseXml(text: string): XmlElement {
  const open: OpenElement[] = [{ tag: "", children: emptyElement(), text: "" }];
  let end = 0;
  for (const token of text.matchAll(TOKEN)) {
    end = token.index + token[0].length;
    readToken(token, open);
  }
  const [root, ...unclosed] = open;
  if (end !== text.length || root === undefined || unclosed.length > 0) {
    throw new SyntaxError(`The document is broken off, or has no meaning, at ${end}`);
  }
  if (Object.keys(root.children).length !== 1 || root.text.trim() !== "") {
    throw new SyntaxError("The document has not one root element");
  }
  return root.children;
}

interface OpenElement {
  readonly tag: string;
  readonly children: Record<string, XmlValue>;
  text: string;
}

/** Prolog or comment; CDATA; closing tag; opening tag with attributes; text. Sticky: nothing may lie between. */
const TOKEN = new RegExp(
  [
    String.raw`<\?[^]*?\?>|<!--[^]*?-->`,
    String.raw`<!\[CDATA\[(?<raw>[^]*?)\]\]>`,
    String.raw`<\/(?<close>[\w:.-]+)\s*>`,
    String.raw`<(?<open>[\w:.-]+)(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(?<empty>\/)?>`,
    String.raw`(?<text>[^<]+)`,
  ].join("|"),
  "gy",
);

/** Deeper than any answer of STS by far; a bound, because the text is not trusted. */
const MAX_DEPTH = 32;

function readToken(token: RegExpExecArray, open: OpenElement[]): void {
  const groups = token.groups ?? {};
  const current = open.at(-1);
  if (current === undefined) throw new SyntaxError("A tag is closed that was never opened");
  if (groups["text"] !== undefined) current.text += decodeEntities(groups["text"]);
  else if (groups["raw"] !== undefined) current.text += groups["raw"];
  else if (groups["open"] !== undefined) {
    if (open.length > MAX_DEPTH) throw new SyntaxError(`More than ${MAX_DEPTH} levels of tags`);
    open.push({ tag: groups["open"], children: emptyElement(), text: "" });
    if (groups["empty"] !== undefined) closeElement(groups["open"], open);
  } else if (groups["close"] !== undefined) closeElement(groups["close"], open);
}

function closeElement(tag: string, open: OpenElement[]): void {
  const element = open.pop();
  const parent = open.at(-1);
  if (element === undefined || parent === undefined || element.tag !== tag) {
    throw new SyntaxError(`Tag ${tag} is closed where ${element?.tag || "none"} is open`);
  }
  const isLeaf = Object.keys(element.children).length === 0;
  parent.children[tag] = isLeaf ? element.text : element.children;
}

function emptyElement(): Record<string, XmlValue> {
  return Object.create(null);
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);

function decodeEntities(text: string): string {
  return text.replace(/&([^;&]*);?/g, (reference, entity: string) => {
    const [, hex, decimal] = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(entity) ?? [];
    const codePoint = hex !== undefined ? parseInt(hex, 16) : Number(decimal ?? NaN);
    const character = codePoint <= 0x10ffff
      ? String.fromCodePoint(codePoint)
      : ENTITIES.get(entity);
    if (character === undefined || !reference.endsWith(";")) {
      throw new SyntaxError(`Unknown entity ${reference.slice(0, 12)}`);
    }
    return character;
  });
}
