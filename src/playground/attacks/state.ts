// What the room's address says.
import { type AttackName, type AttackOptions, attackNames } from "../../simulate/attacks/options.ts";
import { numberIn } from "../parts/numbers.ts";
import { fieldsOf } from "../shell/state.ts";
import { defaults } from "./defaults.ts";

export const fields = () => fieldsOf("attacks", defaults);
export type AttackFields = ReturnType<typeof fields>;

export const EPSILON_SCALE = ["0.05", "0.1", "0.2", "0.3", "0.4", "0.5", "0.7", "1", "1.5", "2", "3", "5"];
export const ANSWER_SCALE = ["1", "2", "4", "8", "16", "32", "51", "64", "128", "256", "512"];

export const attackOf = ({ attack }: AttackFields): AttackName =>
  attackNames.find((name) => name === attack.value) ?? "averaging";

/** What is no number stays none, and is refused by who is asked. */
export function optionsOf(state: AttackFields): AttackOptions {
  return {
    attack: attackOf(state),
    sql: state.sql.value,
    epsilon: state.epsilon.value,
    target: state.target.value as AttackOptions["target"],
    knows: state.knows.value as AttackOptions["knows"],
    answers: numberIn(state.answers.value, 0, 1e6) ?? Number.NaN,
    runs: numberIn(state.runs.value, 0, 1e6) ?? Number.NaN,
    seed: state.seed.value,
    confidence: numberIn(state.confidence.value, 0, 1) ?? Number.NaN,
  };
}
