import assert from "node:assert/strict";

import { parseTokenRequest } from "../../src/commands/_token_request.ts";
import { eksEntries, type EksEntryRequest } from "../../src/integrations/eks.ts";

const DEV_ARN = "arn:aws:eks:us-east-2:123456789012:cluster/dev-cluster";

const REQUEST: EksEntryRequest = {
  target: {
    arn: DEV_ARN,
    partition: "aws",
    region: "us-east-2",
    account: "123456789012",
    clusterName: "dev-cluster",
    endpoint: "https://10.0.0.7",
    certificateAuthorityData: "LS0tLS1CRUdJTg==",
  },
  signer: { profile: "dev-admin" },
  options: { execApiVersion: "v1" },
  ownCommand: { command: "/usr/local/bin/eksauth", args: [], variables: [] },
  variables: new Map(),
};

Deno.test("eksEntries() makes an entry that finds back from any folder, shell and program", () => {
  const userName = `dev-admin@${DEV_ARN}`;
  assert.deepEqual(eksEntries(REQUEST), {
    cluster: {
      entryName: DEV_ARN,
      server: "https://10.0.0.7",
      certificateAuthorityData: "LS0tLS1CRUdJTg==",
      proxyUrl: undefined,
      tlsServerName: undefined,
    },
    context: {
      entryName: DEV_ARN,
      clusterName: DEV_ARN,
      userName,
      namespace: undefined,
    },
    user: {
      entryName: userName,
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "/usr/local/bin/eksauth",
        args: ["token", "--cluster-name=dev-cluster", "--region=us-east-2", "--profile=dev-admin"],
        env: [],
        installHint:
          "eksauth signs in to this cluster and is not where it was; install it, then write the entry again with: eksauth kubeconfig",
        interactiveMode: "Never",
        provideClusterInfo: false,
      },
    },
    owner: { cluster: DEV_ARN, identity: "dev-admin" },
  });
});

Deno.test("eksEntries() writes arguments that the token path reads without a framework", () => {
  const { user } = eksEntries({
    ...REQUEST,
    signer: {
      profile: "-odd = profile",
      roleArn: "arn:aws:iam::123456789012:role/ops",
      externalId: "--external",
      roleSessionName: "-me",
      durationSeconds: 900,
    },
  });
  assert.deepEqual(parseTokenRequest(user.exec.args), {
    clusterName: "dev-cluster",
    region: "us-east-2",
    profile: "-odd = profile",
    roleArn: "arn:aws:iam::123456789012:role/ops",
    externalId: "--external",
    roleSessionName: "-me",
    durationSeconds: 900,
  });
});

Deno.test("eksEntries() names the id instead of the cluster where tokens are signed for it", () => {
  const { user } = eksEntries({ ...REQUEST, target: { ...REQUEST.target, clusterId: "1a2b" } });
  assert.deepEqual(parseTokenRequest(user.exec.args), {
    clusterId: "1a2b",
    region: "us-east-2",
    profile: "dev-admin",
  });
});

Deno.test("eksEntries() puts the program's own arguments before the command, and its variables first", () => {
  const { user } = eksEntries({
    ...REQUEST,
    ownCommand: {
      command: "/usr/bin/deno",
      args: ["run", "/opt/eksauth/main.js"],
      variables: [["DENO_NO_UPDATE_CHECK", "1"]],
    },
    variables: new Map([["AWS_CONFIG_FILE", "/etc/aws"]]),
  });
  assert.deepEqual(user.exec.args.slice(0, 3), ["run", "/opt/eksauth/main.js", "token"]);
  assert.deepEqual(user.exec.env, [
    { name: "DENO_NO_UPDATE_CHECK", value: "1" },
    { name: "AWS_CONFIG_FILE", value: "/etc/aws" },
  ]);
});

Deno.test("eksEntries() takes names as they are wished", () => {
  const wished = {
    contextTemplate: "{region}/{cluster}",
    userAlias: "me",
    namespace: "shop",
    proxyUrl: "http://proxy:3128",
    tlsServerName: "kubernetes",
    execApiVersion: "v1beta1",
  } as const;
  const { cluster, context, user, owner } = eksEntries({ ...REQUEST, options: wished });
  assert.deepEqual(context, {
    entryName: "us-east-2/dev-cluster",
    clusterName: DEV_ARN,
    userName: "me",
    namespace: "shop",
  });
  assert.deepEqual([cluster.proxyUrl, cluster.tlsServerName], ["http://proxy:3128", "kubernetes"]);
  assert.deepEqual([user.entryName, user.exec.apiVersion], [
    "me",
    "client.authentication.k8s.io/v1beta1",
  ]);
  assert.equal(owner.identity, "dev-admin");
  const aliased = eksEntries({ ...REQUEST, options: { ...wished, alias: "dev" } });
  assert.equal(aliased.context.entryName, "dev");
});
