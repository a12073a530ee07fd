// What the room's address says.
import { numberIn } from "../parts/numbers.ts";
import { fieldsOf } from "../shell/state.ts";
import { threadsIn } from "../shell/threads.ts";
import type { TrainingAsked } from "./asked.ts";
import { defaults } from "./defaults.ts";
import type { InversionAsked } from "./inversion.ts";

export const fields = () => fieldsOf("training", defaults);
export type TrainingFields = ReturnType<typeof fields>;

export const SKEW_SCALE = ["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "100"];
export const MEMBER_SCALE = ["60", "100", "200", "300", "500", "1000", "2000", "5000", "10000", "100000"];
export const DROPOUT_SCALE = ["0.01", "0.05", "0.1", "0.2", "0.3", "0.5", "0.7"];
export const CLIP_SCALE = ["0.05", "0.1", "0.2", "0.5", "1", "2", "5"];
export const ROUND_SCALE = ["5", "10", "20", "40", "80"];
export const SUM_SCALE = ["1", "2", "5", "10", "20", "50", "100", "200"];
export const EPSILON_SCALE = ["1", "2", "4", "8", "16", "32", "64", "128", "256", "512", "1000"];

const number = (text: string) => numberIn(text, 0, 1e9) ?? Number.NaN;

/** What is no number stays none, and is refused by who is asked. */
export function askedOf(state: TrainingFields): TrainingAsked & { readonly threads: number } {
  return {
    skew: number(state.skew.value),
    members: number(state.members.value),
    dropout: number(state.dropout.value),
    clip: number(state.clip.value),
    rounds: number(state.rounds.value),
    epsilons: state.epsilons.value.split(",").map(number),
    noise: state.noise.value === "central" ? "central" : "two-aggregators",
    repeats: number(state.repeats.value),
    seed: state.seed.value,
    threads: threadsIn(state.threads.value),
  };
}

export function inversionAsked(state: TrainingFields): InversionAsked {
  return {
    summed: number(state.summed.value),
    epsilon: number(state.noiseEpsilon.value),
    hidden: number(state.hidden.value),
    clip: number(state.clip.value),
    seed: state.seed.value,
  };
}
