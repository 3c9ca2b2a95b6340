/**
 * The kinds of objects that the API server serves, and the columns that kubectl prints of them.
 *
 * @module
 */

/** An object as the API serves it; only the fields that the sandbox itself reads are named. */
export interface KubernetesObject {
  readonly apiVersion: "v1";
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly creationTimestamp: string;
    readonly labels: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status: Readonly<Record<string, unknown>>;
  /** What the columns after the name hold, apart from the age. Not part of the document. */
  readonly cells: Readonly<Record<string, string | number>>;
}

/** A column after the name. Those of priority 1 are for `-o wide`. */
export interface Column {
  readonly header: string;
  readonly type: "string" | "integer";
  readonly priority: 0 | 1;
}

/** One kind of objects. */
export interface ResourceType {
  /** Plural, as in paths. */
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly columns: readonly Column[];
}

/** Everything that the API serves. */
export const RESOURCE_TYPES: readonly ResourceType[] = [
  {
    resource: "pods",
    kind: "Pod",
    namespaced: true,
    shortNames: ["po"],
    columns: [
      { header: "Ready", type: "string", priority: 0 },
      { header: "Status", type: "string", priority: 0 },
      { header: "Restarts", type: "string", priority: 0 },
      { header: "Age", type: "string", priority: 0 },
      { header: "IP", type: "string", priority: 1 },
      { header: "Node", type: "string", priority: 1 },
    ],
  },
  {
    resource: "namespaces",
    kind: "Namespace",
    namespaced: false,
    shortNames: ["ns"],
    columns: [
      { header: "Status", type: "string", priority: 0 },
      { header: "Age", type: "string", priority: 0 },
    ],
  },
  {
    resource: "nodes",
    kind: "Node",
    namespaced: false,
    shortNames: ["no"],
    columns: [
      { header: "Status", type: "string", priority: 0 },
      { header: "Roles", type: "string", priority: 0 },
      { header: "Age", type: "string", priority: 0 },
      { header: "Version", type: "string", priority: 0 },
      { header: "Internal-IP", type: "string", priority: 1 },
      { header: "OS-Image", type: "string", priority: 1 },
    ],
  },
];
