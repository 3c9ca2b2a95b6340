/**
 * A person with a browser, for tests: opens a page over HTTP, presses a button, and goes where that leads.
 *
 * @module
 */

/** What a person does. */
export interface PersonOptions {
  /** One of the instance's users; its first one when left out. */
  readonly userName?: string;
}

/** Where a browser ended up. */
export interface BrowserVisit {
  readonly url: string;
  readonly status: number;
  /** HTML. */
  readonly page: string;
}

/** The buttons of the pages. */
export type Decision = "approve" | "deny";

/**
 * Decides on the page at `url`, and goes to the client with what comes of it; after a device page there is
 * nowhere to go.
 */
export async function decideInBrowser(
  url: string,
  options: PersonOptions & { readonly decision: Decision },
): Promise<BrowserVisit> {
  const decided = await decideOnPage(url, options);
  return "visit" in decided ? decided.visit : await visit(decided.redirectUrl);
}

/**
 * Decides on the page at `url`, in a browser that cannot reach the client: gives the address that stands in
 * its address bar then.
 *
 * @throws Error when the page does not lead to a client
 */
export async function decideElsewhere(
  url: string,
  options: PersonOptions & { readonly decision: Decision },
): Promise<string> {
  const decided = await decideOnPage(url, options);
  if ("redirectUrl" in decided) return decided.redirectUrl;
  throw new Error(`The sign-in page ended with ${decided.visit.status}: ${decided.visit.page}`);
}

type Decided = { readonly redirectUrl: string } | { readonly visit: BrowserVisit };

async function decideOnPage(
  url: string,
  { decision, userName }: PersonOptions & { readonly decision: Decision },
): Promise<Decided> {
  const opened = await load(url);
  // A wrong request, or a sandbox that approves by itself.
  if ("redirectUrl" in opened || !opened.visit.page.includes('value="approve"')) return opened;
  const [, firstUser = ""] = /<option value="(.*?)">/.exec(opened.visit.page) ?? [];
  const body = new URLSearchParams({ decision, user: userName ?? firstUser });
  return await load(url, { method: "POST", body });
}

async function visit(url: string): Promise<BrowserVisit> {
  const response = await fetch(url, { redirect: "manual" });
  return { url, status: response.status, page: await response.text() };
}

async function load(url: string, request: RequestInit = {}): Promise<Decided> {
  const response = await fetch(url, { ...request, redirect: "manual" });
  const page = await response.text();
  const redirectUrl = response.headers.get("location");
  return redirectUrl === null ? { visit: { url, status: response.status, page } } : { redirectUrl };
}
