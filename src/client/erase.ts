// The right to be forgotten, on this device: everything goes, except the little without which the member could be asked to give
// the same thing away twice. What an erasure cannot reach is said, not glossed over.
import { fail, isPacelineError } from "../base/errors.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { AnyReceipt } from "../task/consent.ts";
import type { Purpose } from "../task/purposes.ts";
import { leaveRounds } from "./masked/end.ts";
import type { Settings } from "./options.ts";
import { countDays } from "./own-days.ts";
import { entry, keys, type Participation, readAll, tombstone } from "./state.ts";
import type { TakenBack, Withdrawn } from "./taken-back.ts";
import { tellAggregators } from "./withdrawals.ts";

export { goOnTakingBack, takeBack, tellAggregators } from "./withdrawals.ts";

/** One of the five states that something of a member's can be in, and what became of it. */
export interface ErasedState {
  readonly state: "on-device" | "queued" | "sent" | "released" | "trained";
  readonly count: number;
  readonly says: string;
}

/** The client's consents. */
interface Withdrawing {
  receipts(): Promise<readonly AnyReceipt[]>;
  withdraw(purpose: Purpose, method: string): Promise<void>;
}

export interface Erasure {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly states: readonly ErasedState[];
  /** What became of each report that was sent and not known to be over. */
  readonly withdrawn: readonly Withdrawn[];
  /** What stays on the device, and why. */
  readonly kept: {
    readonly answered: number;
    readonly epochs: number;
    /** Reports that an aggregator has not been told yet to take out. */
    readonly withdrawals: number;
    readonly says: string;
  };
  /** The consents, now withdrawn: for the member to keep, as the device no longer does. */
  readonly receipts: readonly AnyReceipt[];
}

/**
 * Withdraws every consent first, so that whatever else runs sends nothing more; then wipes the store, and its key where it has
 * one; then tells both aggregators to take out what was sent.
 * @throws PacelineError conflict when another tab goes on writing: no report leaves then either, and it may be tried again
 */
export async function eraseAll(settings: Settings, consent: Withdrawing): Promise<Erasure> {
  const { store, platform } = settings;
  await leaveRounds(store);
  const answered = await readAll<Participation>(store, "task/");
  const unsent = new Set((await store.keys("queue/")).map((key) => key.slice("queue/".length)));
  const sent = answered.filter(({ task, refused }) => !unsent.has(task) && refused === null);
  for (const { purpose } of await consent.receipts()) await consent.withdraw(purpose, "everything was erased");
  const receipts = await consent.receipts();
  const now = platform.clock.now();
  const days = await countDays(settings);
  const kept = await wipe(store);
  const withdrawn = await tellAggregators(settings);
  const withdrawals = withdrawn.filter(({ outcome }) => outcome === "withdrawing").length;
  return {
    at: now,
    receipts,
    withdrawn,
    kept: { ...kept, withdrawals, says: KEPT + (withdrawals > 0 ? KEPT_SECRETS : "") },
    states: statesOf({ days, unsent: unsent.size, sent, withdrawn }),
  };
}

const KEPT =
  "kept: how much of each week's and year's limit is used up, and which questions and rounds were answered that may still be asked, " +
  "both without what was in them; else an erased device could be asked again beyond its limits";
const KEPT_SECRETS =
  "; and, until the aggregators have answered, what takes the reports back that left, which says nothing of what was in them";

interface Ended {
  readonly days: number;
  readonly unsent: number;
  readonly sent: readonly Participation[];
  readonly withdrawn: readonly Withdrawn[];
}

function statesOf({ days, unsent, sent, withdrawn }: Ended): Erasure["states"] {
  const count = (wanted: TakenBack) => withdrawn.filter(({ outcome }) => outcome === wanted).length;
  // A report that is in no row was collected, or its question over, as far as this device knows.
  const out = new Set(withdrawn.filter(({ outcome }) => outcome !== "stands").map(({ task }) => task));
  const stand = sent.filter(({ task }) => !out.has(task));
  const waiting = count("withdrawing");
  return [
    {
      state: "on-device",
      count: days,
      says: "days, profile, keys, log, receipts and schedule are deleted; what the app itself holds is the app's to delete",
    },
    { state: "queued", count: unsent, says: "reports that had not left are deleted and never leave" },
    {
      state: "sent",
      count: sent.length,
      says:
        "reports that left were split and sealed, and are taken back as long as they are not added up: " +
        `${count("withdrawn")} were taken out, ${stand.length} stand, and of ${waiting} an aggregator did not answer yet` +
        (waiting === 0 ? "" : "; it is asked again by the next syncs"),
    },
    {
      state: "released",
      count: stand.length,
      says: "published answers are noised sums and stay as they are: an answer computed again without somebody would tell about them",
    },
    {
      state: "trained",
      count: stand.filter(({ purpose }) => purpose === "model-training").length,
      says: "models that were trained with a noised sum stay as they are; this device takes part in no further round",
    },
  ];
}

/** Deletes all but debits, tokens, what takes reports back, and answered tasks, all bare. */
async function wipe(store: DeviceStore): Promise<{ readonly answered: number; readonly epochs: number }> {
  for (let left = 5; ; left--) {
    const all = await store.keys("");
    const epochs = all.filter((key) => key.startsWith("epoch/"));
    const tasks = all.filter((key) => key.startsWith("task/"));
    // Blind: they are nobody's. Without them an erased device could take part in nothing until the next year.
    const tokens = all.filter((key) => key.startsWith("token"));
    const withdrawals = all.filter((key) => key.startsWith("withdrawal/"));
    // Without them it could take part again too soon, or pay for a training twice.
    const streams = all.filter((key) => key.startsWith("turn/"));
    const rows = await Promise.all(
      [...epochs, ...tokens, ...withdrawals, ...streams, ...tasks].map(
        async (key) => [key, (await store.get(key)) as Uint8Array] as const,
      ),
    );
    const bare = await Promise.all(
      (await readAll<Participation>(store, "task/")).map(async (one) =>
        entry(keys.participation(one.task), tombstone(one)),
      ),
    );
    const put = [...rows.filter(([key]) => !key.startsWith("task/")), ...bare];
    try {
      const staying = new Set(put.map(([key]) => key));
      const gone = all.filter((key) => !staying.has(key));
      const changes = { put, delete: gone, expect: rows };
      if (store.renew === undefined) await store.transaction(changes);
      else await store.renew(changes);
      const left = (await store.keys("")).filter((key) => !staying.has(key));
      if (left.length > 0) fail("conflict", "something was written while everything was erased");
      return { answered: bare.length, epochs: epochs.length };
    } catch (error) {
      if (left === 0 || !isPacelineError(error) || error.code !== "conflict") throw error;
    }
  }
}
