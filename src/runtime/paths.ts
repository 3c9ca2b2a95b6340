/**
 * Paths as the operating system sees them.
 *
 * @module
 */

/** Linux gives up on a chain of symbolic links after 40 as well (`ELOOP`, path_resolution(7)). */
const MAX_SYMLINKS = 40;

/** `path` from the root of the file system; a relative one starts in the working folder. Nothing is looked up. */
export function absolutePath(path: string): string {
  if (isAbsolute(path)) return path;
  const folder = Deno.cwd();
  // An absolute path needs no `./`, and looks better in messages and kubeconfigs without it.
  const rest = path.replace(/^(\.[\\/]+)+/, "");
  return joinPath(folder, rest);
}

/**
 * The path that a write to `path` reaches: every symbolic link at its end is followed, relative ones from
 * their own folder. The file at the end need not exist.
 *
 * @throws `Deno.errors.FilesystemLoop` when the links go in a circle
 */
export function followSymlinks(path: string): string {
  let target = path;
  for (let hops = 0; hops <= MAX_SYMLINKS; hops++) {
    const next = readLink(target);
    if (next === undefined) return target;
    // `..` stays: what it means depends on where the folders before it lead, which only the system knows.
    target = isAbsolute(next) ? next : joinPath(folderOf(target), next);
  }
  throw new Deno.errors.FilesystemLoop("too many symbolic links");
}

/** The folder that `path` lies in, `.` when the path names none. */
export function folderOf(path: string): string {
  const end = lastSeparator(path);
  if (end === -1) return ".";
  // The length first: a token comes here, and should compile no regular expression.
  const root = end === 0 || (end === 2 && /^[A-Za-z]:/.test(path));
  return path.slice(0, root ? end + 1 : end);
}

/** `name`, a relative path, inside `folder`. */
export function joinPath(folder: string, name: string): string {
  const separator = Deno.build.os === "windows" ? "\\" : "/";
  return lastSeparator(folder) === folder.length - 1 ? folder + name : folder + separator + name;
}

function isAbsolute(path: string): boolean {
  if (Deno.build.os !== "windows") return path.startsWith("/");
  return /^([A-Za-z]:)?[\\/]/.test(path);
}

function lastSeparator(path: string): number {
  const slash = path.lastIndexOf("/");
  return Deno.build.os === "windows" ? Math.max(slash, path.lastIndexOf("\\")) : slash;
}

function readLink(path: string): string | undefined {
  try {
    return Deno.lstatSync(path).isSymlink ? Deno.readLinkSync(path) : undefined;
  } catch (error) {
    // Nothing there: a write creates it.
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
