import assert from "node:assert/strict";
import {
  browserAvailability,
  isContinuousIntegration,
  type MachineFacts,
  readMachineFacts,
} from "../../src/runtime/browser_availability.ts";
import { denoRuntime } from "../../src/runtime/deno_runtime.ts";
import type { Program } from "../../src/runtime/runtime.ts";
import { capturingRuntime, temporaryHome } from "../world/run_program.ts";

type Env = Readonly<Record<string, string>>;

const DESKTOP: MachineFacts = { isContainer: false, wsl: "none" };
const SSH = "This is an SSH session: the browser is on another machine";
const CI = "CI is set: nobody is there to use a browser";
const CONTAINER = "This is a container: there is no browser in it";
const NO_DISPLAY = "There is no graphical display, and BROWSER is not set";
const NO_INTEROP = "This is WSL with interop switched off, and BROWSER is not set";

/** Operating system, environment, facts that differ from a desktop, and why a browser cannot be opened. */
const SITUATIONS: readonly (readonly [
  os: string,
  env: Env,
  facts: Partial<MachineFacts>,
  reason: string | undefined,
])[] = [
  ["darwin", {}, {}, undefined],
  ["windows", {}, {}, undefined],
  ["linux", { DISPLAY: ":0" }, {}, undefined],
  ["linux", { WAYLAND_DISPLAY: "wayland-0" }, {}, undefined],
  ["linux", { BROWSER: "firefox" }, {}, undefined],
  ["linux", {}, {}, NO_DISPLAY],
  ["linux", { DISPLAY: "", WAYLAND_DISPLAY: "", BROWSER: "" }, {}, NO_DISPLAY],
  ["freebsd", {}, {}, NO_DISPLAY],
  ["linux", { DISPLAY: ":0", SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }, {}, SSH],
  ["linux", { DISPLAY: "localhost:10.0", SSH_TTY: "/dev/pts/0", BROWSER: "w3m" }, {}, SSH],
  ["darwin", { SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }, {}, SSH],
  ["windows", { SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" }, {}, SSH],
  ["linux", { DISPLAY: ":0" }, { isContainer: true }, CONTAINER],
  ["linux", { DISPLAY: ":0", DISTROBOX_ENTER_PATH: "/usr/bin/distrobox-enter" }, {
    isContainer: true,
  }, undefined],
  [
    "linux",
    { KUBERNETES_SERVICE_HOST: "10.0.0.1" },
    { isContainer: true },
    "This is a Kubernetes pod: there is no browser in it",
  ],
  [
    "linux",
    { CODESPACES: "true", BROWSER: "/vscode/browser.sh" },
    { isContainer: true },
    "This is a GitHub Codespace: the browser is on another machine",
  ],
  [
    "linux",
    { GITPOD_WORKSPACE_ID: "amber-fox" },
    {},
    "This is a Gitpod workspace: the browser is on another machine",
  ],
  [
    "linux",
    { CLOUD_SHELL: "true" },
    {},
    "This is Google Cloud Shell: the browser is on another machine",
  ],
  [
    "linux",
    { ACC_CLOUD: "PROD" },
    {},
    "This is Azure Cloud Shell: the browser is on another machine",
  ],
  [
    "linux",
    { AWS_EXECUTION_ENV: "CloudShell" },
    {},
    "This is AWS CloudShell: the browser is on another machine",
  ],
  ["linux", { AWS_EXECUTION_ENV: "AWS_ECS_EC2", DISPLAY: ":0" }, {}, undefined],
  ["linux", { CI: "true", DISPLAY: ":99" }, {}, CI],
  ["darwin", { CI: "1" }, {}, CI],
  ["darwin", { CI: "false" }, {}, undefined],
  ["linux", {}, { wsl: "interop" }, undefined],
  ["linux", { DISPLAY: ":0" }, { wsl: "no_interop" }, NO_INTEROP],
  ["linux", { BROWSER: "firefox" }, { wsl: "no_interop" }, undefined],
  ["linux", {}, { wsl: "interop", isContainer: true }, CONTAINER],
];

function machine(
  os: string,
  env: Env,
): { program: Program; env: (variable: string) => string | undefined } {
  const { runtime } = capturingRuntime([], { env, program: { os } });
  return { program: runtime.program, env: runtime.env };
}

for (const [os, env, facts, reason] of SITUATIONS) {
  const where = [
    os,
    ...Object.keys(env).map((name) => `${name}=${env[name]}`),
    JSON.stringify(facts),
  ];
  Deno.test(`browserAvailability() ${reason ? "refuses" : "allows"} ${where.join(" ")}`, () => {
    const availability = browserAvailability({ ...DESKTOP, ...facts }, machine(os, env));
    assert.deepEqual(
      availability,
      reason === undefined ? { canOpen: true } : { canOpen: false, reason },
    );
  });
}

Deno.test("isContinuousIntegration() takes empty, 0 and false for no", () => {
  const values = ["", "0", "false", "FALSE", "1", "true", "woodpecker"];
  const yes = values.filter((CI) => isContinuousIntegration(machine("linux", { CI })));
  assert.deepEqual(yes, ["1", "true", "woodpecker"]);
  assert.equal(isContinuousIntegration(machine("linux", {})), false);
});

/** Files of the machine, its environment, and the facts they add up to. */
const MACHINES: readonly (readonly [
  name: string,
  files: Readonly<Record<string, string>>,
  env: Env,
  facts: MachineFacts,
])[] = [
  ["a plain machine", {}, {}, DESKTOP],
  ["docker", { ".dockerenv": "" }, {}, { ...DESKTOP, isContainer: true }],
  ["podman", { "run/.containerenv": "" }, {}, { ...DESKTOP, isContainer: true }],
  ["toolbox", { "run/.containerenv": "", "run/.toolboxenv": "" }, {}, DESKTOP],
  ["WSL by its variable", {}, { WSL_DISTRO_NAME: "Ubuntu" }, { ...DESKTOP, wsl: "interop" }],
  ["WSL by its sockets, under sudo", { "run/WSL/1_interop": "" }, {}, {
    ...DESKTOP,
    wsl: "interop",
  }],
  [
    "WSL with interop switched off",
    {
      "etc/wsl.conf": "[automount]\nenabled = true\n\n[Interop]\r\n  Enabled = FALSE # no exe\r\n",
    },
    { WSL_DISTRO_NAME: "Ubuntu" },
    { ...DESKTOP, wsl: "no_interop" },
  ],
  [
    "WSL with something else switched off",
    { "etc/wsl.conf": "[automount]\nenabled=false\n[interop]\nappendWindowsPath=false\n" },
    { WSL_DISTRO_NAME: "Ubuntu" },
    { ...DESKTOP, wsl: "interop" },
  ],
  ["a wsl.conf that strayed", { "etc/wsl.conf": "[interop]\nenabled=false\n" }, {}, DESKTOP],
];

for (const [name, files, env, facts] of MACHINES) {
  Deno.test(`readMachineFacts() knows ${name}`, () => {
    using root = temporaryHome();
    for (const [path, text] of Object.entries(files)) root.write(path, text);
    assert.deepEqual(readMachineFacts(root.path, machine("linux", env)), facts);
  });
}

Deno.test("readMachineFacts() takes a wsl.conf that cannot be read for none", () => {
  using root = temporaryHome();
  root.write("etc/wsl.conf/file", "");
  const facts = readMachineFacts(root.path, machine("linux", { WSL_DISTRO_NAME: "Ubuntu" }));
  assert.equal(facts.wsl, "interop");
});

Deno.test("denoRuntime() knows the facts of this machine", async () => {
  const runtime = denoRuntime();
  assert.deepEqual(await runtime.machineFacts(), readMachineFacts("", runtime));
});
