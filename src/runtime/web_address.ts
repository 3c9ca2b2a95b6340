/**
 * Addresses that a person may be sent to.
 *
 * @module
 */

/**
 * `text` as a URL, `undefined` unless it is https, or http to this machine. A user name before the host could pass
 * for the host.
 */
export function webAddress(text: string): URL | undefined {
  const url = URL.parse(text);
  if (url === null || url.username !== "" || url.password !== "") return undefined;
  const isOnThisMachine = url.protocol === "http:" && isLoopbackHost(url.hostname);
  return url.protocol === "https:" || isOnThisMachine ? url : undefined;
}

/** Whether `hostname`, as URLs spell it, is this machine: what is sent there reaches no network. */
export function isLoopbackHost(hostname: string): boolean {
  return ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
}
