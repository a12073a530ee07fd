// What Prio3 computes with: two fields and a sponge over one memory. The engine in plain TypeScript is here, its twin of
// AssemblyScript kernels in wasm/engine.ts; they give the same bytes.
//
// What neither can promise is constant time. Field and sponge code takes no branch and no memory address from a value, save
// that sampling leaves out a candidate at or above the modulus, which tells nothing about those it keeps. But JavaScript
// engines compile a comparison, a select or a multiplication as they like, recompile while running, never promise that a
// secret is wiped, and share caches with other programs. BigInt, whose time plainly depends on values, is for public
// constants only.
import type { Field } from "./field/field.ts";
import { field64 } from "./field/field64.ts";
import { field128 } from "./field/field128.ts";
import type { Sponge } from "./turboshake/sponge.ts";
import { TurboShake128 } from "./turboshake/turboshake.ts";

/** Not for overlapping use: scratch space and the sponge belong to the engine, which synchronous code cannot notice. */
export interface Engine {
  readonly name: "typescript" | "wasm";
  readonly field64: Field;
  readonly field128: Field;
  readonly sponge: Sponge;
  /** A second sponge, for a stream that runs beside another. */
  readonly other: Sponge;
}

export function typescriptEngine(): Engine {
  return { name: "typescript", field64, field128, sponge: new TurboShake128(0x01), other: new TurboShake128(0x01) };
}
