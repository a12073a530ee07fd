// Paths of the command line to files as the importer takes them: files, folders with everything in them, and whose each is.
import { createReadStream, type Dirent, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fail } from "../../base/errors.ts";
import { isLeftBehind } from "../../records/archive/expand.ts";
import type { Given } from "../../records/import.ts";
import type { Input } from "../../records/reader.ts";

/** Bytes read at a time. */
const PIECE_BYTES = 256 * 1024;
const FILES_MAX = 1_000_000;

/** Called with how far a file was read. */
export type OnRead = (path: string, position: number) => void;

/** A file that was read whole, kept until another one is: readers look at each several times. */
interface Kept {
  path: string;
  bytes: Uint8Array;
}

function fileInput(path: string, size: number, kept: Kept, onRead: OnRead): Input {
  async function* read(start: number, end: number) {
    if (end <= start) return;
    try {
      if (size <= PIECE_BYTES) {
        if (kept.path !== path) Object.assign(kept, { path, bytes: readFileSync(path) });
        onRead(path, end);
        yield kept.bytes.slice(start, end);
        return;
      }
      let position = start;
      for await (const piece of createReadStream(path, { start, end: end - 1, highWaterMark: PIECE_BYTES })) {
        position += (piece as Uint8Array).length;
        onRead(path, position);
        yield piece as Uint8Array;
      }
    } catch (cause) {
      unreadable(path, cause);
    }
  }
  return { path, size, open: () => read(0, size), range: (start, end) => read(start, Math.min(end, size)) };
}

/** @throws PacelineError invalid_data for what the system does not give; anything else as it is */
function unreadable(path: string, cause: unknown): never {
  const { code, syscall } = cause as NodeJS.ErrnoException;
  if (syscall === undefined) throw cause;
  return fail("invalid_data", `${path} cannot be read: ${code}`, { cause, hint: "See who may read it." });
}

/** How members of files that name nobody are called: one of all, one a file, or one a folder. */
export type Whose = { readonly kind: "one"; readonly id: string } | { readonly kind: "from-file" | "from-folder" };

export interface Found {
  readonly given: readonly Given[];
  /** Of all files together. */
  readonly bytes: number;
}

/** @throws PacelineError not_found for a path that is not there or cannot be read */
export function findInputs(paths: readonly string[], whose: Whose, onRead: OnRead): Found {
  const files = paths.flatMap((path) => filesUnder(path));
  const owners = ownersOf(files, whose);
  const kept: Kept = { path: "", bytes: new Uint8Array(0) };
  return {
    given: files.map(({ path, size, named }, at) => ({
      input: fileInput(path, size, kept, onRead),
      named,
      owner: owners[at] as string,
    })),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

interface FoundFile {
  readonly path: string;
  readonly size: number;
  readonly named: boolean;
  /** Below the path that was given: of a file that was named, its own name. */
  readonly steps: readonly string[];
  readonly root: string;
}

function filesUnder(root: string): FoundFile[] {
  const found: FoundFile[] = [];
  const walk = (path: string, steps: readonly string[], linked: boolean): void => {
    const stat = statOf(path, steps.length > 0);
    if (stat === undefined) return;
    if (stat.isDirectory()) {
      // A link to a folder may lead back up.
      if (linked) return;
      const entries = entriesOf(path);
      // what cannot be listed is told when it is read
      if (entries === undefined) found.push({ path, size: 1, named: steps.length === 0, steps, root });
      for (const entry of entries ?? [])
        if (!isLeftBehind(entry.name) && !entry.name.startsWith("."))
          walk(join(path, entry.name), [...steps, entry.name], entry.isSymbolicLink());
    } else if (stat.isFile())
      found.push({
        path,
        size: stat.size,
        named: steps.length === 0,
        steps: steps.length === 0 ? [basename(path)] : steps,
        root,
      });
    else if (steps.length === 0) fail("not_found", `${path} is no file and no folder`);
    if (found.length > FILES_MAX) fail("invalid_argument", `${root} holds more than ${FILES_MAX} files`);
  };
  walk(root, [], false);
  if (found.length === 0) fail("not_found", `${root} is a folder without files`);
  return found;
}

/** In order of their names. Of a folder within another that nobody may read, nothing: reading it as a file then says why. */
function entriesOf(path: string): Dirent[] | undefined {
  try {
    return readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return undefined;
  }
}

function statOf(path: string, within: boolean): Stats | undefined {
  try {
    return statSync(path);
  } catch (cause) {
    // A link in a folder may lead nowhere.
    if (within) return undefined;
    const code = (cause as NodeJS.ErrnoException).code ?? "error";
    return fail("not_found", code === "ENOENT" ? `no file or folder ${path}` : `${path} cannot be read: ${code}`, {
      cause,
    });
  }
}

function ownersOf(files: readonly FoundFile[], whose: Whose): string[] {
  if (whose.kind === "one") return files.map(() => whose.id);
  const keys = files.map(({ steps, root, named }) => {
    if (named) return whose.kind === "from-file" ? root : join(root, "..");
    // What lies in a folder of the folder is that folder's: an export of several files.
    return steps.length > 1 || whose.kind === "from-file" ? join(root, steps[0] as string) : root;
  });
  const names = new Map<string, Set<string>>();
  for (const key of keys) {
    const name = stem(basename(key));
    names.set(name, (names.get(name) ?? new Set()).add(key));
  }
  // Two of one name are told apart by the whole path.
  return keys.map((key) => (names.get(stem(basename(key)))?.size === 1 ? stem(basename(key)) : key));
}

/** A file's name without what only says how it is written. */
function stem(name: string): string {
  return name.replace(/(?<=.)(?:\.(?:csv|tsv|txt|json|jsonl|ndjson|xml|fit|gpx|tcx|zip|gz|xls|xlsx))+$/i, "");
}
