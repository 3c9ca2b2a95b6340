import assert from "node:assert/strict";
import fc from "fast-check";
import {
  escapeHtml,
  signedInPage,
  signInFailedPage,
  wrongStatePage,
} from "../../src/credentials/sign_in_page.ts";

const START_URL = "https://d-9067f2e1a3.awsapps.com/start";
const SIGNED_IN = signedInPage({ startUrl: START_URL, account: "dev-admin in 123456789012" });
const FAILED = signInFailedPage({ message: "Cannot sign in", hint: "eksauth login" });

const PAGES: Readonly<Record<string, string>> = {
  "signed in": SIGNED_IN,
  failed: FAILED,
  "wrong state": wrongStatePage(),
};

/** The text that a person reads, a line for each element. */
function textOf(html: string): readonly string[] {
  const body = html.slice(html.indexOf("<body>"));
  return body.replace(/<[^>]*>/g, "\n").split("\n").map((line) => line.trim()).filter((line) =>
    line
  );
}

Deno.test("signedInPage() tells where to, and that the tab can go", () => {
  assert.deepEqual(textOf(SIGNED_IN), [
    "Signed in",
    "You can close this tab and go back to the terminal.",
    "Start URL",
    START_URL,
    "Signed in to",
    "dev-admin in 123456789012",
    "eksauth, on this computer",
  ]);
});

Deno.test("signedInPage() leaves out an account that is not known", () => {
  assert.ok(!textOf(signedInPage({ startUrl: START_URL })).includes("Signed in to"));
});

Deno.test("signInFailedPage() tells what went wrong and what to do", () => {
  assert.deepEqual(textOf(FAILED), [
    ...["Not signed in", "Cannot sign in", "What to do", "eksauth login"],
    "eksauth, on this computer",
  ]);
  assert.deepEqual(
    textOf(signInFailedPage({ message: "Cannot sign in" })).slice(2, 4),
    ["What to do", "Go back to the terminal and sign in again"],
  );
});

Deno.test("wrongStatePage() says that nothing was signed in", () => {
  assert.deepEqual(textOf(wrongStatePage()).slice(0, 2), [
    "This is another sign-in",
    "The page that led here belongs to a sign-in that is over, or that was not begun on this computer. Nothing was signed in.",
  ]);
});

for (const [name, html] of Object.entries(PAGES)) {
  Deno.test(`sign-in page, ${name}: can be read by everybody`, () => {
    assert.ok(html.startsWith('<!doctype html>\n<html lang="en">\n'));
    assert.match(html, /<meta charset="utf-8">/);
    assert.match(html, /<meta name="viewport" content="width=device-width, initial-scale=1">/);
    const heading = /<h1>(.+)<\/h1>/.exec(html)?.[1];
    assert.ok(heading);
    assert.ok(html.includes(`<title>${heading} · eksauth</title>`));
    assert.match(
      html,
      name === "signed in" ? /<div role="status">\n<svg / : /<div role="alert">\n<svg /,
    );
    assert.match(html, /<svg [^>]*aria-hidden="true"/);
  });

  Deno.test(`sign-in page, ${name}: loads nothing, runs nothing, links to nothing`, () => {
    assert.doesNotMatch(html, /<(script|link|img|iframe|form|a|object|embed|base|meta http)\b/i);
    assert.doesNotMatch(html, /\b(src|href|style|on\w+)=|url\(|@import|javascript:/i);
    // What the listener's Content-Security-Policy allows is the one style, by its hash.
    assert.equal(html.match(/<style>/g)?.length, 1);
  });
}

Deno.test("sign-in pages show text from outside, and nothing but text", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    const hostile = `<script>"'&lt;</p></style>${text}`;
    const pages = [
      signedInPage({ startUrl: hostile, account: hostile }),
      signInFailedPage({ message: hostile, hint: hostile }),
    ];
    for (const html of pages) {
      assert.equal(html.split(escapeHtml(hostile)).length, 3);
      assert.ok(!html.includes("<script") && html.split("</style>").length === 2);
    }
  }));
});

Deno.test("escapeHtml() leaves no character that HTML reads", () => {
  assert.equal(
    escapeHtml(`<a href="x" id='y'>&amp;`),
    "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;",
  );
});

/** Relative luminance of `#rgb` or `#rrggbb`. @see https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const digits = colour.slice(1);
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits;
  const [red = 0, green = 0, blue = 0] = (full.match(/../g) ?? []).map((pair) => {
    const share = parseInt(pair, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Foreground, background, and the contrast that is asked for. */
const CONTRASTS: readonly (readonly [ink: string, paper: string, least: number])[] = [
  ["ink", "card", 7],
  ["soft", "card", 7],
  ["soft", "paper", 7],
  // Signs: WCAG 2.2, 1.4.11 asks for 3:1.
  ["pen", "good", 3],
  ["pen", "bad", 3],
  ["pen", "odd", 3],
  ["good", "card", 3],
  ["bad", "card", 3],
  ["odd", "card", 3],
];

for (const scheme of ["light", "dark"]) {
  Deno.test(`sign-in pages have enough contrast in the ${scheme} scheme`, () => {
    const [light = "", dark = ""] = SIGNED_IN.split("@media (prefers-color-scheme:dark)");
    const colours = new Map(
      (scheme === "light" ? light : dark).matchAll(/--(\w+):(#\w+)/g).map((
        [, name = "", value = ""],
      ) => [name, value]),
    );
    assert.equal(colours.size, 9);
    const weak = CONTRASTS.filter(([ink, paper, least]) =>
      contrast(colours.get(ink) ?? "", colours.get(paper) ?? "") < least
    );
    assert.deepEqual(weak, []);
  });
}
