/**
 * The recipe of `eksauth kubeconfig`: find out what the cluster is and who signs in, build the entries, write
 * them, tell what was done.
 *
 * @module
 */

import { awsConfigFile, awsCredentialsFile, expandPath } from "../config/paths.ts";
import { assertRole } from "../credentials/assumed_role.ts";
import { EksauthError } from "../errors.ts";
import { eksEntries, type EksSigner } from "../integrations/eks.ts";
import { assertContextTemplate } from "../integrations/eks_names.ts";
import type { KubeconfigEntries } from "../kube/kubeconfig.ts";
import {
  previewClusters,
  saveClusters,
  type Saved,
  type SaveRequest,
} from "../kube/kubeconfig_file.ts";
import { kubeconfigPaths } from "../kube/kubeconfig_paths.ts";
import { note } from "../output.ts";
import { ownCommand } from "../runtime/own_command.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type ResolvedTarget, resolveEksTarget } from "./_eks_target.ts";
import { profileOf, roleOf } from "./_identity_flags.ts";
import { tellCurrentContext, tellSaved, tellWarnings } from "./_kubeconfig_report.ts";
import type { KubeconfigFlags } from "./kubeconfig.ts";

/**
 * Writes the cluster that `flags` name into the kubeconfig, or shows what would be written.
 *
 * @throws whatever stops it, with nothing written
 */
export async function runKubeconfig(flags: KubeconfigFlags, runtime: Runtime): Promise<void> {
  const clusterName = requiredName(flags);
  assertUsable(flags);
  const resolved = await resolveEksTarget({
    clusterName,
    region: flags.region,
    profile: profileOf(flags),
    describeRoleArn: flags["assume-role-arn"],
    endpointUrl: flags["endpoint-url"],
    caBundle: flags["ca-bundle"],
    endpoint: flags.endpoint,
    caFile: flags["ca-file"],
  }, runtime);
  const entries = buildEntries({ flags, resolved }, runtime);
  const request: SaveRequest = {
    entries: [entries],
    paths: kubeconfigPaths(flags, runtime),
    update: flags.update,
    currentContext: flags["use-context"] ? "set" : "set_if_absent",
    mode: flags.mode,
  };
  const saved: Saved = flags["dry-run"]
    ? previewClusters(request)
    : await saveClusters(request, runtime);

  if (flags.verbose) { for (const fact of resolved.facts) note(fact, runtime); }
  const report = { saved, entries, flags };
  tellWarnings(report, runtime);
  tellSaved(report, runtime);
  tellCurrentContext(report, runtime);
  if (resolved.profile === undefined) {
    note("no profile is written: kubectl needs the AWS keys in its environment as well", runtime);
  }
}

function requiredName({ name }: KubeconfigFlags): string {
  if (name !== undefined) return name;
  throw new EksauthError("usage", "Cannot write a cluster into the kubeconfig: --name is missing", {
    hint: "eksauth kubeconfig --name dev-cluster --region us-east-2",
  });
}

/** Finds what is wrong with the flags before anything is asked of AWS. */
function assertUsable(flags: KubeconfigFlags): void {
  const role = roleOf(flags);
  // Else kubectl would be the first to hear of it, each time.
  if (role.roleArn !== undefined) assertRole({ ...role, roleArn: role.roleArn });
  const template = flags["context-template"];
  if (template === undefined) return;
  assertContextTemplate(template);
  if (flags.alias === undefined) return;
  throw new EksauthError(
    "usage",
    `Cannot name the context both "${flags.alias}" and "${template}": it has one name`,
    { hint: "Give one of --alias and --context-template" },
  );
}

function buildEntries(
  { flags, resolved }: { readonly flags: KubeconfigFlags; readonly resolved: ResolvedTarget },
  runtime: Runtime,
): KubeconfigEntries {
  const signer: EksSigner = { profile: resolved.profile, ...roleOf(flags) };
  return eksEntries({
    target: resolved.target,
    signer,
    options: {
      alias: flags.alias,
      contextTemplate: flags["context-template"],
      userAlias: flags["user-alias"],
      namespace: flags.namespace,
      proxyUrl: flags["proxy-url"],
      tlsServerName: flags["tls-server-name"],
      execApiVersion: flags["exec-api-version"],
    },
    ownCommand: ownCommand(runtime),
    variables: fileVariables(flags, runtime),
  });
}

/**
 * Where the AWS files and the trusted certificates are, if not in their usual place: kubectl may be started by
 * a program that has none of these variables.
 */
function fileVariables(
  flags: Pick<KubeconfigFlags, "ca-bundle">,
  runtime: Runtime,
): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  if (runtime.env("AWS_CONFIG_FILE")) variables.set("AWS_CONFIG_FILE", awsConfigFile(runtime));
  if (runtime.env("AWS_SHARED_CREDENTIALS_FILE")) {
    variables.set("AWS_SHARED_CREDENTIALS_FILE", awsCredentialsFile(runtime));
  }
  const caBundle = flags["ca-bundle"] ?? runtime.env("AWS_CA_BUNDLE");
  if (caBundle) variables.set("AWS_CA_BUNDLE", expandPath(caBundle, runtime));
  return variables;
}
