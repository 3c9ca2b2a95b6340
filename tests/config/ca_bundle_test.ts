/**
 * Reading a CA bundle.
 *
 * @module
 */

import assert from "node:assert/strict";
import { loadCaBundle } from "../../src/config/ca_bundle.ts";
import { EksauthError } from "../../src/errors.ts";
import { capturingRuntime, type Home, temporaryHome } from "../world/run_program.ts";

const PEM =
  "# Corporate root\r\n-----BEGIN CERTIFICATE-----\r\nMA==\r\n-----END CERTIFICATE-----\r\n";

Deno.test("loadCaBundle() gives the text of a PEM file as it stands", () => {
  using home = temporaryHome();
  home.write("my ca.pem", PEM);
  assert.equal(load(home, "~/my ca.pem"), PEM);
});

Deno.test("loadCaBundle() names a file that is missing, and who named it", () => {
  using home = temporaryHome();
  const path = `${home.path}/ca.pem`;
  assert.throws(
    () => load(home, path),
    new EksauthError(
      "file_unreadable",
      `Cannot read CA bundle "${path}" (from AWS_CA_BUNDLE): there is no such file`,
      { hint: `ls -ld "${path}"` },
    ),
  );
});

Deno.test("loadCaBundle() names a folder as such", () => {
  using home = temporaryHome();
  assert.throws(
    () => load(home, home.path),
    (error: unknown) =>
      error instanceof EksauthError && error.code === "file_unreadable" &&
      error.message === `Cannot read CA bundle "${home.path}" (from AWS_CA_BUNDLE): it is a folder`,
  );
});

Deno.test("loadCaBundle() refuses more than 5 MiB", () => {
  using home = temporaryHome();
  const path = home.write("ca.pem", PEM.padEnd(5 * 1024 * 1024 + 1));
  assert.throws(
    () => load(home, path),
    (error: unknown) =>
      error instanceof EksauthError && error.code === "config_invalid" &&
      error.message.endsWith(": it has 5242881 bytes, and the limit is 5242880"),
  );
});

Deno.test("loadCaBundle() refuses what holds no certificate", () => {
  using home = temporaryHome();
  for (const text of ["", "0\x82\x03", PEM.replaceAll("CERTIFICATE", "PRIVATE KEY")]) {
    const path = home.write("ca.der", text);
    assert.throws(
      () => load(home, path),
      new EksauthError(
        "config_invalid",
        `Cannot use CA bundle "${path}" (from AWS_CA_BUNDLE): it holds no PEM certificate`,
        { hint: `openssl x509 -inform DER -in "${path}" -out ca.pem` },
      ),
    );
  }
});

function load(home: Home, value: string): string {
  const { runtime } = capturingRuntime([], { env: home.env });
  return loadCaBundle({ value, origin: "AWS_CA_BUNDLE" }, runtime);
}
