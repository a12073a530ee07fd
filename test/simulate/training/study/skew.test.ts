// Examples dealt anew: nobody's number of examples changes, nothing is lost or made, and the concentration does what it says.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StudiedPerson } from "../../../../src/simulate/training/study/people.ts";
import { dealtUnevenly } from "../../../../src/simulate/training/study/skew.ts";

/** Each row says which person and example it was, in a group's range. */
const people = (count: number, examples: number, classes: number): readonly StudiedPerson[] =>
  Array.from({ length: count }, (_, p) => ({
    rows: Array.from({ length: examples }, (__, i) => [p * examples + i]),
    labels: Array.from({ length: examples }, (__, i) => i % classes),
    group: p % 2 === 0 ? "even" : "odd",
  }));

/** Mean share of a person's commonest class. */
const commonest = (dealt: readonly StudiedPerson[]) =>
  dealt.reduce((sum, { labels }) => {
    const counts = [...Map.groupBy(labels, (label) => label).values()].map(({ length }) => length);
    return sum + Math.max(...counts) / labels.length;
  }, 0) / dealt.length;

describe("dealing anew", () => {
  test("keeps every example once, with its label and in its group, and everyone's number of them", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 9 }),
        fc.double({ min: 0.001, max: 1e6, noNaN: true }),
        (count, examples, concentration) => {
          const before = people(count, examples, 3);
          const after = dealtUnevenly(before, concentration, "a seed");
          expect(after.map(({ labels }) => labels.length)).toEqual(before.map(({ labels }) => labels.length));
          const told = (all: readonly StudiedPerson[]) =>
            all
              .flatMap(({ rows, labels, group }) => labels.map((label, i) => `${rows[i]?.[0]} ${label} ${group}`))
              .sort();
          expect(told(after)).toEqual(told(before));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("a small concentration gives people one class, a large one all the same mix; as the distribution has it between", () => {
    const before = people(400, 40, 4);
    expect(commonest(dealtUnevenly(before, 0.001, "s"))).toBeGreaterThan(0.9);
    expect(commonest(dealtUnevenly(before, 1e6, "s"))).toBeLessThan(0.4);
    // The marginal of Dirichlet(1, 1, 1, 1) is Beta(1, 3): a given class's share has mean 1/4 and variance 3/80. Of 40 draws a
    // multinomial adds E[p(1 − p)]/40.
    const shares = dealtUnevenly(before, 4, "s").map(({ labels }) => labels.filter((label) => label === 0).length / 40);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(mean).toBeCloseTo(0.25, 2);
    expect(variance).toBeGreaterThan(0.03);
    expect(variance).toBeLessThan(0.05);
  });

  test("equal seeds deal the same, others not", () => {
    const [one, again, other] = ["a", "a", "b"].map((seed) => dealtUnevenly(people(10, 10, 3), 1, seed));
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("%d is no concentration", (concentration) => {
    expect(() => dealtUnevenly(people(2, 2, 2), concentration, "s")).toThrow(/concentration of a skew/);
  });
});
