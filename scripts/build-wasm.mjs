// Compiles the AssemblyScript kernels, each module when a source of it is newer, to modules that hold the WebAssembly binaries in
// hex, which gzips better than base64: that works alike from source, in dist, in tests and in bundles. Two modules, so that who
// makes reports carries no matrix products, and who trains no number-theoretic transform. Only what Node 20 has: npm may run it on that.
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDERS = ["src/math/wasm", "src/math/tensor/wasm"];
const ENTRY = "kernels.as.ts";
const OUT = "kernels.wasm.ts";
const FLAGS = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd", "--use", "abort="];
const MEMORY = ["--memoryBase", "512", "--initialMemory", "1"];

const root = fileURLToPath(new URL("..", import.meta.url));

/** @param {string} path */
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

for (const folder of FOLDERS) {
  const sources = readdirSync(join(root, folder)).filter((name) => name.endsWith(".as.ts"));
  const newest = Math.max(
    ...sources.map((name) => modified(join(root, folder, name))),
    modified(fileURLToPath(import.meta.url)),
  );
  if (newest > modified(join(root, folder, OUT))) await compile(folder);
}

/** @param {string} folder */
async function compile(folder) {
  const { default: asc } = await import("assemblyscript/asc");
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await asc.main(
    [ENTRY, "--baseDir", join(root, folder), ...FLAGS, ...MEMORY, "--outFile", "out.wasm"],
    {
      writeFile: (/** @type {string} */ _name, /** @type {Uint8Array | string} */ content) => {
        if (typeof content !== "string") binary = content;
      },
    },
  );
  if (error || binary === undefined) {
    process.stderr.write(`${stderr}\n`);
    throw new Error(`${folder}/${ENTRY} does not compile`, { cause: error });
  }
  const lines = [
    `// Made by scripts/build-wasm.mjs from ${folder}/*.as.ts: ${binary.length} bytes of WebAssembly.`,
    `export const kernels = "${Buffer.from(binary).toString("hex")}";`,
  ];
  writeFileSync(join(root, folder, OUT), `${lines.join("\n")}\n`);
}
