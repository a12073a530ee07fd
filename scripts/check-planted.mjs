// Proves that the checks can fail: plants violations in a temporary copy of the sources and wants each one caught, and
// plants allowed code beside them, which must pass. Covers the import table, the bare-language compile of the pure
// rooms, biome's bans, and the look into bundles.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundle, leaks, unfit } from "./bundle.mjs";
import { cruiseRooms } from "./dependency-cruiser.mjs";

const COPIED = [
  "src",
  "workers",
  "biome",
  "package.json",
  "tsconfig.json",
  "tsconfig.pure.json",
  "biome.json",
  ".gitignore",
];

/** What the planted imports point at. @type {Record<string, string>} */
const targets = {
  "src/task/planted-target.ts": "export const target = 1;\nexport type Target = typeof target;\n",
  "src/release/planted-target.ts": "export const target = () => 1;\n",
  "src/base/planted-turn.ts": 'export { turn as loop } from "./planted-loop.ts";\n',
};

/** @type {Record<string, string>} */
const badImports = {
  "src/privacy/planted-value.ts": 'export { target } from "../task/planted-target.ts";\n',
  "src/math/planted-type.ts": 'import type { Target } from "../task/planted-target.ts";\nexport type T = Target;\n',
  "src/client/planted-node.ts": 'import { DatabaseSync } from "node:sqlite";\nexport const x = DatabaseSync;\n',
  "src/report/planted-dynamic.ts": 'export const x = import("kysely");\n',
  "src/task/planted-package.ts": 'import * as z from "zod";\nexport const x = z.string();\n',
  "src/task/planted-compile.ts": 'export { compileFormula } from "./compile.ts";\n',
  "src/privacy/planted-seed.ts": 'import seedrandom from "seedrandom";\nexport const x = seedrandom;\n',
  "src/base/planted-gone.ts": 'export { x } from "./planted-nowhere.ts";\n',
  "src/base/planted-loop.ts": 'export { loop } from "./planted-turn.ts";\nexport const turn = 1;\n',
};

/** @type {Record<string, string>} */
const goodImports = {
  "src/simulate/planted-ok.ts": 'import seedrandom from "seedrandom";\nexport const x = seedrandom("a");\n',
  "src/task/planted-ok.ts": 'import * as z from "../base/schema.ts";\nexport const x = z.string();\n',
  "src/storage/sqlite/planted-ok.ts": 'import { DatabaseSync } from "node:sqlite";\nexport const x = DatabaseSync;\n',
};

/** One line each: every one has to be a compile error in a pure room. */
const impureLines = [
  'export const a = fetch("/");',
  "export const b = process.env;",
  "export const c = new TextEncoder();",
  "export const d = crypto.randomUUID();",
  "export const e = setTimeout(() => {}, 1);",
  'export const f = Buffer.from("");',
  "export const g = structuredClone({});",
  "export const h = new AbortController();",
  'export const i = atob("");',
  "export const j = WebAssembly.validate;",
  'console.log("k");',
  "export const l = performance.now();",
  'export { readFileSync } from "node:fs";',
];

/** One file each, because biome reports a file's first findings only. @type {Record<string, string>} */
const lintBad = {
  "src/base/planted-date.ts": "export const x = Date.now();\n",
  "src/base/planted-date-hidden.ts": "export const x = globalThis.Date;\n",
  "src/learning/plan/planted-clock.ts": "export const x = performance.now();\n",
  "src/base/planted-random.ts": "export const x = Math.random();\n",
  "src/cli/planted-random.ts": "export const { random } = Math;\n",
  "src/coordinator/planted-seed.ts": 'import seedrandom from "seedrandom";\n\nexport const x = seedrandom;\n',
};

/** @type {Record<string, string>} */
const lintGood = {
  "src/platform/node/planted-ok.ts": "export const x = Date.now();\n",
  "src/base/planted-ok.ts": "export const x = Math.floor(1.5);\n",
};

/** @type {string[]} */
const problems = [];

/** @param {string} root @param {Record<string, string>} files */
function plant(root, files) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
}

/**
 * @param {string} check @param {Set<string>} caught
 * @param {Iterable<string>} bad what has to be caught @param {Iterable<string>} good what must not be
 */
function compare(check, caught, bad, good) {
  for (const each of bad)
    if (!caught.has(each)) problems.push(`${check} did not catch the violation planted in ${each}`);
  for (const each of good) if (caught.has(each)) problems.push(`${check} refuses ${each}, which is allowed`);
}

/** @param {string} root @param {string} tool @param {string[]} args */
function run(root, tool, args) {
  const path = join(root, "node_modules", tool);
  const { stdout, stderr } = spawnSync(process.execPath, [path, ...args], { cwd: root, encoding: "utf8" });
  return `${stdout}\n${stderr}`;
}

/** @param {string} root */
function compile(root) {
  plant(root, { "src/base/planted-impure.ts": `${impureLines.join("\n")}\n` });
  const output = run(root, "typescript/bin/tsc", ["-p", "tsconfig.pure.json", "--pretty", "false"]);
  const caught = new Set(
    Array.from(output.matchAll(/src\/base\/planted-impure\.ts\((\d+),/g), ([, line]) => Number(line)),
  );
  const missed = impureLines.filter((_, index) => !caught.has(index + 1));
  for (const line of missed) problems.push(`tsconfig.pure.json lets this pass in a pure room: ${line}`);
}

/** @param {string} root */
function lint(root) {
  const planted = { ...lintBad, ...lintGood };
  plant(root, planted);
  const output = run(root, "@biomejs/biome/bin/biome", ["lint", "--max-diagnostics=none", ...Object.keys(planted)]);
  const caught = new Set(Array.from(output.matchAll(/(\S*planted-[\w-]+\.ts):\d+:\d+ /g), ([, file]) => file ?? ""));
  compare("biome", caught, Object.keys(lintBad), Object.keys(lintGood));
}

/** @param {string} root */
async function look(root) {
  const entry = "src/client/planted-entry.ts";
  plant(root, { [entry]: 'import { target } from "../release/planted-target.ts";\n\nconsole.log(target());\n' });
  const found = leaks(await bundle(root, entry), { rooms: ["release"], packages: [] });
  if (found.length !== 1) problems.push("the look into bundles did not find server code planted in the client");
}

/** A page's bundle with something heavy in it, with the same loaded later, and with a global of Node. @param {string} root */
async function weigh(root) {
  const heavy = '"../platform/noble/crypto.ts"';
  /** @type {Record<string, string>} */
  const pages = {
    "src/client/planted-heavy.ts": `export * from "./report.ts";\nexport { nobleCrypto } from ${heavy};\n`,
    "src/client/planted-later.ts": `export * from "./report.ts";\nexport const heavy = () => import(${heavy});\n`,
    "src/client/planted-buffer.ts": 'export const text = (bytes) => Buffer.from(bytes).toString("base64");\n',
  };
  plant(root, pages);
  const limit = 16_000;
  const [tooHeavy, later, buffer] = await Promise.all(
    Object.keys(pages).map(async (page) => {
      const bundled = await bundle(root, page, { minify: true });
      return {
        unfit: unfit(bundled, limit),
        leaks: leaks(bundled, { rooms: [], packages: [], later: ["platform/noble"] }),
      };
    }),
  );
  if (tooHeavy?.unfit.length !== 1 || tooHeavy.leaks.length !== 1)
    problems.push("the size gate did not notice a library planted in a page");
  if (later?.unfit.length !== 0 || later.leaks.length !== 0)
    problems.push("the size gate counts what a page loads later");
  if (buffer?.unfit.length !== 1) problems.push("the size gate did not notice a Buffer planted in a page");
}

const root = mkdtempSync(join(tmpdir(), "paceline-planted-"));
try {
  for (const part of COPIED) if (existsSync(part)) cpSync(part, join(root, part), { recursive: true });
  symlinkSync(join(process.cwd(), "node_modules"), join(root, "node_modules"), "dir");
  plant(root, { ...targets, ...badImports, ...goodImports });
  const { violations } = await cruiseRooms(root);
  // A cycle is reported once, from any of its files.
  const caught = new Set(violations.flatMap(({ rule, from, to }) => (rule === "circular" ? [from, to] : [from])));
  compare("rooms", caught, Object.keys(badImports), Object.keys(goodImports));
  compile(root);
  lint(root);
  await look(root);
  await weigh(root);
} finally {
  rmSync(root, { recursive: true, force: true });
}

for (const problem of problems) console.error(problem);
const count = Object.keys(badImports).length + impureLines.length + Object.keys(lintBad).length + 3;
console.log(`planted: ${count} violations, ${problems.length} not treated right`);
process.exitCode = problems.length === 0 ? 0 : 1;
