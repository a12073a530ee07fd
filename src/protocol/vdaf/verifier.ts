// The aggregators' half of the fully linear proof of VDAF section 7.3 (BBCGGI19), for circuits with one gadget: a look at the
// shares of a measurement and its proof at one random point, and the decision over what all of them saw.
//
// Scratch vectors belong to the instance and are reused: calls must not overlap, which synchronous code cannot do.
import type { Basis, Field, FieldVector } from "../../math/field/field.ts";
import { fromBigInts } from "../../math/field/modular.ts";
import { newLagrangeBasis } from "../../math/ntt/lagrange.ts";
import type { Circuit } from "./circuit.ts";
import { type Extension, newExtension } from "./extension.ts";
import { proofLengths } from "./lengths.ts";

export class Verifier {
  readonly #circuit: Circuit<never, unknown>;
  readonly lengths: ReturnType<typeof proofLengths>;
  readonly #field: Field;
  readonly #one: FieldVector;
  /** Row k holds the inputs of gadget call k, row 0 the seeds. */
  readonly #wires: FieldVector;
  readonly #wireBasis: Basis;
  readonly #gadgetBasis: Basis;
  readonly #extend: Extension;
  readonly #weights: FieldVector;
  readonly #gadgetValues: FieldVector;
  readonly #gadgetOutputs: FieldVector;
  readonly #checks: FieldVector;
  readonly #element: FieldVector;

  constructor(circuit: Circuit<never, unknown>) {
    const { field, gadget } = circuit;
    const lengths = proofLengths(gadget, circuit.calls, circuit.checks);
    const { wirePoints, gadgetPoints } = lengths;
    this.#circuit = circuit;
    this.lengths = lengths;
    this.#field = field;
    this.#one = fromBigInts(field, [1n]);
    this.#wires = field.newVector((1 + circuit.calls) * gadget.arity);
    this.#wireBasis = newLagrangeBasis(field, wirePoints);
    this.#gadgetBasis = newLagrangeBasis(field, gadgetPoints);
    this.#extend = newExtension(field, lengths.gadgetValues, gadgetPoints);
    this.#weights = field.newVector(gadgetPoints);
    this.#gadgetValues = field.newVector(gadgetPoints);
    this.#gadgetOutputs = field.newVector(circuit.calls);
    this.#checks = field.newVector(circuit.checks);
    this.#element = field.newVector(1);
  }

  /**
   * Writes `lengths.verifier` elements to verifier[to …] from shares of a measurement and a proof (section 7.3.3.2).
   * @param share one element, 1/shares
   * @returns false when the query point is one of the roots of unity and would reveal a wire: the report must be refused
   */
  query(
    verifier: FieldVector,
    to: number,
    input: { measurement: FieldVector; proof: FieldVector; proofAt: number; share: FieldVector },
    rand: { query: FieldVector; queryAt: number; joint: FieldVector; jointAt: number },
  ): boolean {
    const field = this.#field;
    const circuit = this.#circuit;
    const { arity } = circuit.gadget;
    const { checks, calls } = circuit;
    const { wirePoints, gadgetPoints, gadgetValues } = this.lengths;
    const values = this.#gadgetValues;
    field.copy(arity, this.#wires, 0, 1, input.proof, input.proofAt, 1);
    circuit.wires(this.#wires, input.measurement, rand.joint, rand.jointAt, input.share);
    field.copy(gadgetValues, values, 0, 1, input.proof, input.proofAt + arity, 1);
    this.#extend(values);
    const ratio = gadgetPoints / wirePoints;
    field.copy(calls, this.#gadgetOutputs, 0, 1, values, ratio, ratio);
    circuit.check(this.#checks, this.#gadgetOutputs, input.measurement, input.share);
    const point = rand.queryAt + (checks > 1 ? checks : 0);
    if (checks > 1) field.dot(checks, verifier, to, this.#checks, 0, 1, rand.query, rand.queryAt, 1);
    else field.copy(1, verifier, to, 1, this.#checks, 0, 1);
    if (this.#isRoot(rand.query, point)) return false;
    this.#wireBasis.weights(this.#weights, rand.query, point);
    field.combineRows(1 + calls, arity, verifier, to + 1, this.#weights, 0, this.#wires, 0);
    this.#gadgetBasis.weights(this.#weights, rand.query, point);
    field.dot(gadgetPoints, verifier, to + 1 + arity, this.#weights, 0, 1, values, 0, 1);
    return true;
  }

  /** Whether a whole verifier, the sum of its shares, accepts (section 7.3.3.3). */
  decide(verifier: FieldVector, at: number): boolean {
    const { gadget } = this.#circuit;
    const field = this.#field;
    gadget.evaluate(1, this.#element, 0, 1, verifier, at + 1);
    field.sub(1, this.#element, 0, 1, this.#element, 0, 1, verifier, at + 1 + gadget.arity, 1);
    const zero = field.isZero(verifier, at, 1);
    return field.isZero(this.#element, 0, 1) && zero;
  }

  /** t^wirePoints = 1 */
  #isRoot(t: FieldVector, at: number): boolean {
    const field = this.#field;
    field.copy(1, this.#element, 0, 1, t, at, 1);
    for (let n = 1; n < this.lengths.wirePoints; n *= 2)
      field.mul(1, this.#element, 0, 1, this.#element, 0, 1, this.#element, 0, 1);
    field.sub(1, this.#element, 0, 1, this.#element, 0, 1, this.#one, 0, 1);
    return field.isZero(this.#element, 0, 1);
  }
}
