// Whether a report costs the same among a million as among ten thousand through both services as they are run: real reports over
// HTTP, proofs checked by both, a database each, one release. `services` takes a minute or two, `services-million` some ten of a
// machine with two processors that has nothing else to do.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Floor, Row } from "../harness.ts";
import { upload } from "./load.ts";
import { ask, sealing } from "./release.ts";
import { type Pair, startPair } from "./services.ts";

/** Sealed, sent, and forgotten here before the next are made. */
const TOGETHER = 2000;
const CONNECTIONS = 4;

interface Cost {
  /** Of a report, in seconds of both services' processor time. */
  readonly seconds: number;
  /** Between the first `settled` reports and the most there ever was, collecting too, in MiB. */
  readonly grown: Record<Role, number>;
  /** Of each one's files when all were sent and none was collected. */
  readonly bytes: Record<Role, number>;
}

const roles = ["coordinator", "helper"] as const;
type Role = (typeof roles)[number];
/** A run takes minutes: after so many reports it says on standard error how far it is. */
const TOLD = 50_000;

const name = (count: number) => `${count.toLocaleString("en-US")} reports through both services`;
const memoryOf = (role: string, settled: number, count: number) =>
  `${role}'s resident memory, growth after ${settled.toLocaleString("en-US")} of ${count.toLocaleString("en-US")}`;
const diskOf = (role: string, count: number) =>
  `${role}'s disk for a million, of ${count.toLocaleString("en-US")} before they are collected`;
const SMALL = 10_000;

/** @param counts ascending */
export async function services(counts: readonly number[], settled = SMALL): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let first: number | undefined;
  for (const count of counts) {
    const cost = await oneSize(count, settled);
    if (cost === undefined) return [{ name: name(count), value: Number.NaN, unit: UNIT, status: "data-absent" }];
    first ??= cost.seconds;
    const peer = { name: `among ${counts[0]}`, value: 1e6 * first };
    rows.push({
      ...{ name: name(count), value: 1e6 * cost.seconds, unit: UNIT, status: "measured" },
      ...{ peer, ratio: first / cost.seconds },
    });
    if (count !== counts.at(-1)) continue;
    for (const role of roles)
      rows.push({ name: memoryOf(role, settled, count), value: cost.grown[role], unit: "MiB", status: "measured" });
    for (const role of roles)
      rows.push({ name: diskOf(role, count), value: cost.bytes[role] / count / 1e3, unit: "GB", status: "measured" });
  }
  return rows;
}

const UNIT = "µs a report";

async function oneSize(count: number, settled: number): Promise<Cost | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "paceline-million-"));
  let pair: Pair | undefined;
  try {
    pair = await startPair(folder, {
      coordinator: join(folder, "coordinator.sqlite"),
      helper: join(folder, "helper.sqlite"),
    });
    const task = await ask(pair);
    const bodies = await sealing(task);
    // Not timed: threads start, and what runs often is compiled.
    await upload(pair.port, task.text, await bodies(TOGETHER), CONNECTIONS);
    const before = pair.spent();
    let base = pair.memory();
    const most = { coordinator: 0, helper: 0 };
    const look = () => {
      const now = pair?.memory();
      for (const role of roles) most[role] = Math.max(most[role], now?.[role] ?? 0);
    };
    const began = performance.now();
    const tell = (what: string) => {
      const { coordinator, helper } = pair?.memory() ?? most;
      const perReport = (1e6 * ((pair?.spent() ?? Number.NaN) - (before ?? 0))) / count;
      process.stderr.write(
        `${what}: ${coordinator.toFixed(0)} and ${helper.toFixed(0)} MiB, at most ${most.coordinator.toFixed(0)} and ` +
          `${most.helper.toFixed(0)}; ${((performance.now() - began) / 1000).toFixed(0)} s, ${perReport.toFixed(0)} µs for each of all\n`,
      );
    };
    for (let sent = 0; sent < count; sent += TOGETHER) {
      await upload(pair.port, task.text, await bodies(Math.min(TOGETHER, count - sent)), CONNECTIONS);
      if (sent < settled) base = pair.memory();
      look();
      if ((sent + TOGETHER) % TOLD === 0) tell(`${sent + TOGETHER} of ${count} reports sent`);
    }
    const bytes = { coordinator: bytesOf(folder, "coordinator"), helper: bytesOf(folder, "helper") };
    const watch = setInterval(look, 100);
    await collected(pair, task.text).finally(() => clearInterval(watch));
    const after = pair.spent();
    if (count >= TOLD) tell("collected");
    if (before === undefined || after === undefined || base === undefined) return undefined;
    const grown = { coordinator: most.coordinator - base.coordinator, helper: most.helper - base.helper };
    return { seconds: (after - before) / count, grown, bytes };
  } finally {
    await pair?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const bytesOf = (folder: string, role: Role): number =>
  readdirSync(folder)
    .filter((file) => file.startsWith(`${role}.sqlite`))
    .reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);

/** Waits as long as it takes, which `fetch` does not. */
function collected({ port, analystToken }: Pair, task: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${analystToken}` };
    const asked = request({ port, method: "POST", path: `/v1/tasks/${task}/collect`, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
      });
      response.on("end", () => (response.statusCode === 200 ? resolve() : reject(new Error(`collecting: ${text}`))));
    });
    asked.on("error", reject).end();
  });
}

/** @param grown MiB, after so many are `settled` */
function benchOf(counts: readonly number[], settled: number, grown: number): Bench {
  const largest = counts.at(-1) ?? 0;
  const flat: Floor = { of: "value", atMost: grown };
  return {
    rows: () => services(counts, settled),
    floors: {
      [name(largest)]: { of: "ratio", atLeast: 0.5 },
      [memoryOf("coordinator", settled, largest)]: flat,
      [memoryOf("helper", settled, largest)]: flat,
    },
  };
}

export const servicesBench = benchOf([SMALL, 30_000], SMALL, 64);
export const millionBench = benchOf([SMALL, 1_000_000], 50_000, 32);
