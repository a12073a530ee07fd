// Coordinator and helper as their operators would start them, by `paceline serve`, and the issuer of tokens as the app's own server
// has it. All three listen on this machine alone.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serveIssuer } from "paceline/issuer";
import { nodeClock, nodeCrypto, openIssuerKey, openMarkFile } from "paceline/platform/node";
import { openDatabase } from "paceline/storage/sqlite";

/** @typedef {Awaited<ReturnType<typeof startServices>>} Services */

const MEMBERS_LEAST = 5;
const ISSUER = "issuer.localhost";
const PER_TOKEN = "0.005";

/** From the sources or from what is installed: as this file was started. */
const top = fileURLToPath(new URL("../../", import.meta.url));
const command = import.meta.resolve("paceline/issuer").endsWith(".ts")
  ? ["--conditions=paceline-source", join(top, "src/cli/run.ts")]
  : [join(top, "bin/paceline.js")];

/** @param {string} folder @param {{ readonly port: number, readonly minutes: number }} options of the first of three ports */
export async function startServices(folder, { port, minutes }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (/** @type {string} */ name) => join(folder, name);
  const url = (/** @type {number} */ nth) => `http://127.0.0.1:${port + nth}`;
  const [coordinatorUrl, helperUrl, issuerUrl] = [url(0), url(1), url(2)];
  const keys = { coordinator: keysOf(file("coordinator.keys")), helper: keysOf(file("helper.keys")) };
  const issuerKey = keysOf(file("issuer.json"), "--issuer").key;
  const secrets = secretsOf(file("secrets.json"));
  const tokens = { issuer: ISSUER, key: issuerKey, rhoPerToken: PER_TOKEN };
  const coordinator = {
    database: file("coordinator.sqlite"),
    keys: file("coordinator.keys"),
    listen: { port },
    url: coordinatorUrl,
    analystToken: secrets.analyst,
    helper: { url: helperUrl, token: secrets.leader, ...keys.helper },
    minBatchFloor: MEMBERS_LEAST,
    uploadHours: minutes / 60,
    tokens,
  };
  const helper = {
    database: file("helper.sqlite"),
    keys: file("helper.keys"),
    listen: { port: port + 1 },
    url: helperUrl,
    leaderUrl: coordinatorUrl,
    leaderToken: secrets.leader,
    tokens,
    policy: {
      purposes: ["service-improvement", "research"],
      metrics: ["rhr", "sleep", "steps"],
      training: false,
      minBatchFloor: MEMBERS_LEAST,
    },
  };
  const children = await Promise.all([start("helper", file, helper), start("coordinator", file, coordinator)]);
  const issuer = await serveIssuer(
    {
      name: ISSUER,
      keys: openIssuerKey(file("issuer.json")),
      rho: 5_000_000n,
      rhoPerYear: 1_000_000_000n,
      store: await openDatabase(file("issuer.sqlite")),
      mark: openMarkFile(file("issuer.mark")),
      crypto: nodeCrypto,
      clock: nodeClock,
      // Stands for the app's sign-in: everybody who opens the app here is one member.
      authorise: (request) => (request.headers.get("authorization") === "Bearer you" ? "you" : undefined),
      log: (line) => console.error(line),
    },
    { hostname: "127.0.0.1", port: port + 2 },
  );
  return {
    /** What the app ships with. */
    pinned: {
      coordinator: { url: coordinatorUrl, registerKey: keys.coordinator.signingKey },
      helper: { url: helperUrl, signingKey: keys.helper.signingKey },
      tokens: { url: issuerUrl, issuer: ISSUER, key: issuerKey },
      limits: { minBatchFloor: MEMBERS_LEAST },
    },
    /** What a page of the app talks to; to the helper only when a report is taken back. */
    origins: [coordinatorUrl, helperUrl, issuerUrl],
    health: [coordinatorUrl, helperUrl, issuerUrl].map((each) => `${each}/health`),
    analystToken: secrets.analyst,
    async stop() {
      await Promise.all([issuer.stop(1000), ...children.map((child) => child.stop())]);
    },
  };
}

/** The public half of a key file, which is made when it is not there. @param {string[]} options */
export function keysOf(/** @type {string} */ path, ...options) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...command, "keys", path, ...options], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`paceline keys: ${stderr}`);
  return JSON.parse(stdout);
}

/** @param {string} path @returns {{ readonly analyst: string, readonly leader: string }} */
function secretsOf(path) {
  const token = () => randomBytes(24).toString("base64url");
  if (!existsSync(path)) writeFileSync(path, JSON.stringify({ analyst: token(), leader: token() }), { mode: 0o600 });
  return JSON.parse(readFileSync(path, "utf8"));
}

/** @param {"coordinator" | "helper"} role @param {(name: string) => string} file @param {object} config */
export async function start(role, file, config) {
  const path = file(`${role}.config.json`);
  writeFileSync(path, JSON.stringify(config, null, 2), { mode: 0o600 });
  const child = spawn(process.execPath, [...command, "serve", role, "--config", path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    ended.then((code) => reject(new Error(`the ${role} ended with ${code}`)));
  });
  return {
    async stop() {
      child.kill();
      await ended;
    },
  };
}

const today = () => new Date().toISOString().slice(0, 10);
const questions = [
  {
    name: "resting-heart-rate",
    title: "What is a usual resting heart rate these four weeks?",
    select: [{ statistic: "histogram", of: { formula: "rhr" }, edges: [35, 50, 54, 58, 62, 66, 70, 76, 84, 110] }],
    purpose: "service-improvement",
  },
  {
    name: "steps",
    title: "How much do members walk?",
    select: [
      { statistic: "histogram", of: { formula: "steps" }, edges: [0, 2500, 5000, 7500, 10_000, 12_500, 30_000] },
    ],
    purpose: "research",
  },
];

/**
 * As an analyst would, of the four weeks up to today.
 * @param {Services} services @returns {Promise<readonly { title: string, refused?: string }[]>}
 */
export async function askQuestions({ pinned, analystToken }) {
  const asked = [];
  for (const question of questions) {
    const response = await fetch(`${pinned.coordinator.url}/v1/queries`, {
      method: "POST",
      headers: { authorization: `Bearer ${analystToken}`, "content-type": "application/json" },
      body: JSON.stringify({
        version: 2,
        ...question,
        window: { days: 28, end: today() },
        daysMin: 3,
        privacy: { epsilon: "0.4" },
        minCohort: MEMBERS_LEAST,
      }),
    });
    const { title } = question;
    asked.push(response.ok ? { title } : { title, refused: (await response.json()).title });
  }
  return asked;
}
