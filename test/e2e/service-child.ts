// A service for crash tests, composed as src/cli/serve/serve.ts composes it, but for what only a test may have: it kills
// itself at a named point, can leave the noise out, writes down every draw, and can run ahead of the clock.
import { appendFileSync } from "node:fs";
import type { Hono } from "hono";
import { mechanismNoise, type NoiseSource } from "../../src/aggregate/collect.ts";
import type { CrashPoint, Passing } from "../../src/aggregate/points.ts";
import { type Preparer, preparer } from "../../src/aggregate/prepare.ts";
import { toBase64Url } from "../../src/base/bytes.ts";
import { markPath, readConfig } from "../../src/cli/serve/config.ts";
import { openServiceDatabase } from "../../src/cli/serve/database.ts";
import { listening } from "../../src/cli/serve/listening.ts";
import { policyOf, termsOf } from "../../src/cli/serve/terms.ts";
import { coordinatorApp } from "../../src/coordinator/app.ts";
import { newCoordinator } from "../../src/coordinator/service.ts";
import { helperApp } from "../../src/helper/app.ts";
import { newHelper } from "../../src/helper/service.ts";
import { httpLimits } from "../../src/http/app.ts";
import { type Direct, directUploads } from "../../src/http/direct.ts";
import { type Listening, listen, listenNowhere } from "../../src/http/listen.ts";
import { type Verifying, working } from "../../src/http/roles.ts";
import {
  nodeCrypto,
  nodeEntropy,
  nodeKeystream,
  nodeTransport,
  nodeWasm,
  openKeyring,
  openMarkFile,
} from "../../src/platform/node/index.ts";
import { inlinePlanner } from "../../src/query/planner.ts";
import { noOperator } from "../../src/task/metrics/definition.ts";

export interface ChildOptions {
  readonly role: "coordinator" | "helper";
  readonly configFile: string;
  readonly noise: "exact" | "zero";
  /** Gets a line at each draw of noise: the task in base64url, and what was added. */
  readonly drawsFile: string;
  readonly clockAheadMs: number;
  /** Looks by itself for what waits to be verified, as services do. Without it a coordinator's named points are passed as often each time. */
  readonly working?: boolean;
  /** The id of a report, base64url, that kills whatever process opens it. */
  readonly poison?: string;
  /** Where it kills itself: at the n-th passing of the point. */
  readonly kill?: { readonly point: CrashPoint; readonly passing: number };
}

const options = JSON.parse(process.argv[2] ?? "") as ChildOptions;
const log = (line: string) => void process.stderr.write(`${line}\n`);
// A runner that was killed orphans nothing.
process.on("disconnect", () => process.exit(1));

let passed = 0;
const passing: Passing = (point) => {
  if (point !== options.kill?.point || ++passed < options.kill.passing) return;
  process.kill(process.pid, "SIGKILL");
};

const exact = mechanismNoise(nodeEntropy);
const noise: NoiseSource = (task, rows) => {
  const drawn = exact(task, rows).map((value) => (options.noise === "exact" ? value : 0n));
  // On a new line: whoever died while it wrote leaves a part of one.
  appendFileSync(options.drawsFile, `\n${toBase64Url(task.dap.id)} ${drawn.join(" ")}`);
  return drawn;
};

const config = readConfig(options.role, options.configFile);
const store = await openServiceDatabase(options.role, config);
const keyring = openKeyring(config.keys);
const verifies = config.roles.includes("worker");
const refuse = () => {
  throw new Error("a process that takes requests alone verifies nothing");
};
const nobody: Pick<Preparer, "prepareLeader" | "prepareHelper"> = { prepareLeader: refuse, prepareHelper: refuse };
const whole = preparer({ crypto: nodeCrypto, wasm: nodeWasm, keystream: nodeKeystream });
// A report, and what is asked about one, begins with its id.
function opening(all: readonly Uint8Array[]): void {
  if (all.some((one) => toBase64Url(one.slice(0, 16)) === options.poison)) process.kill(process.pid, "SIGKILL");
}
const deadly: Preparer = {
  ...whole,
  prepareLeader(task, uploads) {
    opening(uploads);
    return whole.prepareLeader(task, uploads);
  },
  prepareHelper(task, inits) {
    opening(inits);
    return whole.prepareHelper(task, inits);
  },
};
const common = {
  store,
  keyring,
  mark: openMarkFile(markPath(config)),
  noise,
  passing,
  crypto: nodeCrypto,
  entropy: nodeEntropy,
  clock: { now: () => Date.now() + options.clockAheadMs },
  preparer: verifies ? deadly : { ...whole, ...nobody },
  verifies,
};
const serving = { crypto: nodeCrypto, operatorToken: config.operatorToken, version: "test", log };

/** A worker listens nowhere. A coordinator that does both verifies when reports come or are collected, and by itself if it is told to. */
async function listenAs(app: Hono, service: Verifying, direct?: Direct): Promise<Listening> {
  const api = config.roles.includes("api");
  const at = api ? await listen(app, httpLimits, listening(config.listen), direct) : listenNowhere(app);
  const looks = options.working || options.role === "helper" || !api;
  // One that takes requests alone would only fail at what it found.
  return verifies && looks ? working(at, service, 1, log) : at;
}

/** As the services compose it: a coordinator takes uploads the short way, and writes together what was read together. */
async function serve() {
  if ("analystToken" in config) {
    const { analystToken, helper } = config;
    const service = newCoordinator({
      ...common,
      planner: inlinePlanner,
      keystream: nodeKeystream,
      transport: nodeTransport(),
      terms: termsOf(config, noOperator),
      soon: () => new Promise((resolve) => setImmediate(resolve)),
    });
    await service.open(log);
    const direct = directUploads(httpLimits, log, (task, body) => service.upload(task, body));
    const app = coordinatorApp({ ...serving, service, analystToken, helperToken: helper?.token });
    return { service, running: await listenAs(app, service, direct) };
  }
  const { url, leaderUrl, leaderToken } = config;
  const service = newHelper({ ...common, policy: policyOf(config, noOperator), url, leaderUrl });
  await service.open(log);
  return { service, running: await listenAs(helperApp({ ...serving, service, leaderToken }), service) };
}

const { running, service } = await serve();
// As the services do every hour.
setInterval(async () => {
  for (const { id } of await service.destroyKeys()) log(`receiving key ${id} is destroyed`);
}, 200).unref();
process.once("SIGTERM", async () => {
  await running.stop(3000);
  await store.close();
  process.exit(0);
});
process.send?.({ port: running.port });
