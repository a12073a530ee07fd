import { defineConfig } from "tsup";
import manifest from "./package.json" with { type: "json" };
import { presentEntries } from "./scripts/entries.mjs";

export default defineConfig({
  entry: Object.fromEntries(presentEntries.map(({ dist, source }) => [dist, source])),
  format: "esm",
  target: "es2024",
  platform: "neutral",
  dts: true,
  clean: true,
  splitting: true,
  // By default tsup writes `sqlite` for `node:sqlite`, which does not exist.
  removeNodeProtocol: false,
  // What an app's client needs is bundled, and an install without optional packages brings nothing else; what services and
  // tools need is installed beside it.
  noExternal: ["zod/mini", "comlink", "fflate", /^@noble\//],
  external: [
    /^node:/,
    // Of whoever installs it.
    "@tensorflow/tfjs-backend-wasm",
    ...Object.keys(manifest.optionalDependencies).map((name) => new RegExp(`^${name}(/(?!mini$)|$)`)),
  ],
});
