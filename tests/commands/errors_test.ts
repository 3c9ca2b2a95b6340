import assert from "node:assert/strict";

import { OPS_ROLE_ARN } from "../sandbox/cast.ts";
import type { Fault } from "../sandbox/faults.ts";
import { environmentOf } from "../sandbox/world.ts";
import { staticProfile } from "../world/run_program.ts";
import { type ClusterHome, KUBECONFIG, startClusterHome } from "./_cluster_home.ts";
import { type Mistake, testMistakes, withoutAccidents } from "./_mistakes.ts";

const TOKEN = "token --cluster-name dev-cluster --region us-east-2 --profile dev-admin";
const KEYLESS_TOKEN = "token --cluster-name dev-cluster --region us-east-2";

const FILES: Readonly<Record<string, Mistake>> = {
  "a misspelt profile": {
    line: "kubeconfig --name dev-cluster --profile dev-admni",
    code: 2,
    error:
      'Cannot find profile "dev-admni": it is neither in HOME/.aws/config nor in HOME/.aws/credentials',
    hint: 'Did you mean --profile="dev-admin"?',
  },
  "a misspelt profile in the environment": {
    line: KEYLESS_TOKEN,
    env: { AWS_PROFILE: "dev-admni" },
    code: 2,
    error:
      'Cannot find profile "dev-admni" (from AWS_PROFILE): it is neither in HOME/.aws/config nor in HOME/.aws/credentials',
    hint: 'Did you mean AWS_PROFILE="dev-admin"?',
  },
  "a profile that is like no other": {
    line: "token --cluster-name dev-cluster --profile xyzzy",
    code: 2,
    error:
      'Cannot find profile "xyzzy": it is neither in HOME/.aws/config nor in HOME/.aws/credentials',
    hint: 'Choose one of "dev-admin"',
  },
  "no profile named and no default": {
    line: KEYLESS_TOKEN,
    code: 4,
    error:
      'Cannot find AWS credentials: AWS_ACCESS_KEY_ID is not set in the environment, and neither HOME/.aws/config nor HOME/.aws/credentials has profile "default"',
    hint: '--profile "dev-admin"',
  },
  "a profile without keys": {
    line: KUBECONFIG,
    setUp: ({ home }) => home.write(".aws/credentials", ""),
    code: 4,
    error: 'Cannot find AWS credentials: profile "dev-admin" has none in HOME/.aws/config:1',
    hint: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name another profile with --profile",
  },
  "half a key in the environment": {
    line: KEYLESS_TOKEN,
    env: { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE" },
    code: 2,
    error:
      "Cannot use the AWS keys in the environment: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not",
    hint: "Set both, or unset AWS_ACCESS_KEY_ID",
  },
  "half a key in a profile": {
    line: TOKEN,
    setUp: ({ home }) => home.write(".aws/credentials", "[dev-admin]\naws_access_key_id = A\n"),
    code: 2,
    error:
      'Cannot use the keys of profile "dev-admin" in "HOME/.aws/credentials:2": aws_secret_access_key is missing',
    hint: "Set both keys in section [dev-admin] of HOME/.aws/credentials",
  },
  "keys that the environment says have expired": {
    line: KEYLESS_TOKEN,
    env: {
      AWS_ACCESS_KEY_ID: "ASIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_CREDENTIAL_EXPIRATION: "2026-01-02T03:04:04Z",
    },
    code: 4,
    error:
      "Cannot use the AWS keys in the environment: AWS_CREDENTIAL_EXPIRATION is 2026-01-02T03:04:04.000Z",
    hint: "Get new ones, or unset AWS_ACCESS_KEY_ID",
  },
  "a session token that is too large": {
    line: KEYLESS_TOKEN,
    env: {
      AWS_ACCESS_KEY_ID: "ASIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "x".repeat(3000),
    },
    code: 1,
    error: "Cannot make a token: it would be 4510 bytes long and clusters accept 4096, " +
      "because the session token of these credentials is too large",
    hint: "Sign in with fewer session tags or a smaller session policy",
  },
  "a line of the config file without =": {
    line: TOKEN,
    setUp: ({ home }) => home.write(".aws/config", "[profile dev-admin]\nregion\n"),
    code: 2,
    error: 'Cannot read "HOME/.aws/config:2:1": the line has no "="',
    hint: "Write the line as KEY = VALUE, or put a # before it",
  },
  "a section that comes twice": {
    line: KUBECONFIG,
    setUp: ({ home }) => home.write(".aws/credentials", "[a]\n[b]\n  [a]\n"),
    code: 2,
    error: 'Cannot read "HOME/.aws/credentials:3:3": section [a] is already on line 1',
    hint: "Merge the two sections, or rename one",
  },
  "a config file that is not text": {
    line: KUBECONFIG,
    setUp: ({ home }) =>
      Deno.writeFileSync(`${home.path}/.aws/config`, new Uint8Array([0x5b, 0x61, 0xff])),
    code: 2,
    error: 'Cannot read "HOME/.aws/config:1:3": it is not UTF-8',
    hint: "Save the file as UTF-8 without a byte order mark",
  },
  "a config file that is a folder": {
    line: TOKEN,
    env: { AWS_CONFIG_FILE: "~/.aws" },
    code: 1,
    error: 'Cannot read "HOME/.aws": it is a folder',
    hint: 'ls -ld "HOME/.aws"',
  },
  "a kubeconfig that is no YAML": {
    line: KUBECONFIG,
    setUp: ({ home }) => home.write(".kube/config", "apiVersion: v1\nclusters: [\n  a: b: c\n"),
    code: 2,
    error:
      'Cannot use kubeconfig "HOME/.kube/config:3:6": Block collections are not allowed within flow collections',
    hint: "Mend the file, or name another with --kubeconfig; nothing was changed",
  },
  "a kubeconfig with a list that is none": {
    line: KUBECONFIG,
    setUp: ({ home }) => home.write(".kube/config", "apiVersion: v1\nclusters: 7\n"),
    code: 2,
    error: 'Cannot use kubeconfig "HOME/.kube/config:2:11": "clusters" is not a list',
    hint: "Mend the file, or name another with --kubeconfig; nothing was changed",
  },
  "a kubeconfig that is something else": {
    line: KUBECONFIG,
    setUp: ({ home }) => home.write(".kube/config", "apiVersion: apps/v1\nkind: Deployment\n"),
    code: 2,
    error: 'Cannot use kubeconfig "HOME/.kube/config:1:13": "apiVersion" is not v1',
    hint: "Mend the file, or name another with --kubeconfig; nothing was changed",
  },
  "a kubeconfig that is a folder": {
    line: KUBECONFIG,
    setUp: ({ home }) => home.write(".kube/config/file", ""),
    code: 1,
    error: 'Cannot read "HOME/.kube/config": it is a folder',
    hint: 'ls -ld "HOME/.kube/config"',
  },
  "a kubeconfig that kubectl holds": {
    line: KUBECONFIG,
    setUp: ({ home }) => home.write(".kube/config.lock", ""),
    code: 1,
    error:
      'Cannot change "HOME/.kube/config": its lock "HOME/.kube/config.lock" has been there for 0 s',
    hint:
      "If the kubectl or helm that made it is no longer running, the lock is stale: rm HOME/.kube/config.lock",
  },
  "no home": {
    line: TOKEN,
    env: { HOME: "" },
    code: 2,
    error: "Cannot find the home folder: HOME is not set",
    hint: "Set HOME to a folder that eksauth may write to",
  },
};

const ROLE_TOKEN = `${TOKEN} --role-arn ${OPS_ROLE_ARN}`;
const CANNOT_DESCRIBE = 'Cannot describe cluster "dev-cluster" in us-east-2: AWS';
const CANNOT_ASSUME = `Cannot assume role "${OPS_ROLE_ARN}": AWS refused AssumeRole:`;

const AWS: Readonly<Record<string, Mistake>> = {
  "a cluster that is not there": {
    line: "kubeconfig --name dev-clutser --region us-east-2 --profile dev-admin",
    code: 1,
    error:
      'Cannot describe cluster "dev-clutser" in us-east-2: no cluster of that name exists there',
    hint: "Check the name, --region, and the account that the identity or profile belongs to",
  },
  "a cluster of another region": {
    line: "kubeconfig --name dev-cluster --region eu-west-1 --profile dev-admin",
    code: 1,
    error:
      'Cannot describe cluster "dev-cluster" in eu-west-1: no cluster of that name exists there',
    hint: "Check the name, --region, and the account that the identity or profile belongs to",
  },
  "a cluster that is being made": {
    line: "kubeconfig --name young --region us-east-2 --profile dev-admin",
    setUp: ({ sandbox }) => sandbox.clusters.add({ name: "young", status: "CREATING" }),
    code: 1,
    error: 'Cannot use cluster "young": its status is CREATING',
    hint:
      "Wait until it is ACTIVE, for instance with aws eks wait cluster-active --name young --region us-east-2",
  },
  "a cluster that is going away": {
    line: KUBECONFIG,
    setUp: ({ sandbox }) => void (sandbox.cluster.status = "DELETING"),
    code: 1,
    error: 'Cannot use cluster "dev-cluster": its status is DELETING',
    hint: "It is on its way out; choose another cluster",
  },
  "a cluster that failed": {
    line: KUBECONFIG,
    setUp: ({ sandbox }) => void (sandbox.cluster.status = "FAILED"),
    code: 1,
    error: 'Cannot use cluster "dev-cluster": its status is FAILED',
    hint: "Look at the cluster in the EKS console of us-east-2",
  },
  "no right to describe": {
    line: KUBECONFIG,
    setUp: describeFails({ kind: "error", status: 403, awsCode: "AccessDeniedException" }),
    code: 1,
    error:
      `${CANNOT_DESCRIBE} refused DescribeCluster: AccessDeniedException: Ordered by the test (request id ID)`,
    hint: "Grant eks:DescribeCluster to this identity, " +
      "or write the entry without it: --endpoint URL --ca-file FILE",
  },
  "a session that has expired": {
    line: KUBECONFIG,
    setUp: describeFails({ kind: "error", status: 403, awsCode: "ExpiredTokenException" }),
    code: 4,
    error:
      `${CANNOT_DESCRIBE} refused DescribeCluster: ExpiredTokenException: Ordered by the test (request id ID)`,
    hint: "Sign in again: eksauth login",
  },
  "keys that AWS does not know": {
    line: KUBECONFIG,
    setUp: ({ home }) =>
      home.write(".aws/credentials", staticProfile("dev-admin", "AKIDEXAMPLEDELETED")),
    code: 4,
    error:
      `${CANNOT_DESCRIBE} refused DescribeCluster: UnrecognizedClientException: The security token in the request is invalid (request id ID)`,
    hint: "Sign in again with eksauth login, or check the keys; " +
      "a region that the account has not enabled answers the same",
  },
  "a wrong secret": {
    line: "kubeconfig --name dev-cluster --region us-east-2",
    env: { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "not/the/secret" },
    code: 4,
    error:
      `${CANNOT_DESCRIBE} refused DescribeCluster: InvalidSignatureException: The signature that was calculated here is not the one in the request (request id ID)`,
    hint: "Check the secret access key, and that the clock of this computer is right",
  },
  "a clock that is an hour slow": {
    line: KUBECONFIG,
    setUp: ({ sandbox }) => sandbox.clock.advance(3600),
    code: 1,
    error:
      `${CANNOT_DESCRIBE} refused DescribeCluster: InvalidSignatureException: Signature expired: 20260102T030405Z is more than 15 minutes ago (request id ID)`,
    hint: "Set the clock of this computer: it is 60 minutes behind AWS",
  },
  "a service that is down": {
    line: KUBECONFIG,
    setUp: describeFails(
      { kind: "error", status: 503, awsCode: "ServiceUnavailableException" },
      3,
    ),
    code: 1,
    error:
      `${CANNOT_DESCRIBE} failed at DescribeCluster: ServiceUnavailableException: Ordered by the test (3 attempts, request id ID)`,
    hint: "Try again in a minute; health.aws.amazon.com tells of outages",
  },
  "a service that has had enough": {
    line: KUBECONFIG,
    setUp: describeFails(
      { kind: "error", status: 429, awsCode: "ThrottlingException", retryAfterSeconds: 2 },
      3,
    ),
    code: 1,
    error:
      `${CANNOT_DESCRIBE} refused DescribeCluster: ThrottlingException: Ordered by the test (3 attempts, request id ID)`,
    hint: "AWS limits how often this may be asked; try again in a minute",
  },
  "a proxy's sign-in page": {
    line: KUBECONFIG,
    setUp: describeFails({
      kind: "foreign",
      status: 200,
      contentType: "text/html; charset=utf-8",
      body: "<!doctype html><title>Sign in</title>",
    }),
    code: 1,
    error: "Cannot read the answer of HOST to DescribeCluster: it is text/html, not JSON",
    hint:
      "Something between eksauth and AWS, such as a proxy or a sign-in page, may have answered; " +
      "check HTTPS_PROXY and AWS_ENDPOINT_URL_EKS",
  },
  "a redirect": {
    line: KUBECONFIG,
    setUp: describeFails({ kind: "foreign", status: 302, contentType: "text/plain", body: "" }),
    code: 1,
    error: "Cannot read the answer of HOST to DescribeCluster: HTTP 302 redirects to HOST",
    hint:
      "Something between eksauth and AWS, such as a proxy or a sign-in page, may have answered; " +
      "check HTTPS_PROXY and AWS_ENDPOINT_URL_EKS",
  },
  "JSON that breaks off": {
    line: KUBECONFIG,
    setUp: describeFails({ kind: "truncated", bytes: 30 }, 3),
    code: 1,
    error:
      "Cannot reach HOST: the connection broke off before the whole answer was here (3 attempts)",
    hint:
      "Check the endpoint URL, which AWS_ENDPOINT_URL_EKS, AWS_ENDPOINT_URL or the profile sets",
  },
  "JSON that is broken": {
    line: KUBECONFIG,
    setUp: describeFails(
      { kind: "foreign", status: 200, contentType: "application/json", body: '{"cluster":{"na' },
      3,
    ),
    code: 1,
    error: "Cannot read the answer of HOST to DescribeCluster: its JSON is broken",
    hint:
      "Something between eksauth and AWS, such as a proxy or a sign-in page, may have answered; " +
      "check HTTPS_PROXY and AWS_ENDPOINT_URL_EKS",
  },
  "an answer without a cluster": {
    line: KUBECONFIG,
    setUp: describeFails(
      { kind: "foreign", status: 200, contentType: "application/json", body: '{"cluster":{}}' },
    ),
    code: 1,
    error: "Cannot read the answer of HOST to DescribeCluster: field cluster.name is missing",
    hint:
      "Something between eksauth and AWS, such as a proxy or a sign-in page, may have answered; " +
      "check HTTPS_PROXY and AWS_ENDPOINT_URL_EKS",
  },
  "a port where nobody listens": {
    line: KUBECONFIG,
    env: { AWS_ENDPOINT_URL_EKS: `http://127.0.0.1:${closedPort()}` },
    code: 1,
    error: "Cannot reach HOST: connection refused (3 attempts)",
    hint:
      "Check the endpoint URL, which AWS_ENDPOINT_URL_EKS, AWS_ENDPOINT_URL or the profile sets",
  },
  "an endpoint that is no URL": {
    line: KUBECONFIG,
    env: { AWS_ENDPOINT_URL_EKS: "eks.example" },
    code: 2,
    error: 'Cannot use the eks endpoint URL "eks.example": it is not an absolute URL',
    hint: "Check AWS_ENDPOINT_URL_EKS, AWS_ENDPOINT_URL and endpoint_url; " +
      "a good one is https://vpce-0123.eks.us-east-2.vpce.amazonaws.com",
  },
  "a CA bundle that is not there": {
    line: KUBECONFIG,
    env: { AWS_CA_BUNDLE: "~/ca.pem" },
    code: 1,
    error: 'Cannot read CA bundle "HOME/ca.pem" (from AWS_CA_BUNDLE): there is no such file',
    hint: 'ls -ld "HOME/ca.pem"',
  },
  "a CA bundle that holds something else": {
    line: `${KUBECONFIG} --ca-bundle ~/.aws/config`,
    code: 2,
    error:
      'Cannot use CA bundle "HOME/.aws/config" (from --ca-bundle): it holds no PEM certificate',
    hint: 'openssl x509 -inform DER -in "HOME/.aws/config" -out ca.pem',
  },
  "a role that does not trust the caller": {
    line: ROLE_TOKEN,
    setUp: assumeFails("AccessDenied"),
    code: 1,
    error: `${CANNOT_ASSUME} AccessDenied: Ordered by the test (request id ID)`,
    hint: "The trust policy of the role has to allow this identity, " +
      "and a policy of this identity sts:AssumeRole",
  },
  "a role for whose caller the time is up": {
    line: ROLE_TOKEN,
    setUp: assumeFails("ExpiredToken"),
    code: 4,
    error: `${CANNOT_ASSUME} ExpiredToken: Ordered by the test (request id ID)`,
    hint: "Sign in again: eksauth login",
  },
  "a role in a region without STS": {
    line: ROLE_TOKEN,
    setUp: assumeFails("RegionDisabledException"),
    code: 1,
    error: `${CANNOT_ASSUME} RegionDisabledException: Ordered by the test (request id ID)`,
    hint: "Activate STS for this region in the account settings of IAM, or use another region",
  },
  "a role for describing that does not trust the caller": {
    line: `${KUBECONFIG} --assume-role-arn ${OPS_ROLE_ARN}`,
    setUp: assumeFails("AccessDenied"),
    code: 1,
    error: `${CANNOT_ASSUME} AccessDenied: Ordered by the test (request id ID)`,
    hint: "The trust policy of the role has to allow this identity, " +
      "and a policy of this identity sts:AssumeRole",
  },
  "a source of credentials that is not supported": {
    line: TOKEN,
    setUp: ({ home }) => {
      home.write(".aws/credentials", "");
      home.write(".aws/config", "[profile dev-admin]\ncredential_process = vault\n");
    },
    code: 2,
    error:
      'Cannot get credentials for profile "dev-admin" from credential_process in "HOME/.aws/config:2": eksauth does not support this source yet',
    hint: 'aws configure export-credentials --format env --profile "dev-admin"',
  },
};

testMistakes(FILES);
testMistakes(AWS);

function describeFails(fault: Fault, times = 1): (world: ClusterHome) => void {
  return ({ sandbox }) =>
    sandbox.faults.add({ service: "eks", operation: "DescribeCluster", fault, times });
}

function assumeFails(awsCode: string): (world: ClusterHome) => void {
  return ({ sandbox }) =>
    sandbox.faults.add({
      service: "sts",
      operation: "AssumeRole",
      fault: { kind: "error", status: 403, awsCode },
    });
}

/** A port that was free a moment ago. */
function closedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("eksauth does not trust a server whose authority it does not know", async () => {
  await using world = await startClusterHome();
  const { endpoint = "" } = world.sandbox.cluster;
  const outcome = await world.run(KUBECONFIG, { env: { AWS_ENDPOINT_URL_EKS: endpoint } });
  assert.equal(
    withoutAccidents(outcome.stderr, world),
    "eksauth: error: Cannot trust HOST: its certificate is signed by an authority that is unknown here\n" +
      "eksauth: hint: Set AWS_CA_BUNDLE to a PEM file with the authority that signed it, such as that of your proxy\n",
  );
  assert.deepEqual([outcome.code, outcome.slept], [1, []], "another attempt would be in vain");
});

/** Troubles that pass, and what is waited for meanwhile. */
const PASSING: readonly (readonly [what: string, fault: Fault, slept: readonly number[]])[] = [
  ["a failure of the service", { kind: "error", status: 500, awsCode: "ServerException" }, [500]],
  [
    "throttling, for as long as AWS asks",
    { kind: "error", status: 429, awsCode: "ThrottlingException", retryAfterSeconds: 7 },
    [7000],
  ],
  ["an answer that breaks off", { kind: "truncated", bytes: 30 }, [500]],
];

for (const [what, fault, slept] of PASSING) {
  Deno.test(`eksauth kubeconfig gets over ${what}`, async () => {
    await using world = await startClusterHome();
    describeFails(fault)(world);
    const outcome = await world.run(`${KUBECONFIG} --dry-run`);
    assert.deepEqual([outcome.code, outcome.stderr, outcome.slept], [0, "", slept]);
    assert.deepEqual(world.sandbox.requests.counts, { "eks:DescribeCluster": 2 });
  });
}

Deno.test("eksauth never shows a secret in an error", async () => {
  await using world = await startClusterHome();
  const key = environmentOf(world.sandbox.devAdmin);
  const secret = key["AWS_SECRET_ACCESS_KEY"]!;
  for (const awsCode of ["AccessDeniedException", "ServerException", "Anything"]) {
    world.sandbox.faults.add({
      service: "eks",
      operation: "DescribeCluster",
      fault: {
        kind: "foreign",
        status: 400,
        contentType: "application/json",
        body: JSON.stringify({ __type: awsCode, message: `bad ${secret}` }),
      },
    });
    const { stderr } = await world.run(KUBECONFIG);
    assert.match(stderr, new RegExp(awsCode));
    assert.doesNotMatch(stderr, /wJalr/);
  }
});

Deno.test("eksauth kubeconfig passes over a file of KUBECONFIG that it does not need, aloud", async () => {
  await using world = await startClusterHome();
  const { home } = world;
  const broken = home.write("broken", "clusters: 7\n");
  const outcome = await world.run(`${KUBECONFIG} --alias dev`, {
    env: { KUBECONFIG: `${home.path}/new:${broken}` },
  });
  assert.equal(outcome.code, 0);
  assert.equal(
    outcome.stderr,
    `eksauth: warning: Cannot use kubeconfig "${broken}:1:11": "clusters" is not a list\n` +
      'eksauth: the current context is now "dev"; there was none\n',
  );
});

Deno.test("eksauth token works where nothing can be kept, and says so", async () => {
  await using world = await startClusterHome();
  // A file where the folder should be keeps everybody from writing, root too.
  world.home.write(".cache", "");
  const outcome = await world.run(TOKEN);
  const { status } = JSON.parse(outcome.stdout) as { readonly status: Record<string, string> };
  assert.equal(status["expirationTimestamp"], "2026-01-02T03:18:05Z");
  assert.equal(outcome.code, 0);
  assert.match(
    withoutAccidents(outcome.stderr, world),
    /^eksauth: warning: Cannot [a-z ]+ "HOME\/\.cache\/eksauth\/[^"]+": a part of the path is not a folder\n$/,
  );
});

Deno.test("eksauth kubeconfig says which folder it cannot write to", async () => {
  await using world = await startClusterHome();
  world.home.write(".kube", "");
  const outcome = await world.run(KUBECONFIG);
  assert.deepEqual([outcome.code, outcome.stdout], [1, ""]);
  assert.match(
    withoutAccidents(outcome.stderr, world),
    /^eksauth: error: Cannot [a-z]+ "HOME\/\.kube\/config[^"]*": a part of the path is not a folder\neksauth: hint: .*"HOME\/\.kube".*\n$/,
  );
});
