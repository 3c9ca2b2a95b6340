/**
 * Start URLs: which hosts are AWS's, which region they name, and where the others lead.
 *
 * @module
 */

import { explainNetworkFailure } from "../aws/network_failure.ts";
import { partitionOfRegion } from "../aws/partitions.ts";
import type { SsoSession } from "../config/sso_session.ts";
import { EksauthError } from "../errors.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { isLoopbackHost } from "../runtime/web_address.ts";
import type { SsoAccessRequest } from "./sso_settings.ts";

/** Whose start URL is looked up. */
export interface StartUrlQuestion extends Pick<SsoAccessRequest, "session" | "settings"> {
  readonly signal?: AbortSignal | undefined;
}

/**
 * The start URL as AWS knows it. One of a company's own, such as `https://sso.example.com`, is asked where it
 * leads, as the AWS CLI does; no other host is.
 *
 * @throws `config_invalid` when it does not lead to Identity Center, or leads to another region than the session's
 * @throws `network_unreachable` or `certificate_untrusted` when the company's host does not answer
 */
export async function resolveStartUrl(
  question: StartUrlQuestion,
  runtime: Pick<Runtime, "fetch">,
): Promise<string> {
  const { session } = question;
  const url = new URL(session.startUrl);
  if (isTakenAsItIs(question, url)) return session.startUrl;
  if (isAwsHost(url.hostname)) {
    assertSameRegion(session, url);
    return session.startUrl;
  }
  const target = await followOnce(question, runtime);
  if (target?.protocol !== "https:" || !isAwsHost(target.hostname)) {
    const end = target === undefined ? "leads nowhere" : `leads to ${target.host}`;
    throw invalid(session, {
      state: `it is no start URL of IAM Identity Center, and ${end}`,
      hint:
        "Copy the address of your AWS access portal, such as https://d-9067012345.awsapps.com/start",
    });
  }
  assertSameRegion(session, target);
  return `${target.origin}${target.pathname}`.replace(/\/+$/, "");
}

/** Where nothing is known of AWS's host names: on this machine, at a stand-in for AWS, in isolated partitions. */
function isTakenAsItIs({ session, settings }: StartUrlQuestion, url: URL): boolean {
  return isLoopbackHost(url.hostname) ||
    settings.endpointUrls.sso_oidc !== undefined || partitionOfRegion(session.region).isIsolated;
}

/** The domains of access portals, old and new, and of the addresses by which an instance issues tokens. */
const AWS_DOMAINS = [
  ...["awsapps.com", "awsapps.cn"],
  ...["app.aws", "app.amazonwebservices.com.cn", "api.amazonwebservices.eu"],
  ...["portal.amazonaws.com", "portal.amazonaws.com.cn", "portal.amazonaws.eu"],
  ...["identitycenter.amazonaws.com", "identitycenter.amazonaws.com.cn"],
  "identitycenter.amazonaws.eu",
];

function isAwsHost(hostname: string): boolean {
  return AWS_DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}

/** `<instance>.portal.<region>.app.aws` and `<instance>.<region>.portal.amazonaws.com`, and so in other partitions. */
const REGION_IN_HOST = [
  /^[^.]+\.portal\.(?<region>[^.]+)\.(app\.aws|app\.amazonwebservices\.com\.cn|api\.amazonwebservices\.eu)$/,
  /^[^.]+\.(?<region>[^.]+)\.portal\.amazonaws\.(com|com\.cn|eu)$/,
];

/** A sign-in in another region than the instance's fails at AWS, in words that do not tell why. */
function assertSameRegion(session: SsoSession, url: URL): void {
  const named = REGION_IN_HOST.map((pattern) => pattern.exec(url.hostname)?.groups?.["region"])
    .find((region) => region !== undefined);
  if (named === undefined || named === session.region) return;
  throw invalid(session, {
    state: `${url.host} is in ${named}, and the SSO region is ${session.region}`,
    hint: session.origin === undefined
      ? `--sso-region ${named}`
      : `Set sso_region = ${named} beside ${session.origin}`,
  });
}

/** In milliseconds, as for every call to AWS. */
const PATIENCE_MS = 10_000;

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Where a host leads, in one step. Servers that do not know HEAD are asked with GET. */
async function followOnce(
  question: StartUrlQuestion,
  runtime: Pick<Runtime, "fetch">,
): Promise<URL | undefined> {
  let answer = await ask({ ...question, method: "HEAD" }, runtime);
  if (answer.status === 405 || answer.status === 501) {
    answer = await ask({ ...question, method: "GET" }, runtime);
  }
  const location = REDIRECTS.has(answer.status) ? answer.headers.get("location") : null;
  if (location === null) return undefined;
  return URL.parse(location, question.session.startUrl) ?? undefined;
}

async function ask(
  { session, settings, signal, method }: StartUrlQuestion & { readonly method: string },
  runtime: Pick<Runtime, "fetch">,
): Promise<Response> {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await runtime.fetch(session.startUrl, {
      method,
      headers: {},
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      caCertificates: settings.caCertificates,
    });
  } catch (thrown) {
    if (signal?.aborted) throw signal.reason;
    const { host } = new URL(session.startUrl);
    const { error } = explainNetworkFailure({
      origin: { service: "sso", operation: method, host },
      thrown,
      timeoutMs: PATIENCE_MS,
      attempts: 1,
      isOverride: false,
    });
    const hint = error.code === "network_unreachable"
      ? `Check the start URL${session.origin === undefined ? "" : ` at ${session.origin}`}, ` +
        "the network and HTTPS_PROXY"
      : error.hint;
    throw new EksauthError(error.code, error.message, { hint, cause: thrown });
  }
}

function invalid(
  session: SsoSession,
  { state, hint }: { readonly state: string; readonly hint: string },
): EksauthError {
  const place = session.origin === undefined ? "" : ` in "${session.origin}"`;
  return new EksauthError(
    "config_invalid",
    `Cannot sign in to "${session.startUrl}"${place}: ${state}`,
    { hint },
  );
}
