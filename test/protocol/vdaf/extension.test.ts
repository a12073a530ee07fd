// The values of a polynomial beyond those a proof holds, by either way, against the polynomial itself.
import { expect, test } from "vitest";
import { fromBigInts, modulo, powers, rootOfUnity, toBigInts } from "../../../src/math/field/modular.ts";
import { newExtension } from "../../../src/protocol/vdaf/extension.ts";
import { engines } from "../../spec/engines.ts";
import { bytes } from "./support.ts";

const sizes: readonly (readonly [known: number, size: number])[] = [
  [1, 1],
  [1, 2],
  [3, 4],
  [4, 8],
  [3, 8],
  [2, 8],
  [1, 8],
  [8, 8],
  [22, 32],
  [17, 32],
  [100, 128],
];

test.each(engines)("on the $name engine", ({ make }) => {
  const engine = make();
  for (const field of [engine.field64, engine.field128])
    for (const [known, size] of sizes) {
      const p = field.modulus;
      const coefficients = [...bytes(`${known} ${size}`, known)].map((byte) => BigInt(byte) ** 15n);
      const values = powers(rootOfUnity(field, size), size, p).map((x) =>
        coefficients.reduceRight((sum, c) => modulo(sum * x + c, p), 0n),
      );
      const extend = newExtension(field, known, size);
      // Twice: nothing of one polynomial may stay behind.
      for (const scale of [1n, 3n]) {
        const wanted = values.map((value) => modulo(scale * value, p));
        const vector = fromBigInts(field, [...wanted.slice(0, known), ...wanted.slice(known).map(() => 77n)]);
        extend(vector);
        expect(toBigInts(field, vector), `${known} of ${size}`).toEqual(wanted);
      }
    }
});
