/**
 * What runs in every cluster: a small shop and what a cluster needs itself.
 *
 * @module
 */

import { SERVER_VERSION } from "./discovery.ts";
import type { KubernetesObject } from "./resource_types.ts";

/** All objects by resource, with ages counted back from `now`. */
export function shopObjects(now: Date): ReadonlyMap<string, readonly KubernetesObject[]> {
  return new Map([
    ["pods", PODS.map((pod, index) => podObject(pod, { index, now }))],
    ["namespaces", NAMESPACES.map((namespace) => namespaceObject(namespace, now))],
    ["nodes", NODES.map((node) => nodeObject(node, now))],
  ]);
}

interface PodData {
  readonly namespace: string;
  readonly app: string;
  /** What the controller appends to the name of the app. */
  readonly suffix: string;
  readonly node: 0 | 1;
  readonly restarts?: number;
  readonly ageHours: number;
}

const PODS: readonly PodData[] = [
  { namespace: "default", app: "cart", suffix: "6d8f7b9c54-4xq2m", node: 0, ageHours: 31 },
  { namespace: "default", app: "cart", suffix: "6d8f7b9c54-rk7lt", node: 1, ageHours: 31 },
  { namespace: "default", app: "catalog", suffix: "7c9d5f6b48-zn4hp", node: 1, ageHours: 77 },
  {
    namespace: "default",
    app: "payments",
    suffix: "5b7c8d4f9d-2wv8k",
    node: 0,
    restarts: 1,
    ageHours: 53,
  },
  { namespace: "default", app: "payments", suffix: "5b7c8d4f9d-hj6sx", node: 1, ageHours: 53 },
  { namespace: "default", app: "postgres", suffix: "0", node: 0, ageHours: 290 },
  { namespace: "default", app: "web", suffix: "78f5d9c6bb-9tqzd", node: 0, ageHours: 5 },
  { namespace: "default", app: "web", suffix: "78f5d9c6bb-lm5cf", node: 1, ageHours: 5 },
  { namespace: "kube-system", app: "aws-node", suffix: "8r4wz", node: 0, ageHours: 290 },
  { namespace: "kube-system", app: "aws-node", suffix: "p6xkv", node: 1, ageHours: 290 },
  { namespace: "kube-system", app: "coredns", suffix: "6b9575c64c-5gnzq", node: 0, ageHours: 290 },
  { namespace: "kube-system", app: "coredns", suffix: "6b9575c64c-v2mtl", node: 1, ageHours: 290 },
  { namespace: "kube-system", app: "kube-proxy", suffix: "c7hdx", node: 0, ageHours: 290 },
  { namespace: "kube-system", app: "kube-proxy", suffix: "tw9bj", node: 1, ageHours: 290 },
];

const NAMESPACES = ["default", "kube-node-lease", "kube-public", "kube-system"];

const NODES = [
  { name: "ip-10-0-12-34.us-east-2.compute.internal", address: "10.0.12.34" },
  { name: "ip-10-0-45-67.us-east-2.compute.internal", address: "10.0.45.67" },
] as const;

/** How old the cluster itself is. */
const CLUSTER_AGE_HOURS = 290;

function podObject(
  pod: PodData,
  { index, now }: { readonly index: number; readonly now: Date },
): KubernetesObject {
  const { namespace, app, suffix, restarts = 0, ageHours } = pod;
  const node = NODES[pod.node];
  const address = `${node.address.replace(/\.\d+$/, "")}.${100 + index}`;
  const created = hoursBefore(now, ageHours);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadataOf({ name: `${app}-${suffix}`, namespace, labels: { app }, created }),
    spec: {
      containers: [{ name: app, image: `shop.example.com/${app}:1.4.2` }],
      nodeName: node.name,
    },
    status: {
      phase: "Running",
      podIP: address,
      hostIP: node.address,
      startTime: created,
      conditions: [{ type: "Ready", status: "True" }],
      containerStatuses: [{
        name: app,
        ready: true,
        restartCount: restarts,
        state: { running: { startedAt: created } },
      }],
    },
    cells: {
      Ready: "1/1",
      Status: "Running",
      Restarts: String(restarts),
      IP: address,
      Node: node.name,
    },
  };
}

function namespaceObject(name: string, now: Date): KubernetesObject {
  const created = hoursBefore(now, CLUSTER_AGE_HOURS);
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: metadataOf({ name, labels: { "kubernetes.io/metadata.name": name }, created }),
    spec: { finalizers: ["kubernetes"] },
    status: { phase: "Active" },
    cells: { Status: "Active" },
  };
}

function nodeObject({ name, address }: typeof NODES[number], now: Date): KubernetesObject {
  const created = hoursBefore(now, CLUSTER_AGE_HOURS);
  const osImage = "Amazon Linux 2023.9";
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: metadataOf({ name, labels: { "kubernetes.io/hostname": name }, created }),
    spec: { providerID: `aws:///us-east-2a/${name}` },
    status: {
      addresses: [{ type: "InternalIP", address }],
      conditions: [{ type: "Ready", status: "True" }],
      nodeInfo: { kubeletVersion: SERVER_VERSION, osImage },
    },
    cells: {
      "Status": "Ready",
      "Roles": "<none>",
      "Version": SERVER_VERSION,
      "Internal-IP": address,
      "OS-Image": osImage,
    },
  };
}

function metadataOf(
  { name, namespace, labels, created }: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly created: string;
  },
): KubernetesObject["metadata"] {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: crypto.randomUUID(),
    resourceVersion: "1",
    creationTimestamp: created,
    labels,
  };
}

function hoursBefore(now: Date, hours: number): string {
  return new Date(now.getTime() - hours * 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
}
