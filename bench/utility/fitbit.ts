// Real members: the median of their mean daily steps at ε = 1 with both noises. The 35 members of the Fitbit data are too few, so
// each cohort is 1,000 drawn from them with replacement and smoothed (a normal kernel, Silverman 1986), by seed.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Random } from "../../src/simulate/random.ts";
import type { Row } from "../harness.ts";
import { quantile } from "./cases.ts";
import { planOf, release, sumsOf } from "./ours.ts";

const data = fileURLToPath(
  new URL("../../../shared/data/fitbit/dailyActivity_merged_both_periods.csv", import.meta.url),
);
const MEMBERS = 1000;
const SEEDS = 200;
const WITHIN = 0.02;

export const fitbitRowName = "Fitbit members, median steps, within 2 %";

/** Share of the seeds whose median is within 2 % of the cohort's own. */
export function fitbitRow(): Row {
  const row = { name: fitbitRowName, unit: `of ${SEEDS} seeds` } as const;
  if (!existsSync(data)) {
    process.stderr.write("bench: the Fitbit data is not beside the project (../shared/data/fitbit)\n");
    return { ...row, value: Number.NaN, status: "data-absent" };
  }
  const steps = meanSteps(readFileSync(data, "utf8"));
  const plan = planOf("SELECT MEDIAN(steps) FROM member_week WITH (epsilon = 1)", MEMBERS);
  let near = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const random = new Random(`fitbit ${seed}`);
    const cohort = Array.from({ length: MEMBERS }, () => smoothed(steps, random));
    const sums = sumsOf(
      plan,
      cohort.map((value) => ({ value, profile: {} })),
    );
    const truth = quantile(cohort, 0.5);
    const [median] = release(plan, sums, 2, 1)[0] as [number];
    if (Math.abs(median - truth) <= WITHIN * truth) near++;
  }
  return { ...row, value: near / SEEDS, status: "measured" };
}

/** Of each member with seven days or more, over the days on which the device counted. */
function meanSteps(csv: string): number[] {
  const days = new Map<string, number[]>();
  for (const line of csv.split("\n").slice(1)) {
    const [id = "", , steps] = line.split(",");
    const count = Number(steps);
    if (id === "" || !(count > 0)) continue;
    days.set(id, [...(days.get(id) ?? []), count]);
  }
  return [...days.values()]
    .filter(({ length }) => length >= 7)
    .map((counts) => counts.reduce((a, b) => a + b, 0) / counts.length);
}

function smoothed(values: readonly number[], random: Random): number {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  const bandwidth = 0.9 * sd * values.length ** -0.2;
  return Math.max(0, (values[random.below(values.length)] as number) + random.normal(0, bandwidth));
}
