/**
 * The contract between kubectl and a credential plugin: what it asks in `KUBERNETES_EXEC_INFO`, and the
 * ExecCredential it gets.
 *
 * @see https://kubernetes.io/docs/reference/config-api/client-authentication.v1/
 * @module
 */

const GROUP = "client.authentication.k8s.io";

/** The API version to answer in, and what to tell the user about the question. */
export interface ExecApiVersion {
  readonly apiVersion: string;
  /** Set when the question was old or odd; one sentence. */
  readonly warning?: string;
}

/**
 * The API version that the caller wants: kubectl refuses an answer in any other.
 *
 * Nothing asked, or nothing that can be understood, is answered in `v1beta1`, as the AWS CLI does: entries
 * written by it name that version.
 *
 * @param execInfo the value of `KUBERNETES_EXEC_INFO`
 */
export function negotiateApiVersion(execInfo: string | undefined): ExecApiVersion {
  if (execInfo === undefined || execInfo === "") return { apiVersion: `${GROUP}/v1beta1` };
  const asked = askedApiVersion(execInfo);
  switch (asked) {
    case `${GROUP}/v1`:
    case `${GROUP}/v1beta1`:
      return { apiVersion: asked };
    case `${GROUP}/v1alpha1`:
      return {
        apiVersion: asked,
        warning:
          `This kubeconfig entry asks for ${GROUP}/v1alpha1, which Kubernetes 1.24 removed; ` +
          "write it again with: eksauth kubeconfig",
      };
    case undefined:
      return {
        apiVersion: `${GROUP}/v1beta1`,
        warning:
          "Cannot read KUBERNETES_EXEC_INFO: it is not the JSON object that Kubernetes clients send; " +
          "answering in v1beta1",
      };
    default:
      return {
        apiVersion: `${GROUP}/v1beta1`,
        warning: `KUBERNETES_EXEC_INFO asks for the unknown API version "${asked.slice(0, 80)}"; ` +
          "answering in v1beta1",
      };
  }
}

/**
 * One ExecCredential as JSON text, in the AWS CLI's key order and indentation.
 *
 * @param credential `expiresAt` is written in whole seconds, rounded down
 */
export function execCredential(
  credential: { readonly apiVersion: string; readonly eksToken: string; readonly expiresAt: Date },
): string {
  return JSON.stringify(
    {
      kind: "ExecCredential",
      apiVersion: credential.apiVersion,
      spec: {},
      status: {
        expirationTimestamp: rfc3339(credential.expiresAt),
        token: credential.eksToken,
      },
    },
    undefined,
    4,
  );
}

/** `instant` in whole seconds: `2026-01-02T03:04:05Z`. */
function rfc3339(instant: Date): string {
  const two = (number: number): string => (number < 10 ? "0" : "") + number;
  // Part by part, because the first `toISOString` of a process loads what makes dates local.
  return `${instant.getUTCFullYear()}-${two(instant.getUTCMonth() + 1)}-${
    two(instant.getUTCDate())
  }` +
    `T${two(instant.getUTCHours())}:${two(instant.getUTCMinutes())}:${
      two(instant.getUTCSeconds())
    }Z`;
}

/** What the object names as its version, `""` when it names none, `undefined` when there is no object. */
function askedApiVersion(execInfo: string): string | undefined {
  let info: unknown;
  try {
    info = JSON.parse(execInfo);
  } catch {
    return undefined;
  }
  if (typeof info !== "object" || info === null || Array.isArray(info)) return undefined;
  const apiVersion: unknown = Object.getOwnPropertyDescriptor(info, "apiVersion")?.value;
  return typeof apiVersion === "string" ? apiVersion : "";
}
