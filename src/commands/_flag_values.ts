/**
 * What the values of flags may look like. Checked before anything is done: a value that kubectl cannot read makes
 * the whole kubeconfig useless to it, and one with control characters forges lines on a terminal.
 *
 * @module
 */

/**
 * Text for names, paths and the like.
 *
 * @throws RangeError when it is empty or has a control character
 */
export function parseText(value: string): string {
  if (value.trim() === "") throw new RangeError("it is empty");
  if (/\p{Cc}/u.test(value)) throw new RangeError("it has a control character");
  return value;
}

/**
 * The name of a namespace.
 *
 * @throws RangeError when Kubernetes has no such names
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
 */
export function parseNamespace(value: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return value;
  throw new RangeError("a namespace has 1 to 63 lower-case letters, digits and -");
}

/**
 * The URL of a proxy.
 *
 * @throws RangeError when client-go would refuse it, and the whole kubeconfig with it
 * @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/#Cluster
 */
export function parseProxyUrl(value: string): string {
  const url = URL.parse(parseText(value));
  if (url !== null && PROXY_SCHEMES.has(url.protocol) && url.hostname !== "") return value;
  throw new RangeError("a proxy is an http, https or socks5 URL");
}

const PROXY_SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "socks5:"]);

/**
 * A host name or an IP address.
 *
 * @throws RangeError when no certificate is for such a name
 */
export function parseHostName(value: string): string {
  if (/^[\w.:-]+$/.test(value)) return value;
  throw new RangeError("it is neither a host name nor an address");
}

/**
 * The mode of a file, written in octal as chmod takes it.
 *
 * @throws RangeError when it is not octal, or would lock the user out
 */
export function parseMode(value: string): number {
  const mode = /^0?[0-7]{3}$/.test(value) ? Number.parseInt(value, 8) : 0;
  if ((mode & 0o600) === 0o600) return mode;
  throw new RangeError("it is not an octal mode that lets you read and write");
}

/**
 * A number of seconds, at most six digits.
 *
 * @throws RangeError when it is not a whole number
 */
export function parseSeconds(value: string): number {
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new RangeError("it is not a whole number of seconds");
}
