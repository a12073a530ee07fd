// A cluster that trains with correlated noise, and members who take part in it.
import { expect } from "vitest";
import { fromBase64Url, utf8 } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import type { ClientOptions } from "../../src/client/options.ts";
import { takesPart } from "../../src/learning/device/coins.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import { streamOf, type TaskStream } from "../../src/learning/plan/training/stream.ts";
import { decodeRound } from "../../src/learning/server/stream/decode.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { population } from "../../src/simulate/index.ts";
import { decodeManifest } from "../../src/task/manifest.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { type Cluster, newCluster, noNoise, testLimits } from "./cluster.ts";
import { lastDay } from "./questions.ts";

export const HOUR = 3_600_000;
export const ROUNDS = 6;
export const members = population({ seed: "a stream", members: 12, lastDay });
export const streamDraft = (change: Partial<TrainingDraft> = {}): TrainingDraft => {
  const { rhoPerRound: _, ...rest } = attendanceDraft({ metrics: ["steps", "visits"], rounds: ROUNDS });
  return {
    ...rest,
    cohort: { expected: 4, least: 2, most: 32 },
    end: formatDay(lastDay),
    stream: { rho: "0.2", separation: 3, bands: 4 },
    ...change,
  };
};

export function clocked(options: Parameters<typeof newCluster>[0] = {}) {
  let now = 1_770_000_000_000;
  const cluster = newCluster({
    ...{ noise: noNoise, clock: { now: () => now }, terms: { minBatchFloor: 1 }, policy: { minBatchFloor: 1 } },
    ...options,
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { cluster, trainings: cluster.coordinator.trainings, pass };
}
interface Consenting {
  readonly count?: number;
  readonly change?: (index: number) => Partial<ClientOptions>;
}

export type Client = ReturnType<Cluster["client"]>;

export async function consenting(
  cluster: Cluster,
  run: string,
  { count = 6, change = () => ({}) }: Consenting = {},
): Promise<readonly Client[]> {
  const secrets = secretsInTurn(run, count);
  return await Promise.all(
    secrets.map(async (memberSecret, i) => {
      const client = cluster.client(members[i] as (typeof members)[number], {
        memberSecret,
        limits: { ...testLimits, minBatchFloor: 1 },
        ...change(i),
      });
      await client.consent.grant("model-training");
      return client;
    }),
  );
}

/** Secrets of so many members, of whom as many as another have their turn in each of the rounds. */
export function secretsInTurn(run: string, count: number, separation = 3): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let n = 0; found.length < count; n++) {
    const secret = Uint8Array.from({ length: 32 }, (_, i) => (i < 2 ? n >> (8 * i) : 7));
    if (takesPart(secret, utf8(run), separation, found.length % separation)) found.push(secret);
  }
  return found;
}

/** @returns which devices sent a report */
export async function sendAll(clients: readonly Client[]): Promise<readonly number[]> {
  const sent: number[] = [];
  for (const [i, client] of clients.entries())
    for (const { outcome } of await client.sync()) if (outcome === "sent") sent.push(i);
  return sent;
}

export async function streamOfTask({ coordinatorStore }: Cluster, task: string): Promise<TaskStream> {
  const query = await coordinatorStore.read((rows) => rows.queryOfTask(fromBase64Url(task)));
  const stream = query && (await streamOf(nodeCrypto, decodeManifest(query.manifest)));
  if (stream === undefined) throw new Error("a round of a stream");
  return stream;
}

/**
 * Without noise, every round's sum: whole numbers again, or a round was left out, came twice or in another order at one of the two.
 * @returns the largest distance from whole numbers, and whether every sum has something in it
 */
export async function wholeSums(cluster: Cluster, tasks: readonly string[]) {
  const { plan } = await streamOfTask(cluster, tasks[0] as string);
  let before: Float64Array[] = [];
  let away = 0;
  let filled = true;
  for (const task of tasks) {
    const release = await cluster.coordinator.collect(fromBase64Url(task));
    const sum = decodeRound(plan, decodeRelease(release).values, before);
    for (const cell of sum) away = Math.max(away, Math.abs(cell - Math.round(cell)));
    filled &&= sum.some((cell) => Math.abs(cell) > 1000);
    before = [sum.map(Math.round), ...before];
  }
  return { away, filled };
}

/** Rounds until `rounds` of them are closed. */
export async function through(
  setting: ReturnType<typeof clocked>,
  clients: Awaited<ReturnType<typeof consenting>>,
  rounds: number,
) {
  for (let round = 0; round < rounds; round++) {
    await sendAll(clients);
    setting.pass(2 * HOUR);
    expect(await setting.trainings.advanceAll()).toEqual([]);
  }
}
