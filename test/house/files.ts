// The files of the repository that people write: everything but what is installed, built or recorded.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const top = fileURLToPath(new URL("../../", import.meta.url));

const SKIPPED = new Set(["node_modules", "dist", "coverage", ".git", ".pack", ".paceline", ".venv", "target"]);

/** What tsup makes of its configuration for as long as it reads it. */
const PASSING = /\.bundled_\w+\.\w+$/;

/** Paths from the top of the repository, with `/`, sorted. */
export function writtenFiles(extensions: readonly string[]): readonly string[] {
  const found: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(top + folder, { withFileTypes: true })) {
      if (SKIPPED.has(entry.name) || PASSING.test(entry.name)) continue;
      const path = folder + entry.name;
      if (entry.isDirectory()) walk(`${path}/`);
      else if (extensions.some((extension) => path.endsWith(extension)) && !path.endsWith(".wasm.ts")) found.push(path);
    }
  };
  walk("");
  return found.sort();
}
