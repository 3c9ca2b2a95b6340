/**
 * A whole AWS and its Kubernetes clusters on loopback, for tests and for the demo.
 *
 * ```ts
 * await using sandbox = await startSandbox();
 * const env = { ...sandbox.env, ...environmentOf(sandbox.devAdmin) };
 * ```
 *
 * It is as strict as the real thing: every signature is verified with AWS's own signer, temporary keys expire,
 * a token works on one cluster only. When it is disposed of, it fails the test for requests that no client
 * should send and for ordered faults that never happened.
 *
 * @module
 */

import { type AccessKey, Accounts } from "./aws/accounts.ts";
import { eksService } from "./aws/eks.ts";
import { answerAws } from "./aws/front_door.ts";
import type { AwsService } from "./aws/service.ts";
import { stsService } from "./aws/sts.ts";
import {
  ACCESS_KEY_ID,
  ADMIN_ROLE_ARN,
  CLUSTER_NAME,
  OPS_ROLE_ARN,
  SECRET_ACCESS_KEY,
  USER_ARN,
} from "./cast.ts";
import { SandboxClock } from "./clock.ts";
import { Clusters, type SandboxCluster } from "./clusters.ts";
import { Faults } from "./faults.ts";
import { startListener } from "./listener.ts";
import { RequestRecord } from "./record.ts";
import { SandboxSso } from "./sso/sso.ts";

/** How to begin. */
export interface SandboxOptions {
  /** Where the clock stands still. Left out, it runs with the machine's, as kubectl and the AWS CLI need it. */
  readonly now?: Date;
}

/** One world; nothing in it is shared with another. */
export interface Sandbox extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, where all AWS services listen. */
  readonly url: string;
  /** Sends the AWS CLI, the AWS SDKs and eksauth here. Holds no credentials. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: SandboxClock;
  readonly accounts: Accounts;
  readonly clusters: Clusters;
  readonly faults: Faults;
  /** What clients asked AWS. */
  readonly requests: RequestRecord;
  /** What the clusters asked STS, to find out who sent a token. */
  readonly replays: RequestRecord;
  /** IAM Identity Center: its people, its pages and its sessions. */
  readonly sso: SandboxSso;
  /** The long-term keys of the user `dev-admin`. */
  readonly devAdmin: AccessKey;
  /** `dev-cluster` in us-east-2. */
  readonly cluster: SandboxCluster;
}

/** Starts a world with the cast in it: the user, its two roles, and one cluster. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = new SandboxClock();
  if (options.now !== undefined) clock.freeze(options.now);
  const accounts = new Accounts(clock);
  const faults = new Faults();
  const requests = new RequestRecord();
  const services: AwsService[] = [];
  const door = { services, accounts, clock, faults, requests };
  const listener = await startListener({ handle: (request) => answerAws(request, door) });
  // The clusters reach the same services by another door, so that a test counts only what its client sent.
  const replays = new RequestRecord();
  const backDoor = { ...door, requests: replays };
  const backListener = await startListener({ handle: (request) => answerAws(request, backDoor) });
  const clusters = new Clusters({ stsPort: backListener.port, clock });
  const url = `http://127.0.0.1:${listener.port}`;
  const sso = new SandboxSso({ url, accounts, clock, requests });
  services.push(stsService(accounts), eksService({ clusters, accounts, clock }), ...sso.services);
  return {
    url,
    env: { ...environmentAt(url), ...sso.environmentIn() },
    clock,
    accounts,
    clusters,
    faults,
    requests,
    replays,
    sso,
    devAdmin: addCast(accounts),
    cluster: await clusters.add({ name: CLUSTER_NAME }),
    async [Symbol.asyncDispose](): Promise<void> {
      await clusters[Symbol.asyncDispose]();
      await backListener[Symbol.asyncDispose]();
      await listener[Symbol.asyncDispose]();
      requests.assertNoneUnexpected();
      faults.assertAllUsed();
    },
  };
}

/** The variables by which the AWS CLI, the SDKs and eksauth take these keys. */
export function environmentOf(key: AccessKey): Readonly<Record<string, string>> {
  return {
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    ...(key.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: key.sessionToken }),
  };
}

function environmentAt(url: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL_STS: url,
    AWS_ENDPOINT_URL_EKS: url,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

function addCast(accounts: Accounts): AccessKey {
  accounts.addRole({ arn: ADMIN_ROLE_ARN, trusts: [USER_ARN] });
  accounts.addRole({ arn: OPS_ROLE_ARN, trusts: [USER_ARN, ADMIN_ROLE_ARN] });
  return accounts.addUser({
    arn: USER_ARN,
    accessKeyId: ACCESS_KEY_ID,
    secretAccessKey: SECRET_ACCESS_KEY,
  });
}
