// Bundles an entry as an app would and tells what is in it.
import { join } from "node:path";
import { build } from "esbuild";

/** @typedef {{ code: Uint8Array, text: string, inputs: string[], outside: string[] }} Bundle */

/**
 * @param {string} root top of the repository, absolute
 * @param {string} entry path from `root`
 * @param {{ minify?: boolean, packages?: "bundle" | "external" }} [options]
 * @returns {Promise<Bundle>} `inputs`: the files something of which is left after tree-shaking, from `root`;
 *   `outside`: what the bundle imports at run time
 */
export async function bundle(root, entry, { minify = false, packages = "bundle" } = {}) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, entry)],
    bundle: true,
    minify,
    packages,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["paceline-source", "import"],
    external: ["node:*"],
    write: false,
    metafile: true,
    logLevel: "error",
  });
  const output = Object.values(metafile.outputs)[0];
  const file = outputFiles[0];
  if (output === undefined || file === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return {
    code: file.contents,
    text: file.text,
    inputs: Object.entries(output.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    outside: output.imports.filter(({ external }) => external).map(({ path }) => path),
  };
}

/**
 * What a bundle holds although its rule forbids it.
 * @param {Bundle} bundled
 * @param {{ rooms: readonly string[], packages: readonly string[] }} rule rooms, or single files of rooms; npm names, or "node:*"
 */
export function leaks({ inputs, outside }, rule) {
  const ofRooms = inputs.filter((path) =>
    rule.rooms.some((room) => path === `src/${room}` || path.startsWith(`src/${room}/`)),
  );
  const ofPackages = rule.packages.filter(
    (name) =>
      inputs.some((path) => path.includes(`node_modules/${name}/`)) ||
      outside.some((path) =>
        name === "node:*" ? path.startsWith("node:") : path === name || path.startsWith(`${name}/`),
      ),
  );
  return [...ofRooms, ...ofPackages];
}
