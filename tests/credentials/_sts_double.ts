/**
 * STS as far as AssumeRole goes, in place of the network.
 *
 * @module
 */

import assert from "node:assert/strict";
import type { FetchRequest } from "../../src/runtime/runtime.ts";

/** What reached STS. */
export interface AssumeRoleCall {
  readonly host: string;
  /** The signed credential scope, such as `AKIDEXAMPLE/20260102/us-east-2/sts/aws4_request`. */
  readonly scope: string;
  readonly form: Readonly<Record<string, string>>;
  readonly caCertificates: string | undefined;
}

/** A double that answers AssumeRole, and anything else with an error. */
export interface StsDouble {
  readonly calls: readonly AssumeRoleCall[];
  fetch(url: string, request: FetchRequest): Promise<Response>;
}

/** Makes an STS whose sessions end at `expiresAt`; the n-th session has the key `ASIDEXAMPLEn`. */
export function stsDouble(expiresAt = "2026-01-02T04:04:05Z"): StsDouble {
  const calls: AssumeRoleCall[] = [];
  return {
    calls,
    fetch(url, request): Promise<Response> {
      const form = Object.fromEntries(new URLSearchParams(request.body));
      assert.equal(form.Action, "AssumeRole", `nobody expected a request for ${url}`);
      const authorization = new Headers(request.headers).get("authorization") ?? "";
      const count = calls.push({
        host: new URL(url).host,
        scope: /Credential=([^,]*)/.exec(authorization)?.[1] ?? "",
        form,
        caCertificates: request.caCertificates,
      });
      return Promise.resolve(answer({ count, form, expiresAt }));
    },
  };
}

function answer(
  { count, form, expiresAt }: {
    readonly count: number;
    readonly form: Readonly<Record<string, string>>;
    readonly expiresAt: string;
  },
): Response {
  const xml = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleResult>
    <Credentials>
      <AccessKeyId>ASIDEXAMPLE${count}</AccessKeyId>
      <SecretAccessKey>secret${count}</SecretAccessKey>
      <SessionToken>session${count}</SessionToken>
      <Expiration>${expiresAt}</Expiration>
    </Credentials>
    <AssumedRoleUser>
      <AssumedRoleId>AROAEXAMPLE:${form.RoleSessionName}</AssumedRoleId>
      <Arn>arn:aws:sts::123456789012:assumed-role/ops/${form.RoleSessionName}</Arn>
    </AssumedRoleUser>
  </AssumeRoleResult>
  <ResponseMetadata><RequestId>1b2c3d4e</RequestId></ResponseMetadata>
</AssumeRoleResponse>`;
  return new Response(xml, { headers: { "content-type": "text/xml" } });
}
