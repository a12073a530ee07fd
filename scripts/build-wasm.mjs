// Compiles the AssemblyScript kernels, when a source is newer, to a module that holds the WebAssembly binary in hex, which
// gzips better than base64: that works alike from source, in dist, in tests and in bundles. Only what Node 20 has: npm may
// run it on that.
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = "src/math/wasm";
const ENTRY = "kernels.as.ts";
const OUT = "kernels.wasm.ts";

/** @param {string} path */
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

const root = fileURLToPath(new URL("..", import.meta.url));
const sources = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith(".as.ts"));
const newest = Math.max(
  ...sources.map((name) => modified(join(root, FOLDER, name))),
  modified(fileURLToPath(import.meta.url)),
);

if (newest > modified(join(root, FOLDER, OUT))) {
  const { default: asc } = await import("assemblyscript/asc");
  /** @type {Uint8Array | undefined} */
  let binary;
  const flags = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd", "--use", "abort="];
  const memory = ["--memoryBase", "512", "--initialMemory", "1"];
  const { error, stderr } = await asc.main(
    [ENTRY, "--baseDir", join(root, FOLDER), ...flags, ...memory, "--outFile", "out.wasm"],
    {
      writeFile: (/** @type {string} */ _name, /** @type {Uint8Array | string} */ content) => {
        if (typeof content !== "string") binary = content;
      },
    },
  );
  if (error || binary === undefined) {
    process.stderr.write(`${stderr}\n`);
    throw new Error(`${FOLDER}/${ENTRY} does not compile`, { cause: error });
  }
  const lines = [
    `// Made by scripts/build-wasm.mjs from ${FOLDER}/*.as.ts: ${binary.length} bytes of WebAssembly.`,
    `export const kernels = "${Buffer.from(binary).toString("hex")}";`,
  ];
  writeFileSync(join(root, FOLDER, OUT), `${lines.join("\n")}\n`);
}
