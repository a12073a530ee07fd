import { invariant } from "../../base/errors.ts";
import type { TrainingManifest } from "../../learning/plan/training/manifest.ts";
import { plainEngine } from "../../math/tensor/trainer.ts";
import type { Trainer } from "../../ports/training-engine.ts";

/** The built-in engine's: it has all layers. */
export function plainTrainer({ architecture }: Pick<TrainingManifest, "architecture">): Trainer {
  const trainer = plainEngine.open(architecture);
  invariant(trainer !== undefined, "the built-in engine has these layers");
  return trainer;
}
