// An engine that keeps its trainers: opening one lays a model out in memory anew, which for a small one takes longer than training it.
import type { Architecture, Trainer, TrainingEngine } from "../../ports/training-engine.ts";

/** Trainings a thread takes part in by turns. */
const KEPT = 4;

/** Gives the same trainer for the same architecture; the last few are kept. Trainers hold no state between calls, so it may be shared. */
export function residentEngine(engine: TrainingEngine): TrainingEngine {
  const trainers = new Map<string, Trainer>();
  return {
    name: engine.name,
    open(architecture: Architecture) {
      const key = JSON.stringify(architecture);
      const trainer = trainers.get(key) ?? engine.open(architecture);
      if (trainer === undefined) return undefined;
      trainers.delete(key);
      trainers.set(key, trainer);
      for (const oldest of trainers.keys()) if (trainers.size > KEPT) trainers.delete(oldest);
      return trainer;
    },
  };
}
