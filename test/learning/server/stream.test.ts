import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeParse } from "../../../src/base/schema.ts";
import { type StreamPlan, streamSchema } from "../../../src/learning/plan/stream.ts";
import { decodeRound } from "../../../src/learning/server/stream/decode.ts";
import { streamMechanism } from "../../../src/learning/server/stream/mechanism.ts";
import {
  decodeShareStream,
  encodeShareStream,
  newShareStream,
  type ShareStream,
  type StreamWidth,
  stepShareStream,
} from "../../../src/learning/server/stream/share-stream.ts";
import { chooseFactor } from "../../../src/privacy/factorisation/choose.ts";
import { independentError } from "../../../src/privacy/factorisation/error.ts";
import { rational, rhoOf } from "../../../src/privacy/index.ts";
import { seededEntropy } from "../../privacy/entropy.ts";

const plan: StreamPlan = { rounds: 7, separation: 3, coefficients: [16, 9, 4] };
const invalid = expect.objectContaining({ code: "invalid_message" });

function words(values: readonly bigint[], width: StreamWidth): Uint8Array {
  const out = new Uint8Array((values.length * width) / 8);
  const view = new DataView(out.buffer);
  for (const [i, value] of values.entries())
    if (width === 32) view.setUint32(4 * i, Number(BigInt.asUintN(32, value)), true);
    else view.setBigUint64(8 * i, BigInt.asUintN(64, value), true);
  return out;
}

function centred(bytes: Uint8Array, width: StreamWidth): bigint[] {
  const view = new DataView(bytes.buffer);
  return Array.from({ length: bytes.length / (width / 8) }, (_, i) =>
    width === 32 ? BigInt(view.getInt32(4 * i, true)) : view.getBigInt64(8 * i, true),
  );
}

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

test("without noise each round's sum comes back", () => {
  fc.assert(
    fc.property(sums, (x) => {
      let [stream, before]: [ShareStream, Float64Array[]] = [newShareStream, []];
      for (const sum of x) {
        const step = stepShareStream(plan, 64, stream, words(sum, 64), [0n, 0n, 0n]);
        stream = step.stream;
        const decoded = decodeRound(plan, centred(step.released, 64).map(Number), before);
        for (const [i, value] of decoded.entries()) expect(value).toBeCloseTo(Number(sum[i]), 5);
        before = [decoded, ...before];
      }
    }),
    { numRuns: 30 },
  );
});

test("the whole stream is debited as one draw: Δ²·S/2σ², exactly", () => {
  // rounds 0, 3, 6 of 7: columns 16² + 9² + 4², the same, and 16²
  const squared = 10n * (353n + 353n + 256n);
  const mechanism = streamMechanism(plan, 10n, rational(1n, 4n));
  expect(mechanism.event.sensitivity.bound).toBe(`${squared}`);
  expect(mechanism.event.sigmaSquared).toBe(`${2n * squared}`);
  expect(rhoOf(mechanism.event)).toBe(250_000_000n);
});

test("sums over rounds have the error that is predicted, below that of independent noise of the same ρ", () => {
  const participation = { rounds: 32, separation: 8 };
  const { coefficients, error } = chooseFactor(participation);
  const chosen: StreamPlan = { ...participation, coefficients: [...coefficients] };
  const [l2Squared, cells] = [400n, 3000];
  const mechanism = streamMechanism(chosen, l2Squared, rational(1n, 2n));
  const entropy = seededEntropy("a stream");
  let [stream, before]: [ShareStream, Float64Array[]] = [newShareStream, []];
  const prefix = new Float64Array(cells);
  let squared = 0;
  for (let round = 0; round < participation.rounds; round++) {
    const noise = mechanism.drawNoise(entropy, cells);
    const step = stepShareStream(chosen, 64, stream, new Uint8Array(8 * cells), noise);
    stream = step.stream;
    const sum = decodeRound(chosen, centred(step.released, 64).map(Number), before);
    before = [sum, ...before];
    for (const [i, x] of sum.entries()) {
      prefix[i] = (prefix[i] as number) + x;
      squared += (prefix[i] as number) ** 2;
    }
  }
  const measured = Math.sqrt(squared / (cells * participation.rounds)) / Math.sqrt(Number(l2Squared));
  expect(measured / error.rms).toBeGreaterThan(0.97);
  expect(measured / error.rms).toBeLessThan(1.03);
  expect(error.rms).toBeLessThan(0.55 * independentError(participation).rms);
});

test("a plan's stream is whole numbers within bounds", () => {
  expect(safeParse(streamSchema, plan).success).toBe(true);
  for (const wrong of [{ coefficients: [] }, { coefficients: [0.5] }, { rounds: 0 }, { separation: 0 }, { more: 1 }])
    expect(safeParse(streamSchema, { ...plan, ...wrong }).success).toBe(false);
});
