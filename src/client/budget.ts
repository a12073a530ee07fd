// What the device's own ledger says: spent and left of the caps of this week and this year.
import { isoWeek } from "../base/calendar.ts";
import type { Settings } from "./options.ts";
import { capOf, keys, readJson } from "./state.ts";

/** ρ */
export interface Spent {
  /** An ISO week ("2026-W14") or the year of such weeks ("2026"). */
  readonly epoch: string;
  readonly spent: number;
  readonly cap: number;
  readonly left: number;
}

export interface Budget {
  readonly week: Spent;
  readonly year: Spent;
}

const DAY_MS = 86_400_000;

/** Of the weeks and years that were debited. */
export async function ledgerOf(settings: Settings): Promise<readonly Omit<Spent, "left">[]> {
  const epochs = (await settings.store.keys("epoch/")).map((key) => key.slice("epoch/".length));
  return await Promise.all(
    epochs.map(async (epoch) => {
      const { spent, cap } = await spentOf(settings, epoch);
      return { epoch, spent, cap };
    }),
  );
}

/** By the device's own clock. */
export async function budgetOf(settings: Settings): Promise<Budget> {
  const week = isoWeek(Math.floor(settings.platform.clock.now() / DAY_MS));
  return { week: await spentOf(settings, week), year: await spentOf(settings, week.slice(0, 4)) };
}

async function spentOf(settings: Settings, epoch: string): Promise<Spent> {
  const nano = BigInt((await readJson<string>(settings.store, keys.epoch(epoch))) ?? "0");
  const cap = capOf(settings, epoch);
  const left = cap > nano ? cap - nano : 0n;
  return { epoch, spent: Number(nano) / 1e9, cap: Number(cap) / 1e9, left: Number(left) / 1e9 };
}
