// Both engines, and what the tests of either need.
import fc from "fast-check";
import { typescriptEngine } from "../../src/math/engine.ts";
import { withCoarse } from "../../src/math/field/coarse.ts";
import { compactField128 } from "../../src/math/field/compact-field128.ts";
import type { Field } from "../../src/math/field/field.ts";
import { wasmEngine } from "../../src/math/wasm/engine.ts";
import { nodeWasm } from "../../src/platform/node/wasm.ts";

const wasm = wasmEngine(nodeWasm);
if (wasm === undefined) throw new Error("Node without WebAssembly");
export const engines = { typescript: typescriptEngine(), wasm };

/** [name, field] of both fields on both engines, and of the one that devices carry. */
export const fields: readonly [string, Field][] = [
  ...Object.values(engines).flatMap((engine) =>
    [engine.field64, engine.field128].map((field): [string, Field] => [`${field.name} in ${engine.name}`, field]),
  ),
  ["Field128 in loops", withCoarse(compactField128)],
];

/** Values that carry, wrap and cancel, in limbs of 22, 32 and 64 bits. */
export function edges(field: Field): bigint[] {
  const p = field.modulus;
  const found = [0n, 1n, 2n, p - 1n, p - 2n, p / 2n, p / 2n + 1n];
  for (let bits = 21n; 1n << bits < p; bits += 11n) found.push(1n << bits, (1n << bits) - 1n, p - (1n << bits));
  for (let bits = 32n; 1n << bits < p; bits += 32n)
    found.push(1n << bits, (1n << bits) - 1n, p - (1n << bits), p - (1n << bits) + 1n, (p >> bits) << bits);
  return found;
}

/** An element, edges half of the time. */
export const element = (field: Field): fc.Arbitrary<bigint> =>
  fc.oneof(fc.constantFrom(...edges(field)), fc.bigInt({ min: 0n, max: field.modulus - 1n }));
