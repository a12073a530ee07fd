// What the regression vectors of this room hold, computed by any engine: field operations, transforms, Lagrange weights and
// the sponge, as the proof system uses them.

import { toHex } from "../../../src/base/bytes.ts";
import type { Engine } from "../../../src/math/engine.ts";
import type { Field, FieldVector } from "../../../src/math/field/field.ts";
import { newLagrangeBasis } from "../../../src/math/ntt/lagrange.ts";

const COUNT = 8;
const ROWS = 4;
const COLUMNS = 2;

/** Bytes 0, 1, 2, … absorbed; everything below starts from elements sampled after them. */
const message = (length: number): Uint8Array => Uint8Array.from({ length }, (_, k) => k & 255);

function encoded(field: Field, v: FieldVector): string {
  const bytes = new Uint8Array(field.lengthOf(v) * field.encodedSize);
  field.encodeInto(bytes, 0, v, 0, field.lengthOf(v));
  return toHex(bytes);
}

function ofField(field: Field, sponge: Engine["sponge"], other: Engine["other"]): Record<string, string> {
  const found: Record<string, string> = {};
  const sampled = (length: number): FieldVector => {
    const v = field.newVector(COUNT);
    field.sample(sponge.reset(0x01).absorb(message(length)), v, 0, COUNT);
    return v;
  };
  const keep = (name: string, length: number, compute: (out: FieldVector) => void): void => {
    const out = field.newVector(length);
    compute(out);
    found[name] = encoded(field, out);
  };
  const a = sampled(10);
  const b = sampled(200);
  found.sample10 = encoded(field, a);
  found.sample200 = encoded(field, b);
  for (const name of ["add", "sub", "mul"] as const)
    keep(name, COUNT, (out) => field[name](COUNT, out, 0, 1, a, 0, 1, b, 0, 1));
  keep("dot", 1, (out) => field.dot(COUNT, out, 0, a, 0, 1, b, 0, 1));
  keep("sum", 1, (out) => field.sum(COUNT, out, 0, a, 0, 1));
  keep("scaleRows", COUNT, (out) => field.scaleRows(ROWS, COLUMNS, out, 0, a, 0, b, 0));
  keep("combineRows", COLUMNS, (out) => field.combineRows(ROWS, COLUMNS, out, 0, b, 0, a, 0));
  keep("pairProducts", ROWS, (out) => field.pairProducts(ROWS, COLUMNS / 2, out, 0, 1, a, 0));
  keep("bitWires", 12, (out) => field.bitWires({ calls: 2, chunk: 3, length: 5 }, out, 0, a, 0, b, 0, b));
  for (const name of ["forward", "inverse"] as const)
    keep(name, COUNT, (out) => {
      field.copy(COUNT, out, 0, 1, a, 0, 1);
      field.newTransform(ROWS, COLUMNS)[name](out);
    });
  keep("lagrangeWeights", COUNT, (out) => newLagrangeBasis(field, COUNT).weights(out, a, 0));
  const digest = new Uint8Array(32);
  field.absorbInto(sponge.reset(0x02), a, 0, COUNT);
  sponge.squeezeInto(digest);
  found.absorbed = toHex(digest);
  const beside = field.newVector(100);
  field.sampleAndAbsorb(sponge.reset(0x01).absorb(message(1)), other.reset(0x02), beside, 0, 100);
  other.squeezeInto(digest);
  found.absorbedBeside = toHex(digest);
  return found;
}

export function computeVectors({ field64, field128, sponge, other }: Engine) {
  const turboShake128 = [0, 1, 167, 168, 169, 500].map((length) => {
    const out = new Uint8Array(40);
    sponge.reset(0x1f).absorb(message(length)).squeezeInto(out);
    return { length, output: toHex(out) };
  });
  return { turboShake128, field64: ofField(field64, sponge, other), field128: ofField(field128, sponge, other) };
}
