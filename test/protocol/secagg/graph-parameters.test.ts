// The finder against the published table of Google's rule, against plain sums of fractions, and where there is no graph.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  choicesLog2,
  countsOf,
  DEGREE_MAX,
  findGraph,
  type GraphDemand,
} from "../../../src/protocol/secagg/graph-parameters.ts";
import {
  type Draw,
  logProbability,
  lowerQuantile,
  upperQuantile,
} from "../../../src/protocol/secagg/hypergeometric.ts";

const cohorts = [100, 300, 1000, 10_000, 1_000_000];
type Row = readonly [corrupt: number, dropouts: number, adversary: GraphDemand["adversary"], graphs: string];
/** Degree and threshold for the cohorts, by the rule of Google's parameter finder. */
const table: readonly Row[] = [
  [0.05, 0.05, "semi-honest", "12,6 24,14 30,17 34,20 38,22"],
  [0.05, 0.05, "semi-malicious", "16,11 38,27 52,37 62,44 74,52"],
  [0.05, 0.3, "semi-honest", "26,6 48,16 66,23 80,29 94,33"],
  [0.05, 0.3, "semi-malicious", "66,36 152,84 314,179 522,299 662,378"],
  [0.1, 0.1, "semi-honest", "22,11 36,21 48,27 54,31 64,36"],
  [0.1, 0.1, "semi-malicious", "32,22 66,46 96,67 122,85 146,101"],
  [0.2, 0.2, "semi-honest", "40,21 74,41 98,54 122,67 144,78"],
  [0.2, 0.2, "semi-malicious", "62,42 160,109 302,206 482,328 600,407"],
];

test.each(table)("corrupt %d, dropouts %d, %s: %s", (corrupt, dropouts, adversary, graphs) => {
  const found = cohorts.map((members) => findGraph({ ...countsOf(members, { corrupt, dropouts }), adversary }));
  expect(found.map(({ degree, threshold }) => `${degree},${threshold}`).join(" ")).toBe(graphs);
});

function binomial(n: number, k: number): bigint {
  let out = 1n;
  for (let i = 0; i < k; i++) out = (out * BigInt(n - i)) / BigInt(i + 1);
  return k < 0 || k > n ? 0n : out;
}

/** Ways to draw exactly `hits`, and all ways. */
const waysOf = ({ population, marked, draws }: Draw, hits: number) =>
  binomial(marked, hits) * (draws - hits > population - marked ? 0n : binomial(population - marked, draws - hits));

describe("tails", () => {
  const draws = fc.integer({ min: 1, max: 90 }).chain((population) =>
    fc.record({
      population: fc.constant(population),
      marked: fc.integer({ min: 0, max: population }),
      draws: fc.integer({ min: 0, max: population }),
    }),
  );

  test("probabilities are the fractions of whole numbers", () => {
    fc.assert(
      fc.property(draws, fc.integer({ min: -1, max: 91 }), (draw, hits) => {
        const exact = Number((waysOf(draw, hits) * 2n ** 200n) / binomial(draw.population, draw.draws)) / 2 ** 200;
        const ours = Math.exp(logProbability(draw, hits));
        expect(Math.abs(ours - exact)).toBeLessThanOrEqual(1e-11 * exact);
      }),
      { numRuns: 300 },
    );
  });

  test("quantiles are where the exact tails pass the bound", () => {
    fc.assert(
      fc.property(draws, fc.integer({ min: 1, max: 120 }), (draw, bits) => {
        const all = binomial(draw.population, draw.draws);
        const sum = (from: number, to: number) => {
          let out = 0n;
          for (let hits = from; hits <= to; hits++) out += waysOf(draw, hits);
          return out;
        };
        const within = (ways: bigint, slack = 1_000_000n) => (ways * slack) << BigInt(bits) <= all * 1_000_000n;
        // A tail that is equal to the bound may fall on either side of it in doubles.
        const close = (ways: bigint) => within(ways, 999_999n) !== within(ways, 1_000_001n);
        const bound = -bits * Math.LN2;
        const upper = upperQuantile(draw, bound);
        const lower = lowerQuantile(draw, bound);
        fc.pre(![upper - 1, upper].some((h) => close(sum(h + 1, draw.draws))));
        fc.pre(![lower, lower + 1].some((h) => close(sum(0, h - 1))));
        const possible = (hits: number) => waysOf(draw, hits) > 0n;
        expect(within(sum(upper + 1, draw.draws))).toBe(true);
        if (possible(upper - 1)) expect(within(sum(upper, draw.draws))).toBe(false);
        expect(within(sum(0, lower - 1))).toBe(true);
        if (possible(lower + 1)) expect(within(sum(0, lower))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

describe("what a graph must hold", () => {
  const demands = fc
    .record({
      members: fc.integer({ min: 3, max: 400 }),
      corrupt: fc.double({ min: 0, max: 0.4, noNaN: true }),
      dropouts: fc.double({ min: 0, max: 0.5, noNaN: true }),
      adversary: fc.constantFrom("semi-honest" as const, "semi-malicious" as const),
    })
    .map(({ members, adversary, ...shares }) => ({ ...countsOf(members, shares), adversary }));

  const tryFind = (demand: GraphDemand) => {
    try {
      return findGraph(demand);
    } catch {
      return undefined;
    }
  };

  test("no two stories can both have enough shares, and those who stay have enough", () => {
    fc.assert(
      fc.property(demands, (demand) => {
        const graph = tryFind(demand);
        if (graph === undefined) return;
        const { degree, threshold } = graph;
        expect(threshold).toBeGreaterThanOrEqual(2);
        expect(threshold).toBeLessThanOrEqual(degree);
        expect(degree % 2 === 0 || degree === demand.members - 1).toBe(true);
        if (demand.adversary === "semi-malicious") expect(2 * threshold).toBeGreaterThan(degree);
        if (degree === demand.members - 1) {
          expect(threshold).toBeGreaterThan(demand.corrupt);
          expect(threshold).toBeLessThan(demand.survivors);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("two runs of half the neighbours hold more survivors than can be corrupt there", () => {
    const demand = { ...countsOf(1000, { corrupt: 0.05, dropouts: 0.3 }), adversary: "semi-malicious" } as const;
    const { degree, runSurvivors } = findGraph(demand);
    const tail = (hits: number) => {
      let out = 0;
      for (let h = hits; h <= demand.corrupt; h++)
        out += Math.exp(logProbability({ population: 1000, draws: degree, marked: demand.corrupt }, h));
      return (out * 1000 ** 2) / 2;
    };
    expect(tail(2 * runSurvivors)).toBeLessThan(2 ** -41);
    expect(tail(2 * runSurvivors - 2)).toBeGreaterThan(2 ** -41);
    expect(runSurvivors).toBeLessThan(0.2 * (degree / 2));
  });

  test("where fewer are corrupt or gone than a cut takes, no run is counted", () => {
    const demand = { ...countsOf(100, { corrupt: 0.05, dropouts: 0.3 }), adversary: "semi-malicious" } as const;
    expect(findGraph(demand).runSurvivors).toBe(0);
  });

  test("more to choose from for the coordinator never makes the graph smaller", () => {
    const demand = { ...countsOf(1000, { corrupt: 0.05, dropouts: 0.1 }), adversary: "semi-malicious" } as const;
    const degrees = [0, 8, 30, 60].map((bits) => findGraph({ ...demand, choicesLog2: bits }).degree);
    expect(degrees).toEqual([...degrees].sort((a, b) => a - b));
    expect(degrees.at(-1)).toBeGreaterThan(degrees[0] as number);
  });

  test("of 100, 30 of whom may keep their nonce, there are 86 bits to choose from, more than 70 members have", () => {
    const bits = choicesLog2(100, 30);
    expect(Math.ceil(bits)).toBe(86);
    const demand = { members: 70, corrupt: 5, survivors: 70, adversary: "semi-malicious", choicesLog2: bits } as const;
    // All five corrupt ones may be anybody's neighbours then.
    const { degree, threshold } = findGraph(demand);
    expect(threshold).toBe(Math.floor((degree + 5) / 2) + 1);
  });

  test("ways to leave some out", () => {
    expect(choicesLog2(100, 0)).toBeCloseTo(0, 10);
    expect(2 ** choicesLog2(10, 2)).toBeCloseTo(1 + 10 + 45, 6);
    expect(choicesLog2(7, 7)).toBeCloseTo(7, 10);
  });
});

describe("refused", () => {
  const demand = { members: 100, corrupt: 5, survivors: 70, adversary: "semi-malicious" } as const;

  test.each([
    ["two members", { members: 2, corrupt: 0, survivors: 2 }],
    ["half a member", { members: 100.5 }],
    ["nobody honest", { corrupt: 100 }],
    ["nobody left", { survivors: 0 }],
    ["more left than there were", { survivors: 101 }],
    ["more than a million", { members: 2 ** 20 + 1 }],
    ["choices below none", { choicesLog2: -1 }],
    ["choices that are no number", { choicesLog2: Number.NaN }],
    ["a third corrupt and half gone", { corrupt: 33, survivors: 50 }],
    ["corrupt ones whom those who stay do not outweigh", { corrupt: 45, survivors: 70 }],
    ["a large cohort that no small graph serves", { members: 10_000, corrupt: 3000, survivors: 6500 }],
  ])("%s", (_, change) => {
    expect(() => findGraph({ ...demand, ...change })).toThrowError(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });

  test("three members of whom none may leave or collude are the smallest cohort", () => {
    const smallest = { members: 3, corrupt: 0, survivors: 3, adversary: "semi-malicious" } as const;
    expect(findGraph(smallest)).toEqual({ degree: 2, threshold: 2, runSurvivors: 0 });
    expect(() => findGraph({ ...smallest, survivors: 2 })).toThrow();
  });

  test("the largest search that finds nothing stays short", () => {
    const started = performance.now();
    expect(() =>
      findGraph({ members: 2 ** 20, corrupt: 2 ** 18, survivors: 2 ** 19, adversary: "semi-malicious" }),
    ).toThrow();
    // A million steps of two logarithms: tens of milliseconds on a quiet machine.
    expect(performance.now() - started).toBeLessThan(5000);
    expect(DEGREE_MAX).toBe(1024);
  });
});
