// Gadgets (VDAF appendix A): the only non-linear steps a validity circuit may take.
import type { Field, FieldVector, ProverField } from "../../math/field/field.ts";
import { fromBigInts } from "../../math/field/modular.ts";

export interface Gadget {
  /** Wires going in. */
  readonly arity: number;
  readonly degree: number;
  /** out[o + r*os] = the gadget on row r of `wires`, `arity` elements each, the first row at `i`. */
  evaluate(rows: number, out: FieldVector, o: number, os: number, wires: FieldVector, i: number): void;
}

/** x0*y0 + x1*y1 + … over `count` interleaved pairs: Mul (appendix A.1) for one, ParallelSum of Mul (A.3) for more. */
export function sumOfProductsGadget(field: ProverField, count: number): Gadget {
  return {
    arity: 2 * count,
    degree: 2,
    evaluate: (rows, out, o, os, wires, i) => field.pairProducts(rows, count, out, o, os, wires, i),
  };
}

/**
 * A public polynomial of one wire (appendix A.2), of any degree above 0.
 * @param coefficients constant term first
 * @param rowsMax rows of one evaluation, at most
 */
export function polyEvalGadget(field: Field, coefficients: readonly bigint[], rowsMax: number): Gadget {
  const constants = fromBigInts(field, coefficients);
  const degree = coefficients.length - 1;
  const sum = field.newVector(rowsMax);
  return {
    arity: 1,
    degree,
    evaluate: (rows, out, o, os, wires, i) => {
      field.mul(rows, sum, 0, 1, wires, i, 1, constants, degree, 0);
      for (let k = degree - 1; k > 0; k--) {
        field.add(rows, sum, 0, 1, sum, 0, 1, constants, k, 0);
        field.mul(rows, sum, 0, 1, sum, 0, 1, wires, i, 1);
      }
      field.add(rows, out, o, os, sum, 0, 1, constants, 0, 0);
    },
  };
}
