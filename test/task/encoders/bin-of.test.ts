import fc from "fast-check";
import { expect, test } from "vitest";
import { binOf } from "../../../src/task/encoders/histogram/encode.ts";

const ascending = fc
  .uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
    minLength: 2,
    maxLength: 40,
    comparator: (a, b) => a === b,
  })
  .map((edges) => edges.sort((a, b) => a - b));

/** The definition, read aloud. */
function linearBin(edges: readonly number[], value: number): number {
  for (let i = edges.length - 2; i > 0; i--) if (value >= (edges[i] as number)) return i;
  return 0;
}

test("binOf agrees with looking at one edge after the other", () => {
  const anywhere = fc.double({ noNaN: true });
  fc.assert(
    fc.property(ascending, anywhere, fc.nat(39), (edges, value, pick) => {
      for (const v of [value, edges[pick % edges.length] as number]) expect(binOf(edges, v)).toBe(linearBin(edges, v));
    }),
    { numRuns: 2000, seed: 4 },
  );
});
