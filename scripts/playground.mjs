// `npm run playground`: the playground as static files in dist/playground, which any static host serves as they are.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { build } from "vite";

/** @param {string} outDir */
async function buildPlayground(outDir) {
  await build({
    configFile: false,
    root: resolve("src/playground"),
    base: "./",
    logLevel: "warn",
    resolve: { conditions: ["paceline-source", "module", "browser"] },
    build: {
      outDir: resolve(outDir),
      emptyOutDir: true,
      target: "es2022",
      // Every file is a file: the content policy allows nothing inline.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      reportCompressedSize: false,
      // Of how long it took, which is no news.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
    worker: { format: "es", rolldownOptions: { checks: { pluginTimings: false } } },
  });
}

/** As the package holds it: every file compressed, so that an install stays small. @param {string} folder */
function pack(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
    rmSync(path);
  }
}

await import("./build-wasm.mjs");
const { values } = parseArgs({
  options: { packed: { type: "boolean", default: false }, out: { type: "string", default: "dist/playground" } },
});
await buildPlayground(values.out);
if (values.packed) pack(values.out);
else
  console.log(
    `${values.out} is built: any static host serves it, and npx paceline playground what is in dist/playground`,
  );
