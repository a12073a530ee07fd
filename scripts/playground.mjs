// `npm run playground`: the playground as static files in dist/playground, which any static host serves as they are. With --packed:
// as one file, dist/playground.br, which the package holds and `paceline playground` serves.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "vite";
import { modulesLeft, strangersIn } from "./page-holds.mjs";

/** @param {string} outDir */
async function buildPlayground(outDir) {
  const { left, plugin } = modulesLeft();
  // How long it took is no news; nor is that the page has at once what devices fetch when reports are long.
  const checks = { pluginTimings: false, ineffectiveDynamicImport: false };
  await build({
    plugins: [plugin],
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
      rolldownOptions: { checks },
    },
    worker: { format: "es", plugins: () => [plugin], rolldownOptions: { checks } },
  });
  const scripts = filesIn(outDir).filter((name) => name.endsWith(".js"));
  const texts = scripts.map((name) => ({ name, text: readFileSync(join(outDir, name), "utf8") }));
  const strangers = strangersIn([...left], texts);
  if (left.size < 100) strangers.push(`only ${left.size} files: what is in the bundle is not seen`);
  for (const stranger of strangers) console.error(`the playground's bundle must not hold this: ${stranger}`);
  if (strangers.length > 0) process.exit(1);
}

/** @param {string} folder */
function filesIn(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  return names.filter((name) => statSync(join(folder, name)).isFile()).sort();
}

/** Path → text, in one piece: what the page and its worker both hold is compressed once. @param {string} folder */
function packed(folder) {
  const texts = Object.fromEntries(filesIn(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
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
