// Instances hold tables and scratch space, and nothing of a report: one of each circuit serves a whole thread, because
// every operation is synchronous.
import { newPrio3 } from "./new-prio3.ts";
import type { VdafParameters } from "./parameters.ts";

type Instance = ReturnType<typeof newPrio3>;

const instances = new Map<string, Instance>();
const INSTANCES_MAX = 64;

/** The two-aggregator instance of these parameters, made once. @throws PacelineError invalid_argument */
export function sharedPrio3(parameters: VdafParameters): Instance {
  const key = JSON.stringify(parameters);
  const known = instances.get(key);
  if (known !== undefined) return known;
  if (instances.size >= INSTANCES_MAX) instances.clear();
  const instance = newPrio3(parameters);
  instances.set(key, instance);
  return instance;
}
