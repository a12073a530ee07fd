import { defineConfig } from "tsup";
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
  // tfjs is optional: loaded when it is there, never bundled.
  external: [/^node:/, /^@tensorflow\//],
});
