// THE table of what is built and what of it is public. package.json "exports" repeats it (test/house/entries.test.ts
// compares the two); tsup.config.ts and scripts/size.mjs read it.
import { existsSync } from "node:fs";

/**
 * @typedef {object} Entry
 * @property {string} source path from the top of the repository
 * @property {string} dist what tsup makes of it, without extension, inside dist/
 * @property {string} [exported] the public sub-path; without one the entry is private
 */

const publicEntries = {
  ".": "src/index.ts",
  "./client": "src/client/index.ts",
  "./worker": "workers/device.ts",
  "./service-worker": "src/client/service-worker.ts",
  "./report": "src/client/report.ts",
  "./report/kernels": "src/client/kernels.ts",
  "./react": "src/client/react/index.ts",
  "./elements": "src/client/elements/index.ts",
  "./react-native": "src/client/react-native/index.ts",
  "./testing": "src/testing/index.ts",
  "./privacy": "src/privacy/index.ts",
  "./ports": "src/ports/index.ts",
  "./query": "src/query/index.ts",
  "./estimate": "src/estimate/index.ts",
  "./figures": "src/figures/index.ts",
  "./verify": "src/verify/index.ts",
  "./simulate": "src/simulate/index.ts",
  "./helper": "src/helper/serve.ts",
  "./issuer": "src/issuer/index.ts",
  "./coordinator": "src/coordinator/serve.ts",
  "./plain": "src/plain/index.ts",
  "./platform/node": "src/platform/node/index.ts",
  "./platform/web": "src/platform/web/index.ts",
  "./storage/memory": "src/storage/memory/index.ts",
  "./storage/postgres": "src/storage/postgres/index.ts",
  "./storage/sqlite": "src/storage/sqlite/index.ts",
};

const privateEntries = [
  "src/cli/start.ts",
  "workers/verifier.ts",
  "workers/planner.ts",
  "workers/simulator.ts",
  "workers/trainer.ts",
];

/** @param {string} source */
const distOf = (source) => source.replace(/^src\//, "").replace(/\.ts$/, "");

/** @type {readonly Entry[]} */
export const entries = [
  ...Object.entries(publicEntries).map(([exported, source]) => ({ source, dist: distOf(source), exported })),
  ...privateEntries.map((source) => ({ source, dist: distOf(source) })),
];

/** The entries whose source is there. In a finished tree that is all of them; test/house/entries.test.ts says so. */
export const presentEntries = entries.filter((entry) => existsSync(new URL(`../${entry.source}`, import.meta.url)));

/** What package.json "exports" has to say. */
export const packageExports = {
  ...Object.fromEntries(
    entries.flatMap(({ source, dist, exported }) =>
      exported === undefined
        ? []
        : [
            [
              exported,
              { "paceline-source": `./${source}`, types: `./dist/${dist}.d.ts`, default: `./dist/${dist}.js` },
            ],
          ],
    ),
  ),
  "./package.json": "./package.json",
};
