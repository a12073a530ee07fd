// The test-only circuit of the official vectors: every element is one of 0 … degree-1, checked by one gadget of that degree.
import { fail } from "../../src/base/errors.ts";
import { type Engine, typescriptEngine } from "../../src/math/engine.ts";
import type { Field } from "../../src/math/field/field.ts";
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

export function higherDegreeCircuit(
  field: Field,
  degree: number,
  length: number,
  scalar: boolean,
): Circuit<number | readonly number[], bigint | bigint[]> {
  return {
    field,
    gadget: polyEvalGadget(field, fallingFactorial(degree), 2 * length),
    calls: length,
    measurementLength: length,
    outputLength: length,
    jointRandLength: 0,
    checks: length,
    largest: degree - 1,
    encode: (measurement) => {
      const values = [measurement].flat();
      // One more than the largest valid value may pass: the proof has to refuse it.
      if (values.length !== length || !values.every((x) => Number.isInteger(x) && x >= 0 && x <= degree))
        fail("invalid_measurement", `the measurement is not ${length} integers below ${degree}`);
      return Uint8Array.from(values);
    },
    wires: (wires, measurement) => field.copy(length, wires, 1, 1, measurement, 0, 1),
    check: (out, gadgetOutputs) => field.copy(length, out, 0, 1, gadgetOutputs, 0, 1),
    truncate: (out, measurement) => field.copy(length, out, 0, 1, measurement, 0, 1),
    result: (sums) => (scalar ? (sums[0] as bigint) : [...sums]),
  };
}

/** @param options scalar: one value instead of an array of one */
export function newHigherDegree(
  degree: number,
  length: number,
  options: { shares?: number; scalar?: boolean; engine?: Engine } = {},
): Prio3<number | readonly number[], bigint | bigint[]> {
  const { shares = 2, scalar = false, engine = typescriptEngine() } = options;
  return new Prio3(0xffffffff, higherDegreeCircuit(engine.field64, degree, length, scalar), {
    shares,
    proofs: 1,
    engine,
  });
}
