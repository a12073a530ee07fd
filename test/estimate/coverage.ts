// The measuring instrument of the coverage tests: seeded members, fresh CSPRNG noise, and for every statistic how often
// the intervals hold the truth and how wide they are beside the delta method's width from the un-noised counts.
import { describe, expect, test } from "vitest";
import type { Cell } from "../../src/estimate/cell.ts";
import { noiseQuantile } from "../../src/privacy/distributions/linear-noise.ts";
import { mechanismFrom } from "../../src/privacy/mechanisms/from-event.ts";
import { Random } from "../../src/simulate/random.ts";
import { countInto, plainCells, releaseOf, type Shape } from "./releases.ts";

interface Scenario extends Shape {
  readonly name: string;
  /** How many members each group has, one row per group. */
  readonly sizes: readonly number[];
  /** A member's value. */
  draw(random: Random, group: number): number;
}

const ages = ["18-24", "25-34", "35-44", "45-54", "55-64", "65+"];
const steps = (from: number, step: number, bins: number) => Array.from({ length: bins + 1 }, (_, i) => from + step * i);

const scenarios: readonly Scenario[] = [
  {
    name: "resting heart rate, 6 bands of 200 to 700, 15 bins",
    edges: steps(40, 4, 15),
    groups: ages,
    sizes: [350, 700, 620, 480, 300, 200],
    draw: (random, group) => random.normal(60 + 1.5 * group, 8),
  },
  {
    name: "active minutes, skewed, 6 bands, 15 bins",
    edges: steps(0, 30, 15),
    groups: ages,
    sizes: [350, 700, 620, 480, 300, 200],
    draw: (random, group) => random.gamma(2, 190 - 10 * group),
  },
  {
    name: "sleep, 3,000 members, 24 bins",
    edges: steps(240, 15, 24),
    sizes: [3000],
    draw: (random) => random.normal(415, 55),
  },
  {
    name: "enough activity, 3,000 members, 2 bins",
    edges: [0, 150, 2000],
    sizes: [3000],
    draw: (random) => random.gamma(2, 170),
  },
];

interface Tally {
  runs: number;
  /** Privacy interval holds the same statistic of the un-noised counts. */
  members: number;
  /** Full interval holds the statistic of the whole population's distribution. */
  population: number;
  width: number;
  deltaWidth: number;
}

/**
 * The coverage tests, with about `cells` intervals per statistic and scenario. Bounds are those at which a true coverage
 * of 93 % (or 97 %) would be met with a probability of 1e-6: a right implementation does not flake.
 */
export function coverage(cells: number): void {
  describe.each(scenarios)("$name", (scenario) => {
    const tallies = measure(scenario, Math.ceil(cells / scenario.sizes.length), "coverage");
    test.each([...tallies.keys()])("%s", (statistic) => {
      const { runs, members, population, width, deltaWidth } = tallies.get(statistic) as Tally;
      const least = fewestHits(runs, 0.93);
      expect(members).toBeGreaterThanOrEqual(least);
      expect(width / deltaWidth).toBeLessThanOrEqual(1.15);
      if (statistic === "count") return; // its atoms are coarse, so it may cover more, and it is not a sample of anything
      expect(runs - members).toBeGreaterThanOrEqual(fewestHits(runs, 0.03));
      expect(population).toBeGreaterThanOrEqual(least);
    });
  });
}

/** The least k with P(hits ≤ k) ≥ 1e-6 among n independent tries. */
function fewestHits(n: number, probability: number): number {
  let log = n * Math.log1p(-probability);
  let below = 0;
  for (let k = 0; ; k++) {
    below += Math.exp(log);
    if (below >= 1e-6) return k;
    log += Math.log(((n - k) / (k + 1)) * (probability / (1 - probability)));
  }
}

/** Tallies by statistic ("mean", "p25", …) over `runs` cohorts, each released once. */
function measure(scenario: Scenario, runs: number, seed: string): Map<string, Tally> {
  const random = new Random(seed);
  const population = scenario.sizes.map((_, group) =>
    countInto(
      scenario.edges,
      Array.from({ length: 200_000 }, () => scenario.draw(random, group)),
    ),
  );
  const tallies = new Map<string, Tally>();
  for (let run = 0; run < runs; run++) {
    const counts = scenario.sizes.map((size, group) =>
      countInto(
        scenario.edges,
        Array.from({ length: size }, () => scenario.draw(random, group)),
      ),
    );
    const release = releaseOf(scenario, counts.flat());
    const names = scenario.groups ?? [null];
    for (const cell of plainCells(release)) {
      const group = names.indexOf(cell.group as never);
      const truth = exact(cell.statistic, scenario.edges, counts[group] as number[]);
      const wide = exact(cell.statistic, scenario.edges, population[group] as number[]);
      const h = noiseQuantile({ weights: truth.weights, noise: mechanismFrom(release.noise).law(2), level: 0.95 });
      add(tallies, cell, truth.value, wide.value, (2 * h) / truth.slope);
    }
  }
  return tallies;
}

function add(
  tallies: Map<string, Tally>,
  { statistic, estimate }: Cell,
  truth: number,
  wide: number,
  deltaWidth: number,
) {
  const tally = tallies.get(statistic) ?? { runs: 0, members: 0, population: 0, width: 0, deltaWidth: 0 };
  const holds = ([low, high]: readonly [number, number], value: number) => (low <= value && value <= high ? 1 : 0);
  tally.runs++;
  tally.members += holds(estimate.privacyInterval95, truth);
  tally.population += holds(estimate.interval95, wide);
  tally.width += estimate.privacyInterval95[1] - estimate.privacyInterval95[0];
  tally.deltaWidth += deltaWidth;
  tallies.set(statistic, tally);
}

interface Exact {
  readonly value: number;
  /** Of T at the value, per cell, and its slope: the delta method's two ingredients. */
  readonly weights: readonly number[];
  readonly slope: number;
}

/** A statistic of exact counts, written independently of the code under test. */
function exact(statistic: string, edges: readonly number[], counts: readonly number[]): Exact {
  const total = counts.reduce((a, b) => a + b, 0);
  if (statistic === "count") return { value: total, weights: counts.map(() => 1), slope: 1 };
  if (statistic === "mean" || statistic.startsWith("share")) {
    const scores = counts.map((_, i) =>
      statistic === "mean" ? ((edges[i] as number) + (edges[i + 1] as number)) / 2 : i,
    );
    const value = scores.reduce((sum, score, i) => sum + score * (counts[i] as number), 0) / total;
    return { value, weights: scores.map((score) => score - value), slope: total };
  }
  const q = { p25: 0.25, median: 0.5, p75: 0.75 }[statistic] as number;
  let below = 0;
  let bin = 0;
  while (below + (counts[bin] as number) < q * total) below += counts[bin++] as number;
  const part = (q * total - below) / (counts[bin] as number);
  const width = (edges[bin + 1] as number) - (edges[bin] as number);
  return {
    value: (edges[bin] as number) + part * width,
    weights: counts.map((_, i) => (i < bin ? 1 - q : i > bin ? -q : part - q)),
    slope: (counts[bin] as number) / width,
  };
}
