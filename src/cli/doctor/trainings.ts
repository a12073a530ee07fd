// Which trainings a helper's policy lets it take part in, in words: what an analyst hears as a refusal, its operator reads here.
import { formatRho, nanoRho } from "../../privacy/accounting/nano-rho.ts";
import type { AnyConfig, HelperConfig } from "../serve/config.ts";
import { type Finding, ok } from "./finding.ts";

/** Nothing of a coordinator, which asks for trainings. */
export function trainingFindings(known: AnyConfig): readonly Finding[] {
  return known.role === "helper" ? [{ what: "trainings", ...trainings(known.config.policy) }] : [];
}

function trainings(policy: HelperConfig["policy"]): Omit<Finding, "what"> {
  if (!policy.training) return { state: "optional", detail: "policy.training is false: it takes part in none" };
  if (!policy.purposes.includes("model-training"))
    return {
      state: "warning",
      detail: "policy.training is true, and policy.purposes lacks model-training: none is signed",
    };
  const { trainings: rules, rhoPerTask, rhoPerYear } = policy;
  const { layers, outputs, parametersMax, roundsMax, streams, metrics = policy.metrics } = rules;
  const { rhoPerRound = rhoPerTask, rhoPerTraining = rhoPerYear } = rules;
  return ok(
    [
      `models of ${layers.length === 0 ? "no hidden layers" : layers.join(", ")}, ${outputs.join(" or ")}, at most ${parametersMax} weights`,
      `${roundsMax} rounds, ρ = ${rho(rhoPerRound)} a round and ${rho(rhoPerTraining)} in all`,
      `noise correlated over rounds: ${streams ? "yes" : "no"}`,
      `over ${metrics.join(", ")}`,
    ].join("; "),
  );
}

const rho = (amount: bigint) => formatRho(nanoRho(amount));
