import assert from "node:assert/strict";
import fc from "fast-check";

import { normalizeArgs } from "../../src/commands/_foreign_args.ts";

const ROLE = "arn:aws:iam::123456789012:role/ops";

/** Command lines as people and programs write them, and as eksauth reads them. */
const LINES: readonly (readonly [written: string, read: string])[] = [
  ["kubeconfig --name c", "kubeconfig --name c"],
  ["--region r kubeconfig --name c", "kubeconfig --region r --name c"],
  ["--region=r --profile=p kubeconfig --name c", "kubeconfig --region=r --profile=p --name c"],
  ["--verbose kubeconfig --name c", "kubeconfig --verbose --name c"],
  ["--no-input kubeconfig --name c", "kubeconfig --no-input --name c"],
  // The AWS CLI's own, and what it writes into kubeconfigs.
  ["eks update-kubeconfig --name c", "update-kubeconfig --name c"],
  [
    `--region r eks get-token --cluster-name c --output json --role ${ROLE}`,
    `get-token --region r --cluster-name c --output json --role ${ROLE}`,
  ],
  ["--profile p --region r eks update-kubeconfig", "update-kubeconfig --profile p --region r"],
  // Atmos's.
  ["aws eks token --cluster-name c --region r", "token --cluster-name c --region r"],
  ["aws eks update-kubeconfig --name c", "update-kubeconfig --name c"],
  // A value may look like a command.
  ["--profile kubeconfig token --cluster-name c", "token --profile kubeconfig --cluster-name c"],
  ["kubeconfig --name eks", "kubeconfig --name eks"],
  ["token --cluster-name aws", "token --cluster-name aws"],
  // The program's own flags, and what only the framework can explain.
  ["", ""],
  ["--help", "--help"],
  ["-h kubeconfig", "-h kubeconfig"],
  ["--version", "--version"],
  ["-v", "-v"],
  ["--region", "--region"],
  ["--region r", "--region r"],
  ["--region r --help", "--help --region r"],
  ["eks", "eks"],
  ["aws", "aws"],
  ["aws eks", "aws eks"],
  ["aws s3 ls", "aws s3 ls"],
  ["eks aws", "aws"],
];

for (const [written, read] of LINES) {
  Deno.test(`normalizeArgs() reads "${written}" as "${read}"`, () => {
    assert.deepEqual(normalizeArgs(split(written)), split(read));
  });
}

Deno.test("normalizeArgs() loses no word but aws and eks, and nothing twice over", () => {
  const word = fc.constantFrom("aws", "eks", "token", "--region", "--region=r", "-v", "x", "", "=");
  fc.assert(fc.property(fc.array(word, { maxLength: 8 }), (args) => {
    const read = normalizeArgs(args);
    const dropped = args.length - read.length;
    assert.ok(dropped >= 0 && dropped <= 2);
    const rest: string[] = [...args];
    for (const each of read) {
      const index = rest.indexOf(each);
      assert.ok(index >= 0, `"${each}" was invented`);
      rest.splice(index, 1);
    }
    assert.ok(rest.every((each) => each === "aws" || each === "eks"), `lost ${rest}`);
  }));
});

function split(line: string): readonly string[] {
  return line === "" ? [] : line.split(" ");
}
