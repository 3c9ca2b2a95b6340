/**
 * The command lines that kubectl starts all day, read without a framework: eksauth's own, and those that the
 * AWS CLI and Atmos wrote into kubeconfigs.
 *
 * Anything unusual (a flag this file does not know, a flag given twice, an empty value, help) is left to the
 * command tree, which reads the same lines, slower, and explains what is wrong with them.
 *
 * @module
 */

/** What a token is asked for. */
export interface TokenRequest {
  /** Name of the cluster; exactly one of this and `clusterId` is set. */
  readonly clusterName?: string;
  /** Id of a local cluster on AWS Outposts. */
  readonly clusterId?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly roleArn?: string;
  readonly externalId?: string;
  readonly roleSessionName?: string;
  readonly durationSeconds?: number;
  /** Tell on stderr where each value came from. */
  readonly isVerbose?: boolean;
}

/** The request in `args`, or `undefined` when the command tree has to read them. */
export function parseTokenRequest(args: readonly string[]): TokenRequest | undefined {
  const words: string[] = [];
  const values = new Map<Field, string>();
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (!arg.startsWith("-")) {
      words.push(arg);
      continue;
    }
    const equals = arg.indexOf("=");
    const field = FIELDS.get(equals < 0 ? arg : arg.slice(0, equals));
    const value = equals < 0 ? args[++index] : arg.slice(equals + 1);
    if (field === undefined || values.has(field)) return undefined;
    if (value === undefined || value === "" || (equals < 0 && value.startsWith("-"))) {
      return undefined;
    }
    values.set(field, value);
  }
  return isTokenCommand(words) ? requestOf(values) : undefined;
}

type Field = Exclude<keyof TokenRequest, "isVerbose"> | "output";

const FIELDS: ReadonlyMap<string, Field> = new Map([
  ["--cluster-name", "clusterName"],
  ["--cluster-id", "clusterId"],
  ["--region", "region"],
  ["--profile", "profile"],
  // Without a config file of eksauth's own, every profile of ~/.aws is an identity.
  ["--identity", "profile"],
  ["-i", "profile"],
  ["--role-arn", "roleArn"],
  // The AWS CLI takes any unambiguous beginning of a flag, and writes this one into kubeconfigs.
  ["--role", "roleArn"],
  ["--external-id", "externalId"],
  ["--role-session-name", "roleSessionName"],
  ["--duration-seconds", "durationSeconds"],
  ["--output", "output"],
  ["-o", "output"],
]);

/** `token` and `get-token`, and the words that the AWS CLI and Atmos put there. */
function isTokenCommand(words: readonly string[]): boolean {
  switch (words.join(" ")) {
    case "token":
    case "get-token":
    case "eks get-token":
    case "aws eks token":
    case "aws eks get-token":
      return true;
    default:
      return false;
  }
}

function requestOf(values: Map<Field, string>): TokenRequest | undefined {
  if (values.has("clusterName") === values.has("clusterId")) return undefined;
  const { output, durationSeconds, ...request } = Object.fromEntries(values) as Partial<
    Record<Field, string>
  >;
  if (output !== undefined && output !== "json") return undefined;
  const hasRoleDetails = request.externalId !== undefined ||
    request.roleSessionName !== undefined ||
    durationSeconds !== undefined;
  if (hasRoleDetails && request.roleArn === undefined) return undefined;
  if (durationSeconds === undefined) return request;
  // The digits alone decide here; whether STS allows that many seconds is checked where it is called.
  return /^\d{1,6}$/.test(durationSeconds)
    ? { ...request, durationSeconds: Number(durationSeconds) }
    : undefined;
}
