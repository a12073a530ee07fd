// What one aggregator sees of a report, alone, has the same distribution whatever was measured: two measurements, thousands
// of reports each, a chi-squared test of every byte of the aggregator's view. Reproducible: the randomness is derived.
import { describe, expect, test } from "vitest";
import { concat } from "../../../src/base/bytes.ts";
import { TurboShake128 } from "../../../src/math/turboshake/turboshake.ts";
import type { Prio3Parameters } from "../../../src/protocol/vdaf/parameters.ts";
import { engines } from "../../spec/engines.ts";
import { type AnyPrio3, build, bytes, ctx, verifyKey } from "./support.ts";

const REPORTS = 2000;
const nonce = bytes("nonce", 16);

/** Everything aggregator `id` holds of one report: public share, its own shares of all, and a sum over its elements. */
function view(prio3: AnyPrio3, id: number, measurement: unknown, rand: Uint8Array): Uint8Array {
  const { publicShare, inputShares } = prio3.shard(ctx, measurement, nonce, rand);
  const own = inputShares[id] as Uint8Array;
  const { state, verifierShare } = prio3.verifyInit(verifyKey, ctx, id, nonce, publicShare, own);
  const { field } = prio3;
  const sum = field.newVector(1);
  field.sum(prio3.outputLength, sum, 0, prio3.decodeAggregate(state.outputShare), 0, 1);
  const encodedSum = new Uint8Array(field.encodedSize);
  field.encodeInto(encodedSum, 0, sum, 0, 1);
  return concat(publicShare, own, verifierShare, state.outputShare, state.jointRandSeed, encodedSum);
}

/** For each byte of the view, how often it took each value: 256 counters. */
function histogram(views: Iterable<Uint8Array>): Uint32Array {
  let counts = new Uint32Array(0);
  for (const bytesOfOne of views) {
    if (counts.length === 0) counts = new Uint32Array(256 * bytesOfOne.length);
    bytesOfOne.forEach((byte, k) => {
      counts[256 * k + byte] = (counts[256 * k + byte] as number) + 1;
    });
  }
  return counts;
}

/** The largest, over all bytes, of the two samples' chi-squared statistic as a normal score (Wilson and Hilferty). */
function worstScore(a: Uint32Array, b: Uint32Array): number {
  let worst = Number.NEGATIVE_INFINITY;
  for (let from = 0; from < a.length; from += 256) {
    let statistic = 0;
    let cells = 0;
    for (let value = from; value < from + 256; value++) {
      const both = (a[value] as number) + (b[value] as number);
      if (both === 0) continue;
      cells++;
      statistic += ((a[value] as number) - (b[value] as number)) ** 2 / both;
    }
    const k = cells - 1;
    if (k > 0) worst = Math.max(worst, (Math.cbrt(statistic / k) - (1 - 2 / (9 * k))) / Math.sqrt(2 / (9 * k)));
  }
  return worst;
}

/** @param spoil makes the randomness of a sharing bad */
function score(
  prio3: AnyPrio3,
  id: number,
  measurements: readonly [unknown, unknown],
  spoil: (rand: Uint8Array, report: number) => void = () => undefined,
): number {
  const [a, b] = measurements.map((measurement, which) => {
    const source = new TurboShake128(0x03).absorb(Uint8Array.of(which, id));
    return histogram(
      (function* () {
        for (let report = 0; report < REPORTS; report++) {
          const rand = source.squeeze(prio3.randLength);
          spoil(rand, report);
          yield view(prio3, id, measurement, rand);
        }
      })(),
    );
  }) as [Uint32Array, Uint32Array];
  return worstScore(a, b);
}

const cases: readonly (readonly [Prio3Parameters, readonly [unknown, unknown]])[] = [
  [{ type: "Prio3Count" }, [0, 1]],
  [{ type: "Prio3Sum", maxMeasurement: 3 }, [0, 3]],
  [{ type: "Prio3Histogram", length: 2, chunkLength: 1 }, [0, 1]],
];
const everywhere = engines.flatMap(({ name, make }) =>
  cases.map(([parameters, measurements]) => ({ type: parameters.type, engine: name, make, parameters, measurements })),
);

/** A score of 5 or more has a chance of 3 in 10^7 for each byte. */
const LIMIT = 5;

describe.each(everywhere)("$type on the $engine engine", ({ parameters, measurements, make }) => {
  const prio3 = build(parameters, 2, make);

  test.each([0, 1])("aggregator %i learns nothing alone", (id) => {
    expect(score(prio3, id, measurements)).toBeLessThan(LIMIT);
  });

  test("the test would notice a helper's seed that repeats", () => {
    const few = (rand: Uint8Array, report: number): void => {
      rand.fill(report % 64, 0, 32);
    };
    expect(score(prio3, 0, measurements, few)).toBeGreaterThan(4 * LIMIT);
  });
});
