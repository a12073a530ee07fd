// Instances hold tables and scratch space: one of each circuit serves a whole thread, because every operation is synchronous.
import { fail } from "../../base/errors.ts";
import { engineFor } from "../../math/wasm/engine.ts";
import type { WasmHost } from "../../ports/wasm.ts";
import { AdditiveSum } from "./additive/additive-sum.ts";
import { newPrio3 } from "./new-prio3.ts";
import type { VdafParameters } from "./parameters.ts";

type Instance = ReturnType<typeof newPrio3>;

/** By host; those of plain TypeScript under `plain`. */
const instances = new WeakMap<object, Map<string, Instance>>();
const plain = {};
const INSTANCES_MAX = 64;

/**
 * The two-aggregator instance of Prio3 with these parameters, made once.
 * @param wasm the platform's WebAssembly: the instance then gets an engine of its own there
 * @throws PacelineError invalid_argument, unsupported for what is not Prio3
 */
export function sharedPrio3(parameters: VdafParameters, wasm?: WasmHost): Instance {
  if (parameters.type === "AdditiveSum") return fail("unsupported", "additive shares have no proof: they are no Prio3");
  const key = JSON.stringify(parameters, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
  const known = instances.get(wasm ?? plain) ?? new Map<string, Instance>();
  const made = known.get(key);
  if (made !== undefined) return made;
  if (known.size >= INSTANCES_MAX) known.clear();
  const instance = newPrio3(parameters, { engine: engineFor(wasm) });
  instances.set(wasm ?? plain, known.set(key, instance));
  return instance;
}

/** What takes an aggregator from an input share to its output share, with the other one's messages. */
export type Verification = Pick<
  Instance,
  "shares" | "sizes" | "verifyInit" | "verifierSharesToMessage" | "verifyNext" | "encodeState" | "decodeState"
>;

/** As `sharedPrio3`, of any VDAF. */
export function sharedVerification(parameters: VdafParameters, wasm?: WasmHost): Verification {
  return parameters.type === "AdditiveSum" ? new AdditiveSum(parameters) : sharedPrio3(parameters, wasm);
}
