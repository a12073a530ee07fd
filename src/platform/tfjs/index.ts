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
  /** "tensorflow" is the native one, "cpu" the portable one. */
  readonly backend?: string;
  /** Why it is not available. */
  readonly reason?: string;
}

/** For people who wonder which engine they have. */
export async function describeTfjs(sources?: readonly Source[]): Promise<TfjsDescription> {
  const found = await findTfjs(sources);
  return "tf" in found ? { available: true, backend: found.backend } : { available: false, reason: found.reason };
}
