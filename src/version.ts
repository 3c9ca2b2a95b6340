/**
 * The version of this program.
 *
 * @module
 */

/** The released version, the same as in `deno.json`. Text, not a JSON import: those keep a binary from caching its code. */
export const VERSION = "0.1.0";
