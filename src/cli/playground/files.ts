// The playground's files: of the package, which holds them as one compressed file, or of a folder that `npm run playground` writes.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { publicMode } from "../../platform/node/private.ts";

export interface PageFile {
  /** From the page's folder, with `/`. */
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

const types: readonly (readonly [end: string, type: string])[] = [
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
];

/** This file is two folders below src/ when it is source, and one or none below dist/ when it is built. */
function near(name: string): string | undefined {
  return ["../../../dist/", "../", "./"]
    .map((path) => fileURLToPath(new URL(path + name, import.meta.url)))
    .find((path) => existsSync(path));
}

/** Where sources run, the page is built each time, which takes seconds, so that it is never that of other sources. */
function built(): string | undefined {
  if (!import.meta.url.endsWith(".ts")) return undefined;
  const script = fileURLToPath(new URL("../../../scripts/playground.mjs", import.meta.url));
  spawnSync(process.execPath, [script], { cwd: dirname(dirname(script)), stdio: ["ignore", "ignore", "inherit"] });
  return near("playground/");
}

/** @param folder default: the clone's page, or the package's @throws PacelineError not_found where neither is there */
export function pageFiles(folder: string | undefined = built()): ReadonlyMap<string, PageFile> {
  const files = folder === undefined ? packed() : Object.entries(filesIn(folder));
  return new Map(
    files.flatMap(([path, bytes]) => {
      const type = types.find(([end]) => path.endsWith(end))?.[1];
      return type === undefined ? [] : [[path, { path, type, bytes }] as const];
    }),
  );
}

function filesIn(folder: string): Record<string, Uint8Array> {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const inside = join(folder, "/").length;
  return Object.fromEntries(paths.map((path) => [path.slice(inside).replaceAll("\\", "/"), readFileSync(path)]));
}

/** As scripts/playground.mjs --packed writes it: path → text. */
function packed(): readonly (readonly [string, Uint8Array])[] {
  const archive = near("playground.br");
  if (archive === undefined)
    return fail("not_found", "the playground is not in this build of the package", {
      hint: "In a clone of the repository, npm run playground writes it to dist/playground, for any static host.",
    });
  const texts = parseJson(`${brotliDecompressSync(readFileSync(archive))}`, archive) as Record<string, string>;
  return Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)] as const);
}

/** Writes the page for a static host. @returns the number of files @throws PacelineError invalid_argument */
export function writePage(files: ReadonlyMap<string, PageFile>, out: string): number {
  if (existsSync(out) && readdirSync(out).length > 0)
    fail("invalid_argument", `--out ${out} is not empty`, { hint: "Name a folder that is new or empty." });
  for (const { path, bytes } of files.values()) {
    mkdirSync(dirname(join(out, path)), { recursive: true, mode: publicMode | 0o111 });
    writeFileSync(join(out, path), bytes, { mode: publicMode });
  }
  return files.size;
}
