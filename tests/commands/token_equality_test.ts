import assert from "node:assert/strict";
import fc from "fast-check";

import {
  awsCliTokens,
  HAS_AWS_CLI_CODE,
  TOKEN_INPUTS,
  type TokenInput,
} from "../oracles/aws_cli_tokens.ts";
import { runProgram, temporaryHome } from "../world/run_program.ts";

/** Made by `awsCliTokens()` with the AWS CLI 1.45.11. */
const GOLDENS = JSON.parse(
  Deno.readTextFileSync(new URL("../testdata/aws-cli-tokens.json", import.meta.url)),
) as readonly (TokenInput & { readonly token: string })[];

/** What `eksauth token` prints as the token. */
async function tokenOf(input: TokenInput): Promise<string> {
  using home = temporaryHome();
  const { stdout, stderr } = await runProgram(
    ["token", `--cluster-name=${input.clusterName}`, `--region=${input.region}`],
    {
      env: {
        ...home.env,
        AWS_ACCESS_KEY_ID: input.accessKeyId,
        AWS_SECRET_ACCESS_KEY: input.secretAccessKey,
        AWS_USE_FIPS_ENDPOINT: String(input.useFips),
        AWS_USE_DUALSTACK_ENDPOINT: String(input.useDualStack),
        ...(input.sessionToken === null ? {} : { AWS_SESSION_TOKEN: input.sessionToken }),
      },
      now: new Date(input.time),
    },
  );
  assert.equal(stderr, "");
  return (JSON.parse(stdout) as { readonly status: { readonly token: string } }).status.token;
}

Deno.test(`eksauth token: is the AWS CLI's for ${GOLDENS.length} inputs in every partition`, async () => {
  for (const { token, ...input } of GOLDENS) assert.equal(await tokenOf(input), token);
  const regions = new Set(GOLDENS.map(({ region }) => region));
  assert.ok(regions.size > 12 && GOLDENS.some(({ clusterName }) => clusterName.length === 100));
});

Deno.test("eksauth token: is the AWS CLI's for whatever comes along today (needs awscli)", {
  ignore: !HAS_AWS_CLI_CODE,
}, async () => {
  const fresh = fc.sample(TOKEN_INPUTS, 60);
  const inputs = [...GOLDENS.slice(0, 5), ...fresh];
  const tokens = await awsCliTokens(inputs);
  assert.deepEqual(tokens.slice(0, 5), GOLDENS.slice(0, 5).map(({ token }) => token));
  for (const [index, input] of inputs.entries()) {
    assert.equal(await tokenOf(input), tokens[index], JSON.stringify(input));
  }
});
