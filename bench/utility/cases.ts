// What is asked of both sides, each with its truth from the members' own values and what no additive noise of that ε can beat.
import { variance } from "../../src/privacy/distributions/discrete-laplace.ts";
import type { PlannedTask } from "../../src/task/manifest.ts";
import { groupsOf, type Person } from "./ours.ts";

export const EPSILON = 1;

export interface Case {
  readonly name: string;
  readonly sql: string;
  readonly unit: string;
  /** Which of a member's measures the question is about. */
  readonly of: "rhr" | "sleep" | "visits" | "presence";
  readonly truth: (plan: PlannedTask, people: readonly Person[]) => readonly number[];
  /** The peer's job, and what it needs beside the values. */
  readonly central: (
    plan: PlannedTask,
    people: readonly Person[],
  ) => { readonly job: string; readonly arguments: object };
  /** RMSE of one draw of discrete Laplace noise with all of ε on the number itself; undefined where nothing so simple is known. */
  readonly floor: (plan: PlannedTask, people: readonly Person[]) => number | undefined;
  /** Releases on the peer's side, where its own work a release is more than noise. */
  readonly peerRuns?: number;
  /** Releases on our side. */
  readonly runs: number;
}

const LEVELS = [0.25, 0.5, 0.75];
const RHR: readonly [number, number] = [35, 110];
const VISITS_MAX = 21;
const laplace = Math.sqrt(variance(EPSILON));
/** In steps so fine that they do not show. */
const fineLaplace = Math.SQRT2 / EPSILON;

const numbersOf = (people: readonly Person[]) => people.map(({ value }) => value as number);
const clipped = ([low, high]: readonly [number, number], people: readonly Person[]) =>
  numbersOf(people).map((value) => Math.min(high, Math.max(low, value)));
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function histogramOf({ encoder }: PlannedTask): { readonly edges: readonly number[]; readonly fanout: number | null } {
  const part = encoder.kind === "product" ? encoder.parts[0] : undefined;
  if (part?.kind !== "histogram") throw new Error("a histogram was expected");
  return part;
}

/** The middle of the values at which the share of members below passes the level. */
export function quantile(values: readonly number[], level: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = level * sorted.length;
  const [low, high] = [Math.ceil(at) - 1, Math.floor(at)];
  return ((sorted[low] as number) + (sorted[Math.min(sorted.length - 1, high)] as number)) / 2;
}

export const cases: readonly Case[] = [
  {
    name: "count",
    sql: "SELECT COUNT(*) FROM member_week WITH (epsilon = 1)",
    unit: "members",
    of: "presence",
    truth: (_, people) => [people.length],
    central: (_, people) => ({ job: "count", arguments: { values: people.map(() => 0) } }),
    floor: () => laplace,
    runs: 15_000,
  },
  {
    name: "sum of visits",
    sql: "SELECT SUM(visits) FROM member_week WITH (epsilon = 1)",
    unit: "visits",
    of: "visits",
    truth: (_, people) => [clipped([0, VISITS_MAX], people).reduce((a, b) => a + b, 0)],
    central: (_, people) => ({ job: "sum", arguments: { values: numbersOf(people), bounds: [0, VISITS_MAX] } }),
    floor: () => VISITS_MAX * fineLaplace,
    runs: 15_000,
  },
  {
    name: "mean of rhr",
    sql: "SELECT AVG(rhr) FROM member_week WITH (epsilon = 1)",
    unit: "/min",
    of: "rhr",
    truth: (_, people) => [mean(clipped(RHR, people))],
    central: (_, people) => ({ job: "mean", arguments: { groups: [numbersOf(people)], bounds: RHR } }),
    // Of a known number of members, centred.
    floor: (_, people) => (((RHR[1] - RHR[0]) / 2) * fineLaplace) / people.length,
    runs: 800,
  },
  {
    name: "histogram of rhr",
    sql: "SELECT HISTOGRAM(rhr) FROM member_week WITH (epsilon = 1)",
    unit: "members a bin",
    of: "rhr",
    truth: (plan, people) => {
      const { edges } = histogramOf(plan);
      const counts = new Array<number>(edges.length - 1).fill(0);
      for (const value of numbersOf(people)) {
        const bin = Math.min(counts.length - 1, Math.max(0, edges.filter((edge) => value >= edge).length - 1));
        counts[bin] = (counts[bin] as number) + 1;
      }
      return counts;
    },
    central: (plan, people) => ({
      job: "histogram",
      arguments: { values: numbersOf(people), edges: histogramOf(plan).edges },
    }),
    floor: () => laplace,
    runs: 400,
  },
  {
    name: "quartiles of sleep",
    sql: `SELECT QUANTILE(sleep, ${LEVELS.join(", ")}) FROM member_week WITH (epsilon = 1)`,
    unit: "min",
    of: "sleep",
    truth: (_, people) => LEVELS.map((level) => quantile(numbersOf(people), level)),
    central: (plan, people) => {
      const { edges, fanout } = histogramOf(plan);
      return { job: "quantiles", arguments: { values: numbersOf(people), edges, fanout, levels: LEVELS } };
    },
    floor: () => undefined,
    peerRuns: 2000,
    runs: 600,
  },
  {
    name: "mean of rhr by age band",
    sql: "SELECT AVG(rhr) FROM member_week GROUP BY age_band WITH (epsilon = 1)",
    unit: "/min",
    of: "rhr",
    truth: (plan, people) => groupsOf(plan, people).map((members) => mean(clipped(RHR, members))),
    central: (plan, people) => ({
      job: "mean",
      arguments: { groups: groupsOf(plan, people).map(numbersOf), bounds: RHR },
    }),
    floor: (plan, people) =>
      rms(groupsOf(plan, people).map(({ length }) => (((RHR[1] - RHR[0]) / 2) * fineLaplace) / length)),
    runs: 150,
  },
];

/** The exponential mechanism over the quartiles, for information: it needs the members' values in one place. */
export const exponential = (people: readonly Person[]) => ({
  job: "exponential-quantiles",
  arguments: { values: numbersOf(people), bounds: [0, 840], levels: LEVELS },
});

export function rms(errors: readonly number[]): number {
  return Math.sqrt(mean(errors.map((error) => error * error)));
}
