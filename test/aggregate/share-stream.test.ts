import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  decodeShareStream,
  encodeShareStream,
  newShareStream,
  type ShareStream,
  stepShareStream,
} from "../../src/aggregate/share-stream.ts";
import type { StreamPlan } from "../../src/learning/plan/stream.ts";
import { centred, words } from "../support/stream-words.ts";

const plan: StreamPlan = { rounds: 7, separation: 3, coefficients: [16, 9, 4] };
const invalid = expect.objectContaining({ code: "invalid_message" });

const sums = fc.array(fc.array(fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }), { minLength: 3, maxLength: 3 }), {
  minLength: 7,
  maxLength: 7,
});
const mask = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 21, maxLength: 21 });

describe.each([32, 64] as const)("shares of %i bits", (width) => {
  test("two aggregators' releases add up to C̃x + both noises, whatever the masks, over restarts in any round", () => {
    fc.assert(
      fc.property(sums, mask, mask, mask, (x, masks, noiseA, noiseB) => {
        let [a, b]: [ShareStream, ShareStream] = [newShareStream, newShareStream];
        const small = (noise: readonly bigint[], round: number) =>
          noise.slice(3 * round, 3 * round + 3).map((value) => (value % 1000n) - 500n);
        for (const [round, sum] of x.entries()) {
          const own = masks.slice(3 * round, 3 * round + 3);
          const [nA, nB] = [small(noiseA, round), small(noiseB, round)];
          const other = words(
            sum.map((value, i) => value - (own[i] as bigint)),
            width,
          );
          const stepA = stepShareStream(plan, width, a, words(own, width), nA);
          const stepB = stepShareStream(plan, width, b, other, nB);
          a = decodeShareStream(encodeShareStream(stepA.stream), plan, width, 3);
          b = decodeShareStream(encodeShareStream(stepB.stream), plan, width, 3);
          const expected = sum.map((_, i) => {
            let all = (nA[i] as bigint) + (nB[i] as bigint);
            for (const [age, c] of plan.coefficients.entries())
              all += BigInt(c) * ((x[round - age] as bigint[] | undefined)?.[i] ?? 0n);
            return all;
          });
          const [mine, theirs] = [centred(stepA.released, width), centred(stepB.released, width)];
          const together = words(
            mine.map((value, i) => value + (theirs[i] as bigint)),
            width,
          );
          expect(centred(together, width)).toEqual(expected);
        }
        expect(() => stepShareStream(plan, width, a, words([0n, 0n, 0n], width), [0n, 0n, 0n])).toThrow(
          expect.objectContaining({ code: "conflict" }),
        );
      }),
      { numRuns: 50 },
    );
  });

  test("a step changes nothing that it is given, and gives the same bytes again", () => {
    const share = words([1n, 2n, 3n], width);
    const noise = [4n, -5n, 6n];
    const once = stepShareStream(plan, width, newShareStream, share, noise);
    share.fill(0);
    expect(newShareStream).toEqual({ round: 0, kept: [] });
    const again = stepShareStream(plan, width, newShareStream, words([1n, 2n, 3n], width), noise);
    expect(again).toEqual(once);
  });

  test("a state that is cut, longer, of another version, round or size is refused", () => {
    const { stream } = stepShareStream(plan, width, newShareStream, words([1n, 2n], width), [0n, 0n]);
    const bytes = encodeShareStream(stream);
    for (let cut = 0; cut < bytes.length; cut++)
      expect(() => decodeShareStream(bytes.subarray(0, cut), plan, width, 2)).toThrow(invalid);
    expect(() => decodeShareStream(Uint8Array.of(...bytes, 0), plan, width, 2)).toThrow(invalid);
    expect(() => decodeShareStream(bytes, plan, width, 3)).toThrow(invalid);
    expect(() => decodeShareStream(bytes, plan, width === 32 ? 64 : 32, 2)).toThrow(invalid);
    for (const [at, value] of [
      [0, 2],
      [4, 0],
      [4, 8],
      [5, 2],
    ] as const) {
      const forged = Uint8Array.from(bytes);
      forged[at] = value;
      expect(() => decodeShareStream(forged, plan, width, 2)).toThrow(invalid);
    }
  });

  test("a share of another length is refused", () => {
    const { stream } = stepShareStream(plan, width, newShareStream, words([1n, 2n], width), [0n, 0n]);
    for (const values of [[1n], [1n, 2n, 3n]])
      expect(() => stepShareStream(plan, width, stream, words(values, width), [0n, 0n])).toThrow(
        expect.objectContaining({ code: "invalid_argument" }),
      );
  });
});
