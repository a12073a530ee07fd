// What a study of a training is asked for: what the page's fields, the command's files and the script have in common.

export interface TrainingAsked {
  readonly skew: number;
  readonly members: number;
  readonly dropout: number;
  readonly clip: number;
  readonly rounds: number;
  readonly epsilons: readonly number[];
  readonly noise: "two-aggregators" | "central";
  readonly repeats: number;
  readonly seed: string;
}

export const DELTA = 1e-6;
export const HELD_OUT = 0.2;

/** The training's author's file. */
export function draftOf({ clip, rounds }: Pick<TrainingAsked, "clip" | "rounds">) {
  return {
    title: "What somebody does, from a minute of six numbers",
    rounds,
    local: { epochs: 1, batchSize: 16, learningRate: 0.1 },
    clip,
    optimiser: { kind: "fedavgm", learningRate: 1, momentum: 0.5 },
  };
}
