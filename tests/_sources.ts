/**
 * The project's own source files and what their syntax says: imports, globals, habits that are not wanted here.
 *
 * @module
 */

import { join } from "node:path";

/** The folder of the project. */
export const PROJECT = join(import.meta.dirname ?? ".", "..");

/** One file. */
export interface SourceFile {
  /** Path below the project, with slashes: `src/aws/presign.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Names that something is called on or read from, or that are called: `Deno`, `fetch`, `console`. */
  readonly globals: ReadonlySet<string>;
  /** Names behind a dot. */
  readonly properties: ReadonlySet<string>;
  /** What the house style rules out, where the syntax alone shows it. */
  readonly oddities: readonly ("any" | "enum" | "default export" | "re-export")[];
}

/** One import or re-export. */
export interface Import {
  /** As it is written. */
  readonly specifier: string;
  /** `type` leaves nothing at run time; `dynamic` is loaded when the code gets there. */
  readonly kind: "static" | "type" | "dynamic";
  /** The imported file where it belongs to the project: `src/errors.ts`. */
  readonly path: string | undefined;
}

/** Every TypeScript file in `folder`, a path below the project, by path. */
export function readSources(folder: string): readonly SourceFile[] {
  return filesIn(folder).filter((path) => path.endsWith(".ts")).map(readSource);
}

/** Every file in `folder`, a path below the project. Test data is left out: it is other people's. */
export function filesIn(folder: string): readonly string[] {
  return [...Deno.readDirSync(join(PROJECT, folder))]
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) => {
      if (name === "testdata") return [];
      return isDirectory ? filesIn(`${folder}/${name}`) : [`${folder}/${name}`];
    });
}

/** The file at `path`, a path below the project. */
export function readSource(path: string): SourceFile {
  const text = Deno.readTextFileSync(join(PROJECT, path));
  return { path, text, ...factsOf(path, text) };
}

function factsOf(path: string, text: string): Omit<SourceFile, "path" | "text"> {
  const imports: Import[] = [];
  const globals = new Set<string>();
  const properties = new Set<string>();
  const oddities: SourceFile["oddities"][number][] = [];
  const add = (specifier: string, kind: Import["kind"]): void => {
    imports.push({ specifier, kind, path: resolve(specifier, path) });
  };
  const use = (node: Deno.lint.Node): void => {
    if (node.type === "Identifier") globals.add(node.name);
  };
  const visitor: Deno.lint.LintVisitor = {
    ImportDeclaration({ importKind, specifiers, source }): void {
      const isType = importKind === "type" || (specifiers.length > 0 &&
        specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type"));
      add(source.value, isType ? "type" : "static");
    },
    ImportExpression({ source }): void {
      add(source.type === "Literal" ? String(source.value) : "(computed)", "dynamic");
    },
    TSImportType({ argument }): void {
      if (argument.type === "TSLiteralType" && argument.literal.type === "Literal") {
        add(String(argument.literal.value), "type");
      }
    },
    ExportNamedDeclaration({ source, exportKind }): void {
      if (source === null) return;
      add(source.value, exportKind === "type" ? "type" : "static");
      // A folder's private file may show itself through a public one.
      if (!/\/_\w+\.ts$/.test(source.value)) oddities.push("re-export");
    },
    ExportAllDeclaration({ source, exportKind }): void {
      add(source.value, exportKind === "type" ? "type" : "static");
      oddities.push("re-export");
    },
    ExportDefaultDeclaration: () => void oddities.push("default export"),
    TSEnumDeclaration: () => void oddities.push("enum"),
    TSAnyKeyword: () => void oddities.push("any"),
    CallExpression: ({ callee }) => use(callee),
    NewExpression: ({ callee }) => use(callee),
    TSQualifiedName: ({ left }) => use(left),
    MemberExpression({ object, property }): void {
      use(object);
      if (property.type === "Identifier") properties.add(property.name);
    },
  };
  Deno.lint.runPlugin({ name: "facts", rules: { facts: { create: () => visitor } } }, path, text);
  return { imports, globals, properties, oddities };
}

/** The path below the project that a relative `specifier` leads to from the file at `from`. */
function resolve(specifier: string, from: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined;
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}
