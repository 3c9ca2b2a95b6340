/**
 * How an IAM Identity Center of the sandbox behaves; a test sets what it needs, at any time.
 *
 * @module
 */

/** Every field may be set; what was handed out before keeps the times it got. */
export interface SsoSettings {
  /** How long an access token lives that comes with a refresh token. AWS: an hour. */
  accessTokenSeconds: number;
  /** How long a sign-in lives, refreshed or not. AWS: eight hours, unless the administrator says otherwise. */
  sessionSeconds: number;
  /** How long a client stays registered. AWS: 90 days. */
  registrationSeconds: number;
  /** How long a device code waits for a person. AWS: ten minutes. */
  deviceCodeSeconds: number;
  /** How often a client may ask about a device code. AWS: every second. 0 lets it ask as often as it likes. */
  pollIntervalSeconds: number;
  /** How long an authorization code can be exchanged. RFC 6749 allows no more than ten minutes. */
  authorizationCodeSeconds: number;
  /** `auto` approves every sign-in page that is opened, for the first user, as soon as it is opened. */
  approval: "ask" | "auto";
  /** Where errors name their code. AWS names it in both places; clients have to make do with either. */
  errorShape: "header_and_body" | "header" | "body";
  /** What becomes of a session whose rotated refresh token comes back: `revoke` ends it, as RFC 9700 advises. */
  refreshTokenReuse: "refuse" | "revoke";
  /**
   * When a client learns that its instance lives in another region. AWS tells only the person, who cannot
   * approve, while the client waits on; `at_once` refuses the first call that names the start URL.
   *
   * @see https://github.com/aws/aws-cli/issues/5058
   */
  wrongRegion: "on_the_page" | "at_once";
}

/** As AWS does it. */
export function defaultSettings(): SsoSettings {
  return {
    accessTokenSeconds: 3600,
    sessionSeconds: 8 * 3600,
    registrationSeconds: 90 * 24 * 3600,
    deviceCodeSeconds: 600,
    pollIntervalSeconds: 1,
    authorizationCodeSeconds: 600,
    approval: "ask",
    errorShape: "header_and_body",
    refreshTokenReuse: "refuse",
    wrongRegion: "on_the_page",
  };
}
