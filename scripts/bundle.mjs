// Bundles an entry as an app would and tells what is in it.
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** @typedef {{ minified: number, gzipped: number }} Weight bytes */
/**
 * @typedef {object} Bundle
 * @property {Weight} weight what a page downloads to begin with: the entry and what it imports at once
 * @property {Weight} later what dynamic imports may add to it
 * @property {string} text all of it
 * @property {string} firstText what a page downloads to begin with
 * @property {string[]} inputs the files something of which is left after tree-shaking in what is downloaded to begin with,
 *   from `root`
 * @property {string[]} laterInputs those of the rest
 * @property {string[]} outside what the bundle imports at run time
 */

/**
 * @param {string} root top of the repository, absolute
 * @param {string} entry path from `root`
 * @param {{ minify?: boolean, packages?: "bundle" | "external" }} [options]
 * @returns {Promise<Bundle>}
 */
export async function bundle(root, entry, options = {}) {
  return await built(root, { entryPoints: [join(root, entry)] }, (entryPoint) => entryPoint === entry, options);
}

/**
 * Several files as one entry, minified: what a page has downloaded when it has loaded all of them.
 * @param {string} root
 * @param {readonly string[]} files
 */
export async function bundleOf(root, files) {
  const contents = files.map((file, i) => `export * as part${i} from "./${file}";`).join("\n");
  const stdin = { contents, resolveDir: root, loader: /** @type {const} */ ("ts") };
  return await built(root, { stdin }, (entryPoint) => entryPoint === "<stdin>", { minify: true });
}

/**
 * One file that loads nothing later, as a service worker must be: what would be loaded later is in it.
 * @param {string} root
 * @param {string} entry path from `root`
 * @returns {Promise<{ text: string, gzipped: number, inputs: string[] }>} `inputs`: the files something of which is in it
 */
export async function singleFile(root, entry) {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(root, entry)],
    absWorkingDir: root,
    bundle: true,
    outdir: join(root, "bundled"),
    minify: true,
    format: "iife",
    globalName: "paceline",
    platform: "browser",
    conditions: ["paceline-source", "import"],
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const [file] = outputFiles;
  if (file === undefined || outputFiles.length > 1) throw new Error("esbuild made more than one file, or none");
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  );
  return { text: file.text, gzipped: gzipSync(file.contents, { level: 9 }).length, inputs };
}

/**
 * @param {string} root
 * @param {import("esbuild").BuildOptions} what
 * @param {(entryPoint: string) => boolean} isEntry
 * @param {{ minify?: boolean, packages?: "bundle" | "external" }} options
 * @returns {Promise<Bundle>}
 */
async function built(root, what, isEntry, { minify = false, packages = "bundle" }) {
  const { outputFiles, metafile } = await build({
    ...what,
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    outdir: join(root, "bundled"),
    minify,
    packages,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["paceline-source", "import"],
    // React is the app's own.
    external: ["node:*", "react"],
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const outputs = metafile.outputs;
  const first = Object.keys(outputs).find((path) => isEntry(outputs[path]?.entryPoint ?? ""));
  if (first === undefined) throw new Error("esbuild made nothing of the entry");
  const atOnce = new Set([first]);
  for (const path of atOnce)
    for (const { path: next, kind, external } of outputs[path]?.imports ?? [])
      if (kind === "import-statement" && !external) atOnce.add(next);
  const paths = Object.keys(outputs);
  const contents = new Map(outputFiles.map(({ path, contents }) => [path, contents]));
  /** @param {string[]} some */
  const weigh = (some) => {
    const files = some.map((path) => contents.get(join(root, path)) ?? new Uint8Array(0));
    const total = (/** @type {Uint8Array[]} */ list) => list.reduce((sum, { length }) => sum + length, 0);
    return { minified: total(files), gzipped: total(files.map((file) => gzipSync(file, { level: 9 }))) };
  };
  /** @param {string[]} some */
  const inputsOf = (some) =>
    some.flatMap((path) =>
      Object.entries(outputs[path]?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) =>
        bytesInOutput > 0 ? [input] : [],
      ),
    );
  const later = paths.filter((path) => !atOnce.has(path));
  return {
    weight: weigh([...atOnce]),
    later: weigh(later),
    text: outputFiles.map(({ text }) => text).join("\n"),
    firstText: outputFiles
      .filter(({ path }) => [...atOnce].some((each) => path === join(root, each)))
      .map(({ text }) => text)
      .join("\n"),
    inputs: inputsOf([...atOnce]),
    laterInputs: inputsOf(later),
    outside: paths.flatMap((path) =>
      (outputs[path]?.imports ?? []).filter(({ external }) => external).map((each) => each.path),
    ),
  };
}

/**
 * What a bundle holds although its rule forbids it.
 * @param {Bundle} bundled
 * @param {{ rooms: readonly string[], packages: readonly string[], later?: readonly string[] }} rule rooms, or single files of
 *   rooms; npm names, or "node:*"; `later`: rooms and packages that may be loaded later, only not to begin with
 */
export function leaks({ inputs, laterInputs, outside }, rule) {
  /** @param {readonly string[]} files @param {string} room */
  const ofRoom = (files, room) => files.filter((path) => path === `src/${room}` || path.startsWith(`src/${room}/`));
  /** @param {readonly string[]} files @param {string} name */
  const holds = (files, name) => files.some((path) => path.includes(`node_modules/${name}/`));
  const all = [...inputs, ...laterInputs];
  const later = rule.later ?? [];
  return [
    ...rule.rooms.flatMap((room) => ofRoom(all, room)),
    ...later.flatMap((room) => ofRoom(inputs, room)),
    ...later.filter((name) => holds(inputs, name)),
    ...rule.packages.filter(
      (name) =>
        holds(all, name) ||
        outside.some((path) =>
          name === "node:*" ? path.startsWith("node:") : path === name || path.startsWith(`${name}/`),
        ),
    ),
  ];
}

/** Globals of Node, which a browser has not, or only from a polyfill. */
const NODE_GLOBAL = /(?<![\w$."'`-])(?:(?:Buffer|process)\.|(?:require|Buffer)\()/;

/**
 * What keeps a bundle out of a page.
 * @param {Bundle} bundled minified
 * @param {number} gzipBytesMax
 */
export function unfit({ weight, firstText }, gzipBytesMax) {
  const global = NODE_GLOBAL.exec(firstText);
  return [
    ...(weight.gzipped > gzipBytesMax ? [`${weight.gzipped} B gzipped, the limit is ${gzipBytesMax} B`] : []),
    ...(global === null ? [] : [`it uses Node's ${global[0].slice(0, -1)}`]),
  ];
}
