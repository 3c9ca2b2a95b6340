/**
 * What the browser shows when a sign-in comes back to this machine. Whole HTML documents: nothing is loaded
 * from elsewhere, no script runs, and every text from outside is escaped.
 *
 * @module
 */

/** A sign-in that worked. */
export interface SignedIn {
  /** The start URL of the SSO session. */
  readonly startUrl: string;
  /** What the sign-in is used for, such as an account, a role or an SSO session; left out when unknown. */
  readonly account?: string | undefined;
}

/** A sign-in that failed, in the words of its error. */
export interface SignInFailure {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** The page after a sign-in that worked. */
export function signedInPage({ startUrl, account }: SignedIn): string {
  return page({
    mood: "good",
    heading: "Signed in",
    body: `<p>You can close this tab and go back to the terminal.</p>${
      facts([["Start URL", startUrl], ["Signed in to", account]])
    }`,
  });
}

/** The page after a sign-in that was refused or went wrong. */
export function signInFailedPage({ message, hint }: SignInFailure): string {
  return page({
    mood: "bad",
    heading: "Not signed in",
    body: `<p>${escapeHtml(message)}</p>${
      facts([["What to do", hint ?? "Go back to the terminal and sign in again"]])
    }`,
  });
}

/** The page for a redirect that does not belong to the sign-in that is waiting. It tells nothing about that one. */
export function wrongStatePage(): string {
  return page({
    mood: "odd",
    heading: "This is another sign-in",
    body:
      `<p>The page that led here belongs to a sign-in that is over, or that was not begun on this computer. Nothing was signed in.</p>${
        facts([[
          "What to do",
          "Close this tab and use the one that eksauth opened last, or begin again in the terminal",
        ]])
      }`,
  });
}

/** Text as HTML shows it literally, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

interface Page {
  readonly mood: "good" | "bad" | "odd";
  readonly heading: string;
  /** HTML. */
  readonly body: string;
}

function page({ mood, heading, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${heading} · eksauth</title>
<style>${STYLE}</style>
</head>
<body>
<main class="${mood}">
<div role="${mood === "good" ? "status" : "alert"}">
<svg viewBox="0 0 48 48" aria-hidden="true"><circle cx="24" cy="24" r="24"/><path d="${
    SIGNS[mood]
  }"/></svg>
<h1>${heading}</h1>
${body}
</div>
</main>
<footer>eksauth, on this computer</footer>
</body>
</html>
`;
}

/** Names and values; those without a value are left out. */
function facts(rows: readonly (readonly [term: string, value: string | undefined])[]): string {
  const known = rows.filter(([, value]) => value !== undefined && value !== "");
  const items = known.map(([term, value]) =>
    `<div><dt>${term}</dt><dd>${escapeHtml(value ?? "")}</dd></div>`
  );
  return `<dl>${items.join("")}</dl>`;
}

/** A tick, a cross and an exclamation mark, drawn with a pen. */
const SIGNS: Readonly<Record<Page["mood"], string>> = {
  good: "M14 25l7 7 13-15",
  bad: "M17 17l14 14M31 17L17 31",
  odd: "M24 13v13M24 33.5v.5",
};

/** Text and background differ by 7:1 at least in both schemes (WCAG 2.2, 1.4.6). */
const STYLE = `
:root{color-scheme:light dark;--paper:#f3f4f6;--card:#fff;--ink:#16191f;--soft:#434c59;--line:#e2e5ea;--good:#15803d;--bad:#b42318;--odd:#a15c07;--pen:#fff}
@media (prefers-color-scheme:dark){:root{--paper:#0f1217;--card:#191d24;--ink:#f1f3f6;--soft:#b3bac5;--line:#2c323c;--good:#4ade80;--bad:#f87171;--odd:#fbbf24;--pen:#101318}}
*{box-sizing:border-box;margin:0}
body{min-height:100vh;min-height:100dvh;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:20px;padding:24px 16px;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif}
main{width:100%;max-width:460px;padding:36px 32px;background:var(--card);border:1px solid var(--line);border-radius:16px;box-shadow:0 1px 2px rgb(0 0 0/.05),0 12px 32px rgb(0 0 0/.07)}
svg{display:block;width:48px;height:48px;margin-bottom:20px}
path{fill:none;stroke:var(--pen);stroke-width:4;stroke-linecap:round;stroke-linejoin:round}
.good circle{fill:var(--good)}.bad circle{fill:var(--bad)}.odd circle{fill:var(--odd)}
h1{font-size:26px;line-height:1.25;font-weight:650;letter-spacing:-.01em;margin-bottom:8px;text-wrap:balance}
p{color:var(--soft);overflow-wrap:anywhere}
dl{margin-top:24px;padding-top:20px;border-top:1px solid var(--line);display:grid;gap:14px}
dt{font-size:13px;color:var(--soft)}
dd{margin-top:2px;overflow-wrap:anywhere;font-weight:500}
footer{font-size:13px;color:var(--soft)}
@media (max-width:480px){main{padding:28px 22px}h1{font-size:23px}}
`;
