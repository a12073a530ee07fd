// `npm run playground`: the playground as static files in dist/playground, which any static host serves as they are. With --packed:
// as one file, dist/playground.br, which the package holds and `paceline playground` serves.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
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

/** Path → text, in one piece: what the page and its worker both hold is compressed once. @param {string} folder */
function packed(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const files = names.filter((name) => statSync(join(folder, name)).isFile()).sort();
  const texts = Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  return brotliCompressSync(JSON.stringify(texts), { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } });
}

await import("./build-wasm.mjs");
const { values } = parseArgs({ options: { packed: { type: "boolean", default: false }, out: { type: "string" } } });
if (values.packed) {
  const folder = mkdtempSync(join(tmpdir(), "paceline-playground-"));
  await buildPlayground(folder);
  writeFileSync(values.out ?? "dist/playground.br", packed(folder));
  rmSync(folder, { recursive: true });
} else {
  const { out = "dist/playground" } = values;
  await buildPlayground(out);
  console.log(`${out} is built: any static host serves it, and npx paceline playground what is in dist/playground`);
}
