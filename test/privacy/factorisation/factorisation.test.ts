import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bestFactor, checkFactor, chooseFactor, fixedPoint } from "../../../src/privacy/factorisation/choose.ts";
import { errorOf, independentError, prefixError } from "../../../src/privacy/factorisation/error.ts";
import { bandedSeries } from "../../../src/privacy/factorisation/optimise.ts";
import { streamSensitivity, timesOf } from "../../../src/privacy/factorisation/participation.ts";
import {
  bufferedSeries,
  decodingSeries,
  dividedBy,
  squareRootSeries,
} from "../../../src/privacy/factorisation/series.ts";

const shared = new URL("../../../../shared/reference/matrix_mechanism_errors.json", import.meta.url);
const refused = expect.objectContaining({ code: "invalid_argument" });

interface Reference {
  readonly independent_max: number;
  readonly independent_rmse: number;
  readonly optimal_toeplitz_sqrt_max: number;
  readonly sqrt_toeplitz_rmse: number;
  readonly dense_optimal_rmse?: number;
  readonly blt_max: Readonly<Record<string, { loss: number; omega: number[]; theta: number[] }>>;
}

/** Of a member in one round. */
function once(series: Float64Array) {
  const squared = series.reduce((sum, x) => sum + x * x, 0);
  return errorOf(squared, decodingSeries(series, series.length));
}

describe.skipIf(!existsSync(shared))(
  "errors are those that were computed elsewhere (../shared, absent: skipped)",
  () => {
    const reference = existsSync(shared)
      ? (JSON.parse(readFileSync(shared, "utf8")) as Readonly<Record<string, Reference>>)
      : {};
    test.each(["256", "1024", "2048"])("%s rounds", (rounds) => {
      const expected = reference[rounds] as Reference;
      const length = Number(rounds);
      const participation = { rounds: length, separation: length };
      expect(independentError(participation).max).toBeCloseTo(expected.independent_max, 9);
      expect(independentError(participation).rms).toBeCloseTo(expected.independent_rmse, 9);
      const root = once(squareRootSeries(length));
      expect(root.max).toBeCloseTo(expected.optimal_toeplitz_sqrt_max, 9);
      expect(root.rms).toBeCloseTo(expected.sqrt_toeplitz_rmse, 9);
      for (const { omega, theta, loss } of Object.values(expected.blt_max))
        expect(once(bufferedSeries(omega, theta, length)).max).toBeCloseTo(loss, 6);
    });

    test("the optimum over all bands lies between the square root and the best of all matrices", () => {
      const participation = { rounds: 256, separation: 256 };
      const { rms } = once(bandedSeries(256, participation));
      const expected = reference["256"] as Reference;
      expect(rms).toBeLessThanOrEqual(expected.sqrt_toeplitz_rmse);
      expect(rms).toBeGreaterThanOrEqual(expected.dense_optimal_rmse as number);
    });
  },
);

test("series: the square root's square is all ones, and division undoes products", () => {
  const root = squareRootSeries(40);
  for (let t = 0; t < 40; t++) {
    let sum = 0;
    for (let k = 0; k <= t; k++) sum += (root[k] as number) * (root[t - k] as number);
    expect(sum).toBeCloseTo(1, 12);
  }
  expect([...dividedBy([2, 5, 2], [1, 2], 4)]).toEqual([2, 1, 0, 0]);
  for (const bad of [[], [0, 1], [-1], [Number.NaN]]) expect(() => dividedBy([1], bad, 2)).toThrow(refused);
});

/** All patterns of rounds at least `separation` apart. */
function patterns(rounds: number, separation: number, from = 0): number[][] {
  const out: number[][] = [[]];
  for (let first = from; first < rounds; first++)
    for (const rest of patterns(rounds, separation, first + separation)) out.push([first, ...rest]);
  return out;
}

describe("the sensitivity of a stream", () => {
  const falling = (most: number) =>
    fc
      .array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: most })
      .map((steps) => steps.toSorted((a, b) => b - a))
      .map(([first, ...rest]) => [Math.max(1, first as number), ...rest]);

  const demand = fc
    .record({ rounds: fc.integer({ min: 1, max: 9 }), separation: fc.integer({ min: 1, max: 9 }) })
    .filter(({ rounds, separation }) => separation <= rounds)
    .chain((participation) => falling(participation.rounds).map((coefficients) => ({ participation, coefficients })));

  test("is reached by a pattern, and exceeded by none: every pattern of small streams", () => {
    fc.assert(
      fc.property(demand, ({ participation: { rounds, separation }, coefficients }) => {
        const norms = patterns(rounds, separation).map((pattern) => {
          const cells = new Array<number>(rounds).fill(0);
          for (const start of pattern)
            for (const [age, c] of coefficients.entries())
              if (start + age < rounds) cells[start + age] = (cells[start + age] as number) + c;
          return cells.reduce((sum, x) => sum + x * x, 0);
        });
        expect(streamSensitivity(coefficients, { rounds, separation })).toBe(BigInt(Math.max(...norms)));
      }),
      { numRuns: 300 },
    );
  });

  test("holds for contributions of any direction, which may differ from round to round", () => {
    const angles = fc.array(fc.double({ min: 0, max: 6.3, noNaN: true }), { minLength: 9, maxLength: 9 });
    fc.assert(
      fc.property(demand, angles, ({ participation: { rounds, separation }, coefficients }, turned) => {
        const bound = Number(streamSensitivity(coefficients, { rounds, separation }));
        for (const pattern of patterns(rounds, separation).slice(-20)) {
          let squared = 0;
          for (const of of [Math.cos, Math.sin])
            for (let t = 0; t < rounds; t++)
              squared +=
                pattern.reduce((sum, start) => sum + (coefficients[t - start] ?? 0) * of(turned[start] as number), 0) **
                2;
          expect(squared).toBeLessThanOrEqual(bound * (1 + 1e-9));
        }
      }),
    );
  });

  test("of no correlation is the number of rounds that a member is in", () => {
    for (const [rounds, separation] of [
      [1, 1],
      [10, 1],
      [10, 3],
      [10, 10],
    ] as const)
      expect(streamSensitivity([7], { rounds, separation })).toBe(49n * BigInt(timesOf({ rounds, separation })));
  });

  test("is not told of coefficients that rise, are negative, no whole numbers, or more than the rounds", () => {
    const participation = { rounds: 4, separation: 2 };
    for (const bad of [[], [0], [1, 2], [2, -1], [1.5], [Number.NaN], [2 ** 25], [1, 1, 1, 1, 1]])
      expect(() => streamSensitivity(bad, participation)).toThrow(refused);
    for (const bad of [
      { rounds: 0, separation: 1 },
      { rounds: 4, separation: 5 },
      { rounds: 4, separation: 0 },
      { rounds: 5000, separation: 1 },
      { rounds: 2.5, separation: 1 },
    ])
      expect(() => streamSensitivity([1], bad)).toThrow(refused);
  });
});

describe("the factor that is chosen", () => {
  test("has the errors that the page states, and with members in every round there is none to choose", () => {
    const pages = ["src/privacy/factorisation/PROOF.md", "docs/simulating.md"];
    const page = pages.map((path) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")).join("\n");
    const said = [...page.matchAll(/^\| (\d+) \| ([\d.| ]*) \|$/gm)].map(([, rounds, cells]) => ({
      rounds: Number(rounds),
      cells: (cells as string).split("|").map((cell) => cell.trim()),
    }));
    expect(said.map(({ rounds }) => rounds)).toEqual([16, 64, 256, 1024, 16, 64, 256, 1024, 16, 64, 256, 1024]);
    for (const [at, { rounds, cells }] of said.entries()) {
      if (rounds > 64) continue;
      for (const [k, cell] of cells.entries()) {
        const separation = 2 ** k;
        if (separation > rounds) continue;
        const { ratio } = bestFactor({ rounds, separation });
        // √b: cohorts are b times as small, and members b times as rarely in them.
        const stated = at < 4 || at >= 8 ? ratio : ratio * Math.sqrt(separation);
        expect(stated.toFixed(3)).toBe(cell);
      }
    }
    for (const rounds of [1, 2, 50])
      expect(() => chooseFactor({ rounds, separation: 1 })).toThrow(expect.objectContaining({ code: "unsupported" }));
  });

  test("may be given instead, and is refused where it does not help, or nothing is proved of it", () => {
    const participation = { rounds: 32, separation: 4 };
    checkFactor(chooseFactor(participation).coefficients, participation);
    const useless = expect.objectContaining({ code: "unsupported" });
    expect(() => checkFactor([1], participation)).toThrow(useless);
    expect(() => checkFactor([16, 8], { rounds: 32, separation: 1 })).toThrow(useless);
    expect(() => checkFactor([8, 16], participation)).toThrow(refused);
  });

  test("loses a thousandth or so by being rounded, and is never wrong about it", () => {
    const participation = { rounds: 64, separation: 8 };
    const exact = bandedSeries(8, participation);
    const fine = prefixError(fixedPoint(exact, 20), participation).rms;
    const chosen = chooseFactor(participation);
    expect(chosen.coefficients.length).toBe(8);
    expect(chosen.error.rms / fine).toBeLessThan(1.002);
    expect(chosen.error).toEqual(prefixError(chosen.coefficients, participation));
  });

  test("keeps no more rounds than it may, and each more helps", () => {
    const participation = { rounds: 64, separation: 16 };
    const errors = [1, 2, 4, 8, 16].map((bands) => {
      const { coefficients, error } = bestFactor(participation, bands);
      expect(coefficients.length).toBeLessThanOrEqual(bands);
      return error.rms;
    });
    expect(errors).toEqual(errors.toSorted((a, b) => b - a));
    expect(new Set(errors).size).toBe(errors.length);
  });
});
