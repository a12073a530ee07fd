// Instances hold tables and scratch space: one of each circuit serves a whole thread, because every operation is synchronous.
import { engineFor } from "../../math/wasm/engine.ts";
import type { WasmHost } from "../../ports/wasm.ts";
import { newPrio3 } from "./new-prio3.ts";
import type { VdafParameters } from "./parameters.ts";

type Instance = ReturnType<typeof newPrio3>;

/** By host; those of plain TypeScript under `plain`. */
const instances = new WeakMap<object, Map<string, Instance>>();
const plain = {};
const INSTANCES_MAX = 64;

/**
 * The two-aggregator instance of these parameters, made once.
 * @param wasm the platform's WebAssembly: the instance then gets an engine of its own there
 * @throws PacelineError invalid_argument
 */
export function sharedPrio3(parameters: VdafParameters, wasm?: WasmHost): Instance {
  const key = JSON.stringify(parameters, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  const known = instances.get(wasm ?? plain) ?? new Map<string, Instance>();
  const made = known.get(key);
  if (made !== undefined) return made;
  if (known.size >= INSTANCES_MAX) known.clear();
  const instance = newPrio3(parameters, { engine: engineFor(wasm) });
  instances.set(wasm ?? plain, known.set(key, instance));
  return instance;
}
