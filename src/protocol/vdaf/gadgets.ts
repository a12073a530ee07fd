// Gadgets (VDAF appendix A): the only non-linear steps a validity circuit may take.
import type { Field, FieldVector } from "../../math/field/field.ts";
import { fromBigInts } from "../../math/field/modular.ts";

export interface Gadget {
  /** Wires going in. */
  readonly arity: number;
  readonly degree: number;
  /** out[o] = the gadget on wires[i], wires[i+1], … */
  evaluate(out: FieldVector, o: number, wires: FieldVector, i: number): void;
}

/** x * y (appendix A.1). */
export function mulGadget(field: Field): Gadget {
  return {
    arity: 2,
    degree: 2,
    evaluate: (out, o, wires, i) => field.mul(1, out, o, 1, wires, i, 1, wires, i + 1, 1),
  };
}

/** A public polynomial of one wire, constant term first (appendix A.2). */
export function polyEvalGadget(field: Field, coefficients: readonly bigint[]): Gadget {
  const constants = fromBigInts(field, coefficients);
  const degree = coefficients.length - 1;
  const sum = field.newVector(1);
  return {
    arity: 1,
    degree,
    evaluate: (out, o, wires, i) => {
      field.copy(1, sum, 0, 1, constants, degree, 1);
      for (let k = degree - 1; k >= 0; k--) {
        field.mul(1, sum, 0, 1, sum, 0, 1, wires, i, 1);
        field.add(1, sum, 0, 1, sum, 0, 1, constants, k, 1);
      }
      field.copy(1, out, o, 1, sum, 0, 1);
    },
  };
}

/** x0*y0 + x1*y1 + … over `count` interleaved pairs: ParallelSum of Mul (appendix A.3). */
export function sumOfProductsGadget(field: Field, count: number): Gadget {
  return {
    arity: 2 * count,
    degree: 2,
    evaluate: (out, o, wires, i) => field.dot(count, out, o, wires, i, 2, wires, i + 1, 2),
  };
}
