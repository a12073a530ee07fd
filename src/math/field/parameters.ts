// What the two fields are (VDAF section 6.1.4), whatever computes in them.
import type { Field } from "./field.ts";
import { power } from "./modular.ts";

/** Of a field, without a way to compute in it. */
export type FieldParameters = Pick<Field, "name" | "encodedSize" | "modulus" | "generator" | "rootOrderLog2">;

const P64 = (1n << 64n) - (1n << 32n) + 1n;
export const field64Parameters: FieldParameters = {
  name: "Field64",
  encodedSize: 8,
  modulus: P64,
  generator: /* @__PURE__ */ power(7n, 4294967295n, P64),
  rootOrderLog2: 32,
};

const P128 = (1n << 128n) - 7n * (1n << 66n) + 1n;
export const field128Parameters: FieldParameters = {
  name: "Field128",
  encodedSize: 16,
  modulus: P128,
  generator: /* @__PURE__ */ power(7n, 4611686018427387897n, P128),
  rootOrderLog2: 66,
};
