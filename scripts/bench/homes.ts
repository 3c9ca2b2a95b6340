/**
 * Home folders for the benchmark: AWS profiles, a kubeconfig of a thousand clusters. All of it is made up.
 *
 * @module
 */

import { join } from "node:path";
import { RUN_ENV } from "../run_flags.ts";

/** The profile that every contestant uses. It stands in the middle of the file. */
export const PROFILE = "p42";

/** What every contestant's environment has in common: no variable of the person who runs the benchmark. */
export function environmentOf(home: string): Readonly<Record<string, string>> {
  return {
    PATH: Deno.env.get("PATH") ?? "",
    HOME: home,
    USERPROFILE: home,
    LOCALAPPDATA: join(home, "AppData", "Local"),
    // Windows does not start programs without it.
    ...(Deno.build.os === "windows" ? { SystemRoot: Deno.env.get("SystemRoot") ?? "" } : {}),
    AWS_EC2_METADATA_DISABLED: "true",
    ...RUN_ENV,
  };
}

/** Makes the home folder `home` with `count` profiles that have keys of their own. */
export function makeHome(home: string, count: number): void {
  const folder = join(home, ".aws");
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = Array.from({ length: count - 1 }, (_, index) => `team-${index}`);
  names.splice(Math.floor(count / 2), 0, PROFILE);
  write(
    join(folder, "config"),
    names.map((name) => `[profile ${name}]\nregion = us-east-2\noutput = json\n`),
  );
  write(
    join(folder, "credentials"),
    names.map((name) =>
      `[${name}]\naws_access_key_id = AKIDEXAMPLE\n` +
      "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY\n"
    ),
  );
}

function write(path: string, entries: readonly string[]): void {
  Deno.writeTextFileSync(path, entries.join("\n"), { mode: 0o600 });
}

/** A kubeconfig with `count` clusters of EKS, a context and an AWS CLI user for each, as the AWS CLI writes them. */
export function makeKubeconfig(count: number, certificate: string): string {
  const names = Array.from({ length: count }, (_, index) => `cluster-${index}`);
  const authority = btoa(certificate);
  const arn = (name: string): string => `arn:aws:eks:us-east-2:123456789012:cluster/${name}`;
  return [
    "apiVersion: v1\nclusters:\n",
    ...names.map((name, index) =>
      `- cluster:
    certificate-authority-data: ${authority}
    server: https://${
        index.toString(16).padStart(32, "0").toUpperCase()
      }.gr7.us-east-2.eks.amazonaws.com
  name: ${arn(name)}
`
    ),
    "contexts:\n",
    ...names.map((name) =>
      `- context:
    cluster: ${arn(name)}
    user: ${arn(name)}
  name: ${arn(name)}
`
    ),
    `current-context: ${arn("cluster-0")}\nkind: Config\npreferences: {}\nusers:\n`,
    ...names.map((name) =>
      `- name: ${arn(name)}
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      args:
      - --region
      - us-east-2
      - eks
      - get-token
      - --cluster-name
      - ${name}
      - --output
      - json
      command: aws
`
    ),
  ].join("");
}
