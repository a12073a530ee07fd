// Holds bundles to their size, and looks into them: the client carries no server code, the helper nothing of the
// coordinator's, and no shipped entry a way to switch noise or randomness off.
import { existsSync, readdirSync } from "node:fs";
import { bundle, bundleOf, leaks, singleFile, unfit } from "./bundle.mjs";
import { presentEntries } from "./entries.mjs";

const SERVER_ROOMS = ["aggregate", "release", "learning/server", "http", "helper", "coordinator", "storage"];
const DEVICE_ROOMS = ["records", "contribution", "report", "learning/device", "client"];
// The helper keeps a ledger of its own; reserving for analysts and combining shares is the coordinator's.
const COORDINATOR_FILES = ["coordinator", "release/reserve.ts", "release/settle.ts"];
const ANALYST_ROOMS = [
  "query",
  "estimate",
  "figures",
  "task/compile.ts",
  "task/derived.ts",
  "task/metrics/operator.ts",
  "task/metrics/units.ts",
];
// What people should know about metrics; and the check of whole files, which devices never see.
const REGISTRY_PAPERS = ["task/metrics/about.ts", "task/metrics/schema.ts"];
// What knows whole manifests; the labels of what is signed are for everyone.
const WHOLE_TASKS = ["encoder", "encoders", "envelope", "expression", "guard", "manifest", "metrics", "prove"].map(
  (name) => (name === "encoders" ? `task/${name}` : `task/${name}.ts`),
);
const NODE_ONLY = ["hono", "@hono/node-server", "kysely", "commander", "node:*"];
/** Loaded where an engine lacks WebCrypto or its curves. */
const LAST_RESORT = ["platform/noble", "@noble/ciphers", "@noble/curves", "@noble/hashes"];
/** Of the client: what only some pages need, and what only those need that take part. */
const LATER_PARTS = [
  ...["learning", "math", "protocol", "report", "contribution", "task/manifest.ts", "task/guard.ts"],
  ...[
    "client/sync.ts",
    "client/grant.ts",
    "client/erase.ts",
    "client/notices",
    "client/personal.ts",
    "client/member-checks.ts",
  ],
];
const DEVELOPMENT = ["mathjs", "seedrandom", "@tensorflow/tfjs", "@tensorflow/tfjs-node"];

const importer = {
  rooms: [...SERVER_ROOMS, ...ANALYST_ROOMS, "task", "simulate", "cli", "platform"],
  packages: [...NODE_ONLY, ...DEVELOPMENT, "zod"],
};

/** What a user interface never needs: it shows what a client gives it. */
const NOT_SHOWN = [
  ...[...SERVER_ROOMS, ...ANALYST_ROOMS, ...WHOLE_TASKS],
  ...["records", "contribution", "report", "simulate", "cli", "platform"],
];

/**
 * Entry → what must not be in it, and for browser entries the limit in bytes, minified and gzipped, of what a page downloads
 * to begin with, of what is built. `later`: what may come by dynamic import only.
 * @type {Record<string, { gzipBytesMax?: number, rooms: string[], packages: string[], later?: string[] }>}
 */
const rules = {
  // A page of somebody who was not asked yet, or said no: consent, budget, snapshot, store.
  "src/client/index.ts": {
    gzipBytesMax: 15_000,
    rooms: [...SERVER_ROOMS, ...ANALYST_ROOMS, "task/metrics/schema.ts", "simulate", "cli", "platform/node"],
    packages: [...NODE_ONLY, ...DEVELOPMENT, "zod"],
    later: [...LAST_RESORT, ...LATER_PARTS, "task/metrics/about.ts"],
  },
  // Both signatures checked, sharding, proving and sealing: all of it in 11.5 kB; long tasks fetch 1.4 more.
  "src/client/report.ts": {
    gzipBytesMax: 11_700,
    rooms: [...SERVER_ROOMS, ...ANALYST_ROOMS, ...WHOLE_TASKS, "simulate", "cli", "platform/node", "math/wasm"],
    packages: [...NODE_ONLY, ...DEVELOPMENT, "zod"],
    later: LAST_RESORT,
  },
  // With what the two fields are, and no plain TypeScript that computes in them.
  "src/client/kernels.ts": {
    gzipBytesMax: 10_000,
    rooms: [...SERVER_ROOMS, ...ANALYST_ROOMS, "task", "simulate", "cli", "platform/node", "protocol"],
    packages: [...NODE_ONLY, ...DEVELOPMENT, "zod"],
    later: LAST_RESORT,
  },
  // Importers are loaded one at a time, when a file of theirs is there.
  "src/records/apple/index.ts": { gzipBytesMax: 6_000, ...importer },
  "src/records/gpx-tcx/index.ts": { gzipBytesMax: 3_000, ...importer },
  "src/records/fit/index.ts": { gzipBytesMax: 8_000, ...importer },
  // What user interfaces add; React itself is the app's.
  "src/client/react/index.ts": {
    gzipBytesMax: 2_000,
    rooms: NOT_SHOWN,
    packages: [...NODE_ONLY, ...DEVELOPMENT, "zod"],
  },
  "src/client/elements/index.ts": {
    gzipBytesMax: 8_000,
    rooms: NOT_SHOWN,
    packages: [...NODE_ONLY, ...DEVELOPMENT, "zod", "react"],
  },
  // Checks whole manifests: their schemas and proofs, the noise's accounting, and none of the services.
  "src/verify/index.ts": {
    gzipBytesMax: 34_000,
    rooms: [
      ...["aggregate", "learning/server", "http", "helper", "coordinator", "storage"],
      ...DEVICE_ROOMS,
      ...ANALYST_ROOMS,
      ...REGISTRY_PAPERS,
      ...["simulate", "cli", "platform"],
    ],
    packages: [...NODE_ONLY, ...DEVELOPMENT],
  },
  "src/helper/serve.ts": {
    rooms: [...DEVICE_ROOMS, ...ANALYST_ROOMS, ...COORDINATOR_FILES, "learning/server", "simulate", "cli"],
    packages: ["commander", "kysely", ...DEVELOPMENT],
  },
  "src/coordinator/serve.ts": {
    rooms: [...DEVICE_ROOMS, "helper", "simulate", "cli"],
    packages: ["commander", "kysely", "seedrandom"],
  },
  "src/privacy/index.ts": {
    rooms: [...SERVER_ROOMS, ...DEVICE_ROOMS, ...ANALYST_ROOMS, "simulate", "cli", "platform"],
    packages: [...NODE_ONLY, ...DEVELOPMENT],
  },
};

// Names that a composition for tests or simulation would carry. The CLI runs the simulator, so it may hold them.
const TEST_HOOK = /seed_?random|seeded_?entropy|zero_?(entropy|noise)|no_?noise|(fail|crash)_?point/i;
const MAY_HOLD_HOOKS = new Set(["src/simulate/index.ts", "src/cli/start.ts", "workers/simulator.ts"]);

const root = process.cwd();
/** @type {string[]} */
const problems = [];

for (const [entry, { gzipBytesMax, ...rule }] of Object.entries(rules)) {
  if (!existsSync(entry)) continue;
  // A rule about something that was renamed would hold for ever.
  const rooms = [...rule.rooms, ...(rule.later ?? []).filter((name) => !name.startsWith("@"))];
  for (const room of rooms.filter((each) => !existsSync(`src/${each}`)))
    problems.push(`scripts/size.mjs: the rule for ${entry} names src/${room}, which is not there`);
  const bundled = await bundle(root, entry, { minify: gzipBytesMax !== undefined });
  for (const leak of leaks(bundled, rule)) problems.push(`${entry}: its bundle holds ${leak}`);
  if (gzipBytesMax === undefined) continue;
  // What apps get, where it is an entry of theirs.
  const built = `dist/${entry.replace(/^src\/|\.ts$/g, "")}.js`;
  const shipped = existsSync(built) ? await bundle(root, built, { minify: true }) : bundled;
  const { weight, later } = shipped;
  const more = later.gzipped === 0 ? "" : `; ${later.gzipped} B more where something is missing`;
  console.log(`${entry}: ${weight.minified} B minified, ${weight.gzipped} B gzipped of ${gzipBytesMax} B${more}`);
  for (const reason of unfit(shipped, gzipBytesMax)) problems.push(`${entry}: ${reason}`);
}

// What a page has downloaded once its member took part: `paceline/client` and the part that consent and sync load, which is all from
// createClient and the consent's record over reading the register, the guard, encoding, sharding and sealing to a report that was
// sent, for whoever keeps days in the client, and every encoder, circuit and mechanism that a manifest may name. Each file that
// esbuild makes of what is built, minified, compressed by itself, added up. Training, kernels and the arithmetic of long reports, tokens,
// notices, erasure, the log and the last resort are not among it. Of the same sources in one file, the five that no client is without
// (consent, queue, guard, shard, seal) come to 31 kB without a store, a transport or an app's options.
const FIRST_REPORT = { parts: ["src/client/index.ts", "src/client/taking-part.ts"], gzipBytesMax: 51_900 };
const whole = await bundleOf(root, FIRST_REPORT.parts);
for (const leak of leaks(whole, { rooms: [], packages: ["zod"], later: [...LAST_RESORT, "learning", "math/wasm"] }))
  problems.push(`the client's first report: its bundle holds ${leak}`);
const takingPart = existsSync("dist")
  ? readdirSync("dist").filter((name) => /^taking-part-.{8}-.{8}\.js$/.test(name))
  : [];
if (takingPart.length === 1) {
  const { weight } = await bundleOf(root, ["dist/client/index.js", `dist/${takingPart}`]);
  console.log(`client through its first report: ${weight.gzipped} B gzipped of ${FIRST_REPORT.gzipBytesMax} B`);
  if (weight.gzipped > FIRST_REPORT.gzipBytesMax)
    problems.push(`the client's first report: ${weight.gzipped} B gzipped`);
} else problems.push("dist holds no one file of taking part: run `npm run build`");

// A service worker loads nothing later: training, tokens and the checks of an app's days are in it, and nothing of the interface.
const SERVICE_WORKER = { entry: "src/client/service-worker.ts", gzipBytesMax: 50_000 };
const worker = await singleFile(root, SERVICE_WORKER.entry);
console.log(`${SERVICE_WORKER.entry} in one file: ${worker.gzipped} B gzipped of ${SERVICE_WORKER.gzipBytesMax} B`);
if (worker.gzipped > SERVICE_WORKER.gzipBytesMax)
  problems.push(`the service worker: ${worker.gzipped} B gzipped, the limit is ${SERVICE_WORKER.gzipBytesMax}`);
if (/\bimport\s*\(|\bimportScripts\b/.test(worker.text)) problems.push("the service worker: it loads something later");
const unneeded = ["src/records/", "src/math/wasm/", "src/platform/noble/", "src/client/notices/", "node_modules/"];
for (const input of worker.inputs.filter((path) => unneeded.some((start) => path.startsWith(start))))
  problems.push(`the service worker: it holds ${input}`);

for (const { source, dist } of presentEntries.filter((entry) => !MAY_HOLD_HOOKS.has(entry.source))) {
  const built = `dist/${dist}.js`;
  if (!existsSync(built)) {
    problems.push(`${built} is not built: run \`npm run build\``);
    continue;
  }
  // Our own code only: what packages call their things is their business.
  const { text } = await bundle(root, built, { packages: "external" });
  const hook = TEST_HOOK.exec(text);
  if (hook !== null) problems.push(`${source}: what is built of it holds the test hook "${hook[0]}"`);
}

for (const problem of problems) console.error(problem);
console.log(`size: ${presentEntries.length} entries, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
