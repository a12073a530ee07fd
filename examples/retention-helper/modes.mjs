// The same training in both modes, one after the other, with what it came to side by side: averaged by two aggregators, of which each sees
// one half of every update, and by one coordinator that sees only the sum of what phones mask for each other.
// Run: npx node examples/retention-helper/modes.mjs [--mode additive|masked|both] [--members 500] [--rounds 5] [--json]
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createClient } from "paceline/client";
import { calibrationOf } from "paceline/estimate";
import { serveRegistrar } from "paceline/issuer";
import { nodeClock, nodeCrypto, nodeEntropy, nodeTransport, nodeWasm, openRegistrarKey } from "paceline/platform/node";
import { memoryDeviceStore } from "paceline/platform/web";
import { openDatabase } from "paceline/storage/sqlite";
import { keysOf, start } from "../fitness-app/services.mjs";
import { people } from "./people.mjs";

const { values } = parseArgs({
  options: {
    mode: { type: "string", default: "both" },
    members: { type: "string", default: "500" },
    rounds: { type: "string", default: "5" },
    json: { type: "boolean", default: false },
  },
});
const modes = values.mode === "both" ? ["additive", "masked"] : [values.mode];
const [members, rounds] = [Number(values.members), Number(values.rounds)];
if (modes.some((mode) => mode !== "additive" && mode !== "masked"))
  throw new Error("--mode is additive, masked or both");
if (!(members >= 8 && rounds >= 1)) throw new Error("8 members or more, and a round or more, make a training");

/** Four in five of the members, for a cohort is never all there. */
const least = Math.floor(0.8 * members);
/** What phones and parties demand by themselves, and less where there are fewer members than that. */
const minBatchFloor = Math.min(50, Math.floor(0.6 * least));
const floors = least >= 50 ? {} : { members: least, corruptShare: 0, survivors: 2, degree: 2, threshold: 2 };
const training = JSON.parse(readFileSync(new URL("training.json", import.meta.url), "utf8"));
const cohort = { expected: members, least, most: members };
/** One in twenty may work with the coordinator, one in five may leave before the end. */
const masked = { corrupt: 0.05, dropouts: 0.2, joinSeconds: 3600, stageSeconds: 1800 };

/** One that is free now. @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });

/** The registrar's part of the app's own server: it knows the accounts. @param {string} folder @param {object} coordinator */
async function startRegistrar(folder, coordinator) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const key = openRegistrarKey(join(folder, "registrar.keys"));
  const store = await openDatabase(join(folder, "registrar.sqlite"));
  const authorise = (/** @type {Request} */ request) =>
    /^Bearer (member-\d+)$/.exec(request.headers.get("authorization") ?? "")?.[1];
  const served = await serveRegistrar(
    {
      ...{ store, crypto: nodeCrypto, clock: nodeClock, key, url, authorise, floors },
      coordinators: [/** @type {never} */ (coordinator)],
      log: (line) => console.error(line),
    },
    { hostname: "127.0.0.1", port },
  );
  const stop = async () => {
    await served.stop(1000);
    await store.close();
  };
  return { pinned: { url, key: Buffer.from(key.signer.publicKey).toString("base64url") }, stop };
}

/** Both parties and, for masked rounds, a registrar, of this run alone. @param {string} folder @param {boolean} isMasked */
async function startServices(folder, isMasked) {
  const file = (/** @type {string} */ name) => join(folder, name);
  const [port, helperPort] = [await freePort(), await freePort()];
  const [url, helperUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${helperPort}`];
  const keys = { coordinator: keysOf(file("coordinator.keys")), helper: keysOf(file("helper.keys")) };
  const [analystToken, token] = [1, 2].map(() => Buffer.from(nodeEntropy.bytes(24)).toString("base64url"));
  const registerKey = Buffer.from(keys.coordinator.signingKey, "base64url");
  const registrar = isMasked ? await startRegistrar(folder, { url, registerKey }) : undefined;
  const common = { minBatchFloor };
  const services = await Promise.all([
    start("helper", file, {
      ...{ database: file("helper.sqlite"), keys: file("helper.keys"), listen: { port: helperPort } },
      ...{ url: helperUrl, leaderUrl: url, leaderToken: token },
      policy: { purposes: ["model-training"], metrics: ["steps", "visits"], training: true, ...common },
    }),
    start("coordinator", file, {
      ...{ database: file("coordinator.sqlite"), keys: file("coordinator.keys"), listen: { port }, url, analystToken },
      ...{ helper: { url: helperUrl, token, ...keys.helper }, ...common },
      ...(registrar && { registrar: registrar.pinned }),
    }),
  ]);
  return {
    pinned: {
      coordinator: { url, registerKey: keys.coordinator.signingKey },
      helper: { url: helperUrl, signingKey: keys.helper.signingKey },
    },
    registrar: registrar?.pinned,
    /** As an analyst. @param {string} path @param {object} [body] */
    async ask(path, body) {
      const headers = { authorization: `Bearer ${analystToken}`, "content-type": "application/json" };
      const init = body && { method: "POST", body: JSON.stringify(body) };
      const response = await fetch(`${url}/v1/training${path}`, { headers, ...init });
      const json = await response.json();
      if (!response.ok) throw new Error(json.detail ?? json.title);
      return json;
    },
    stop: () => Promise.all([...services.map((each) => each.stop()), registrar?.stop()]),
  };
}

/** Phones, which say yes to training; what they send is counted. @param {Awaited<ReturnType<typeof startServices>>} services */
async function phonesOf({ pinned, registrar }) {
  const transport = nodeTransport();
  let sent = 0;
  const counting = {
    /** @param {Parameters<typeof transport.send>[0]} request */
    async send(request) {
      sent += request.body?.length ?? 0;
      return await transport.send(request);
    },
  };
  const platform = { crypto: nodeCrypto, entropy: nodeEntropy, clock: nodeClock, transport: counting, wasm: nodeWasm };
  const clients = people(members).map(({ days }, i) =>
    createClient({
      ...pinned,
      ...(registrar && {
        registrar: { ...registrar, headers: () => ({ authorization: `Bearer member-${i}` }), floors },
      }),
      ...{ store: memoryDeviceStore(), days: () => days, limits: { minBatchFloor }, schedule: "at-once", platform },
    }),
  );
  for (const client of clients) await client.consent.grant("model-training");
  return { clients, sent: () => sent };
}

/** @param {string} mode */
async function train(mode) {
  const folder = mkdtempSync(join(tmpdir(), "paceline-modes-"));
  const isMasked = mode === "masked";
  const services = await startServices(folder, isMasked);
  try {
    const { clients, sent } = await phonesOf(services);
    const draft = { ...training, rounds, cohort, ...(isMasked && { sharing: "masked", masked }) };
    const began = nodeClock.now();
    let view = await services.ask("", { training: draft });
    while (view.phase === "running") {
      for (const client of clients)
        for (const result of await client.sync())
          if (result.outcome === "refused" || result.outcome === "rejected")
            console.error(`a phone takes no part in a round: ${result.why}`);
      view = await services.ask(`/${view.run}`, { action: "advance" });
      if (view.phase === "running" && view.abandoned.length > 0) throw new Error("a round came to nothing");
    }
    const last = view.rounds.at(-1);
    const { model } = await services.ask(`/${view.run}/model`);
    return {
      mode,
      ...{ because: view.because, rounds: view.rounds.length, rho: view.rhoSpent },
      ...{ metric: last.metric, calibration: calibrationOf(last.scores), model },
      ...{ bytesAPhone: sent() / members, seconds: (nodeClock.now() - began) / 1000 },
    };
  } finally {
    await services.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)} %`;

/** What staff see, line by line. @param {Awaited<ReturnType<typeof train>>} result @returns {readonly [string, string][]} */
function linesOf({ mode, rounds: done, rho, metric, calibration, bytesAPhone, seconds }) {
  const { bins, lift } = calibration;
  return [
    ["", mode],
    ["rounds, and ρ of all", `${done}, ${rho}`],
    ["right about held-out members", `${percent(metric.accuracy)} ± ${percent(1.96 * metric.noiseSd)} by noise`],
    ...bins.map(
      ({ from, to, share, interval }) =>
        /** @type {[string, string]} */ ([
          `of ${percent(from)} to ${percent(to)} came true`,
          `${percent(share)} (${percent(interval[0])} to ${percent(interval[1])})`,
        ]),
    ),
    [
      "lift of the highest",
      lift
        ? `${lift.point.toFixed(2)} (${lift.interval[0].toFixed(2)} to ${lift.interval[1]?.toFixed(2) ?? "any"})`
        : "not known",
    ],
    ["bytes that a phone sent", `${Math.round(bytesAPhone)}`],
    ["seconds", seconds.toFixed(0)],
  ];
}

const results = [];
for (const mode of modes) results.push(await train(mode));
if (values.json) console.log(JSON.stringify({ members, least, results }));
else {
  const columns = results.map(linesOf);
  for (const [i, [name]] of (columns[0] ?? []).entries())
    console.log([name.padEnd(34), ...columns.map((lines) => lines[i]?.[1].padEnd(28))].join("  ").trimEnd());
}
