import assert from "node:assert/strict";
import { parse } from "yaml";

import { OPS_ROLE_ARN } from "../sandbox/cast.ts";
import { createPrivateHome } from "../sandbox/private_home.ts";
import { startSandbox } from "../sandbox/world.ts";
import { staticProfile } from "../world/run_program.ts";
import { DENO_ENV, EKSAUTH, writeHome } from "./_eksauth_process.ts";

const [PROGRAM, ...ARGS] = EKSAUTH;

interface Named {
  readonly name: string;
}

Deno.test("twenty eksauth kubeconfig at once write twenty clusters into one file, and lose none", async () => {
  await using sandbox = await startSandbox();
  await using home = await createPrivateHome();
  await writeHome(home, ".aws/credentials", staticProfile("dev-admin"));
  await writeHome(home, ".kube/config", "# mine\napiVersion: v1\nkind: Config\n");
  const names = Array.from({ length: 20 }, (_, index) => `cluster-${index}`);
  for (const name of names) await sandbox.clusters.add({ name, apiServer: "none" });

  const runs = await Promise.all(names.map((name) => {
    const flags = ["--region", "us-east-2", "--profile", "dev-admin", "--alias", name];
    const args = [...ARGS, "kubeconfig", "--name", name, ...flags];
    return home.run(PROGRAM, args, { ...sandbox.env, ...DENO_ENV });
  }));

  for (const [index, { code, stdout, stderr }] of runs.entries()) {
    assert.equal(code, 0, stderr);
    assert.equal(stdout, `Added new context ${names[index]} to ${home.kubeconfigPath}\n`);
  }
  const text = await Deno.readTextFile(home.kubeconfigPath);
  const kubeconfig = parse(text) as Record<string, readonly Named[]>;
  const sorted = (list: string): string[] =>
    (kubeconfig[list] ?? []).map(({ name }) => name).sort();
  const arns = names.map((name) => `arn:aws:eks:us-east-2:123456789012:cluster/${name}`).sort();
  assert.deepEqual(sorted("contexts"), names.toSorted());
  assert.deepEqual(sorted("clusters"), arns);
  assert.deepEqual(sorted("users"), arns.map((arn) => `dev-admin@${arn}`));
  assert.ok(names.includes(String(kubeconfig["current-context"])));
  assert.ok(text.startsWith("# mine\n"));
  assert.deepEqual([...Deno.readDirSync(`${home.folder}/.kube`)].map(({ name }) => name), [
    "config",
  ]);
});

Deno.test("thirty eksauth token at the instant of expiry assume the role once, and all have a token", async () => {
  await using sandbox = await startSandbox();
  await using home = await createPrivateHome();
  await writeHome(home, ".aws/credentials", staticProfile("dev-admin"));
  const flags = ["--cluster-name=dev-cluster", "--region=us-east-2", "--profile=dev-admin"];
  const args = [...ARGS, "token", ...flags, `--role-arn=${OPS_ROLE_ARN}`];
  const env = { ...sandbox.env, ...DENO_ENV };
  const first = await home.run(PROGRAM, args, env);
  assert.equal(first.code, 0, first.stderr);
  expireCache(`${home.folder}/.cache/eksauth/credentials`);

  const runs = await Promise.all(Array.from({ length: 30 }, () => home.run(PROGRAM, args, env)));

  for (const { code, stdout, stderr } of runs) {
    assert.deepEqual([code, stderr], [0, ""]);
    const { status } = JSON.parse(stdout) as { readonly status: { readonly token: string } };
    assert.match(status.token, /^k8s-aws-v1\.[\w-]+$/);
  }
  assert.deepEqual(sandbox.requests.counts, { "sts:AssumeRole": 2 });
});

/** Makes every cached credential one of yesterday. */
function expireCache(folder: string): void {
  let expired = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    const text = Deno.readTextFileSync(path);
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const changed = text.replaceAll(/("expiresAt":)"[^"]+"/g, (_, key) => `${key}"${yesterday}"`);
    if (changed === text) continue;
    expired++;
    Deno.writeTextFileSync(path, changed);
  }
  assert.equal(expired, 1, "there is one role in the cache");
}
