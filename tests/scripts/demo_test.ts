import assert from "node:assert/strict";

import {
  type ProgramResult,
  runScript,
  type TemporaryFolder,
  temporaryFolder,
} from "../_scripts.ts";
import { hasProgram } from "../sandbox/private_home.ts";

const haveKubectl = hasProgram("kubectl");

/** Runs the demo as somebody with an empty home; `env` comes on top. */
async function runDemo(
  folder: TemporaryFolder,
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  for (const name of ["home", "tmp", "bin"]) Deno.mkdirSync(`${folder.path}/${name}`);
  const own = { HOME: `${folder.path}/home`, TMPDIR: `${folder.path}/tmp` };
  return await runScript("demo.ts", [], { ...own, ...env });
}

/** What is told on every machine, in this order. */
const STORY: readonly RegExp[] = [
  /^ {3}\$ eksauth login dev-admin --with-browser$/m,
  /^ {3}Signed in to SSO session "company" \(for 1 h, renewed by itself\)$/m,
  /^ {3}Profile dev-admin is DevAdmin in account 123456789012 \(for 1 h\)$/m,
  /^ {3}\$ eksauth kubeconfig --name dev-cluster --region us-east-2 --profile dev-admin --alias dev$/m,
  /^ {3}Added new context dev to \S+\/\.kube\/config$/m,
  /^ {3}Context dev in \S+\/\.kube\/config is up to date$/m,
  /^ {3}accepted: signed for sts\.us-east-2\.amazonaws\.com, good until \S+Z$/m,
  /^ {3}Added new context ops to \S+\/\.kube\/config$/m,
  /^ {3}NAME +READY +STATUS +RESTARTS +AGE$/m,
  /^ {3}cart-\S+ +1\/1 +Running +/m,
  /^Done in \d+\.\d s\. /m,
];

function assertTold({ code, stdout, stderr }: ProgramResult): void {
  assert.deepEqual([code, stderr], [0, ""], stdout);
  let rest = stdout;
  for (const line of STORY) {
    const found = line.exec(rest);
    assert.ok(found !== null, `${line} is missing, or comes too early, in:\n${stdout}`);
    rest = rest.slice(found.index);
  }
}

function namesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

Deno.test(
  "demo: lists pods with kubectl, leaves nothing behind and the home alone (needs kubectl)",
  {
    ignore: !haveKubectl,
  },
  async () => {
    using folder = temporaryFolder();
    const result = await runDemo(folder);
    assertTold(result);
    assert.match(result.stdout, /^ {3}\$ kubectl --context dev get pods$/m);
    assert.match(result.stdout, /^ {3}Username +ops:EKSGetTokenAuth$/m);
    assert.deepEqual(namesIn(`${folder.path}/tmp`), []);
    assert.deepEqual(namesIn(`${folder.path}/home`), []);
  },
);

Deno.test("demo: lists pods by itself where there is no kubectl, and says so", async () => {
  using folder = temporaryFolder();
  const result = await runDemo(folder, { PATH: `${folder.path}/bin` });
  assertTold(result);
  assert.match(result.stdout, /^ {3}There is no kubectl here/m);
  assert.deepEqual(namesIn(`${folder.path}/tmp`), []);
  assert.deepEqual(namesIn(`${folder.path}/home`), []);
});

Deno.test("demo: is not misled by the AWS and kubectl settings of whoever runs it", async () => {
  using folder = temporaryFolder();
  const kubeconfig = folder.write("theirs", "current-context: theirs\n");
  const result = await runDemo(folder, {
    PATH: `${folder.path}/bin`,
    KUBECONFIG: kubeconfig,
    AWS_PROFILE: "theirs",
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIDTHEIRS",
    AWS_SECRET_ACCESS_KEY: "theirs",
    AWS_CONFIG_FILE: "/nowhere",
    HTTPS_PROXY: "http://127.0.0.1:1",
    HTTP_PROXY: "http://127.0.0.1:1",
  });
  assertTold(result);
  assert.equal(Deno.readTextFileSync(kubeconfig), "current-context: theirs\n");
});
