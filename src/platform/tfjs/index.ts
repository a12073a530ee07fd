// The TrainingEngine port on TensorFlow.js, where it is installed.
import type { TrainingEngine } from "../../ports/training-engine.ts";
import { findTfjs, type Source } from "./backend.ts";
import { tfjsEngine } from "./engine.ts";

/** The engine, or undefined where TensorFlow.js cannot be loaded; `describeTfjs` says why. */
export async function loadTfjsEngine(sources?: readonly Source[]): Promise<TrainingEngine | undefined> {
  const found = await findTfjs(sources);
  return "tf" in found ? tfjsEngine(found.tf, found.backend) : undefined;
}

export interface TfjsDescription {
  readonly available: boolean;
  /** "tensorflow" is the native one, "wasm" and "cpu" are portable. */
  readonly backend?: string;
  /** Why faster ones were passed over, one sentence each. */
  readonly passedOver?: readonly string[];
  /** Why it is not available. */
  readonly reason?: string;
}

/** For people who wonder which engine they have. */
export async function describeTfjs(sources?: readonly Source[]): Promise<TfjsDescription> {
  const found = await findTfjs(sources);
  return "tf" in found
    ? { available: true, backend: found.backend, passedOver: found.passedOver }
    : { available: false, reason: found.reason };
}
