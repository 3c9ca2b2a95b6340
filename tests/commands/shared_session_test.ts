import assert from "node:assert/strict";

import { ACCOUNT_ID, PERMISSION_SET, REGION } from "../sandbox/cast.ts";
import { SESSION_NAME, tokenFilePath, writeTokenFile } from "../sandbox/sso/aws_files.ts";
import { type SignInHome, startSignInHome, TOKEN } from "./_sign_in_home.ts";

const BOB = "bob@example.com";

Deno.test("eksauth token: is somebody else as soon as somebody else has signed in, with whatever tool", async () => {
  await using there = await startSignInHome();
  const { sandbox, home } = there;
  await there.run("login dev-admin");
  assert.match(await signerOf(there), /\/ann@example\.com$/);

  // Another tool writes the file of the session, and knows nothing of eksauth's cache.
  sandbox.sso.instance.assign({
    userName: BOB,
    accountId: ACCOUNT_ID,
    permissionSetName: PERMISSION_SET,
  });
  const path = tokenFilePath(home.path, SESSION_NAME);
  await writeTokenFile(path, sandbox.sso.signIn({ userName: BOB }));
  assert.match(await signerOf(there), /\/bob@example\.com$/);
  const asked = sandbox.sso.roleCredentialsCount;
  assert.match(await signerOf(there), /\/bob@example\.com$/);
  assert.equal(sandbox.sso.roleCredentialsCount, asked);

  // And signs out again.
  Deno.removeSync(path);
  const { code, stdout } = await there.run(TOKEN);
  assert.deepEqual([code, stdout], [4, ""]);
});

/** Who signed the token, by the ARN of the access key in it. */
async function signerOf({ run, sandbox }: SignInHome): Promise<string> {
  const { code, stdout, stderr } = await run(TOKEN);
  assert.equal(code, 0, stderr);
  const { status } = JSON.parse(stdout) as { readonly status: { readonly token: string } };
  const presignedUrl = new TextDecoder().decode(
    Uint8Array.fromBase64(status.token.slice("k8s-aws-v1.".length), { alphabet: "base64url" }),
  );
  const credential = new URL(presignedUrl).searchParams.get("X-Amz-Credential") ?? "";
  return sandbox.accounts.find(credential.split("/")[0] ?? "", REGION)?.principal.arn ?? "";
}
