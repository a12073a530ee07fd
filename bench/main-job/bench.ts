// The main job, from a member's days to a release, stage by stage and warm, each stage in turns with what it could cost at
// the least. Figures are of processor time: whatever else the machine does is not in them, and waiting for a disk is not.
import { population } from "../../src/simulate/index.ts";
import type { Contribution } from "../../src/task/stages.ts";
import { type Bench, collectGarbage, median, type Row } from "../harness.ts";
import { deviceFloor, storeFloor, verifyFloor } from "./floors.ts";
import { JOB_REPORTS, openSetting, type Setting } from "./setting.ts";

const LAST_DAY = 20_772;
/** Members whose days are made; their contributions go round. */
const MEMBERS = 500;
const JOBS_A_TURN = 2;
/** Uploads that wait together, as the leader writes them. */
const TOGETHER = 256;

const DEVICE = "device: whole report";
const STORE = "leader: store";
const VERIFY = "both: verify";
const COLLECT = "one party: collect";
const SERVED = "upload to release, both parties, one thread";

/** What verification costs at the least. */
const ALONE = "two opens, verification";
/** Below this the machine is another, or so busy that no figure of it says anything. */
export const ALONE_QUIET = 6000;

/** Processor time, in turns. */
class Meter {
  readonly #turns = new Map<string, number[]>();

  async turn(name: string, reports: number, work: () => unknown): Promise<void> {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    const turns = this.#turns.get(name) ?? [];
    turns.push((user + system) / 1e6 / reports);
    this.#turns.set(name, turns);
  }
  /** Seconds a report. */
  seconds(name: string): number {
    const turns = this.#turns.get(name) ?? [];
    return turns.reduce((sum, one) => sum + one, 0) / turns.length;
  }
  row(name: string): Row {
    return { name, value: 1 / this.seconds(name), unit: "reports/s", status: "measured" };
  }
  /** Beside its floor, which had a turn after each of its own. */
  beside(name: string, floor: string): Row {
    const [own, least] = [this.#turns.get(name) ?? [], this.#turns.get(floor) ?? []];
    const ratio = median(own.map((seconds, i) => (least[i] ?? Number.NaN) / seconds));
    return { ...this.row(name), peer: { name: floor, value: 1 / this.seconds(floor) }, ratio };
  }
}

/** Its rate, on this machine and now: what rates are read beside. */
export async function verificationAlone(): Promise<NonNullable<Row["peer"]>> {
  const meter = new Meter();
  const setting = await openSetting();
  try {
    const sealed = await reportsOf(new Meter(), setting, JOB_REPORTS);
    const least = verifyFloor(setting);
    for (let turn = 0; turn < 10; turn++)
      await meter.turn(turn < 4 ? "warming up" : ALONE, sealed.length, async () => {
        for (const report of sealed) await least(report)();
      });
  } finally {
    await setting.close();
  }
  return { name: ALONE, value: 1 / meter.seconds(ALONE) };
}

export async function mainJob(reports = 20_000, warmUp = 2000): Promise<readonly Row[]> {
  await round(new Meter(), warmUp);
  const meter = new Meter();
  await round(meter, reports);
  const served = [STORE, VERIFY].reduce((sum, stage) => sum + meter.seconds(stage), 2 * meter.seconds(COLLECT));
  const row = (name: string, seconds: number): Row => ({
    name,
    value: 1 / seconds,
    unit: "reports/s",
    status: "measured",
  });
  const alone = { name: ALONE, value: 1 / meter.seconds(ALONE) };
  return [
    meter.row("device: contribution"),
    meter.row("device: shard and prove"),
    meter.beside(DEVICE, "shard, two seals"),
    meter.beside(STORE, "bare rows"),
    meter.beside(VERIFY, ALONE),
    { ...meter.row(COLLECT), peer: alone },
    { ...row(SERVED, served), peer: alone },
    row("device to release, one thread", served + meter.seconds(DEVICE)),
  ];
}

async function round(meter: Meter, count: number): Promise<void> {
  const setting = await openSetting();
  try {
    const sealed = await reportsOf(meter, setting, count);
    const bare = storeFloor(setting);
    for (let from = 0; from < count; from += TOGETHER) {
      const together = sealed.slice(from, from + TOGETHER);
      await meter.turn(STORE, together.length, () => setting.store(together));
      await meter.turn("bare rows", together.length, () => bare.write(together));
    }
    bare.close();
    const least = verifyFloor(setting);
    for (let from = 0; from < count; from += JOBS_A_TURN * JOB_REPORTS) {
      const steps = sealed.slice(from, from + JOBS_A_TURN * JOB_REPORTS).map(least);
      collectGarbage();
      await meter.turn(VERIFY, steps.length, async () => {
        for (let at = 0; at < steps.length; at += JOB_REPORTS) await setting.verifyJob();
      });
      await meter.turn(ALONE, steps.length, async () => {
        for (const step of steps) await step();
      });
    }
    if (await setting.verifyJob()) throw new Error("more reports were there than were sent");
    for (const party of ["leader", "helper"] as const)
      await meter.turn(COLLECT, count, async () => {
        const batch = await setting.collect(party);
        if (batch.count !== count) throw new Error(`${batch.count} of ${count} reports counted`);
      });
  } finally {
    await setting.close();
  }
}

async function reportsOf(meter: Meter, setting: Setting, count: number): Promise<Uint8Array[]> {
  const members = population({ seed: "bench", members: Math.min(MEMBERS, count), lastDay: LAST_DAY });
  const contributions: Contribution[] = [];
  await meter.turn("device: contribution", members.length, () => {
    for (const member of members) contributions.push(setting.contribution(member));
  });
  const least = deviceFloor(setting);
  const sealed: Uint8Array[] = [];
  while (sealed.length < count) {
    const some = contributions.slice(0, count - sealed.length);
    collectGarbage();
    await meter.turn("device: shard and prove", some.length, () => some.forEach(least.shard));
    await meter.turn(DEVICE, some.length, async () => {
      for (const contribution of some) sealed.push(await setting.seal(contribution));
    });
    await meter.turn("shard, two seals", some.length, async () => {
      for (const contribution of some) await least.whole(contribution);
    });
  }
  return sealed;
}

export const mainJobBench: Bench = {
  rows: () => mainJob(),
  floors: {
    [DEVICE]: { of: "ratio", atLeast: 0.6 },
    [VERIFY]: { of: "ratio", atLeast: 0.6 },
    [COLLECT]: { of: "value", atLeast: 50_000, peerAtLeast: ALONE_QUIET },
    [SERVED]: { of: "value", atLeast: 3000, peerAtLeast: ALONE_QUIET },
  },
};
