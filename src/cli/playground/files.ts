// The playground's files as the package holds them: compressed with Brotli, or as `npm run playground` writes them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { fail } from "../../base/errors.ts";
import { publicMode } from "../../platform/node/private.ts";

export interface PageFile {
  /** From the page's folder, with `/`. */
  readonly path: string;
  readonly type: string;
  bytes(): Uint8Array;
  /** The same compressed with Brotli, where it is kept so. */
  compressed(): Uint8Array | undefined;
}

const PACKED = ".br";
const types: readonly (readonly [end: string, type: string])[] = [
  [".html", "text/html; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".css", "text/css; charset=utf-8"],
  [".svg", "image/svg+xml"],
];

/** This file is two folders below dist/ or src/'s parent when it is source, and one or none when it is built. */
function folderOf(): string | undefined {
  const near = ["../../../dist/playground/", "../../dist/playground/", "../playground/", "./playground/"];
  return near
    .map((path) => fileURLToPath(new URL(path, import.meta.url)))
    .find((path) => existsSync(join(path, "index.html")) || existsSync(join(path, `index.html${PACKED}`)));
}

/** In a clone the page is built each time, which takes seconds, so that it is never that of other sources. */
function built(): string | undefined {
  const script = fileURLToPath(new URL("../../../scripts/playground.mjs", import.meta.url));
  if (!existsSync(script)) return undefined;
  spawnSync(process.execPath, [script], { cwd: dirname(dirname(script)), stdio: ["ignore", "ignore", "inherit"] });
  return folderOf();
}

/** @throws PacelineError not_found where the page is not built and cannot be */
export function pageFiles(folder: string | undefined = built() ?? folderOf()): ReadonlyMap<string, PageFile> {
  if (folder === undefined)
    return fail("not_found", "the playground is not in this package, which apps install too", {
      hint: "In a clone of the repository, npm run playground writes it to dist/playground, for any static host.",
    });
  const names = readdirSync(folder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "/").length).replaceAll("\\", "/"));
  return new Map(
    names.flatMap((name) => {
      const packed = name.endsWith(PACKED);
      const path = packed ? name.slice(0, -PACKED.length) : name;
      const type = types.find(([end]) => path.endsWith(end))?.[1];
      const read = () => readFileSync(join(folder, name));
      const file = {
        path,
        bytes: () => (packed ? brotliDecompressSync(read()) : read()),
        compressed: () => (packed ? read() : undefined),
      };
      return type === undefined ? [] : [[path, { ...file, type }] as const];
    }),
  );
}

/** Writes the page for a static host. @returns the number of files @throws PacelineError invalid_argument */
export function writePage(files: ReadonlyMap<string, PageFile>, out: string): number {
  if (existsSync(out) && readdirSync(out).length > 0)
    fail("invalid_argument", `--out ${out} is not empty`, { hint: "Name a folder that is new or empty." });
  for (const { path, bytes } of files.values()) {
    mkdirSync(dirname(join(out, path)), { recursive: true, mode: publicMode | 0o111 });
    writeFileSync(join(out, path), bytes(), { mode: publicMode });
  }
  return files.size;
}
