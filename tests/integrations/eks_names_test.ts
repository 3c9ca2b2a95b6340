import assert from "node:assert/strict";

import {
  clusterEntryName,
  fillContextTemplate,
  identityLabel,
  parseClusterArn,
  type SignerIdentity,
  TEMPLATE_WORDS,
  userEntryName,
} from "../../src/integrations/eks_names.ts";

const DEV_ARN = "arn:aws:eks:us-east-2:123456789012:cluster/dev-cluster";
const DEV = {
  arn: DEV_ARN,
  partition: "aws",
  region: "us-east-2",
  account: "123456789012",
  clusterName: "dev-cluster",
};
const UNKNOWN = { clusterName: "dev-cluster", region: "us-east-2" };

const ARNS: readonly (readonly [arn: string, cluster: typeof DEV | undefined])[] = [
  [DEV_ARN, DEV],
  [
    "arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/a_b",
    {
      arn: "arn:aws-us-gov:eks:us-gov-west-1:123456789012:cluster/a_b",
      partition: "aws-us-gov",
      region: "us-gov-west-1",
      account: "123456789012",
      clusterName: "a_b",
    },
  ],
  ["", undefined],
  ["dev-cluster", undefined],
  [`${DEV_ARN}/other`, undefined],
  [` ${DEV_ARN}`, undefined],
  [DEV_ARN.replace(":eks:", ":ecs:"), undefined],
  [DEV_ARN.replace("cluster/", "nodegroup/"), undefined],
  [DEV_ARN.replace("123456789012", "12345678901"), undefined],
  [DEV_ARN.replace("us-east-2", ""), undefined],
];

for (const [arn, cluster] of ARNS) {
  Deno.test(`parseClusterArn() reads "${arn}"`, () => {
    assert.deepEqual(parseClusterArn(arn), cluster);
  });
}

const ROLE = "arn:aws:iam::123456789012:role/ops";

/** No two of these identities may have one label. */
const LABELS: readonly (readonly [identity: SignerIdentity, label: string])[] = [
  [{}, "environment"],
  [{ profile: "dev-admin" }, "dev-admin"],
  [{ profile: "dev-admin", roleArn: ROLE }, "dev-admin+123456789012/ops"],
  [{ profile: "other", roleArn: ROLE }, "other+123456789012/ops"],
  [{ roleArn: ROLE }, "environment+123456789012/ops"],
  [{ roleArn: ROLE.replace("1234", "9999") }, "environment+999956789012/ops"],
  [{ roleArn: `${ROLE}/ann` }, "environment+123456789012/ops/ann"],
  [{ roleArn: ROLE, roleSessionName: "ann" }, "environment+123456789012/ops:ann"],
  [{ roleArn: ROLE.replace("aws:", "aws-cn:") }, "environment+123456789012/ops"],
  [{ roleArn: "odd" }, "environment+odd"],
];

for (const [identity, label] of LABELS) {
  Deno.test(`identityLabel() is ${label} for ${JSON.stringify(identity)}`, () => {
    assert.equal(identityLabel(identity), label);
  });
}

Deno.test("identityLabel() is another for another profile, role or session", () => {
  // A cluster belongs to one partition, and only roles of that one get in.
  const labels = LABELS.map(([, label]) => label).filter((_, index) => index !== 8);
  assert.equal(new Set(labels).size, labels.length);
});

Deno.test("clusterEntryName() is the ARN, or name and region where there is none", () => {
  assert.equal(clusterEntryName(DEV), DEV_ARN);
  assert.equal(clusterEntryName(UNKNOWN), "dev-cluster.us-east-2.eks");
});

Deno.test("userEntryName() names identity and cluster", () => {
  assert.equal(userEntryName({ profile: "dev-admin" }, DEV), `dev-admin@${DEV_ARN}`);
  assert.equal(userEntryName({}, UNKNOWN), "environment@dev-cluster.us-east-2.eks");
});

const FACTS = { cluster: DEV, identity: { profile: "dev-admin" } };

const TEMPLATES: readonly (readonly [template: string, contextName: string])[] = [
  ["{cluster}", "dev-cluster"],
  ["{region}", "us-east-2"],
  ["{account}", "123456789012"],
  ["{partition}", "aws"],
  ["{identity}", "dev-admin"],
  ["{arn}", DEV_ARN],
  ["fixed", "fixed"],
  ["{cluster}-{cluster}", "dev-cluster-dev-cluster"],
  ["a{b", "a{b"],
  ["a}b", "a}b"],
  // What is put in is not read again.
  ["{{cluster}}", "{dev-cluster}"],
];

for (const [template, contextName] of TEMPLATES) {
  Deno.test(`fillContextTemplate() makes ${contextName} of ${template}`, () => {
    assert.equal(fillContextTemplate(template, FACTS), contextName);
  });
}

Deno.test("fillContextTemplate() knows the words that it lists", () => {
  assert.deepEqual([...TEMPLATE_WORDS].sort(), [
    ...["account", "arn", "cluster", "identity", "partition", "region"],
  ]);
});

const BAD_TEMPLATES: readonly (readonly [template: string, message: string])[] = [
  ["{stage}", 'Cannot use context template "{stage}": it has no word {stage}'],
  ["{}", 'Cannot use context template "{}": it has no word {}'],
  ["{constructor}", 'Cannot use context template "{constructor}": it has no word {constructor}'],
  ["  ", 'Cannot use context template "  ": it comes out empty'],
];

for (const [template, message] of BAD_TEMPLATES) {
  Deno.test(`fillContextTemplate() refuses "${template}"`, () => {
    assert.throws(() => fillContextTemplate(template, FACTS), { code: "usage", message });
  });
}

Deno.test("fillContextTemplate() refuses a word that is not known of the cluster", () => {
  for (const word of ["account", "partition", "arn"]) {
    assert.throws(() => fillContextTemplate(`{${word}}`, { ...FACTS, cluster: UNKNOWN }), {
      code: "usage",
      message:
        `Cannot use context template "{${word}}": {${word}} of cluster "dev-cluster" is not known`,
      hint: "Give --name the whole ARN of the cluster",
    });
  }
});
