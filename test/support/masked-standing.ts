// A coordinator with a masked training on a clock of its own, and members who join its round.
import { expect } from "vitest";
import { maskedStages } from "../../src/api/masked.ts";
import { toBase64Url } from "../../src/base/bytes.ts";
import { decodeMaskedRelease } from "../../src/task/masked/release.ts";
import { type Cluster, type ClusterOptions, newCluster, urls } from "./cluster.ts";
import { maskedDraft, newRegistrarKey } from "./masked.ts";
import { type OpenRound, openRound, type RawMember, rawMember, type Services, sumOf } from "./masked-members.ts";

export interface MaskedStanding {
  readonly cluster: Cluster;
  readonly services: Services;
  readonly run: string;
  pass(seconds: number): void;
  advance(): Promise<void>;
}

export async function standing(options: ClusterOptions = {}, draft = maskedDraft()): Promise<MaskedStanding> {
  let now = 1_770_000_000_000;
  const registrar = newRegistrarKey();
  const cluster = newCluster({ clock: { now: () => now }, registrar, ...options });
  const { trainings, masked } = cluster.coordinator;
  // Killed while it began, it is there all the same, or says that it is not.
  await trainings.begin(draft).catch((error: unknown) => {
    if (!(error instanceof Error && error.message.startsWith("killed"))) throw error;
  });
  const run = (await trainings.all())[0]?.run ?? "";
  const services = {
    ...{ transport: cluster.transport, coordinatorUrl: urls.coordinator },
    keys: { register: cluster.keyrings.coordinator.signer.publicKey, registrar: registrar.signer.publicKey },
  };
  return {
    ...{ cluster, services, run },
    pass(seconds) {
      now += seconds * 1000;
    },
    async advance() {
      expect(await masked.advanceAll()).toEqual([]);
      expect(await trainings.advanceAll()).toEqual([]);
    },
  };
}

/** Everyone has joined, and the registrar has signed it. */
export async function begun(
  standing: MaskedStanding,
  count: number,
): Promise<{ round: OpenRound; members: RawMember[] }> {
  const round = await openRound(standing.services);
  const members = Array.from({ length: count }, (_, i) => rawMember(standing.services, round, `member-${i}`));
  for (const member of members) await member.join();
  standing.pass(600);
  await standing.advance();
  return { round, members };
}

/** All stages; from one on, those who are gone say nothing. @returns those who stayed */
export async function run(
  standing: MaskedStanding,
  members: readonly RawMember[],
  gone: readonly string[] = [],
  from = "keys",
) {
  let left = [...members];
  for (const stage of maskedStages) {
    if (stage === from) left = left.filter(({ name }) => !gone.includes(name));
    for (const member of left) await member.step();
    if ((await members[0]?.view())?.stage !== stage) continue;
    standing.pass(61);
    await standing.advance();
  }
  return left;
}

export const releaseOf = async ({ cluster }: MaskedStanding, task: Uint8Array) =>
  decodeMaskedRelease(await cluster.coordinator.release(task));

/** Of ten members, three leave at a stage. */
export async function goesOnWithout(stage: (typeof maskedStages)[number]): Promise<void> {
  const at = await standing();
  const { round, members } = await begun(at, 10);
  const left = await run(at, members, ["member-1", "member-4", "member-9"], stage);
  const told = maskedStages.indexOf(stage) > maskedStages.indexOf("vectors") ? members : left;
  expect((await releaseOf(at, round.task)).values).toEqual(sumOf(told, 32));
}

/** One more leaves than may; of those who reveal their shares, as many as rebuild a secret are enough. */
export async function endsWithout(stage: (typeof maskedStages)[number]): Promise<void> {
  const at = await standing();
  const { round, members } = await begun(at, 10);
  const more = stage === "unmasking" ? ["member-5", "member-6"] : [];
  await run(at, members, ["member-1", "member-2", "member-4", "member-9", ...more], stage);
  const view = (await members[0]?.view()) as { state: string; because: string };
  expect(view.state).toBe("aborted");
  expect(view.because).toMatch(stage === "unmasking" ? /shares that member/ : /^6 members answered/);
  await expect(at.cluster.coordinator.release(round.task)).rejects.toMatchObject({ code: "not_found" });
  expect(await at.cluster.coordinatorStore.read((rows) => rows.maskedEntries(round.task, 0, 9))).toEqual([]);
  // What it cost stays spent, and it is asked again as another round.
  const training = await at.cluster.coordinator.trainings.one(at.run);
  expect(training).toMatchObject({ phase: "running", rhoSpent: "0.06", round: { attempts: 1, stage: "joining" } });
  expect(training.abandoned).toMatchObject([{ task: toBase64Url(round.task) }]);
  expect((await openRound(at.services)).task).not.toEqual(round.task);
}

/** Killed once at a point, it goes on to the sum that it would have come to. */
export async function survives(point: string): Promise<void> {
  let deaths = 0;
  const passing = (reached: string) => {
    if (reached !== point || deaths > 0) return;
    deaths++;
    throw new Error(`killed at ${point}`);
  };
  const at = await standing({ passing });
  const again = async () => {
    await at.cluster.coordinator.masked.advanceAll();
    await at.cluster.coordinator.trainings.advanceAll();
  };
  await again();
  const round = await openRound(at.services);
  const members = Array.from({ length: 8 }, (_, i) => rawMember(at.services, round, `member-${i}`));
  for (const member of members) await member.join();
  at.pass(600);
  for (let turn = 0; turn < 3; turn++) await again();
  for (let turn = 0; turn < 16; turn++) {
    for (const member of members) await member.step().catch(() => undefined);
    await again();
  }
  expect(deaths).toBe(1);
  expect((await releaseOf(at, round.task)).values).toEqual(sumOf(members, 32));
  const { debits } = await at.cluster.coordinator.ledger();
  expect(debits).toHaveLength(1);
  expect(await at.cluster.coordinator.trainings.one(at.run)).toMatchObject({ phase: "ended", rhoSpent: "0.03" });
}
