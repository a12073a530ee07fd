// The client's half of the fully linear proof of VDAF section 7.3 (BBCGGI19), for circuits with one gadget: wire polynomials
// in the Lagrange basis, the gadget polynomial sent as values at roots of unity.
//
// Scratch vectors belong to the instance and are reused: calls must not overlap, which synchronous code cannot do.
import type { FieldVector, ProverField, Transform } from "../../math/field/field.ts";
import { fromBigInts, inverse, powers, rootOfUnity } from "../../math/field/modular.ts";
import { bitReversal } from "../../math/ntt/ntt.ts";
import type { ProverCircuit } from "./circuit.ts";
import { proofLengths } from "./lengths.ts";

export class Prover {
  readonly #circuit: ProverCircuit<never>;
  readonly #lengths: ReturnType<typeof proofLengths>;
  readonly #one: FieldVector;
  /** Row k < wirePoints holds the inputs of gadget call k, row 0 the seeds; then transformed in place. */
  readonly #wires: FieldVector;
  /** A second matrix, for gadgets that need the coefficients more than once. */
  readonly #coset: FieldVector;
  readonly #zeros: FieldVector;
  readonly #transform: Transform;
  /** Factors per coefficient row, one stretch of wirePoints for each coset of the larger group of roots. */
  readonly #shifts: FieldVector;

  constructor(circuit: ProverCircuit<never>) {
    const { field, gadget, calls } = circuit;
    const lengths = proofLengths(gadget, calls, circuit.checks);
    const { wirePoints, gadgetPoints } = lengths;
    const cells = wirePoints * gadget.arity;
    this.#circuit = circuit;
    this.#lengths = lengths;
    this.#one = fromBigInts(field, [1n]);
    this.#wires = field.newVector(cells);
    this.#coset = gadgetPoints > 2 * wirePoints ? field.newVector(cells) : this.#wires;
    this.#zeros = field.newVector((wirePoints - 1 - calls) * gadget.arity);
    this.#transform = field.newTransform(wirePoints, gadget.arity);
    this.#shifts = cosetShifts(field, wirePoints, gadgetPoints);
  }

  /** Writes `lengths.proof` elements to proof[at …] for a whole measurement (section 7.3.3.1). */
  prove(
    proof: FieldVector,
    at: number,
    measurement: FieldVector,
    rand: { prove: FieldVector; proveAt: number; joint: FieldVector; jointAt: number },
  ): void {
    const { field, gadget, calls } = this.#circuit;
    const { wirePoints, gadgetPoints, gadgetValues } = this.#lengths;
    const { arity } = gadget;
    const values = at + arity;
    const ratio = gadgetPoints / wirePoints;
    /** Values of the gadget polynomial, every `ratio`-th from `from`, that belong to the proof. */
    const sent = (from: number): number => Math.min(wirePoints, Math.ceil((gadgetValues - from) / ratio));
    field.copy(arity, proof, at, 1, rand.prove, rand.proveAt, 1);
    field.copy(arity, this.#wires, 0, 1, rand.prove, rand.proveAt, 1);
    this.#circuit.wires(this.#wires, measurement, rand.joint, rand.jointAt, this.#one);
    const used = (1 + calls) * arity;
    field.copy(wirePoints * arity - used, this.#wires, used, 1, this.#zeros, 0, 1);
    gadget.evaluate(sent(0), proof, values, ratio, this.#wires, 0);
    if (ratio > 1) this.#transform.inverse(this.#wires);
    for (let coset = 1; coset < ratio; coset++) {
      field.scaleRows(wirePoints, arity, this.#coset, 0, this.#wires, 0, this.#shifts, coset * wirePoints);
      this.#transform.forward(this.#coset);
      gadget.evaluate(sent(coset), proof, values + coset, ratio, this.#coset, 0);
    }
  }
}

/** w^(coset * i) / size for the coefficients i in bit-reversed order, w the `points`-th root: one stretch a coset, from 0. */
function cosetShifts(field: ProverField, size: number, points: number): FieldVector {
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
