/**
 * `deno task install`: an `eksauth` on the `PATH` that outlives the checkout it was made from.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { parse } from "yaml";
import { VERSION } from "../src/version.ts";
import { PROJECT } from "./_sources.ts";
import { type ProgramResult, runCommand, runScript, temporaryFolder } from "./_scripts.ts";

// What a path may hold: the launcher is a shell script.
const ODD_NAME = Deno.build.os === "windows" ? "my home 100%" : `my "home" $HOME isn't 100%`;
const LAUNCHER = Deno.build.os === "windows" ? "eksauth.cmd" : "eksauth";

Deno.test("deno task install: installs a launcher that works from anywhere, replaces it, and removes it", async (t) => {
  using folder = temporaryFolder();
  const home = join(folder.path, ODD_NAME);
  Deno.mkdirSync(home);
  const launcher = join(home, ".local", "bin", LAUNCHER);

  await t.step("a dry run writes nothing", async () => {
    const result = await install(home, ["--dry-run"]);
    assert.equal(result.code, 0, result.stderr);
    assert.ok(result.stderr.includes(`Would write ${launcher}\n`), result.stderr);
    assert.deepEqual(filesBelow(home), []);
  });

  await t.step(
    "it installs below the home folder and says what is missing on the PATH",
    async () => {
      const result = await install(home, []);
      assert.equal(result.code, 0, result.stderr);
      assert.ok(
        result.stderr.startsWith(`Installed eksauth ${VERSION}: ${launcher}\n`),
        result.stderr,
      );
      assert.match(result.stderr, /is not on the PATH/);
    },
  );

  await t.step("the launcher runs the program, which knows the launcher by name", async () => {
    const result = await runCommand([launcher, "version", "--output", "json"], environment(home));
    assert.equal(result.code, 0, result.stderr);
    const facts = JSON.parse(result.stdout) as {
      readonly version: string;
      readonly command: string;
    };
    assert.deepEqual([facts.version, facts.command], [VERSION, launcher]);
  });

  await t.step("it hands on arguments as they are, and the exit code", async () => {
    const result = await runCommand([launcher, "no such  verb"], environment(home));
    assert.equal(result.code, 2, result.stderr);
    assert.match(result.stderr, /"no such {2}verb"/);
  });

  await t.step("kubectl is sent back through the launcher", async () => {
    const kubeconfig = join(home, "kubeconfig");
    const flags = ["--name=dev-cluster", "--region=us-east-2", "--endpoint=https://10.0.0.7"];
    const files = [
      `--ca-file=${join(PROJECT, "scripts", "bench", "ca.pem")}`,
      `--kubeconfig=${kubeconfig}`,
    ];
    folder.write(join(ODD_NAME, ".aws", "credentials"), KEYS);
    const args = ["kubeconfig", ...flags, ...files, "--profile=dev-admin"];
    const result = await runCommand([launcher, ...args], environment(home));
    assert.equal(result.code, 0, result.stderr);
    const { users } = parse(Deno.readTextFileSync(kubeconfig)) as Kubeconfig;
    assert.equal(users[0]?.user.exec.command, launcher);
    Deno.removeSync(kubeconfig);
    Deno.removeSync(join(home, ".aws"), { recursive: true });
  });

  await t.step("nothing it starts lies in the checkout, or in a cache that may vanish", () => {
    const text = Deno.readTextFileSync(launcher);
    assert.ok(!text.includes(Deno.execPath()) && !text.includes(PROJECT), text);
  });

  await t.step("installing again exchanges it and leaves no litter", async () => {
    const before = filesBelow(home);
    const result = await install(home, []);
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(filesBelow(home), before);
  });

  await t.step("it tells the PATH apart", async () => {
    const PATH = `${join(home, ".local", "bin")}${Deno.build.os === "windows" ? ";" : ":"}${
      Deno.env.get("PATH")
    }`;
    const result = await install(home, [], { PATH });
    assert.doesNotMatch(result.stderr, /PATH/);
  });

  await t.step("uninstalling leaves nothing of it", async () => {
    const result = await install(home, ["--uninstall"]);
    assert.equal(result.code, 0, result.stderr);
    assert.deepEqual(filesBelow(home), []);
    const again = await install(home, ["--uninstall"]);
    assert.equal(again.stderr, `Nothing is installed at ${launcher}\n`);
  });
});

Deno.test("deno task install: touches nothing that it did not write", async () => {
  using folder = temporaryFolder();
  const foreign = folder.write(join("bin", LAUNCHER), "another program");
  for (const flags of [[], ["--uninstall"]]) {
    const result = await install(folder.path, ["--bin", join(folder.path, "bin"), ...flags]);
    assert.deepEqual([result.code, result.stderr.split("\n")[0]], [
      1,
      `error: Cannot replace or remove "${foreign}": this script did not write it`,
    ]);
  }
  assert.deepEqual(filesBelow(folder.path), [foreign]);
  assert.equal(Deno.readTextFileSync(foreign), "another program");
});

const KEYS = `[dev-admin]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY
`;

interface Kubeconfig {
  readonly users: readonly { readonly user: { readonly exec: { readonly command: string } } }[];
}

function install(
  home: string,
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  return runScript("install.ts", flags, { ...environment(home), ...env });
}

function environment(home: string): Readonly<Record<string, string>> {
  return {
    HOME: home,
    USERPROFILE: home,
    LOCALAPPDATA: join(home, "AppData", "Local"),
    XDG_DATA_HOME: "",
  };
}

/** Every file below `folder` except Deno's cache, which fills itself when the program runs. */
function filesBelow(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (!isDirectory) return [path];
    return name === ".cache" || name === "deno" ? [] : filesBelow(path);
  }).sort();
}
