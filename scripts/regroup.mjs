// After tsup: fewer and larger files for pages. An app's bundler cuts none of our files, and each file that it makes is
// compressed by itself: what a page needs together had better be one. esbuild knows no such groups, so its files are put
// together anew here; what is in them, and what each entry gives, stays as it is.
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { rolldown } from "rolldown";
import { parseAst } from "rolldown/parseAst";
import { presentEntries } from "./entries.mjs";

/**
 * The parts of the client, in the order in which a page comes to need them: the page of somebody who was not asked yet; keeping
 * days; showing questions; taking part. A group holds what its part shares with taking part and none before it holds.
 */
const PARTS = ["client/index", "record", "personal", "taking-part"];
/**
 * What pages load that need little of the client, the last resort of old engines among it: what one of these needs too stands
 * apart, for a bundler keeps all of a file that loads other files.
 */
const OTHERS = [
  ["client/report", "client/kernels"],
  ["client/react/index", "client/elements/index"],
  ["verify/index"],
  ["crypto"],
];
const ANEW = "dist/.regrouped";

const files = readdirSync("dist", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));

/** An entry, or what tsup makes of a part that is loaded later. @param {string} part */
function fileOf(part) {
  const file = files.find((name) => name === `${part}.js` || new RegExp(`^${part}-[A-Z0-9]{8}\\.js$`).test(name));
  if (file === undefined) throw new Error(`scripts/regroup.mjs: dist holds no ${part}`);
  return resolve("dist", file);
}

/** File → its group. @type {Map<string, string>} */
const groupOf = new Map();

/** Entry → the names that it exports. @type {Map<string, string[]>} */
const exported = new Map();

/** @param {import("rolldown").PluginContext} context */
function group(context) {
  /** What a file imports at once, itself among it. @param {string} file */
  const closureOf = (file) => {
    const all = new Set([file]);
    for (const id of all) for (const next of context.getModuleInfo(id)?.importedIds ?? []) all.add(next);
    return all;
  };
  /** @param {string} id */
  const loadsLater = (id) => context.getModuleInfo(id)?.dynamicallyImportedIds.length !== 0;
  for (const id of context.getModuleIds()) {
    const { isEntry, exports } = context.getModuleInfo(id) ?? {};
    if (isEntry && exports !== undefined) exported.set(id, [...exports].sort());
  }
  const whole = closureOf(fileOf("taking-part"));
  const others = OTHERS.map((some) => new Set(some.flatMap((other) => [...closureOf(fileOf(other))])));
  for (const part of PARTS)
    for (const id of closureOf(fileOf(part))) {
      const { isEntry, dynamicImporters } = context.getModuleInfo(id) ?? {};
      // What is loaded by name stays a file, and small: of such a file a bundler keeps everything.
      if (groupOf.has(id) || isEntry || dynamicImporters?.length !== 0) continue;
      if (part !== PARTS[0] && !whole.has(id)) continue;
      const sharing = others.map((other, i) => (other.has(id) ? i : "")).join("");
      // Of what loads nothing later bundlers leave out what is not needed: of the first page's one file will do.
      const one = sharing !== "" && part === PARTS[0] && ![...closureOf(id)].some(loadsLater);
      groupOf.set(id, `${part.replace("/index", "")}${one ? "s" : sharing}`);
    }
}

/**
 * Shorter names of parameters and locals, a sixth of an install. Functions, classes and properties keep theirs,
 * which stack traces tell.
 * @param {string} path
 */
async function shortenLocals(path) {
  const alone = await rolldown({ input: path, external: (id) => id !== path, platform: "neutral", treeshake: false });
  const { output } = await alone.generate({
    format: "esm",
    minify: {
      compress: { keepNames: { function: true, class: true }, target: "es2022" },
      mangle: { toplevel: false },
      codegen: true,
    },
  });
  await alone.close();
  writeFileSync(path, output[0].code);
}

/** One statement a line, so that a stack trace says where, and Node quotes a statement rather than a file. @param {string} path */
function breakLines(path) {
  const text = readFileSync(path, "utf8");
  const ends = parseAst(text).body.map(({ end }) => end);
  const lines = ends.map((end, i) => text.slice(ends[i - 1] ?? 0, end).trim());
  writeFileSync(path, `${[...lines, text.slice(ends.at(-1) ?? 0).trim()].join("\n").trimEnd()}\n`);
}

const build = await rolldown({
  input: Object.fromEntries(presentEntries.map(({ dist }) => [dist, `dist/${dist}.js`])),
  external: (id) => !id.startsWith(".") && !resolve(id).startsWith(resolve("dist")),
  platform: "neutral",
  preserveEntrySignatures: "allow-extension",
  plugins: [
    {
      name: "groups",
      buildEnd() {
        group(this);
      },
    },
  ],
});
const { output } = await build.write({
  dir: ANEW,
  format: "esm",
  // Indentation is a sixth of an install. Names stay, and what marks calls as pure.
  minify: { compress: false, mangle: false, codegen: true },
  entryFileNames: "[name].js",
  // What tsup has no name for needs no long one, nor has a group: other files name them some thousand times.
  chunkFileNames: ({ name }) => (/^(?!chunk-).*-[A-Z0-9]{8}$/.test(name) ? "[name]-[hash].js" : "c[hash].js"),
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: [{ name: (id) => groupOf.get(id) ?? null, debugName: "parts of the client" }],
  },
});
await build.close();
const offered = presentEntries.filter((entry) => entry.exported !== undefined).map(({ dist }) => `${dist}.js`);
for (const chunk of output) {
  const helper = chunk.type === "chunk" ? chunk.imports.find((name) => name.startsWith("@oxc-project/")) : undefined;
  if (helper !== undefined) throw new Error(`scripts/regroup.mjs: ${chunk.fileName} would need ${helper}`);
  if (chunk.type !== "chunk" || !offered.includes(chunk.fileName)) continue;
  const given = exported.get(resolve("dist", chunk.fileName))?.join();
  if (given !== [...chunk.exports].sort().join())
    throw new Error(`scripts/regroup.mjs: ${chunk.fileName} would export ${chunk.exports.join(", ")}, not ${given}`);
}
for (const name of files) rmSync(`dist/${name}`);
for (const chunk of output) {
  if (chunk.type === "chunk") {
    await shortenLocals(`${ANEW}/${chunk.fileName}`);
    breakLines(`${ANEW}/${chunk.fileName}`);
  }
  renameSync(`${ANEW}/${chunk.fileName}`, `dist/${chunk.fileName}`);
}
rmSync(ANEW, { recursive: true });
// Editors lay declarations out for themselves: their indentation is a sixth of them.
const declarations = readdirSync("dist", { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".d.ts"),
);
for (const name of declarations) {
  const text = readFileSync(`dist/${name}`, "utf8");
  writeFileSync(`dist/${name}`, text.replaceAll(/^ +(?!\*)/gm, "").replaceAll(/^ +\*/gm, " *"));
}
