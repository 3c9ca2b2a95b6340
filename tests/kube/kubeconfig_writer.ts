/**
 * Writes clusters in a process of its own. Arguments: the kubeconfig, then names of clusters, which are written
 * together; or `forever`, to move one cluster to and fro until somebody ends it. Prints `wrote` after each write.
 *
 * @module
 */

import { saveClusters } from "../../src/kube/kubeconfig_file.ts";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import { entriesFor, movedTo } from "./kubeconfig_cast.ts";

const [path, ...clusters] = Deno.args as [string, ...string[]];

for (let round = 0; round === 0 || clusters[0] === "forever"; round++) {
  const entries = clusters[0] === "forever"
    ? [movedTo(round % 2 === 0 ? "https://a.example.com" : "https://b.example.com")]
    : clusters.map((cluster) => entriesFor({ cluster, contextName: cluster }));
  await saveClusters(
    { paths: [path], entries, update: "merge", currentContext: "keep" },
    denoRuntime(),
  );
  denoRuntime().stdout.write("wrote\n");
}
