// One small instance of every Prio3 type with a way to draw measurements, and the whole path of a batch.
import fc from "fast-check";
import { typescriptEngine } from "../../../src/math/engine.ts";
import { TurboShake128 } from "../../../src/math/turboshake/turboshake.ts";
import { newPrio3 } from "../../../src/protocol/vdaf/new-prio3.ts";
import type { Prio3Parameters } from "../../../src/protocol/vdaf/parameters.ts";
import type { Prio3 } from "../../../src/protocol/vdaf/prio3.ts";
import { engines } from "../../spec/engines.ts";

export type AnyPrio3 = Prio3<unknown, bigint | bigint[]>;

export interface Example {
  readonly parameters: Prio3Parameters;
  readonly measurement: fc.Arbitrary<unknown>;
  /** The measurement as a row of the sum. */
  readonly row: (measurement: unknown) => readonly number[];
}

const vector = (m: unknown): readonly number[] => (m as readonly unknown[]).map(Number);

/** At most `weight` ones among `length` bits. */
const multihot = (length: number, weight: number): fc.Arbitrary<unknown> =>
  fc
    .uniqueArray(fc.nat(length - 1), { maxLength: weight })
    .map((set) => Array.from({ length }, (_, k) => set.includes(k)));

/** `length` values with a sum of at most `max`. */
const bounded = (length: number, max: number): fc.Arbitrary<unknown> =>
  fc.array(fc.nat(max), { minLength: length, maxLength: length }).map((cuts) => {
    const sorted = [...cuts].sort((a, b) => a - b);
    return sorted.map((cut, k) => cut - (sorted[k - 1] ?? 0));
  });

export const examples: readonly Example[] = [
  { parameters: { type: "Prio3Count" }, measurement: fc.boolean(), row: (m) => [Number(m)] },
  { parameters: { type: "Prio3Sum", maxMeasurement: 1337 }, measurement: fc.nat(1337), row: (m) => [Number(m)] },
  {
    parameters: { type: "Prio3SumVec", length: 5, maxMeasurement: 100, chunkLength: 4 },
    measurement: fc.array(fc.nat(100), { minLength: 5, maxLength: 5 }),
    row: vector,
  },
  {
    parameters: { type: "Prio3Histogram", length: 11, chunkLength: 3 },
    measurement: fc.nat(10),
    row: (m) => Array.from({ length: 11 }, (_, k) => Number(k === m)),
  },
  {
    parameters: { type: "Prio3MultihotCountVec", length: 6, maxWeight: 3, chunkLength: 2 },
    measurement: multihot(6, 3),
    row: vector,
  },
  {
    parameters: { type: "Prio3L1BoundSum", length: 4, maxValue: 20, chunkLength: 5 },
    measurement: bounded(4, 20),
    row: vector,
  },
  {
    parameters: {
      type: "Prio3SumVecField64Multiproof",
      length: 4,
      maxMeasurement: 7,
      chunkLength: 5,
      proofs: 3,
    },
    measurement: fc.array(fc.nat(7), { minLength: 4, maxLength: 4 }),
    row: vector,
  },
];

export function build(parameters: Prio3Parameters, shares = 2, newEngine = typescriptEngine): AnyPrio3 {
  return newPrio3(parameters, { shares, engine: newEngine() }) as unknown as AnyPrio3;
}

/** Every example on every engine. */
export const everywhere = engines.flatMap(({ name, make }) => examples.map((one) => ({ ...one, engine: name, make })));

/** Reproducible bytes for keys, nonces and randomness. */
export function bytes(label: string, length: number): Uint8Array {
  return new TurboShake128(0x02).absorb(Uint8Array.from(label, (c) => c.charCodeAt(0))).squeeze(length);
}

export const ctx = bytes("application context", 20);
export const verifyKey = bytes("verify key", 32);

/** One report from client to output shares; throws where any aggregator refuses. `spoil` may replace any message. */
export function verifyReport(
  prio3: AnyPrio3,
  nonce: Uint8Array,
  report: { publicShare: Uint8Array; inputShares: readonly Uint8Array[] },
  spoil: (name: string, message: Uint8Array) => Uint8Array = (_, message) => message,
): Uint8Array[] {
  const publicShare = spoil("public share", report.publicShare);
  const started = report.inputShares.map((share, id) =>
    prio3.verifyInit(verifyKey, ctx, id, nonce, publicShare, spoil(`input share ${id}`, share)),
  );
  const shares = started.map(({ verifierShare }, id) => spoil(`verifier share ${id}`, verifierShare));
  const message = spoil("verifier message", prio3.verifierSharesToMessage(ctx, shares));
  return started.map(({ state }) => prio3.verifyNext(state, message));
}
