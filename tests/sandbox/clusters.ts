/**
 * The clusters of the sandbox. Each has its own certificate authority, its own access entries and, unless a test
 * does without, its own API server.
 *
 * @module
 */

import { AccessEntries, type AccessEntryOptions, CLUSTER_ADMIN_POLICY } from "./access_entries.ts";
import { partitionOfRegion } from "./aws/accounts.ts";
import {
  ACCOUNT_ID,
  ADMIN_ROLE_ARN,
  OPS_ROLE_ARN,
  PERMISSION_SET,
  REGION,
  USER_ARN,
} from "./cast.ts";
import type { Clock } from "./clock.ts";
import { type ApiServer, type KubernetesRequest, startApiServer } from "./kubernetes/api_server.ts";
import type { ClusterAccess } from "./kubernetes/authentication.ts";
import { VIEWERS } from "./kubernetes/authorization.ts";
import {
  type ClusterCertificate,
  createClusterCertificate,
} from "./kubernetes/cluster_certificate.ts";
import { reservedRoleArn } from "./sso/reserved_role.ts";

/** @see https://docs.aws.amazon.com/eks/latest/APIReference/API_Cluster.html */
export type ClusterStatus =
  | "CREATING"
  | "ACTIVE"
  | "DELETING"
  | "FAILED"
  | "UPDATING"
  | "PENDING";

/** What a test says of a cluster; everything but the name has a default. */
export interface ClusterOptions {
  readonly name: string;
  /** `us-east-2` unless given. */
  readonly region?: string;
  /** 123456789012 unless given. */
  readonly accountId?: string;
  /** `ACTIVE` unless given. A cluster that is still being made has no endpoint. */
  readonly status?: ClusterStatus;
  readonly authenticationMode?: "API" | "API_AND_CONFIG_MAP" | "CONFIG_MAP";
  /** The cast's, unless given: `dev-admin` and `DevAdmin` as administrators, the role `ops` as a viewer. */
  readonly accessEntries?: readonly AccessEntryOptions[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Makes it a local cluster on Outposts, whose tokens are signed for this id instead of the name. */
  readonly outpostClusterId?: string;
  /** `none` leaves out the API server: for tests with hundreds of clusters that nobody talks to. */
  readonly apiServer?: "none";
}

/** A cluster as it stands. */
export interface SandboxCluster {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly accountId: string;
  readonly version: string;
  readonly authenticationMode: string;
  readonly createdAt: Date;
  readonly tags: Readonly<Record<string, string>>;
  readonly outpostClusterId: string | undefined;
  readonly accessEntries: AccessEntries;
  /** May be set, as EKS would. */
  status: ClusterStatus;
  /** `https://127.0.0.1:PORT`; absent while the cluster is being made. */
  readonly endpoint: string | undefined;
  /** PEM in base64; absent while the cluster is being made. */
  readonly certificateAuthority: string | undefined;
  /** What its API server was asked so far. */
  readonly requests: readonly KubernetesRequest[];
}

/** Where to look for a cluster. */
export interface ClusterAddress {
  readonly accountId: string;
  readonly region: string;
}

/** All clusters, of every account and region. */
export class Clusters implements AsyncDisposable {
  readonly #clusters: SandboxCluster[] = [];
  readonly #servers: ApiServer[] = [];
  readonly #stsPort: number;
  readonly #clock: Clock;
  #sharedAuthority: Promise<ClusterCertificate> | undefined;

  /** @param world where the API servers find STS, and the time they go by */
  constructor(world: { readonly stsPort: number; readonly clock: Clock }) {
    this.#stsPort = world.stsPort;
    this.#clock = world.clock;
  }

  async add(options: ClusterOptions): Promise<SandboxCluster> {
    const { name, region = REGION, accountId = ACCOUNT_ID, status = "ACTIVE" } = options;
    const partition = partitionOfRegion(region);
    const accessEntries = new AccessEntries();
    const castIsAtHome = accountId === ACCOUNT_ID && partition === "aws";
    for (const entry of options.accessEntries ?? (castIsAtHome ? CAST_ENTRIES : [])) {
      accessEntries.put(entry, this.#clock.now());
    }
    const access = {
      clusterId: options.outpostClusterId ?? name,
      partition,
      region,
      accessEntries,
    };
    const server = status === "CREATING" || status === "PENDING"
      ? NO_CONTROL_PLANE
      : options.apiServer === "none"
      ? await this.#withoutServer({ name, region })
      : await this.#startServer(access);
    const cluster: SandboxCluster = {
      name,
      region,
      accountId,
      status,
      accessEntries,
      arn: `arn:${partition}:eks:${region}:${accountId}:cluster/${name}`,
      version: "1.32",
      authenticationMode: options.authenticationMode ?? "API_AND_CONFIG_MAP",
      createdAt: this.#clock.now(),
      tags: options.tags ?? {},
      outpostClusterId: options.outpostClusterId,
      endpoint: server.endpoint,
      certificateAuthority: server.certificateAuthority,
      requests: server.requests,
    };
    this.#clusters.push(cluster);
    return cluster;
  }

  find(address: ClusterAddress & { readonly name: string }): SandboxCluster | undefined {
    return this.list(address).find((cluster) => cluster.name === address.name);
  }

  list({ accountId, region }: ClusterAddress): readonly SandboxCluster[] {
    return this.#clusters.filter((one) => one.accountId === accountId && one.region === region);
  }

  /** Deletes a cluster from EKS; its API server goes with the sandbox. */
  delete(cluster: SandboxCluster): void {
    const index = this.#clusters.indexOf(cluster);
    if (index >= 0) this.#clusters.splice(index, 1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map((server) => server[Symbol.asyncDispose]()));
  }

  async #startServer(access: ClusterAccess): Promise<ApiServer> {
    const server = await startApiServer({ access, stsPort: this.#stsPort, clock: this.#clock });
    this.#servers.push(server);
    return server;
  }

  /** An address that looks real, where nobody listens. All of these share an authority, to be made quickly. */
  async #withoutServer(
    { name, region }: { readonly name: string; readonly region: string },
  ): Promise<ControlPlane> {
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new TextEncoder().encode(`${region}/${name}`),
    );
    const id = new Uint8Array(digest).toHex().slice(0, 32).toUpperCase();
    this.#sharedAuthority ??= createClusterCertificate();
    return {
      endpoint: `https://${id}.gr7.${region}.eks.amazonaws.com`,
      certificateAuthority: (await this.#sharedAuthority).certificateAuthority,
      requests: [],
    };
  }
}

/** The role of whoever signed in to the cast's account with IAM Identity Center. */
const SSO_ROLE_ARN = reservedRoleArn({
  accountId: ACCOUNT_ID,
  permissionSetName: PERMISSION_SET,
  region: REGION,
});

/** Who may enter a cluster of the cast's account, unless a test says otherwise. */
const CAST_ENTRIES: readonly AccessEntryOptions[] = [
  { principalArn: USER_ARN, username: "dev-admin", policies: [CLUSTER_ADMIN_POLICY] },
  { principalArn: ADMIN_ROLE_ARN, policies: [CLUSTER_ADMIN_POLICY] },
  { principalArn: OPS_ROLE_ARN, username: "ops:{{SessionName}}", groups: [VIEWERS] },
  { principalArn: SSO_ROLE_ARN, policies: [CLUSTER_ADMIN_POLICY] },
];

type ControlPlane = Pick<SandboxCluster, "endpoint" | "certificateAuthority" | "requests">;

const NO_CONTROL_PLANE: ControlPlane = {
  endpoint: undefined,
  certificateAuthority: undefined,
  requests: [],
};
