// Whether a report costs the same among a million as among ten thousand: one aggregator's rows and sums over SQLite, with
// random bytes for uploads and shares of the main job's sizes. Cryptography, which is alike for each, is left out.
import { nodeEntropy } from "../src/platform/node/index.ts";
import { sharedPrio3 } from "../src/protocol/vdaf/shared.ts";
import { type Bench, collectGarbage, type Row } from "./harness.ts";
import { JOB_REPORTS, openSetting, type Setting } from "./main-job/setting.ts";

const SIZES = [1000, 10_000, 100_000, 1_000_000];
/** What a report of the main job takes, encoded. */
const UPLOAD_BYTES = 2424;
/** Uploads that are written together. */
const TOGETHER = 256;

const name = (count: number) => `${count.toLocaleString("en-US")} reports: stored, settled and collected`;
const largest = SIZES.at(-1) as number;
const MEMORY = `resident memory of ${largest.toLocaleString("en-US")}, growth after the first thousand`;

export async function scale(sizes: readonly number[] = SIZES): Promise<readonly Row[]> {
  const rows: Row[] = [];
  let first: number | undefined;
  let grown = 0;
  await oneSize(Math.min(...sizes), () => undefined);
  for (const count of sizes) {
    collectGarbage();
    const before = process.memoryUsage.rss();
    let most = 0;
    const seconds = await oneSize(count, () => {
      most = Math.max(most, process.memoryUsage.rss() - before);
    });
    first ??= seconds;
    grown = most;
    rows.push({
      name: name(count),
      value: 1e6 * seconds,
      unit: "µs a report",
      status: "measured",
      peer: { name: `among ${sizes[0]}`, value: 1e6 * first },
      ratio: first / seconds,
    });
  }
  rows.push({ name: MEMORY, value: grown / 2 ** 20, unit: "MiB", status: "measured" });
  return rows;
}

/** @param look called now and then @returns seconds of processor time a report */
async function oneSize(count: number, look: () => void): Promise<number> {
  const setting = await openSetting();
  try {
    const spent = process.cpuUsage();
    await fill(setting, count, look);
    const { count: collected } = await setting.collect("leader");
    look();
    if (collected !== count) throw new Error(`${collected} of ${count} reports counted`);
    const { user, system } = process.cpuUsage(spent);
    return (user + system) / 1e6 / count;
  } finally {
    await setting.close();
  }
}

async function fill({ stores, leader }: Setting, count: number, look: () => void): Promise<void> {
  const task = leader.dap.id;
  const vdaf = sharedPrio3(leader.manifest.vdaf);
  const upload = nodeEntropy.bytes(UPLOAD_BYTES);
  // Zeros below the top byte's own: every element is below the modulus.
  const outputShare = nodeEntropy.bytes(vdaf.outputLength * vdaf.field.encodedSize);
  for (let at = vdaf.field.encodedSize - 1; at < outputShare.length; at += vdaf.field.encodedSize) outputShare[at] = 0;
  for (let stored = 0; stored < count; stored += TOGETHER) {
    const rows = Array.from({ length: Math.min(TOGETHER, count - stored) }, () => ({
      ...{ task, id: nodeEntropy.bytes(16), state: "pending" as const, error: null, upload, outputShare: null },
    }));
    await stores.leader.transaction((all) => all.addReports(rows));
    if (stored % 8192 === 0) look();
  }
  for (let settled = 0; settled < count; settled += JOB_REPORTS) {
    const ids = await stores.leader.transaction(async (all) => {
      const pending = (await all.pendingReports(task, JOB_REPORTS)).map(({ id }) => id);
      await all.markAggregating(task, pending);
      return pending;
    });
    const outcomes = ids.map((id) => ({ id, state: "accepted" as const, error: null, outputShare }));
    await stores.leader.transaction((all) => all.settleReports(task, outcomes));
    if (settled % 8000 === 0) look();
  }
}

export const scaleBench: Bench = {
  rows: () => scale(),
  floors: {
    [name(largest)]: { of: "ratio", atLeast: 0.5 },
    [MEMORY]: { of: "value", atMost: 256 },
  },
};
