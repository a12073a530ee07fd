// Starts the two services as two operating-system processes, each with its own database, keys, policy and log.
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { toBase64Url } from "../../base/bytes.ts";
import { PacelineError } from "../../base/errors.ts";
import { nodeEntropy } from "../../platform/node/index.ts";
import { privateMode } from "../../platform/node/private.ts";
import { baseAttributes } from "../../task/metrics.ts";
import type { CoordinatorFile, HelperFile } from "../serve/config.ts";
import { type PublicKeys, publicKeys } from "../serve/keys.ts";
import type { Undo } from "../undo.ts";
import { startTap, type Tap } from "./tap.ts";

export interface Service {
  readonly url: string;
  readonly keys: PublicKeys;
  readonly database: string;
  readonly log: string;
  readonly pid: number;
}

export interface Services {
  readonly coordinator: Service;
  readonly helper: Service;
  readonly analystToken: string;
  readonly leaderToken: string;
  readonly taps: readonly Tap[];
}

export interface ServiceTerms {
  readonly rhoPerEpoch: string;
  readonly rhoPerYear: string;
  readonly rhoPerTask: string;
  readonly minCohort: number;
  /** Age bands that the members have. */
  readonly bands: readonly string[];
}

/** Files of any year are asked about, as if they had come today. */
const WINDOW_AGE_DAYS_MAX = 36_500;

const START_MS = 20_000;
/** How much of a service's last words to keep, for the error when it does not start. */
const SAID_MAX = 2000;
const token = () => toBase64Url(nodeEntropy.bytes(24));

/** The services end with `undo`, those too that had started when another could not. */
export async function startServices(folder: string, terms: ServiceTerms, undo: Undo): Promise<Services> {
  const [coordinatorTap, helperTap] = await Promise.all([startTap(), startTap()]);
  const analystToken = token();
  const leaderToken = token();
  const file = (name: string) => join(folder, name);
  const keys = { coordinator: publicKeys(file("coordinator.keys")), helper: publicKeys(file("helper.keys")) };
  const listen = { hostname: "127.0.0.1", port: 0 };
  const registry = listBands(terms.bands, file("registry.json"));
  const helper: HelperFile = {
    ...registry,
    database: file("helper.sqlite"),
    keys: file("helper.keys"),
    listen,
    url: helperTap.url,
    leaderUrl: coordinatorTap.url,
    leaderToken,
    policy: {
      purposes: ["service-improvement", "model-training"],
      metrics: ["rhr", "sleep", "steps", "moderate", "vigorous", "visits"],
      training: true,
      rhoPerTask: terms.rhoPerTask,
      rhoPerEpoch: terms.rhoPerEpoch,
      rhoPerYear: terms.rhoPerYear,
      minBatchFloor: terms.minCohort,
      windowAgeDaysMax: WINDOW_AGE_DAYS_MAX,
    },
  };
  const coordinator: CoordinatorFile = {
    database: file("coordinator.sqlite"),
    keys: file("coordinator.keys"),
    listen,
    url: coordinatorTap.url,
    analystToken,
    helper: { url: helperTap.url, token: leaderToken, ...keys.helper },
    rhoPerEpoch: terms.rhoPerEpoch,
    rhoPerYear: terms.rhoPerYear,
    minBatchFloor: terms.minCohort,
    windowAgeDaysMax: WINDOW_AGE_DAYS_MAX,
    ...registry,
    unit: "member",
    // Phones that are all at hand answer at once.
    completeAfterMinutes: 0.1,
  };
  const started: ChildProcess[] = [];
  undo.add(async () => {
    for (const tap of [coordinatorTap, helperTap]) tap.close();
    await Promise.all(started.map(stopOne));
  });
  const children = await Promise.all([
    startOne("helper", folder, helper, helperTap, started),
    startOne("coordinator", folder, coordinator, coordinatorTap, started),
  ]);
  const service = (role: "coordinator" | "helper", url: string, child: ChildProcess): Service => ({
    url,
    keys: keys[role],
    database: file(`${role}.sqlite`),
    log: file(`${role}.log`),
    pid: child.pid ?? 0,
  });
  return {
    helper: service("helper", helperTap.url, children[0]),
    coordinator: service("coordinator", coordinatorTap.url, children[1]),
    analystToken,
    leaderToken,
    taps: [coordinatorTap, helperTap],
  };
}

/** The members' own bands in place of the usual list, as an operator sets them: in a registry file that both services read. */
function listBands(bands: readonly string[], path: string): { readonly registry?: string } {
  const ageBand = baseAttributes.find(({ id }) => id === "ageBand");
  if (bands.length === 0 || ageBand === undefined) return {};
  const row = { ...ageBand, values: bands, caveat: "As the members' files name them." };
  writeFileSync(path, JSON.stringify({ version: 1, metrics: [], attributes: [row], derived: [] }), {
    mode: privateMode,
  });
  return { registry: path };
}

/** From the sources: the CLI's source entry under the same conditions; installed: the bin. */
function commandLine(): string[] {
  const here = fileURLToPath(import.meta.url);
  if (here.endsWith(".ts"))
    return ["--conditions=paceline-source", fileURLToPath(new URL("../run.ts", import.meta.url))];
  return [process.argv[1] ?? ""];
}

function startOne(
  role: string,
  folder: string,
  config: unknown,
  tap: Tap,
  started: ChildProcess[],
): Promise<ChildProcess> {
  const configFile = join(folder, `${role}.json`);
  writeFileSync(configFile, JSON.stringify(config, null, 2), { mode: privateMode });
  const child = spawn(process.execPath, [...commandLine(), "serve", role, "--config", configFile], {
    // The channel carries nothing: a service ends when the demo is gone, however it went.
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  started.push(child);
  child.stderr?.pipe(createWriteStream(join(folder, `${role}.log`), { mode: privateMode }));
  let said = "";
  child.stderr?.on("data", (text: Buffer) => {
    said = (said + text.toString()).slice(-SAID_MAX);
  });
  return new Promise((resolve, reject) => {
    const failed = (why: string) => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      const last = said.trim().split("\n").at(-1) ?? "";
      reject(
        new PacelineError("unavailable", `the ${role} did not start: ${why}${last === "" ? "" : `; it said: ${last}`}`),
      );
    };
    const timer = setTimeout(() => failed(`not ready after ${START_MS} ms`), START_MS);
    child.once("error", (error) => failed(error.message));
    child.once("close", (code) => failed(`it ended with code ${code}`));
    child.stdout?.once("data", (line: Buffer) => {
      clearTimeout(timer);
      child.removeAllListeners("close");
      child.unref();
      child.channel?.unref();
      tap.forwardTo((JSON.parse(line.toString()) as { port: number }).port);
      resolve(child);
    });
  });
}

function stopOne(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const hard = setTimeout(() => child.kill("SIGKILL"), 5000);
    child.once("exit", () => {
      clearTimeout(hard);
      resolve();
    });
    child.ref();
    child.kill("SIGTERM");
  });
}
