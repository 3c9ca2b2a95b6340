import assert from "node:assert/strict";
import fc from "fast-check";
import { parseXml, type XmlValue } from "../../src/aws/xml.ts";

/** JSON makes plain objects of those without a prototype. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("parseXml() reads an answer of STS in the shape of its JSON", () => {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment with <tags> -->
<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:sts::123456789012:assumed-role/dev-admin/a&amp;b</Arn>
    <UserId>AROAEXAMPLE:<![CDATA[<dev>]]></UserId>
    <Account >123456789012</Account >
    <Empty/><AlsoEmpty a='1' b = "2" />
  </GetCallerIdentityResult>
</GetCallerIdentityResponse>
`;
  assert.deepEqual(plain(parseXml(text)), {
    GetCallerIdentityResponse: {
      GetCallerIdentityResult: {
        Arn: "arn:aws:sts::123456789012:assumed-role/dev-admin/a&b",
        UserId: "AROAEXAMPLE:<dev>",
        Account: "123456789012",
        Empty: "",
        AlsoEmpty: "",
      },
    },
  });
});

Deno.test("parseXml() decodes the five entities and character references", () => {
  assert.deepEqual(
    plain(parseXml("<a>&lt;&gt;&amp;&quot;&apos;&#47;&#x2F;&#X1F600;&amp;lt;</a>")),
    {
      a: "<>&\"'//😀&lt;",
    },
  );
});

Deno.test("parseXml() keeps a tag named __proto__ a tag", () => {
  const document = parseXml("<a><__proto__><polluted>yes</polluted></__proto__></a>");
  assert.deepEqual(Object.keys(document["a"] ?? {}), ["__proto__"]);
  assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
});

Deno.test("parseXml() refuses what is broken or not data", () => {
  const texts = [
    "",
    "text",
    "<a>",
    "<a></b>",
    "<a></a></a>",
    "</a>",
    "<a/><b/>",
    "text<a/>",
    "<a><b></a></b>",
    "<a>&nbsp;</a>",
    "<a>& b</a>",
    "<a>&#x110000;</a>",
    "<a>&#;</a>",
    "<a>&amp</a>",
    "<a b=c/>",
    "<a>1 < 2</a>",
    "<a>x<!y>z</a>",
    "<a",
    "<!-- <a/>",
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "<a>".repeat(40) + "</a>".repeat(40),
  ];
  for (const text of texts) assert.throws(() => parseXml(text), SyntaxError, text.slice(0, 40));
});

Deno.test("parseXml() gives back any tree that was written as XML", () => {
  const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
  const { tree } = fc.letrec<{ tree: XmlValue }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.string({ unit: "grapheme" }),
      fc.dictionary(name, tie("tree"), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  fc.assert(fc.property(name, tree, (root, value) => {
    assert.deepEqual(plain(parseXml(writeXml(root, value))), plain({ [root]: value }));
  }));
});

Deno.test("parseXml() fails on any prefix of a document, and quickly", () => {
  const text = writeXml("Response", { Result: { Arn: "a<b", Account: "123456789012" } });
  for (let end = 0; end < text.length; end++) {
    assert.throws(() => parseXml(text.slice(0, end)), SyntaxError);
  }
  assert.throws(() => parseXml(`<a>${"<!--".repeat(100_000)}`), SyntaxError);
  assert.throws(() => parseXml(`<a ${"b = '' ".repeat(50_000)}`), SyntaxError);
});

function writeXml(tag: string, value: XmlValue): string {
  const inner = typeof value === "string"
    ? value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
    : Object.entries(value).map(([key, child]) => writeXml(key, child)).join("\n");
  return `<${tag}>${inner}</${tag}>`;
}
