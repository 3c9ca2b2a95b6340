/**
 * Lists as tables: the server decides the columns, kubectl only prints them.
 *
 * @see https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
 * @module
 */

import type { KubernetesObject, ResourceType } from "./resource_types.ts";

/** Whether the client prefers a table to the objects. */
export function wantsTable(accept: string | undefined): boolean {
  return (accept ?? "").split(",")[0]?.includes("as=Table") ?? false;
}

/** A meta.k8s.io/v1 Table with a row for each object. */
export function tableOf(
  objects: readonly KubernetesObject[],
  { type, now }: { readonly type: ResourceType; readonly now: Date },
): unknown {
  const name = { name: "Name", type: "string", format: "name", description: "", priority: 0 };
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion: "1" },
    columnDefinitions: [
      name,
      ...type.columns.map((column) => ({
        name: column.header,
        type: column.type,
        format: "",
        description: "",
        priority: column.priority,
      })),
    ],
    rows: objects.map((object) => ({
      cells: [
        object.metadata.name,
        ...type.columns.map(({ header }) =>
          header === "Age" ? age(object, now) : object.cells[header] ?? "<none>"
        ),
      ],
      object: {
        kind: "PartialObjectMetadata",
        apiVersion: "meta.k8s.io/v1",
        metadata: object.metadata,
      },
    })),
  };
}

/** As kubectl tells it: two units at most, and one where that is exact enough. */
function age(object: KubernetesObject, now: Date): string {
  const minutes = Math.floor(
    (now.getTime() - Date.parse(object.metadata.creationTimestamp)) / 60_000,
  );
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  return days < 8 && hours % 24 > 0 ? `${days}d${hours % 24}h` : `${days}d`;
}
