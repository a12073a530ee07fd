// The fully linear proof of VDAF section 7.3 (BBCGGI19) for circuits with one gadget: wire polynomials in the Lagrange basis,
// the gadget polynomial sent as values at roots of unity.
//
// Scratch vectors belong to the instance and are reused: calls must not overlap, which synchronous code cannot do.
import type { Field, FieldVector } from "../../math/field/field.ts";
import { fromBigInts, inverse, powers, rootOfUnity } from "../../math/field/modular.ts";
import { extensionWeights, LagrangeBasis } from "../../math/ntt/lagrange.ts";
import { bitReversal, RowTransform } from "../../math/ntt/ntt.ts";
import type { Circuit } from "./circuit.ts";

function nextPowerOf2(n: number): number {
  let power = 1;
  while (power < n) power *= 2;
  return power;
}

/** Vector lengths of the proof system, in field elements (VDAF section 7.3.3). */
export function proofLengths(gadget: { arity: number; degree: number }, calls: number, checks: number) {
  const wirePoints = nextPowerOf2(1 + calls);
  const gadgetValues = gadget.degree * (wirePoints - 1) + 1;
  return {
    wirePoints,
    gadgetValues,
    gadgetPoints: nextPowerOf2(gadgetValues),
    proveRand: gadget.arity,
    queryRand: 1 + (checks > 1 ? checks : 0),
    proof: gadget.arity + gadgetValues,
    verifier: 2 + gadget.arity,
  };
}

export class Flp {
  readonly circuit: Circuit<never, unknown>;
  readonly lengths: ReturnType<typeof proofLengths>;
  readonly #field: Field;
  readonly #one: FieldVector;
  /** Row k < wirePoints holds the inputs of gadget call k; row 0 the seeds, rows after the last call stay zero. */
  readonly #wires: FieldVector;
  readonly #coefficients: FieldVector;
  readonly #shifted: FieldVector;
  readonly #transform: RowTransform;
  /** Factors per coefficient row, one stretch of wirePoints for each coset of the larger group of roots. */
  readonly #shifts: FieldVector;
  readonly #wireBasis: LagrangeBasis;
  readonly #gadgetBasis: LagrangeBasis;
  readonly #wireWeights: FieldVector;
  readonly #gadgetWeights: FieldVector;
  readonly #extension: FieldVector;
  readonly #gadgetValues: FieldVector;
  readonly #gadgetOutputs: FieldVector;
  readonly #checks: FieldVector;
  readonly #element: FieldVector;
  readonly #bytes: Uint8Array;

  constructor(circuit: Circuit<never, unknown>) {
    const { field, gadget } = circuit;
    const lengths = proofLengths(gadget, circuit.calls, circuit.checks);
    const { wirePoints, gadgetPoints } = lengths;
    const matrix = (): FieldVector => field.newVector(wirePoints * gadget.arity);
    this.circuit = circuit;
    this.lengths = lengths;
    this.#field = field;
    this.#one = fromBigInts(field, [1n]);
    this.#wires = matrix();
    this.#coefficients = matrix();
    this.#shifted = matrix();
    this.#transform = new RowTransform(field, wirePoints, gadget.arity);
    this.#shifts = cosetShifts(field, wirePoints, gadgetPoints);
    this.#wireBasis = new LagrangeBasis(field, wirePoints);
    this.#gadgetBasis = new LagrangeBasis(field, gadgetPoints);
    this.#wireWeights = field.newVector(wirePoints);
    this.#gadgetWeights = field.newVector(gadgetPoints);
    this.#extension = extensionWeights(field, lengths.gadgetValues, gadgetPoints);
    this.#gadgetValues = field.newVector(gadgetPoints);
    this.#gadgetOutputs = field.newVector(circuit.calls);
    this.#checks = field.newVector(circuit.checks);
    this.#element = field.newVector(1);
    this.#bytes = new Uint8Array(field.encodedSize);
  }

  /** Writes `lengths.proof` elements to proof[at …] for a whole measurement (section 7.3.3.1). */
  prove(
    proof: FieldVector,
    at: number,
    measurement: FieldVector,
    rand: { prove: FieldVector; proveAt: number; joint: FieldVector; jointAt: number },
  ): void {
    const field = this.#field;
    const { gadget } = this.circuit;
    const { wirePoints, gadgetPoints, gadgetValues } = this.lengths;
    const { arity } = gadget;
    const values = at + arity;
    field.copy(arity, proof, at, 1, rand.prove, rand.proveAt, 1);
    field.copy(arity, this.#wires, 0, 1, rand.prove, rand.proveAt, 1);
    this.circuit.wires(this.#wires, measurement, rand.joint, rand.jointAt, this.#one);
    const ratio = gadgetPoints / wirePoints;
    for (let k = 0; k < wirePoints && k * ratio < gadgetValues; k++)
      gadget.evaluate(proof, values + k * ratio, this.#wires, k * arity);
    field.copy(wirePoints * arity, this.#coefficients, 0, 1, this.#wires, 0, 1);
    this.#transform.inverse(this.#coefficients);
    for (let coset = 1; coset < ratio; coset++) {
      for (let i = 0; i < wirePoints; i++)
        field.mul(
          arity,
          this.#shifted,
          i * arity,
          1,
          this.#coefficients,
          i * arity,
          1,
          this.#shifts,
          coset * wirePoints + i,
          0,
        );
      this.#transform.forward(this.#shifted);
      for (let k = 0; k < wirePoints && coset + k * ratio < gadgetValues; k++)
        gadget.evaluate(proof, values + coset + k * ratio, this.#shifted, k * arity);
    }
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
    const { circuit } = this;
    const { arity } = circuit.gadget;
    const { checks, calls } = circuit;
    const { wirePoints, gadgetPoints } = this.lengths;
    field.copy(arity, this.#wires, 0, 1, input.proof, input.proofAt, 1);
    circuit.wires(this.#wires, input.measurement, rand.joint, rand.jointAt, input.share);
    this.#extend(input.proof, input.proofAt + arity);
    const ratio = gadgetPoints / wirePoints;
    field.copy(calls, this.#gadgetOutputs, 0, 1, this.#gadgetValues, ratio, ratio);
    circuit.check(this.#checks, this.#gadgetOutputs, input.measurement, input.share);
    const point = rand.queryAt + (checks > 1 ? checks : 0);
    if (checks > 1) field.dot(checks, verifier, to, this.#checks, 0, 1, rand.query, rand.queryAt, 1);
    else field.copy(1, verifier, to, 1, this.#checks, 0, 1);
    if (this.#isRoot(rand.query, point)) return false;
    this.#wireBasis.weights(this.#wireWeights, rand.query, point);
    for (let wire = 0; wire < arity; wire++)
      field.dot(calls + 1, verifier, to + 1 + wire, this.#wireWeights, 0, 1, this.#wires, wire, arity);
    this.#gadgetBasis.weights(this.#gadgetWeights, rand.query, point);
    field.dot(gadgetPoints, verifier, to + 1 + arity, this.#gadgetWeights, 0, 1, this.#gadgetValues, 0, 1);
    return true;
  }

  /** Whether a whole verifier, the sum of its shares, accepts (section 7.3.3.3). */
  decide(verifier: FieldVector, at: number): boolean {
    const { gadget } = this.circuit;
    const field = this.#field;
    gadget.evaluate(this.#element, 0, verifier, at + 1);
    field.sub(1, this.#element, 0, 1, this.#element, 0, 1, verifier, at + 1 + gadget.arity, 1);
    return this.#isZero(verifier, at) && this.#isZero(this.#element, 0);
  }

  /** Fills #gadgetValues with all values of the gadget polynomial, the missing last ones computed from the given ones. */
  #extend(proof: FieldVector, at: number): void {
    const { gadgetPoints, gadgetValues } = this.lengths;
    this.#field.copy(gadgetValues, this.#gadgetValues, 0, 1, proof, at, 1);
    for (let k = gadgetValues; k < gadgetPoints; k++)
      this.#field.dot(
        gadgetValues,
        this.#gadgetValues,
        k,
        proof,
        at,
        1,
        this.#extension,
        (k - gadgetValues) * gadgetValues,
        1,
      );
  }

  /** t^wirePoints = 1 */
  #isRoot(t: FieldVector, at: number): boolean {
    const field = this.#field;
    field.copy(1, this.#element, 0, 1, t, at, 1);
    for (let n = 1; n < this.lengths.wirePoints; n *= 2)
      field.mul(1, this.#element, 0, 1, this.#element, 0, 1, this.#element, 0, 1);
    field.sub(1, this.#element, 0, 1, this.#element, 0, 1, this.#one, 0, 1);
    return this.#isZero(this.#element, 0);
  }

  #isZero(v: FieldVector, at: number): boolean {
    this.#field.encodeInto(this.#bytes, 0, v, at, 1);
    return this.#bytes.reduce((bits, byte) => bits | byte, 0) === 0;
  }
}

/** w^(coset * i) / size for the coefficients i in bit-reversed order, w the `points`-th root: one stretch a coset, from 0. */
function cosetShifts(field: Field, size: number, points: number): FieldVector {
  const order = bitReversal(size);
  const root = rootOfUnity(field, points);
  const scale = inverse(BigInt(size), field.modulus);
  const values: bigint[] = [];
  for (let coset = 0; coset < points / size; coset++) {
    const base = powers(root, coset + 1, field.modulus)[coset] as bigint;
    const shifts = powers(base, size, field.modulus);
    for (const i of order) values.push((shifts[i] as bigint) * scale);
  }
  return fromBigInts(field, values);
}
