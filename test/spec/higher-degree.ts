// The test-only circuit of the official vectors: every element is one of 0 … degree-1, checked by one gadget of that degree.
import { field64 } from "../../src/math/field/field64.ts";
import type { Circuit } from "../../src/protocol/vdaf/circuit.ts";
import { polyEvalGadget } from "../../src/protocol/vdaf/gadgets.ts";
import { Prio3 } from "../../src/protocol/vdaf/prio3.ts";

/** Coefficients of x (x - 1) … (x - degree + 1), constant term first. */
function fallingFactorial(degree: number): bigint[] {
  let coefficients = [1n];
  for (let root = 0n; root < BigInt(degree); root++) {
    const next = [0n, ...coefficients];
    coefficients.forEach((coefficient, k) => {
      next[k] = (next[k] as bigint) - root * coefficient;
    });
    coefficients = next;
  }
  return coefficients;
}

function higherDegreeCircuit(degree: number, length: number): Circuit<readonly number[], bigint[]> {
  const field = field64;
  return {
    field,
    gadget: polyEvalGadget(field, fallingFactorial(degree)),
    calls: length,
    measurementLength: length,
    outputLength: length,
    jointRandLength: 0,
    checks: length,
    largest: degree - 1,
    encode: (measurement) => Uint8Array.from(measurement),
    wires: (wires, measurement) => field.copy(length, wires, 1, 1, measurement, 0, 1),
    check: (out, gadgetOutputs) => field.copy(length, out, 0, 1, gadgetOutputs, 0, 1),
    truncate: (out, measurement) => field.copy(length, out, 0, 1, measurement, 0, 1),
    result: (sums) => [...sums],
  };
}

export function newHigherDegree(degree: number, length: number, shares: number): Prio3<readonly number[], bigint[]> {
  return new Prio3(0xffffffff, higherDegreeCircuit(degree, length), { shares, proofs: 1 });
}
