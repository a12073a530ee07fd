// A leader by itself, as `paceline serve coordinator` composes it over SQLite, in a process of its own: it takes uploads for a
// task it was given, and verifies none, so that all it spends is spent on taking them.
import { join } from "node:path";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { coordinatorApp } from "../../src/coordinator/app.ts";
import { newCoordinator } from "../../src/coordinator/service.ts";
import { httpLimits } from "../../src/http/app.ts";
import { directUploads } from "../../src/http/direct.ts";
import { listen } from "../../src/http/listen.ts";
import { nodeClock, nodeCrypto, nodeEntropy, openKeyring, openMarkFile } from "../../src/platform/node/index.ts";
import { inlinePlanner } from "../../src/query/planner.ts";
import { openDatabase } from "../../src/storage/sqlite/index.ts";

export interface LeaderTask {
  readonly folder: string;
  /** Byte strings in base64url. */
  readonly id: string;
  readonly manifest: string;
  readonly closes: number;
}

/** What the process says when it is asked, and how it says that it is ready. */
export type LeaderSays =
  | { readonly port: number }
  | { readonly seconds: number; readonly residentBytes: number; readonly storedBytes: number };

const { folder, id, manifest, closes } = JSON.parse(process.argv[2] ?? "{}") as LeaderTask;
const store = await openDatabase(join(folder, "leader.sqlite"));
const verifyKey = nodeEntropy.bytes(32);
await store.transaction((rows) =>
  rows.addTask({ id: fromBase64Url(id), manifest: fromBase64Url(manifest), verifyKey, closes }),
);
const keyring = openKeyring(join(folder, "leader.keys"));
const nobody = () => Promise.reject(new Error("this leader has no helper"));
const service = newCoordinator({
  store,
  keyring,
  crypto: nodeCrypto,
  entropy: nodeEntropy,
  clock: nodeClock,
  mark: openMarkFile(join(folder, "leader.mark")),
  transport: { send: nobody },
  preparer: { prepareLeader: nobody, prepareHelper: nobody, sumMasks: nobody },
  planner: inlinePlanner,
  noise: () => [],
  passing: () => undefined,
  soon: () => new Promise((resolve) => setImmediate(resolve)),
  terms: {
    url: "http://leader.bench",
    helper: { url: "http://helper.bench", token: "none", signingKey: new Uint8Array(32), hpke: new Uint8Array(0) },
    epochCap: 0n,
    yearCap: 0n,
    minBatchFloor: 1,
    rhoMin: 1n,
    openTasksMax: 1,
    manifestBytesMax: 1,
    windowAgeDaysMax: 1,
    uploadSeconds: 1,
    uploads: { perSecond: 1e9, burst: 1e9, perTask: 1e9, bytes: 2 ** 50 },
    jobReports: 1e9,
  },
});
const log = (line: string) => process.stderr.write(`${line}\n`);
const app = coordinatorApp({
  service,
  crypto: nodeCrypto,
  analystToken: "none",
  helperToken: "none",
  version: "bench",
  log,
});
const direct = directUploads(httpLimits, log, (task, body) => service.upload(task, body));
const listening = await listen(app, httpLimits, { hostname: "127.0.0.1", port: 0 }, direct);
const say = (what: LeaderSays) => process.send?.(what);
process.on("message", async () => {
  const { user, system } = process.cpuUsage();
  say({ seconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss(), storedBytes: await store.size() });
});
process.once("disconnect", () => process.exit());
say({ port: listening.port });
