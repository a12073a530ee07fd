// Runs after `npm ci` and before packing: compiles the WebAssembly kernels and builds dist, each when something it comes
// from is newer, and does nothing where the build tools are absent (`npm ci --omit=dev`). npm may run it on a Node older
// than ours: only what Node 20 has. With --anew it builds in any case, and a build that has anything to say fails.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { presentEntries } from "./entries.mjs";

const INPUTS = [
  "src",
  "workers",
  "scripts/entries.mjs",
  "tsup.config.ts",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
];

/** Newest modification under a path, in ms since 1970; 0 when it is not there. @param {string} path @returns {number} */
function newest(path) {
  if (!existsSync(path)) return 0;
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  // The folder's own time counts too: it moves when a file is deleted.
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

/** The oldest of the files a build writes: a build of which a part failed is not current. */
function builtAt() {
  const entries = presentEntries.flatMap(({ dist }) => [`dist/${dist}.js`, `dist/${dist}.d.ts`]);
  const files = entries.length === 0 ? [] : [...entries, "dist/playground.br"];
  return files.length === 0 ? 0 : Math.min(...files.map(newest));
}

if (!existsSync("node_modules/tsup")) {
  if (builtAt() === 0) process.stderr.write("paceline: no build tools here, and dist/ is not built\n");
} else {
  await import("./build-wasm.mjs");
  const anew = process.argv.includes("--anew");
  if (anew || (presentEntries.length > 0 && Math.max(...INPUTS.map(newest)) > builtAt())) build(anew);
}

/** @param {boolean} silent whether warnings fail it */
function build(silent) {
  const { status, stdout, stderr } = spawnSync("npm", ["run", "-s", "build"], {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const said = `${stdout}${stderr}`;
  process.stderr.write(said);
  process.exitCode = silent && said.trim() !== "" ? 1 : (status ?? 1);
}
