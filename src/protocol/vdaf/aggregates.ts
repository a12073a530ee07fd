// Adding up output shares and reading the result (VDAF sections 7.2.3 to 7.2.5). An aggregate outlives many reports, so its
// elements are plain TypeScript's, which the garbage collector frees, whatever engine verifies.
import { fail } from "../../base/errors.ts";
import type { Field, FieldVector } from "../../math/field/field.ts";
import { field64 } from "../../math/field/field64.ts";
import { field128 } from "../../math/field/field128.ts";
import { toBigInts } from "../../math/field/modular.ts";
import type { Circuit } from "./circuit.ts";

/** @typeParam R aggregate result */
export class Aggregates<R> {
  readonly shares: number;
  /** Of aggregates. */
  readonly field: Field;
  /** Elements of an output or aggregate share. */
  readonly outputLength: number;
  readonly #circuit: Pick<Circuit<never, R>, "largest" | "result">;
  readonly #share: FieldVector;

  constructor(circuit: Pick<Circuit<never, R>, "field" | "largest" | "outputLength" | "result">, shares: number) {
    this.shares = shares;
    this.field = circuit.field.name === "Field64" ? field64 : field128;
    this.outputLength = circuit.outputLength;
    this.#circuit = circuit;
    this.#share = this.field.newVector(circuit.outputLength);
  }

  /** An empty aggregate: `outputLength` zeros. */
  newAggregate(): FieldVector {
    return this.field.newVector(this.outputLength);
  }

  /** Adds an output share, or another encoded aggregate, to `aggregate`. @throws PacelineError invalid_message */
  accumulate(aggregate: FieldVector, share: Uint8Array): void {
    this.#decode(this.#share, share);
    this.field.add(this.outputLength, aggregate, 0, 1, aggregate, 0, 1, this.#share, 0, 1);
  }

  encodeAggregate(aggregate: FieldVector): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(this.outputLength * this.field.encodedSize);
    this.field.encodeInto(out, 0, aggregate, 0, this.outputLength);
    return out;
  }

  /** @throws PacelineError invalid_message */
  decodeAggregate(bytes: Uint8Array): FieldVector {
    const out = this.newAggregate();
    this.#decode(out, bytes);
    return out;
  }

  /**
   * The aggregate result (section 7.2.5).
   * @param reportCount reports in the batch: refused when that many could wrap around the modulus
   * @param options signed: read elements above p/2 as negative, for sums that carry noise
   */
  unshard(aggregateShares: readonly Uint8Array[], reportCount: number, options: { signed?: boolean } = {}): R {
    const { modulus } = this.field;
    if (aggregateShares.length !== this.shares)
      fail("invalid_message", `${aggregateShares.length} aggregate shares where ${this.shares} belong`);
    if (
      !Number.isSafeInteger(reportCount) ||
      reportCount < 0 ||
      BigInt(reportCount) * BigInt(this.#circuit.largest) >= modulus / 2n
    )
      fail("invalid_argument", `a batch of ${reportCount} reports does not fit ${this.field.name}`);
    const sum = this.newAggregate();
    for (const share of aggregateShares) this.accumulate(sum, share);
    const centred = (x: bigint): bigint => (x > modulus / 2n ? x - modulus : x);
    const values = toBigInts(this.field, sum);
    return this.#circuit.result(options.signed ? values.map(centred) : values);
  }

  #decode(out: FieldVector, bytes: Uint8Array): void {
    const size = this.outputLength * this.field.encodedSize;
    if (bytes.length !== size) fail("invalid_message", `aggregate share of ${bytes.length} bytes where ${size} belong`);
    if (!this.field.decodeInto(out, 0, bytes, 0, this.outputLength))
      fail("invalid_message", "aggregate share: a field element is not below the modulus");
  }
}
