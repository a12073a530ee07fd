// The search: what it returns was evaluated and is good, on any curve; on smooth ones it needs few evaluations.
import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestGood, type Search } from "../../../src/privacy/calibration/search.ts";

const exactly = (value: number) => ({ lower: value, upper: value });

function search(cost: (x: number) => number, rest: Partial<Search> = {}) {
  const asked = new Map<number, number>();
  const found = nearestGood({
    cost: (x) => {
      asked.set(x, cost(x));
      return exactly(cost(x));
    },
    target: 1,
    better: "larger",
    guess: 1,
    range: [1e-6, 1e6],
    tolerance: 1e-4,
    what: "scale",
    ...rest,
  });
  return { ...found, asked };
}

test("power laws, exponentials and both directions: within the tolerance, in few evaluations", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -8, max: 8, noNaN: true }),
      fc.double({ min: 0.2, max: 4, noNaN: true }),
      fc.boolean(),
      fc.boolean(),
      (logEdge, power, curved, rising) => {
        const edge = Math.exp(logEdge);
        const falling = (x: number) => (curved ? Math.exp(1 - (x / edge) ** Math.min(power, 1)) : (edge / x) ** power);
        const found = search(rising ? (x) => falling(1 / x) : falling, { better: rising ? "smaller" : "larger" });
        const at = rising ? 1 / found.parameter : found.parameter;
        expect(at).toBeGreaterThanOrEqual(edge * (1 - 1e-12));
        expect(at).toBeLessThanOrEqual(edge * (1 + 1.01e-4));
        expect(found.refuted).toBeDefined();
        expect(found.evaluations).toBeLessThanOrEqual(20);
      },
    ),
    { numRuns: 300 },
  );
});

test("steps, plateaus, infinities and zeros: the result was evaluated, is good, and is near a bad one", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 6 }),
      fc.constantFrom(0, 1, 0.99),
      (jumps, low) => {
        const high = Number.POSITIVE_INFINITY;
        const cost = (x: number) => {
          const passed = jumps.filter((jump) => Math.log(x) > jump).length;
          return passed === jumps.length ? low : passed === 0 ? high : 2 + jumps.length - passed;
        };
        const found = search(cost);
        expect(found.asked.get(found.parameter)).toBeLessThanOrEqual(1);
        const edge = Math.exp(Math.max(...jumps));
        expect(found.parameter).toBeLessThanOrEqual(edge * (1 + 1.01e-4));
      },
    ),
  );
});

test("an upper bound above the target is not good, and not refuted either", () => {
  const found = nearestGood({
    cost: (x) => ({ lower: 0.9 / x, upper: 1.1 / x }),
    target: 1,
    better: "larger",
    guess: 1,
    range: [0.1, 10],
    tolerance: 1e-4,
    what: "scale",
  });
  expect(found.parameter).toBeGreaterThanOrEqual(1.1);
  expect(found.parameter).toBeLessThan(1.1002);
  expect(found.refuted ?? 0).toBeLessThan(0.9);
});

test("whole numbers: the last good one exactly", () => {
  for (const most of [1, 2, 10, 999, 123_456]) {
    const found = search((x) => x / most, { better: "smaller", grid: 1, guess: 50, range: [1, 1e9], tolerance: 1e-12 });
    expect(found.parameter).toBe(most);
    expect(found.refuted).toBe(most + 1);
  }
});

test("the whole range good gives its worst end; nothing good is refused with the range", () => {
  expect(search(() => 0.5).parameter).toBeCloseTo(1e-6, 12);
  expect(() => search(() => 2)).toThrow(/no scale from 0.000001 to 1000000 meets the target/);
});
