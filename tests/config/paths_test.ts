/**
 * Where eksauth reads and writes without being told.
 *
 * @module
 */

import assert from "node:assert/strict";
import {
  awsConfigFile,
  awsCredentialsFile,
  cacheFolder,
  expandPath,
  homeFolder,
  isNowhere,
  stateFolder,
} from "../../src/config/paths.ts";
import { EksauthError } from "../../src/errors.ts";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import { readFileBytes } from "../../src/runtime/files.ts";
import { absolutePath } from "../../src/runtime/paths.ts";
import type { Runtime } from "../../src/runtime/runtime.ts";

type Surroundings = Pick<Runtime, "env" | "program">;
type Path = (runtime: Surroundings) => string;

const CASES: readonly (readonly [path: Path, env: Record<string, string>, expected: string])[] = [
  [homeFolder, { HOME: "/home/u" }, "/home/u"],
  [awsConfigFile, { HOME: "/home/u" }, "/home/u/.aws/config"],
  [awsConfigFile, { HOME: "/home/u/" }, "/home/u/.aws/config"],
  [awsConfigFile, { HOME: "/" }, "/.aws/config"],
  [awsConfigFile, { HOME: "/home/u", AWS_CONFIG_FILE: "" }, "/home/u/.aws/config"],
  [awsConfigFile, { AWS_CONFIG_FILE: "/etc/aws" }, "/etc/aws"],
  [awsConfigFile, { AWS_CONFIG_FILE: "aws.ini" }, absolutePath("aws.ini")],
  [awsConfigFile, { HOME: "/home/u", AWS_CONFIG_FILE: "~/x/$Y" }, "/home/u/x/$Y"],
  [awsConfigFile, { HOME: "/home/u", AWS_CONFIG_FILE: "~/x/$Y", Y: "z" }, "/home/u/x/z"],
  [awsCredentialsFile, { HOME: "/home/u" }, "/home/u/.aws/credentials"],
  [
    awsCredentialsFile,
    { HOME: "/home/u", AWS_SHARED_CREDENTIALS_FILE: "${HOME}/creds" },
    "/home/u/creds",
  ],
  [cacheFolder, { HOME: "/home/u" }, "/home/u/.cache/eksauth"],
  [cacheFolder, { HOME: "/home/u", XDG_CACHE_HOME: "/var/c" }, "/var/c/eksauth"],
  [cacheFolder, { XDG_CACHE_HOME: "/var/c/" }, "/var/c/eksauth"],
  [cacheFolder, { HOME: "/home/u", XDG_CACHE_HOME: "relative" }, "/home/u/.cache/eksauth"],
  [cacheFolder, { HOME: "/home/u", XDG_CACHE_HOME: "" }, "/home/u/.cache/eksauth"],
  [stateFolder, { HOME: "/home/u" }, "/home/u/.local/state/eksauth"],
  [stateFolder, { HOME: "/home/u", XDG_STATE_HOME: "/var/s" }, "/var/s/eksauth"],
];

const WINDOWS_CASES: typeof CASES = [
  [homeFolder, { USERPROFILE: "C:\\Users\\u", HOME: "/home/u" }, "C:\\Users\\u"],
  [awsConfigFile, { USERPROFILE: "C:\\Users\\u" }, "C:\\Users\\u\\.aws\\config"],
  [awsCredentialsFile, { USERPROFILE: "C:\\Users\\u\\" }, "C:\\Users\\u\\.aws\\credentials"],
  [
    awsConfigFile,
    { USERPROFILE: "C:\\Users\\u", AWS_CONFIG_FILE: "~\\x\\c" },
    "C:\\Users\\u\\x\\c",
  ],
  [cacheFolder, { LOCALAPPDATA: "D:\\L" }, "D:\\L\\eksauth"],
  [cacheFolder, { USERPROFILE: "C:\\Users\\u" }, "C:\\Users\\u\\AppData\\Local\\eksauth"],
  [stateFolder, { LOCALAPPDATA: "D:\\L" }, "D:\\L\\eksauth\\state"],
];

Deno.test("paths: each is where its rules say", () => {
  for (const [path, env, expected] of CASES) {
    assert.equal(path(surroundings(env, "linux")), expected, `${path.name} ${JSON.stringify(env)}`);
    assert.equal(path(surroundings(env, "darwin")), expected);
  }
});

Deno.test("paths: on Windows each is in the user's profile", () => {
  for (const [path, env, expected] of WINDOWS_CASES) {
    assert.equal(path(surroundings(env, "windows")), expected, JSON.stringify(env));
  }
});

Deno.test("paths: without a home folder the variable to set is named", () => {
  for (const [os, variable] of [["linux", "HOME"], ["windows", "USERPROFILE"]] as const) {
    for (const env of [{}, { [variable]: "" }]) {
      assert.throws(
        () => homeFolder(surroundings(env, os)),
        new EksauthError(
          "config_invalid",
          `Cannot find the home folder: ${variable} is not set`,
          { hint: `Set ${variable} to a folder that eksauth may write to` },
        ),
      );
    }
  }
});

Deno.test("paths: without a home folder the others are nowhere, and stay so", () => {
  const homeless = surroundings({}, Deno.build.os);
  for (const path of [awsConfigFile, awsCredentialsFile, cacheFolder, stateFolder]) {
    const nowhere = path(homeless);
    assert.equal(isNowhere(nowhere, homeless), true, path.name);
    assert.equal(readFileBytes(nowhere), undefined);
    assert.throws(() => Deno.mkdirSync(nowhere, { recursive: true }));
  }
  const own = surroundings({ XDG_CACHE_HOME: "/var/c", AWS_CONFIG_FILE: "/etc/aws" }, "linux");
  for (const path of [cacheFolder, awsConfigFile]) {
    assert.equal(isNowhere(path(own), own), false, path.name);
  }
  assert.throws(() => expandPath("~/x", homeless), { code: "config_invalid" });
});

const EXPANSIONS: readonly (readonly [path: string, expanded: string])[] = [
  ["~", "/home/u"],
  ["~/", "/home/u/"],
  ["~bob/x", absolutePath("~bob/x")],
  ["/x/~/y", "/x/~/y"],
  ["/$A/${A}/$A_B", "/one/one/$A_B"],
  ["$H/x", "/home/u/x"],
  ["/$EMPTY/x", "//x"],
  ["/${}/$/$$A", "/${}/$/$one"],
  ["/${A", "/${A"],
  ["/%A%", "/%A%"],
];

Deno.test("expandPath() expands as the AWS CLI does", () => {
  const env = { HOME: "/home/u", A: "one", H: "~", EMPTY: "" };
  for (const [path, expanded] of EXPANSIONS) {
    assert.equal(expandPath(path, surroundings(env, "linux")), expanded, path);
  }
});

Deno.test("expandPath() knows %NAME% on Windows", () => {
  const env = { USERPROFILE: "/u", A: "one", "ProgramFiles(x86)": "/pf" };
  const windows = surroundings(env, "windows");
  assert.equal(expandPath("/%A%/$A", windows), "/one/one");
  assert.equal(expandPath("%ProgramFiles(x86)%/x", windows), "/pf/x");
  assert.equal(expandPath("/100%", windows), "/100%");
});

function surroundings(env: Readonly<Record<string, string>>, os: string): Surroundings {
  return { env: (variable) => env[variable], program: { ...denoRuntime().program, os } };
}
