/**
 * A program, not a module: what stands for the browser in the demo. Its argument is the address to open, which
 * leads back to eksauth, since the person in the demo approves everything.
 *
 * @module
 */

const [address = ""] = Deno.args;
const page = await fetch(address);
await page.body?.cancel();
