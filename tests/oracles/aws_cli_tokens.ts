/**
 * What the AWS CLI signs: inputs of all kinds, and its own code to sign them with where Python has it.
 *
 * @module
 */

import assert from "node:assert/strict";
import fc from "fast-check";

/** Everything that decides what a token looks like. */
export interface TokenInput {
  readonly region: string;
  readonly clusterName: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | null;
  readonly useFips: boolean;
  readonly useDualStack: boolean;
  /** ISO 8601, in whole seconds. */
  readonly time: string;
}

/** Two regions of each partition, and one that nobody knows. */
const REGIONS: readonly string[] = [
  ...["us-east-1", "us-east-2", "eu-central-1", "ap-southeast-7", "mx-central-1", "xx-west-9"],
  ...["cn-north-1", "cn-northwest-1", "us-gov-west-1", "us-gov-east-1", "eusc-de-east-1"],
  ...["us-iso-east-1", "us-iso-west-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1"],
];

const CLUSTER_NAME = fc.stringMatching(/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/);

/** Real ones are base64, and long; the others have everything that an encoder can get wrong. */
const SESSION_TOKEN = fc.oneof(
  fc.base64String({ minLength: 16, maxLength: 1200 }),
  fc.stringMatching(/^[!-~]{1,80}$/),
  fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).filter((text) =>
    text.isWellFormed() && !/[\p{Cc}\p{Z}]/u.test(text)
  ),
);

/** Inputs for which eksauth has to make the very token of the AWS CLI. */
export const TOKEN_INPUTS: fc.Arbitrary<TokenInput> = fc.record({
  region: fc.constantFrom(...REGIONS),
  clusterName: fc.oneof(CLUSTER_NAME, fc.constant("n".repeat(100))),
  accessKeyId: fc.stringMatching(/^A[KS]IA[A-Z0-9]{12,16}$/),
  secretAccessKey: fc.stringMatching(/^[A-Za-z0-9/+=]{40}$/),
  sessionToken: fc.option(SESSION_TOKEN),
  useFips: fc.boolean(),
  useDualStack: fc.boolean(),
  time: fc.date({
    min: new Date("2020-01-01T00:00:00Z"),
    max: new Date("2049-12-31T23:59:59Z"),
    noInvalidDate: true,
  }).map((date) => `${date.toISOString().slice(0, 19)}Z`),
}).map((input) => ({
  ...input,
  // No cluster follows the dual-stack hosts of isolated regions, so eksauth never signs for them.
  useDualStack: input.useDualStack && !/-iso/.test(input.region),
}));

/** Whether there is a Python with the AWS CLI's code. When there is none, a line says so aloud. */
export const HAS_AWS_CLI_CODE: boolean = await canImport();

async function canImport(): Promise<boolean> {
  try {
    const { success } = await python(["-c", "import awscli.customizations.eks.get_token"], "");
    if (success) return true;
  } catch {
    // There is no Python at all.
  }
  const line = "SKIPPED: python3 has no awscli, so nothing is compared with what it signs today\n";
  Deno.stderr.writeSync(new TextEncoder().encode(line));
  return false;
}

/** The tokens that the AWS CLI makes of `inputs`. */
export async function awsCliTokens(inputs: readonly TokenInput[]): Promise<readonly string[]> {
  const script = new URL("aws_cli_tokens.py", import.meta.url).pathname;
  const { success, stdout, stderr } = await python([script], JSON.stringify(inputs));
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stderr));
  return JSON.parse(decoder.decode(stdout)) as readonly string[];
}

async function python(args: readonly string[], stdin: string): Promise<Deno.CommandOutput> {
  const process = new Deno.Command("python3", {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  return await process.output();
}
