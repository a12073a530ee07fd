// Differencing: questions whose answers differ by one member, as many as the budgets of both services let through. Caps are the
// defaults of the services: ρ 0.5 a week and 1 a year.
import { formatDay } from "../../src/base/calendar.ts";
import type { Member } from "../../src/records/types.ts";
import { type Attacked, advantageBound, askUntilRefused, attack, rhoOf } from "./attacks.ts";
import { newCluster } from "./cluster.ts";
import { operatorFile, operatorRegistry, registryKeys } from "./operator.ts";
import { lastDay } from "./questions.ts";

const caps = { epochCap: 500_000_000n, yearCap: 1_000_000_000n };
const days = (k: number) => `WITH (days_min = ${k}, rho = 0.05)`;
const asked = Array.from({ length: 14 }, (_, i) => i + 1);
const others = "'18-24', '25-34', '35-44', '45-54', '55-64'";

/** The only one of their age with their device, of a heart rate that nobody else has, and a weight that is known. */
export const target: Member = {
  id: "target",
  profile: { ageBand: "65+", deviceClass: "ring" },
  days: Array.from({ length: 60 }, (_, i) => ({
    day: lastDay + 4 - i,
    values: { rhr: 110, steps: 40_000, weight: 170, visits: 1 },
  })),
};

/** Each of 14 or 15 questions, of which the budgets pay for ten. */
export const attacks: Readonly<Record<string, readonly unknown[]>> = {
  "filters: all, and all but the target's age": asked.map((k) => ({
    sql: `SELECT COUNT(*) FROM member_week ${k % 2 === 0 ? `WHERE age_band IN (${others})` : ""} ${days(k)}`,
  })),
  "filters: the target alone": asked.map((k) => ({
    sql: `SELECT COUNT(*) FROM member_week WHERE age_band IN ('65+') AND device_class IN ('ring') ${days(k)}`,
  })),
  "groups: a cell of one": asked.map((k) => ({
    sql: `SELECT COUNT(*) FROM member_week GROUP BY age_band, device_class ${days(k)}`,
  })),
  "overlapping windows": asked.map((k) => ({
    sql: `SELECT COUNT(*) FROM member_week WINDOW BETWEEN '${formatDay(lastDay - 27 - k)}' AND '${formatDay(lastDay - k)}' WITH (rho = 0.05)`,
  })),
  "an extreme value": asked.map((k) => ({ sql: `SELECT AVG(rhr), SUM(visits) FROM member_week ${days(k)}` })),
  "a metric made for one": asked.map((k) => ({ sql: `SELECT SUM(is_her) FROM member_week ${days(k)}` })),
};

export interface Differenced extends Attacked {
  readonly name: string;
  readonly paid: number;
  readonly rho: number;
  readonly bound: number;
}

export async function differencing(name: string, runs: number): Promise<Differenced> {
  const file = operatorFile();
  const formula = "min(max((weight - 169) * 1000, 0), 1)";
  const made = { id: "is_her", title: "being her", unit: "kg", formula, caveat: "Made to single someone out." };
  const registry = await operatorRegistry({ ...file, derived: [made] });
  const cluster = newCluster({
    terms: { ...caps, registry },
    policy: {
      ...caps,
      registry: { key: registryKeys.publicKey },
      metrics: ["rhr", "steps", "visits", "weight", "moderate", "vigorous"],
    },
  });
  const manifests = await askUntilRefused(cluster, attacks[name] ?? []);
  const rho = rhoOf(manifests);
  for (const { epoch, spent, cap } of (await cluster.coordinator.ledger()).epochs)
    if (BigInt(spent) > BigInt(cap)) throw new Error(`${epoch} is overspent`);
  return { name, paid: manifests.length, rho, bound: advantageBound(rho), ...attack(manifests, target, runs, name) };
}

export const told = ({ name, paid, rho, bound, advantage, standardError }: Differenced): string =>
  `${name}: ${paid} answers for ρ = ${rho.toFixed(3)}; advantage ${advantage.toFixed(3)} ± ${(2 * standardError).toFixed(3)}, at most ${bound.toFixed(3)}`;
