import { describe, expect, test } from "vitest";
import { expMinusBounds } from "../../../src/privacy/accounting/exp-bounds.ts";
import { belowProbability } from "../../../src/privacy/samplers/below.ts";
import { BitSource } from "../../../src/privacy/samplers/bit-source.ts";
import { contradiction, enumerateTree } from "../bit-tree.ts";
import { seededEntropy } from "../entropy.ts";

const bounds = (num: bigint, den: bigint) => (bits: bigint) => expMinusBounds(num, den, bits);

describe.each([
  [1n, 1000n],
  [1n, 2n],
  [7n, 3n],
  [40n, 1n],
])("a coin of exp(-%i/%i)", (num, den) => {
  const exact = Math.exp(-Number(num) / Number(den));
  const coin = (approximation: number | undefined) => (bits: BitSource) =>
    belowProbability(bits, approximation, bounds(num, den), 1);
  const law = (yes: boolean): number => (yes ? exact : 1 - exact);

  test("every path of the bit tree, with and without an approximation", () => {
    for (const approximation of [exact, undefined]) {
      const tree = enumerateTree(coin(approximation), 2);
      expect(contradiction(tree, law)).toBeLessThan(1e-13);
      expect(tree.open).toBeLessThan(2 ** -11);
    }
  });

  test("an approximation that is further off than it may be shows", () => {
    const wrong = exact > 0.5 ? exact - 0.05 : exact + 0.05;
    expect(contradiction(enumerateTree(coin(wrong), 2), law)).toBeGreaterThan(0.03);
  });

  test("the approximation decides nothing that the bounds decide otherwise", () => {
    const [fast, slow] = [new BitSource(seededEntropy(`${num}`), 512), new BitSource(seededEntropy(`${num}`), 512)];
    for (let i = 0; i < 2000; i++)
      expect(belowProbability(fast, exact, bounds(num, den))).toBe(belowProbability(slow, undefined, bounds(num, den)));
  });
});
