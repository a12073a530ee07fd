// A quarter's plan as plain JSON: amounts are decimals of ρ, days are dates.
import { formatDay } from "../../base/calendar.ts";
import { formatRho, nanoRho } from "../../privacy/accounting/nano-rho.ts";
import type { EpochLoad, QuarterPlan } from "./plan.ts";

const shown = (amount: bigint) => formatRho(nanoRho(amount));

export function quarterDocument({ priced, impossible, runs, epochs, fits, fails, drop }: QuarterPlan) {
  const load = ({ epoch, load: rho, cap }: EpochLoad) => ({ epoch, rho: shown(rho), cap: shown(cap) });
  return {
    version: 1,
    fits,
    fails: fails === undefined ? null : load(fails),
    drop,
    questions: priced.map(({ wish, rho, halfWidth }) => ({ name: wish.name, rho: shown(rho), halfWidth95: halfWidth })),
    impossible: impossible.map(({ wish, why, hint }) => ({ name: wish.name, why, hint: hint ?? null })),
    runs: runs.map(({ name, day, week, rho, epochs: debited }) => ({
      name,
      day: formatDay(day),
      week,
      rho: shown(rho),
      debits: debited,
    })),
    epochs: epochs.map(load),
  };
}

export type QuarterDocument = ReturnType<typeof quarterDocument>;
