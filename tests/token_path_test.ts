/**
 * `eksauth token` starts in the time of an empty program because it loads next to nothing. Time cannot be
 * tested; what is loaded can.
 *
 * @module
 */

import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundleProgram } from "../scripts/bundle.ts";
import { readSource, type SourceFile } from "./_sources.ts";

/** Every file that a token needs. A longer list is a slower token: measure before you add to it. */
const TOKEN_PATH: readonly string[] = [
  "src/aws/partitions.ts",
  "src/aws/presign.ts",
  "src/aws/region_name.ts",
  "src/aws/sts_token_endpoint.ts",
  "src/commands/_cache_key.ts",
  "src/commands/_token_request.ts",
  "src/commands/token.ts",
  "src/config/paths.ts",
  "src/config/profile_choice.ts",
  "src/credentials/cache.ts",
  "src/credentials/expiry.ts",
  "src/errors.ts",
  "src/kube/eks_token.ts",
  "src/kube/exec_credential.ts",
  "src/main.ts",
  "src/runtime/deno_runtime.ts",
  "src/runtime/files.ts",
  "src/runtime/paths.ts",
];

/** Bytes that every start may read, about twice what it needed when this was written. */
const MAX_BYTES = 40 * 1024;

/** Costs 5 to 20 ms each, as soon as it is touched (measured on Deno 2.9.6). */
const SLOW_GLOBALS: readonly string[] = [
  ...["Intl", "process", "Buffer", "setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
  ...["fetch", "Request", "Worker", "navigator"],
];

/** The same, behind a dot: they load the tables of ICU. */
const SLOW_METHODS = /^(localeCompare|toLocale\w*|normalize|styleText)$/;

Deno.test("token path: main.ts imports exactly the files that a token needs", () => {
  assert.deepEqual([...staticGraph().keys()].sort(), TOKEN_PATH.toSorted());
});

Deno.test("token path: no npm package and no module of Node is imported", () => {
  const wrong = [...staticGraph().values()].flatMap(({ path, imports }) =>
    imports
      .filter((one) => one.kind === "static" && one.path === undefined)
      .map(({ specifier }) => `${path} → ${specifier}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("token path: nothing that is slow to load is touched", () => {
  const wrong = [...staticGraph().values()].flatMap(({ path, globals, properties }) =>
    [
      ...SLOW_GLOBALS.filter((name) => globals.has(name)),
      ...[...properties].filter((name) => SLOW_METHODS.test(name)),
    ].map((name) => `${path}: ${name}`)
  );
  assert.deepEqual(wrong, []);
});

Deno.test("token path: the bundle reads a few small scripts of its own and nothing else", async (t) => {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "eksauth-test-" }));
  try {
    await bundleProgram({ folder });
    const eager = await eagerScripts(folder);

    await t.step("every script it imports is one of its own", () => {
      assert.deepEqual(eager.filter(({ path }) => path === undefined), []);
    });
    await t.step("no framework and no YAML is among them", () => {
      const text = eager.map(({ path = "" }) => Deno.readTextFileSync(path)).join("\n");
      const everything = [...Deno.readDirSync(folder)]
        .map(({ name }) => Deno.readTextFileSync(join(folder, name))).join("\n");
      // Words of @stricli/core, yaml and aws4fetch that a minifier cannot rename.
      for (const word of ["noCommandRegisteredForInput", "anchorPrefix", "UNSIGNED-PAYLOAD"]) {
        assert.ok(everything.includes(word), `${word} is in no script: look for another word`);
        assert.ok(!text.includes(word), `${word} is in a script of every start`);
      }
      assert.doesNotMatch(text, /["']node:/);
    });
    await t.step(`together they have at most ${MAX_BYTES} bytes`, () => {
      const bytes = eager.reduce((sum, { size }) => sum + size, 0);
      assert.ok(bytes > 0 && bytes <= MAX_BYTES, `${bytes} bytes`);
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

/** `src/main.ts` and what it imports outright, directly and by way of others. */
function staticGraph(): ReadonlyMap<string, SourceFile> {
  const files = new Map<string, SourceFile>();
  const paths = new Set(["src/main.ts"]);
  // A Set hands out what is added while it is walked.
  for (const path of paths) {
    const file = readSource(path);
    files.set(path, file);
    for (const one of file.imports) {
      if (one.kind === "static" && one.path !== undefined) paths.add(one.path);
    }
  }
  return files;
}

/** The module graph as Deno tells it, as far as it is looked at. */
interface ModuleGraph {
  readonly modules: readonly {
    readonly specifier: string;
    readonly local?: string;
    readonly size?: number;
    readonly dependencies?: readonly {
      readonly specifier: string;
      readonly code?: { readonly specifier?: string };
      readonly isDynamic?: boolean;
    }[];
  }[];
}

interface EagerScript {
  readonly specifier: string;
  /** Undefined for what is not a script in the bundle's folder. */
  readonly path: string | undefined;
  readonly size: number;
}

/** What Deno loads before the first line of `main.js` runs. */
async function eagerScripts(folder: string): Promise<readonly EagerScript[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-config", "--no-lock", join(folder, "main.js")],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as ModuleGraph;
  const specifiers = new Set([pathToFileURL(join(folder, "main.js")).href]);
  for (const specifier of specifiers) {
    const module = modules.find((one) => one.specifier === specifier);
    for (const { specifier: written, code, isDynamic } of module?.dependencies ?? []) {
      if (!isDynamic) specifiers.add(code?.specifier ?? written);
    }
  }
  return [...specifiers].map((specifier) => {
    const module = modules.find((one) => one.specifier === specifier);
    const isOwn = module?.local?.startsWith(folder) ?? false;
    return { specifier, path: isOwn ? module?.local : undefined, size: module?.size ?? 0 };
  });
}
