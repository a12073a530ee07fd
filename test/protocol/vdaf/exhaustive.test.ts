// Circuits so small that everything can be tried: every measurement, every encoding of small numbers that a client could
// prove instead of one, and every bit of every message.
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { isPacelineError } from "../../../src/base/errors.ts";
import type { Engine } from "../../../src/math/engine.ts";
import type { Circuit } from "../../../src/protocol/vdaf/circuit.ts";
import { countCircuit } from "../../../src/protocol/vdaf/circuits/count.ts";
import { histogramCircuit } from "../../../src/protocol/vdaf/circuits/histogram.ts";
import { l1BoundSumCircuit } from "../../../src/protocol/vdaf/circuits/l1-bound-sum.ts";
import { multihotCountVecCircuit } from "../../../src/protocol/vdaf/circuits/multihot-count-vec.ts";
import { sumCircuit } from "../../../src/protocol/vdaf/circuits/sum.ts";
import { sumVecCircuit } from "../../../src/protocol/vdaf/circuits/sum-vec.ts";
import { Prio3 } from "../../../src/protocol/vdaf/prio3.ts";
import { engines } from "../../spec/engines.ts";
import { type AnyPrio3, bytes, ctx, verifyReport } from "./support.ts";

interface Tiny {
  readonly name: string;
  readonly circuit: (engine: Engine) => Circuit<never, unknown>;
  readonly proofs?: number;
  readonly measurements: readonly unknown[];
  /** What an accepted encoding, all of whose elements are bits, adds to the sums; undefined when it is to be refused. */
  readonly meaning: (bits: readonly number[]) => readonly number[] | undefined;
}

const pairs = (max: number): number[][] =>
  Array.from({ length: (max + 1) ** 2 }, (_, k) => [k % (max + 1), Math.floor(k / (max + 1))]);
const total = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0);

const tiny: readonly Tiny[] = [
  { name: "Count", circuit: (e) => countCircuit(e.field64), measurements: [0, 1], meaning: (x) => x },
  // weights 1 and 1
  { name: "Sum to 2", circuit: (e) => sumCircuit(e.field64, 2), measurements: [0, 1, 2], meaning: (x) => [total(x)] },
  {
    name: "Sum to 5",
    circuit: (e) => sumCircuit(e.field64, 5),
    measurements: [0, 1, 2, 3, 4, 5],
    meaning: ([a, b, c]) => [(a as number) + 2 * (b as number) + 2 * (c as number)],
  },
  {
    name: "SumVec of two to 2",
    circuit: (e) => sumVecCircuit(e.field128, 2, 2, 3),
    measurements: pairs(2),
    meaning: ([a, b, c, d]) => [(a as number) + (b as number), (c as number) + (d as number)],
  },
  {
    name: "SumVec over Field64, three proofs",
    circuit: (e) => sumVecCircuit(e.field64, 2, 1, 1),
    proofs: 3,
    measurements: pairs(1),
    meaning: (x) => x,
  },
  {
    name: "Histogram of three",
    circuit: (e) => histogramCircuit(e.field128, 3, 2),
    measurements: [0, 1, 2],
    meaning: (x) => (total(x) === 1 ? x : undefined),
  },
  {
    name: "MultihotCountVec of three, two at most",
    circuit: (e) => multihotCountVecCircuit(e.field128, 3, 2, 2),
    measurements: [0, 1, 2, 3, 4, 5, 6].map((k) => [k & 1, (k >> 1) & 1, k >> 2]),
    meaning: ([a, b, c, ...claim]) => {
      const ones = [a, b, c] as number[];
      return total(ones) === total(claim) ? ones : undefined;
    },
  },
  {
    name: "L1BoundSum of two, 2 in all",
    circuit: (e) => l1BoundSumCircuit(e.field128, 2, 2, 4),
    measurements: pairs(2).filter((pair) => total(pair) <= 2),
    meaning: ([a, b, c, d, ...claim]) => {
      const values = [(a as number) + (b as number), (c as number) + (d as number)];
      return total(values) === total(claim) ? values : undefined;
    },
  },
];

const everywhere = engines.flatMap(({ name: engine, make }) => tiny.map((one) => ({ ...one, engine, make })));
const nonce = bytes("nonce", 16);

/** All vectors of `length` numbers out of `digits`. */
function* vectors(length: number, digits: readonly number[]): Generator<readonly number[]> {
  for (let k = 0; k < digits.length ** length; k++)
    yield Array.from({ length }, (_, i) => digits[Math.floor(k / digits.length ** i) % digits.length] as number);
}

describe.each(everywhere)("$name on the $engine engine", ({ circuit, proofs = 1, measurements, meaning, make }) => {
  const engine = make();
  // The slower engine takes every fifth bit: 5 and 8 have no common factor, so all bits of a byte have their turn.
  const stride = engine.name === "wasm" ? 1 : 5;
  const honest = circuit(engine);
  const prio3 = new Prio3(1, honest, { shares: 2, proofs, engine }) as unknown as AnyPrio3;
  let forged: Uint8Array = new Uint8Array(0);
  const forger = make();
  const lying = { ...circuit(forger), encode: () => forged };
  const liar = new Prio3(1, lying, { shares: 2, proofs, engine: forger }) as unknown as AnyPrio3;
  const rand = bytes("rand", prio3.randLength);
  const verify = (from: AnyPrio3, measurement: unknown) =>
    [from.unshard(verifyReport(from, nonce, from.shard(ctx, measurement, nonce, rand)), 1)].flat().map(Number);

  test("every measurement gives itself back", () => {
    for (const measurement of measurements)
      if (Array.isArray(measurement)) expect(verify(prio3, measurement)).toEqual(measurement);
      else if (prio3.outputLength === 1) expect(verify(prio3, measurement)).toEqual([measurement]);
      else expect(verify(prio3, measurement).indexOf(1)).toBe(measurement);
  });

  test("every encoding by 0, 1, 2, 3 and 255 is accepted exactly when it means something", () => {
    const length = honest.measurementLength;
    let accepted = 0;
    for (const encoding of vectors(length, length > 4 ? [0, 1, 2] : [0, 1, 2, 3, 255])) {
      forged = Uint8Array.from(encoding);
      const wanted = encoding.every((x) => x <= 1) ? meaning(encoding) : undefined;
      if (wanted !== undefined) {
        expect(verify(liar, undefined), `${encoding}`).toEqual(wanted);
        accepted++;
      } else
        expect(() => verify(liar, undefined), `${encoding}`).toThrow(
          expect.objectContaining({ code: "verification_failed" }),
        );
    }
    expect(accepted).toBeGreaterThanOrEqual(measurements.length);
  });

  test("a flipped bit of any message is refused", () => {
    const report = prio3.shard(ctx, measurements[1], nonce, rand);
    const lengths = new Map<string, number>();
    const outputs = verifyReport(prio3, nonce, report, (name, message) => {
      lengths.set(name, message.length);
      return message;
    }).map(toHex);
    for (const [target, length] of lengths)
      for (let bit = 0; bit < 8 * length; bit += stride) {
        const flip = (name: string, message: Uint8Array): Uint8Array =>
          name === target ? message.map((byte, k) => (k === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)) : message;
        let refused = false;
        try {
          expect(verifyReport(prio3, nonce, report, flip).map(toHex)).toEqual(outputs);
        } catch (error) {
          if (!isPacelineError(error)) throw error;
          refused = error.code === "verification_failed" || error.code === "invalid_message";
        }
        expect(refused, `${target}, bit ${bit}`).toBe(true);
      }
  });
});
