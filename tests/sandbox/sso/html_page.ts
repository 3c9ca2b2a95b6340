/**
 * The frame of the pages that people see when they sign in. It loads nothing, runs no script, and follows the
 * light or dark of the browser.
 *
 * @module
 */

import type { Answer } from "../listener.ts";

/** What a page says. */
export interface HtmlPage {
  readonly status: number;
  readonly title: string;
  /** HTML; what came from outside is escaped in it. */
  readonly content: string;
}

const STYLE = `
  :root { color-scheme: light dark; --line: #8886; --accent: light-dark(#0b5fa5, #6cb4ee); }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center;
    font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 26rem; margin: 1rem; padding: 2rem; border: 1px solid var(--line);
    border-radius: 12px; }
  h1 { margin: 0 0 .75rem; font-size: 1.3rem; line-height: 1.3; }
  dl { display: grid; grid-template-columns: auto 1fr; align-items: center; gap: .25rem 1rem; }
  dt { opacity: .7; }
  dd { margin: 0; overflow-wrap: anywhere; }
  .code { font: 600 1.2rem ui-monospace, monospace; letter-spacing: .1em; }
  .actions { display: flex; gap: .75rem; margin-top: 1.5rem; }
  button, select, input { font: inherit; padding: .5rem 1rem; border: 1px solid var(--line);
    border-radius: 8px; }
  input { text-transform: uppercase; }
  button.first { background: var(--accent); color: Canvas; border-color: transparent; }
  footer { margin-top: 1.5rem; font-size: .85rem; opacity: .7; }`;

/** The page as an answer. */
export function htmlAnswer({ status, title, content }: HtmlPage): Answer {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    // Says nothing of forms: the answer to one sends the browser to the client's own port.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
  };
  // The icon keeps browsers from asking for one.
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${content}
<footer>The IAM Identity Center of the eksauth sandbox. No AWS account is behind it.</footer>
</main>
</body>
</html>
`;
  return { status, headers, body };
}

/** A page that says one thing. */
export function messagePage(
  page: { readonly status: number; readonly title: string; readonly message: string },
): Answer {
  return htmlAnswer({ ...page, content: `<p>${escapeHtml(page.message)}</p>` });
}

/** `text` as the content of an element or of a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
