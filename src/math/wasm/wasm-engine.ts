// The WebAssembly engine alone: what a page fetches for long vectors.
import type { WasmHost } from "../../ports/wasm.ts";
import type { Engine } from "../engine.ts";
import { field64Parameters, field128Parameters } from "../field/parameters.ts";
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
    field64: wasmField(field64Parameters, memory, [sponge, other]),
    field128: wasmField(field128Parameters, memory, [sponge, other]),
    sponge,
    other,
  };
}
