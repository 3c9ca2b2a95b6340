/**
 * The question that every sign-in ends with: may this client act for you?
 *
 * @module
 */

import { AwsError } from "../aws/aws_error.ts";
import { parameterMap } from "../aws/query.ts";
import type { Answer, ReceivedRequest } from "../listener.ts";
import { escapeHtml, htmlAnswer } from "./html_page.ts";
import type { SsoInstance, SsoUser } from "./instance.ts";

/** What the person is asked. */
export interface ConsentQuestion {
  readonly clientName: string;
  readonly instance: SsoInstance;
  /** To be compared with the one that the client shows. */
  readonly userCode?: string;
}

/** What the person answered. */
export type Consent = { readonly approvedBy: SsoUser } | "denied";

/** A page with an Approve and a Deny button, which post to the page's own address. */
export function consentPage({ clientName, instance, userCode }: ConsentQuestion): Answer {
  const options = instance.users.map(({ userName, displayName }) =>
    `<option value="${escapeHtml(userName)}">${escapeHtml(displayName)}</option>`
  );
  const code = userCode === undefined
    ? ""
    : `<dt>Code</dt><dd class="code">${escapeHtml(userCode)}</dd>`;
  const content = `<p>It asks to use your AWS accounts in your name.</p>
<form method="post">
<dl>
<dt>Client</dt><dd>${escapeHtml(clientName)}</dd>
${code}
<dt>Portal</dt><dd>${escapeHtml(instance.startUrl)}</dd>
<dt><label for="user">You are</label></dt>
<dd><select id="user" name="user">${options.join("")}</select></dd>
</dl>
<div class="actions">
<button class="first" name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</div>
</form>`;
  return htmlAnswer({ status: 200, title: `Allow ${clientName} to sign in?`, content });
}

/**
 * Reads what the form of {@linkcode consentPage} posted.
 *
 * @throws AwsError `InvalidRequestException`, `AccessDeniedException` for a user whom the instance does not have
 */
export function readConsent(request: ReceivedRequest, instance: SsoInstance): Consent {
  const form = parameterMap(new TextDecoder().decode(request.body));
  if (form?.get("decision") === "deny") return "denied";
  if (form?.get("decision") !== "approve") {
    throw new AwsError(400, "InvalidRequestException", "The form holds no decision");
  }
  const approvedBy = instance.users.find(({ userName }) => userName === form.get("user"));
  if (approvedBy !== undefined) return { approvedBy };
  throw new AwsError(403, "AccessDeniedException", "There is no such user");
}

/** The consent that needs no person: that of the first user. */
export function automaticConsent(instance: SsoInstance): Consent {
  const [approvedBy] = instance.users;
  return approvedBy === undefined ? "denied" : { approvedBy };
}

/**
 * As with AWS, a person notices only on approving that the client asked in the wrong region.
 *
 * @throws AwsError `InvalidGrantException`
 */
export function checkRegion(instance: SsoInstance, region: string): void {
  if (instance.region === region) return;
  throw new AwsError(400, "InvalidGrantException", "Invalid grant provided");
}
