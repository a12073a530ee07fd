// The vector encoder's device side: an integer vector within its proved bounds, offset to be non-negative beside a
// present bit, or all zeros. The centred map turns it back into the vector, or into 0.
import { invariant } from "../base/errors.ts";
import type { VectorEncoder, WordsEncoder } from "../task/encoder.ts";
import type { Contribution } from "../task/stages.ts";

/** @param vector integers with |x_j| ≤ bound and ‖x‖² ≤ l2Squared, or undefined for the null contribution */
export function encodeVector(encoder: VectorEncoder, vector: readonly number[] | undefined): Contribution {
  if (vector === undefined)
    return { vector: new Array<number>(encoder.length + 1).fill(0), isNull: true } as unknown as Contribution;
  invariant(vector.length === encoder.length, "a model update has the encoder's length");
  let squared = 0;
  for (const x of vector) {
    invariant(Number.isInteger(x) && Math.abs(x) <= encoder.bound, "a model update is integer and within its bound");
    squared += x * x;
  }
  invariant(squared <= encoder.l2Squared, "a model update is within its L2 bound");
  return { vector: [...vector.map((x) => x + encoder.bound), 1], isNull: false } as unknown as Contribution;
}

/** @param vector integers with ‖x‖² ≤ l2Squared, or undefined for the null contribution */
export function encodeWords(encoder: WordsEncoder, vector: readonly number[] | undefined): Contribution {
  if (vector === undefined)
    return { vector: new Array<number>(encoder.length).fill(0), isNull: true } as unknown as Contribution;
  invariant(vector.length === encoder.length, "a model update has the encoder's length");
  let squared = 0;
  for (const x of vector) {
    invariant(Number.isSafeInteger(x), "a model update is integer");
    squared += x * x;
  }
  invariant(squared <= encoder.l2Squared, "a model update is within its L2 bound");
  return { vector, isNull: false } as unknown as Contribution;
}
