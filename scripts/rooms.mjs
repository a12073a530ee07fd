// THE import table: who may import whom, and which packages. What is not listed is forbidden. src/README.md shows the
// same table to readers, tsconfig.pure.json and biome.json repeat its pure rooms; test/house holds them all together.
//
// A room is a folder under src/ (workers/ and examples/ lie beside src/), or one file that deserves stricter or looser
// rules than its folder: a file with its own row is no part of the folder's row.
//   may       rooms, folders in them (`protocol/dap`), single files (`release/store.ts`); "pure" = every pure room, "*" = every room
//   packages  npm names or sub-paths (`a/b`), `node:name`, "node:*" = any of Node's modules, "*" = anything
//   pure      no clock, no global state, no I/O: compiles with the bare language (tsconfig.pure.json)

/** @typedef {{ may: readonly string[], packages: readonly string[], pure?: true, beside?: true }} Room */

const ground = ["base", "ports"];
const released = ["release/document.ts", "release/leaf.ts"];

/** @type {Readonly<Record<string, Room>>} */
export const rooms = {
  "index.ts": { may: ["base", "client", "estimate", "ports", "privacy", "query", "task"], packages: [] },

  // ground
  base: { may: [], packages: [], pure: true },
  ports: { may: ["base"], packages: [], pure: true },
  math: { may: ["base", "ports/training-engine.ts", "ports/wasm.ts"], packages: [], pure: true },
  privacy: { may: ["base", "ports", "math"], packages: [], pure: true },
  protocol: { may: ["base", "ports", "math"], packages: [], pure: true },
  "protocol/secagg": {
    may: ["base", "ports", "math", "privacy", "protocol/dap/message.ts", "protocol/masks.ts"],
    packages: [],
    pure: true,
  },
  task: {
    may: ["base", "ports", "privacy/accounting/events.ts", "privacy/accounting/nano-rho.ts", "protocol/dap"],
    packages: [],
    pure: true,
  },
  // The formula compiler and its registry stay on the analyst's side: devices get the compiled tree in the manifest.
  "task/compile.ts": { may: ["base", "task"], packages: ["mathjs"], pure: true },
  "task/derived.ts": { may: ["base", "task", "task/compile.ts"], packages: [], pure: true },
  "task/metrics/units.ts": { may: ["base", "task"], packages: ["mathjs"], pure: true },
  "task/metrics/operator.ts": {
    may: ["base", "ports", "task", "task/compile.ts", "task/derived.ts", "task/metrics/units.ts"],
    packages: [],
    pure: true,
  },
  api: { may: ["base", "ports", "task"], packages: [], pure: true },
  audit: { may: ["base", "ports"], packages: [], pure: true },

  // device wing
  records: { may: ["base", "ports", "task"], packages: ["fflate"], pure: true },
  contribution: { may: ["base", "ports", "task", "records/types.ts"], packages: [], pure: true },
  report: { may: ["base", "ports", "task", "math", "protocol"], packages: [], pure: true },

  // server wing
  aggregate: {
    may: ["base", "ports", "math", "task", "protocol", "privacy", "learning/plan"],
    packages: [],
    pure: true,
  },
  release: { may: ["base", "ports", "task", "privacy", "audit", "aggregate/store.ts"], packages: [], pure: true },

  // analyst wing
  query: {
    may: [
      ...ground,
      "task",
      "task/compile.ts",
      "task/derived.ts",
      "task/metrics/operator.ts",
      "privacy",
      "protocol/vdaf",
      "estimate",
    ],
    packages: ["chevrotain", "mathjs"],
    pure: true,
  },
  estimate: { may: ["base", "task", "privacy"], packages: [], pure: true },
  figures: { may: ["base", "task", "estimate"], packages: ["d3-scale", "d3-shape"], pure: true },

  // a stranger's: from the bundle alone
  verify: {
    may: [...ground, "task", "privacy", "audit", "learning/plan", "learning/masked", ...released],
    packages: [],
    pure: true,
  },

  // training: the plan is shared by both sides
  "learning/plan": { may: ["base", "ports", "math", "privacy/factorisation", "task"], packages: [], pure: true },
  "learning/masked": {
    may: ["base", "ports", "math", "task", "privacy", "protocol/secagg", "learning/plan"],
    packages: [],
    pure: true,
  },
  "learning/device": {
    may: ["base", "ports", "task", "learning/plan", "records/types.ts", "contribution", "math", "privacy"],
    packages: [],
    pure: true,
  },
  "learning/server": {
    may: [
      ...ground,
      "task",
      "task/compile.ts",
      "task/derived.ts",
      "learning/plan",
      "learning/masked",
      "privacy",
      "math",
      "protocol/vdaf/parameters.ts",
      "aggregate/store.ts",
      "release/store.ts",
    ],
    packages: [],
    pure: true,
  },

  simulate: { may: ["pure"], packages: ["mathjs", "seedrandom"], pure: true },

  // shells: the only rooms with I/O
  "platform/device-keys.ts": { may: ["base"], packages: [] },
  "platform/device-memory.ts": { may: ["base", "ports", "platform/device-keys.ts"], packages: [] },
  "platform/worker-errors.ts": { may: ["base"], packages: ["comlink"] },
  "platform/node": {
    may: ["base", "ports", "platform/device-keys.ts", "platform/device-memory.ts", "platform/worker-errors.ts"],
    packages: ["comlink", "node:*"],
  },
  "platform/noble": {
    may: ["base", "ports"],
    packages: ["@noble/ciphers", "@noble/curves", "@noble/hashes"],
  },
  "platform/web": {
    may: ["base", "ports", "platform/device-keys.ts", "platform/device-memory.ts", "platform/noble"],
    packages: ["comlink"],
  },
  "platform/tfjs": {
    may: ["base", "ports", "math/tensor"],
    packages: ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-wasm", "@tensorflow/tfjs-node"],
  },
  "storage/memory": {
    may: ["base", "ports", "aggregate/store.ts", "issuer/store.ts", "plain/store.ts", "release/store.ts"],
    packages: [],
  },
  "storage/sql": {
    may: ["base", "ports", "aggregate/store.ts", "issuer/store.ts", "plain/store.ts", "release/store.ts"],
    packages: ["kysely"],
  },
  "storage/postgres": {
    may: ["base", "ports", "storage/sql", "plain/store.ts"],
    packages: ["kysely", "pg", "node:*"],
  },
  "storage/sqlite": {
    may: [
      "base",
      "ports",
      "storage/sql",
      "plain/store.ts",
      "platform/device-keys.ts",
      "platform/node/files.ts",
      "platform/node/private.ts",
    ],
    packages: ["kysely", "node:fs", "node:sqlite"],
  },
  http: { may: ["base", "ports", "api", "protocol/dap"], packages: ["hono", "@hono/node-server", "node:*"] },
  // The smallest thing a page can import, and what it may load later: rows of their own, so that they stay small.
  "client/report.ts": {
    may: ["base", "ports", "math", "report", "protocol/vdaf/device-sharder.ts", "platform/web"],
    packages: [],
  },
  "client/kernels.ts": { may: ["math", "platform/web", "client/report.ts"], packages: [] },
  "client/masked": {
    may: [
      ...["base", "ports", "math/words.ts", "task", "api", "protocol/secagg", "learning/device", "learning/masked"],
      ...["platform/web/keystream.ts", "client"],
    ],
    packages: [],
  },
  "client/react": { may: ["client"], packages: ["react"] },
  "client/elements": { may: ["task", "client"], packages: [] },
  // what an app's own tests run its client against
  testing: {
    may: [
      "base",
      "ports",
      "task",
      "api",
      "protocol",
      "privacy",
      "aggregate/prepare.ts",
      "client/options.ts",
      "platform/device-memory.ts",
      "platform/web",
    ],
    packages: [],
  },
  client: {
    may: [
      ...["base", "ports", "math", "task", "api", "privacy/accounting/lifetime.ts", "records", "contribution"],
      ...["report", "protocol/privacypass", "protocol/vdaf/additive/sharder.ts", "protocol/vdaf/device-sharder.ts"],
      ...["learning/plan", "learning/device", "platform/web", "platform/worker-errors.ts", "client/report.ts"],
      "client/masked",
    ],
    packages: ["comlink"],
  },
  helper: {
    may: [
      "base",
      "ports",
      "task",
      "api",
      "protocol/dap",
      "aggregate",
      "release/agreement.ts",
      "release/chained.ts",
      "release/heads.ts",
      "release/ledger.ts",
      "release/store.ts",
      "release/view.ts",
      "learning/plan",
      "http",
    ],
    packages: ["hono"],
  },
  issuer: {
    may: ["base", "ports", "task/token-limits.ts", "protocol/dap", "protocol/privacypass", "issuer/registrar", "http"],
    packages: ["hono"],
  },
  "issuer/registrar": {
    may: ["base", "ports", "task", "api", "protocol/secagg", "learning/masked", "issuer", "http"],
    packages: ["hono"],
  },
  coordinator: {
    may: [
      ...ground,
      "task",
      "api",
      "audit",
      "protocol/dap",
      "protocol/vdaf/shared.ts",
      "privacy",
      "aggregate",
      "release",
      "learning/plan",
      "learning/masked",
      "learning/server",
      "protocol/secagg",
      "query",
      "estimate",
      "http",
    ],
    packages: ["hono"],
  },
  // Tasks without a manifest: what is not listed here (task, privacy, release) it cannot reach.
  plain: {
    may: [
      ...ground,
      "protocol",
      "aggregate/failing.ts",
      "aggregate/latest.ts",
      "aggregate/outcome.ts",
      "aggregate/prepare.ts",
      "aggregate/quota.ts",
      "aggregate/rate.ts",
      "http",
      "math/words.ts",
    ],
    packages: ["hono"],
  },
  // A page: what everybody runs, on synthetic members and its reader's files; of the shells only how threads carry errors.
  playground: {
    may: ["pure", "platform/web/clock.ts", "platform/worker-errors.ts", "playground/stack"],
    packages: ["@preact/signals", "comlink", "preact"],
  },
  // Both aggregators in one page: the ports of a browser, and stores that forget.
  "playground/stack": {
    may: ["pure", "platform/web", "playground", "storage/memory"],
    packages: ["@preact/signals", "preact"],
  },
  cli: { may: ["*"], packages: ["*"] },
  workers: {
    may: ["pure", "platform/node", "platform/web", "platform/worker-errors.ts", "client"],
    packages: ["comlink", "node:*"],
    beside: true,
  },
  examples: { may: ["*"], packages: ["*"], beside: true },
};

/** Where a room or a single file of one lies, from the top of the repository. @param {string} name */
export const pathOf = (name) => (rooms[name]?.beside ? name : `src/${name}`);

/** The room a file (path from the top of the repository) lies in: the longest row that fits. @param {string} file */
export function roomOf(file) {
  const fits = Object.keys(rooms).filter((name) => file === pathOf(name) || file.startsWith(`${pathOf(name)}/`));
  return fits.sort((a, b) => b.length - a.length)[0];
}

export const pureRooms = Object.keys(rooms).filter((name) => rooms[name]?.pure);
