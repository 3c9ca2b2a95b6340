/**
 * What the documents promise exists, and what exists is in the documents.
 *
 * @module
 */

import assert from "node:assert/strict";
import { dirname, join, normalize } from "node:path";
import { EXIT_CODES } from "../src/errors.ts";
import { filesIn, PROJECT, readSources } from "./_sources.ts";
import { runProgram } from "./world/run_program.ts";

const read = (path: string): string => Deno.readTextFileSync(join(PROJECT, path));

Deno.test("docs: the README shows how to test, to write a kubeconfig, and what kubectl starts", () => {
  const readme = read("README.md");
  for (const command of ["npx -y deno@2.9.6 task test", "eksauth kubeconfig", "eksauth token"]) {
    assert.ok(readme.includes(command), `README.md does not mention: ${command}`);
  }
});

Deno.test("docs: the README explains every exit code", () => {
  const section = /^#+ .*\bexit codes?\b[^]*?(?=^#|$(?![^]))/im.exec(read("README.md"))?.[0] ?? "";
  const codes = new Set([0, ...Object.values(EXIT_CODES)]);
  const missing = [...codes].filter((code) =>
    !new RegExp(`(?<![\\d.])${code}(?![\\d.]\\d|\\d)`).test(section)
  );
  assert.deepEqual(missing, []);
});

Deno.test("docs: every variable that the program reads is documented", () => {
  const text = pages().map(read).join("\n");
  assert.deepEqual(variablesInSource().filter((variable) => !mentions(text, variable)), []);
});

Deno.test("docs: every EKSAUTH_ variable in the documents is one that the program knows", () => {
  const known = new Set(variablesInSource());
  const documented = pages().flatMap((page) => read(page).match(/\bEKSAUTH_[A-Z0-9_]+\b/g) ?? []);
  assert.deepEqual(documented.filter((variable) => !known.has(variable)), []);
});

Deno.test("docs: every task that the documents name exists", () => {
  const { tasks } = JSON.parse(read("deno.json")) as { readonly tasks: Record<string, string> };
  const missing = pages().flatMap((page) =>
    [...read(page).matchAll(/\bdeno(?:@[\d.]+)? task ([a-z]\w*)/g)]
      .filter(([, task]) => !Object.hasOwn(tasks, task!))
      .map(([command]) => `${page}: ${command}`)
  );
  assert.deepEqual(missing, []);
});

Deno.test("docs: every command and flag in an example exists", async () => {
  const wrong: string[] = [];
  for (const page of pages()) {
    for (const words of examples(read(page))) {
      const verb = words.slice(0, words[0] === "eks" ? 2 : 1);
      const { code, stdout } = await runProgram([...verb, "--help"], { env: { HOME: PROJECT } });
      const flags = words.flatMap((word) => /^--[a-z-]+/.exec(word) ?? []);
      if (code !== 0) wrong.push(`${page}: eksauth ${verb.join(" ")}`);
      else if (!verb[0]?.startsWith("-")) {
        const unknown = flags.filter((flag) => !new RegExp(`${flag}\\b(?!-)`).test(stdout));
        wrong.push(...unknown.map((flag) => `${page}: eksauth ${verb.join(" ")} ${flag}`));
      }
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("docs: every relative link leads to a file, and to a heading in it", () => {
  const broken = pages().flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(link, page))
      .map((link) => `${page}: ${link}`)
  );
  assert.deepEqual(broken, []);
});

/** Every Markdown file of the project, as paths below it. */
function pages(): readonly string[] {
  const top = [...Deno.readDirSync(PROJECT)].map(({ name }) => name);
  const folders = [".github", "docs", "scripts", "src", "tests"].filter((name) =>
    top.includes(name)
  );
  return [...top, ...folders.flatMap(filesIn)].filter((path) => path.endsWith(".md")).sort();
}

/** The names of this program's and AWS's variables, wherever the source has one as a text of its own. */
function variablesInSource(): readonly string[] {
  const names = readSources("src").flatMap(({ text }) =>
    [...text.matchAll(/["'`]((?:EKSAUTH|AWS|KUBECONFIG|KUBERNETES)(?:_[A-Z0-9]+)*)["'`]/g)]
      .map(([, name]) => name!)
  );
  return [...new Set(names)].filter((name) => name !== "AWS").sort();
}

function mentions(text: string, variable: string): boolean {
  return new RegExp(`\\b${variable}\\b`).test(text);
}

/** The command lines of eksauth in a page's code blocks, in words, without the program's name. */
function examples(text: string): readonly (readonly string[])[] {
  const blocks = [...text.matchAll(/^```(?:sh|bash|console|shell)?\n([^]*?)^```$/gm)];
  return blocks
    .flatMap(([, block]) => block!.replaceAll("\\\n", " ").split("\n"))
    .flatMap((line) => /^(?:\$ )?eksauth (.*)$/.exec(line)?.[1] ?? [])
    .map((rest) => rest.replace(/\s+#.*$/, "").split(/\s+/));
}

function leadsSomewhere(link: string, page: string): boolean {
  const [file = "", anchor] = link.split("#");
  const path = file === "" ? page : normalize(join(dirname(page), file));
  try {
    if (Deno.statSync(join(PROJECT, path)).isDirectory) return true;
  } catch {
    return false;
  }
  return anchor === undefined || headings(read(path)).includes(anchor);
}

/** The anchors that GitHub gives to a page's headings. */
function headings(text: string): readonly string[] {
  return [...text.replace(/^```[^]*?^```$/gm, "").matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading!.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}
