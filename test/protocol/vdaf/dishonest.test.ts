// A client that bypasses the encoder: it proves an invalid vector with the real prover. Verification must refuse it.
import { expect, test } from "vitest";
import { field64 } from "../../../src/math/field/field64.ts";
import { field128 } from "../../../src/math/field/field128.ts";
import type { Circuit } from "../../../src/protocol/vdaf/circuit.ts";
import { countCircuit } from "../../../src/protocol/vdaf/circuits/count.ts";
import { histogramCircuit } from "../../../src/protocol/vdaf/circuits/histogram.ts";
import { l1BoundSumCircuit } from "../../../src/protocol/vdaf/circuits/l1-bound-sum.ts";
import { multihotCountVecCircuit } from "../../../src/protocol/vdaf/circuits/multihot-count-vec.ts";
import { sumCircuit } from "../../../src/protocol/vdaf/circuits/sum.ts";
import { sumVecCircuit } from "../../../src/protocol/vdaf/circuits/sum-vec.ts";
import { Prio3 } from "../../../src/protocol/vdaf/prio3.ts";
import { newHigherDegree } from "../../spec/higher-degree.ts";
import { type AnyPrio3, bytes, ctx, verifyReport } from "./support.ts";

type AnyCircuit = Circuit<never, bigint | bigint[]>;

/** Shards `elements`, whatever they are, as the circuit's encoded measurement. */
function verifyRaw(circuit: AnyCircuit, elements: readonly number[], proofs = 1): void {
  const forged = { ...circuit, encode: () => Uint8Array.from(elements) };
  const prio3 = new Prio3(1, forged, { shares: 2, proofs }) as unknown as AnyPrio3;
  const nonce = bytes("nonce", 16);
  verifyReport(prio3, nonce, prio3.shard(ctx, undefined, nonce, bytes("rand", prio3.randLength)));
}

const cases: readonly [string, AnyCircuit, readonly number[], readonly number[]][] = [
  ["Count: 2", countCircuit(field64), [1], [2]],
  ["Sum: a bit that is 2", sumCircuit(field64, 5), [1, 0, 1], [1, 2, 0]],
  ["SumVec: a bit that is 3", sumVecCircuit(field128, 2, 3, 2), [1, 1, 0, 1], [1, 1, 0, 3]],
  ["Histogram: two buckets", histogramCircuit(field128, 5, 2), [0, 1, 0, 0, 0], [0, 1, 0, 0, 1]],
  ["Histogram: no bucket", histogramCircuit(field128, 5, 2), [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]],
  ["Histogram: weight spread over one bucket", histogramCircuit(field128, 3, 3), [0, 0, 1], [0, 2, 0]],
  [
    "Multihot: more ones than claimed",
    multihotCountVecCircuit(field128, 4, 2, 2),
    [1, 0, 1, 0, 1, 1],
    [1, 1, 1, 0, 1, 1],
  ],
  [
    "Multihot: a claim that is not bits",
    multihotCountVecCircuit(field128, 4, 2, 2),
    [1, 0, 0, 0, 1, 0],
    [1, 1, 1, 1, 2, 2],
  ],
  [
    "L1BoundSum: the sum is not the claim",
    l1BoundSumCircuit(field128, 2, 3, 2),
    [1, 0, 0, 1, 1, 1],
    [1, 1, 0, 1, 1, 1],
  ],
];

test.each(cases)("%s", (_, circuit, valid, invalid) => {
  expect(() => verifyRaw(circuit, valid)).not.toThrow();
  expect(() => verifyRaw(circuit, invalid)).toThrow(expect.objectContaining({ code: "verification_failed" }));
});

test("several proofs over the small field", () => {
  const circuit = sumVecCircuit(field64, 2, 3, 2);
  expect(() => verifyRaw(circuit, [1, 1, 0, 1], 3)).not.toThrow();
  expect(() => verifyRaw(circuit, [1, 1, 0, 9], 3)).toThrow(expect.objectContaining({ code: "verification_failed" }));
});

test("gadgets of higher degree accept and refuse", () => {
  const nonce = bytes("nonce", 16);
  for (const [degree, length] of [
    [1, 1],
    [3, 1],
    [3, 4],
    [5, 3],
  ] as const) {
    const prio3 = newHigherDegree(degree, length) as unknown as AnyPrio3;
    const report = (top: number) =>
      prio3.shard(
        ctx,
        Array.from({ length }, () => top),
        nonce,
        bytes("rand", prio3.randLength),
      );
    const outputs = verifyReport(prio3, nonce, report(degree - 1));
    expect(prio3.unshard(outputs, 1)).toEqual(Array.from({ length }, () => BigInt(degree - 1)));
    expect(() => verifyReport(prio3, nonce, report(degree))).toThrow(
      expect.objectContaining({ code: "verification_failed" }),
    );
  }
});
