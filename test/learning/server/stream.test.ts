import fc from "fast-check";
import { expect, test } from "vitest";
import { newShareStream, type ShareStream, stepShareStream } from "../../../src/aggregate/share-stream.ts";
import { safeParse } from "../../../src/base/schema.ts";
import { type StreamPlan, streamSchema } from "../../../src/learning/plan/stream.ts";
import { decodeRound } from "../../../src/learning/server/stream/decode.ts";
import { streamMechanism } from "../../../src/learning/server/stream/mechanism.ts";
import { chooseFactor } from "../../../src/privacy/factorisation/choose.ts";
import { independentError } from "../../../src/privacy/factorisation/error.ts";
import { rational, rhoOf } from "../../../src/privacy/index.ts";
import { seededEntropy } from "../../privacy/entropy.ts";
import { centred, words } from "../../support/stream-words.ts";

const plan: StreamPlan = { rounds: 7, separation: 3, coefficients: [16, 9, 4] };

const sums = fc.array(fc.array(fc.bigInt({ min: -(10n ** 6n), max: 10n ** 6n }), { minLength: 3, maxLength: 3 }), {
  minLength: 7,
  maxLength: 7,
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
