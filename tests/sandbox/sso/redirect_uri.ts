/**
 * Where a browser may take an authorization code: to the client's own machine, at whatever port it got there.
 *
 * @see https://datatracker.ietf.org/doc/html/rfc8252#section-7.3
 * @module
 */

/** Whether `uri` is plain http at a loopback address; `localhost` may lead elsewhere, and is none. */
export function isLoopbackUri(uri: string): boolean {
  const url = URL.parse(uri);
  return url !== null && url.protocol === "http:" &&
    (url.hostname === "127.0.0.1" || url.hostname === "[::1]") &&
    url.username === "" && url.password === "" && !uri.includes("#");
}

/** Whether `uri` is one of the registered ones, with any port. */
export function isRegisteredUri(uri: string, registered: readonly string[]): boolean {
  return isLoopbackUri(uri) && registered.some((one) => withoutPort(one) === withoutPort(uri));
}

/** `redirectUri` with what the client is to learn. */
export function redirectTo(
  redirectUri: string,
  parameters: Readonly<Record<string, string>>,
): string {
  const separator = redirectUri.includes("?") ? "&" : "?";
  return `${redirectUri}${separator}${new URLSearchParams(parameters)}`;
}

function withoutPort(uri: string): string {
  const url = new URL(uri);
  url.port = "";
  return url.href;
}
