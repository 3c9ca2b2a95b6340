import assert from "node:assert/strict";
import { kubeconfigPaths } from "../../src/kube/kubeconfig_paths.ts";
import type { Program } from "../../src/runtime/runtime.ts";

const LINUX: Program = {
  standalone: true,
  executablePath: () => "/usr/local/bin/eksauth",
  scriptPath: () => "/eksauth",
  os: "linux",
  target: "x86_64-unknown-linux-gnu",
  denoVersion: "2.9.6",
};

interface Case {
  readonly about: string;
  readonly flag?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly os?: string;
  readonly paths: readonly string[];
}

const HOME = { HOME: "/home/dev" };

const CASES: readonly Case[] = [
  { about: "the home folder's when nothing is said", env: HOME, paths: ["/home/dev/.kube/config"] },
  { about: "the flag's alone", flag: "/a:b", env: { ...HOME, KUBECONFIG: "/c" }, paths: ["/a:b"] },
  { about: "relative ones from the working folder", flag: "./a", paths: [`${Deno.cwd()}/a`] },
  { about: "~ expanded", flag: "~/k/config", env: HOME, paths: ["/home/dev/k/config"] },
  { about: "~user as it stands", flag: "/x/~dev", env: HOME, paths: ["/x/~dev"] },
  {
    about: "all of KUBECONFIG, without blanks and repetitions",
    env: { ...HOME, KUBECONFIG: ":/a: :~/b:c:/a:" },
    paths: ["/a", "/home/dev/b", `${Deno.cwd()}/c`],
  },
  {
    about: "the home folder's for an empty KUBECONFIG",
    env: { ...HOME, KUBECONFIG: " : " },
    paths: ["/home/dev/.kube/config"],
  },
  {
    about: "the home folder's for an empty flag",
    flag: "",
    env: HOME,
    paths: ["/home/dev/.kube/config"],
  },
  {
    about: "with the separator of Windows",
    os: "windows",
    env: { USERPROFILE: "/Users/dev", KUBECONFIG: "/a:1;~\\b" },
    paths: ["/a:1", "/Users/dev/b"],
  },
  {
    about: "in the home drive of Windows",
    os: "windows",
    env: { HOMEDRIVE: "/H:", HOMEPATH: "/dev" },
    paths: ["/H:/dev/.kube/config"],
  },
];

for (const { about, flag, env = {}, os = "linux", paths } of CASES) {
  // Paths are joined and judged as on the system that runs the test.
  Deno.test(`kubeconfigPaths() gives ${about}`, { ignore: Deno.build.os === "windows" }, () => {
    const runtime = {
      program: { ...LINUX, os },
      env: (variable: string): string | undefined => env[variable],
    };
    assert.deepEqual(kubeconfigPaths({ kubeconfig: flag }, runtime), paths);
  });
}

Deno.test("kubeconfigPaths() fails where there is no home folder", () => {
  const runtime = { program: LINUX, env: () => undefined };
  assert.throws(() => kubeconfigPaths({}, runtime), {
    code: "config_invalid",
    message: "Cannot find the kubeconfig: HOME is not set",
  });
  assert.deepEqual(kubeconfigPaths({ kubeconfig: "/a" }, runtime), ["/a"]);
});
