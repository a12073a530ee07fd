import { describe, expect, test } from "vitest";
import { fold, Random } from "../../src/simulate/random.ts";
import { mean, sd } from "./measures.ts";

const COUNT = 40_000;
const draw = (next: (random: Random) => number) => {
  const random = new Random("random.test");
  return Array.from({ length: COUNT }, () => next(random));
};

test("equal seeds give equal streams, others do not", () => {
  const stream = (seed: string) => {
    const random = new Random(seed);
    return Array.from({ length: 20 }, () => random.normal());
  };
  expect(stream("a/1")).toEqual(stream("a/1"));
  expect(stream("a/1")).not.toEqual(stream("a/2"));
});

describe("moments, within five standard errors", () => {
  const se = (spread: number) => (5 * spread) / Math.sqrt(COUNT);
  test("uniform", () => {
    const values = draw((random) => random.uniform(2, 4));
    expect(Math.abs(mean(values) - 3)).toBeLessThan(se(2 / Math.sqrt(12)));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...values)).toBeLessThan(4);
  });
  test("normal", () => {
    const values = draw((random) => random.normal(10, 3));
    expect(Math.abs(mean(values) - 10)).toBeLessThan(se(3));
    expect(Math.abs(sd(values) - 3)).toBeLessThan(se(3));
    expect(values.filter((value) => Math.abs(value - 10) > 6).length / COUNT).toBeCloseTo(0.0455, 2);
  });
  test("log-normal: the median is the parameter", () => {
    const values = draw((random) => random.logNormal(100, 0.5));
    expect(values.filter((value) => value < 100).length / COUNT).toBeCloseTo(0.5, 1);
    expect(Math.abs(mean(values.map(Math.log)) - Math.log(100))).toBeLessThan(se(0.5));
  });
  test.each([1, 2, 6])("gamma of shape %i", (shape) => {
    const values = draw((random) => random.gamma(shape, 12));
    const spread = 12 / Math.sqrt(shape);
    expect(Math.abs(mean(values) - 12)).toBeLessThan(se(spread));
    expect(Math.abs(sd(values) / spread - 1)).toBeLessThan(0.04);
    expect(Math.min(...values)).toBeGreaterThan(0);
  });
  test("pick", () => {
    const random = new Random("pick");
    const picked = Array.from({ length: COUNT }, () => random.pick({ a: 1, b: 0, c: 3 }));
    expect(picked).not.toContain("b");
    expect(picked.filter((key) => key === "c").length / COUNT).toBeCloseTo(0.75, 1);
  });
});

test.each([
  [5, 5],
  [-2, 2],
  [13, 7],
  [-50, 10],
  [50, 0],
])("fold %d into 0 … 10", (value, folded) => expect(fold(value, 0, 10)).toBe(folded));
