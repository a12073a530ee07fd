// The WebAssembly engine, and the choice between the two.
import type { WasmHost } from "../../ports/wasm.ts";
import { type Engine, typescriptEngine } from "../engine.ts";
import { field64 } from "../field/field64.ts";
import { field128 } from "../field/field128.ts";
import { wasmField } from "./field.ts";
import { WasmMemory } from "./memory.ts";
import { WasmSponge } from "./sponge.ts";

/** Addresses the kernels leave free for sponges. */
const STATES = [0, 256] as const;

/** An engine with a memory of its own. @returns undefined where the host cannot instantiate modules */
export function wasmEngine(host: WasmHost): Engine | undefined {
  const memory = WasmMemory.of(host);
  if (memory === undefined) return undefined;
  const sponge = new WasmSponge(memory, STATES[0]);
  const other = new WasmSponge(memory, STATES[1]);
  return {
    name: "wasm",
    field64: wasmField(field64, memory, [sponge, other]),
    field128: wasmField(field128, memory, [sponge, other]),
    sponge,
    other,
  };
}

/** The WebAssembly engine where the host can, else the plain TypeScript one. */
export function engineFor(host?: WasmHost): Engine {
  return (host === undefined ? undefined : wasmEngine(host)) ?? typescriptEngine();
}
