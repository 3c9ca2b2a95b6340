/**
 * `eksauth token` as the command tree knows it: for `--help`, for `-v`, and to explain what is wrong with a
 * command line that `_token_request.ts` did not take.
 *
 * @module
 */

import { buildCommand } from "@stricli/core";
import { EksauthError } from "../errors.ts";
import type { CommandContext } from "./_context.ts";
import {
  type IdentityFlags,
  identityFlags,
  profileOf,
  type RoleFlags,
  roleFlags,
  roleOf,
} from "./_identity_flags.ts";
import type { TokenRequest } from "./_token_request.ts";
import { runToken } from "./token.ts";

interface Flags extends IdentityFlags, RoleFlags {
  readonly "cluster-name"?: string;
  readonly "cluster-id"?: string;
  /** What the AWS CLI writes for `--role-arn`. */
  readonly role?: string;
  readonly output: "json";
  readonly verbose?: boolean;
}

/** The `token` command: flags and help; the recipe is `runToken`. */
export const tokenCommand = buildCommand<Flags, [], CommandContext>({
  func(flags): Promise<void> {
    return runToken(requestOf(flags), this.runtime);
  },
  parameters: {
    flags: {
      "cluster-name": {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Cluster to get into",
        placeholder: "name",
      },
      "cluster-id": {
        kind: "parsed",
        parse: String,
        optional: true,
        brief: "Id of a local cluster on AWS Outposts, instead of its name",
        placeholder: "id",
      },
      ...identityFlags,
      ...roleFlags,
      role: {
        kind: "parsed",
        parse: String,
        optional: true,
        hidden: true,
        brief: "Same as --role-arn",
      },
      output: {
        kind: "enum",
        values: ["json"],
        default: "json",
        brief: "Only json: kubectl reads nothing else",
      },
      verbose: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Tell on stderr where each value came from",
      },
    },
    aliases: { i: "identity", o: "output", v: "verbose" },
  },
  docs: {
    brief: "Print an ExecCredential: the plugin that kubectl, helm and k9s start",
    customUsage: ["--cluster-name CLUSTER [flags]"],
    fullDescription: `Print one ExecCredential for a cluster, or nothing.

kubectl starts this command itself; eksauth kubeconfig writes it into the kubeconfig. It never asks, never
opens a browser and never writes the kubeconfig. Credentials are cached until they expire or the files they
came from change.

  eksauth token --cluster-name dev-cluster --region us-east-2 --profile dev`,
  },
});

function requestOf(flags: Flags): TokenRequest {
  const clusterName = flags["cluster-name"];
  const clusterId = flags["cluster-id"];
  if (!clusterName === !clusterId) {
    throw new EksauthError(
      "usage",
      clusterName
        ? "Cannot make a token: --cluster-name and --cluster-id are both given"
        : "Cannot make a token: neither --cluster-name nor --cluster-id is given",
      { hint: "eksauth token --cluster-name NAME --region REGION" },
    );
  }
  if (flags.role !== undefined && flags["role-arn"] !== undefined) {
    throw new EksauthError("usage", "Cannot make a token: --role and --role-arn are both given", {
      hint: "They mean the same; give --role-arn",
    });
  }
  const profile = profileOf(flags);
  return {
    ...(clusterName ? { clusterName } : {}),
    ...(clusterId ? { clusterId } : {}),
    ...(flags.region ? { region: flags.region } : {}),
    ...(profile === undefined ? {} : { profile }),
    ...roleOf(flags.role === undefined ? flags : { ...flags, "role-arn": flags.role }),
    ...(flags.verbose ? { isVerbose: true } : {}),
  };
}
