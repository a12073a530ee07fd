// Which trainings the helper takes part in, beyond what holds for every task: models, who learns what and how long, and ceilings of its
// own on what they cost. Each refusal names the rule.
import { fail } from "../base/errors.ts";
import type { CheckedTraining } from "../learning/plan/training/bounds.ts";
import type { Charge } from "../learning/plan/training/charge.ts";
import type { LedgerRows } from "../release/store.ts";
import type { Manifest } from "../task/manifest.ts";

/** Layers of the whitelist, and outputs. */
export const layerKinds = [
  "dense",
  "conv1d",
  "max-pool1d",
  "average-pool1d",
  "global-average-pool1d",
  "flatten",
] as const;
export const outputKinds = ["linear", "logistic", "softmax"] as const;
export const labelKinds = ["falls-below", "rises-above", "class", "value"] as const;
export const sharingKinds = ["additive", "verified"] as const;

export interface TrainingPolicy {
  readonly layers: readonly (typeof layerKinds)[number][];
  readonly outputs: readonly (typeof outputKinds)[number][];
  /** What a model may foresee. */
  readonly labels: readonly (typeof labelKinds)[number][];
  readonly sharing: readonly (typeof sharingKinds)[number][];
  /** Weights of a model. */
  readonly parametersMax: number;
  /** Rounds that a training may have in all. */
  readonly roundsMax: number;
  /** Metrics that a training may read; all that the policy has, when left out. */
  readonly metrics?: readonly string[] | undefined;
  /** Nano-rho one round may cost; of a stream, whose rounds are paid together, this does not hold. */
  readonly rhoPerRound: bigint;
  /** Nano-rho a training may cost in all: rounds that came to nothing are counted too. */
  readonly rhoPerTraining: bigint;
  /** Whether noise may be correlated over rounds, so that sums' shares are kept from one to the next. */
  readonly streams: boolean;
}

const refuse = (rule: keyof TrainingPolicy, why: string): never =>
  fail("policy_refused", `this helper's rule trainings.${rule} says no: ${why}`);

function within<T extends string>(
  policy: TrainingPolicy,
  rule: "layers" | "outputs" | "labels" | "sharing" | "metrics",
  found: T,
) {
  const allowed: readonly string[] | undefined = policy[rule];
  if (allowed?.includes(found) === false)
    refuse(rule, `the training has ${found}, it takes ${allowed.join(", ") || "none"}`);
}

/** What follows from the round's manifest alone. @throws PacelineError policy_refused naming the rule */
export function checkTrainingPolicy(
  manifest: Manifest,
  { training, bounds }: CheckedTraining,
  policy: TrainingPolicy,
): void {
  const { architecture, label, sharing, round, stream } = training;
  for (const { kind } of architecture.layers) within(policy, "layers", kind);
  within(policy, "outputs", architecture.output.kind);
  within(policy, "labels", label.kind);
  within(policy, "sharing", sharing.kind);
  if (manifest.source.kind === "model-update") for (const id of manifest.source.metrics) within(policy, "metrics", id);
  const { parameters } = bounds.layout;
  if (parameters > policy.parametersMax)
    refuse("parametersMax", `the model has ${parameters} weights, at most ${policy.parametersMax} are trained`);
  if (round.of > policy.roundsMax)
    refuse("roundsMax", `the training has ${round.of} rounds, at most ${policy.roundsMax} are taken part in`);
  const cost = BigInt(manifest.rho);
  if (stream !== undefined && !policy.streams)
    refuse("streams", "its noise is correlated over rounds, and shares of their sums would be kept");
  if (stream === undefined && cost > policy.rhoPerRound)
    refuse("rhoPerRound", `a round costs ${cost} nano-rho, at most ${policy.rhoPerRound} is signed`);
  // Whoever begins it should hear now that it cannot be finished.
  const whole = stream === undefined ? cost * BigInt(round.of) : cost;
  if (whole > policy.rhoPerTraining)
    refuse("rhoPerTraining", `all rounds would cost ${whole} nano-rho, at most ${policy.rhoPerTraining} is signed`);
}

/** @returns nano-rho that its training has cost here with this round @throws PacelineError policy_refused when it would be too much */
export async function trainedWith(
  rows: Pick<LedgerRows, "eventOf" | "trained">,
  run: string,
  { task, rho }: Charge,
  { rhoPerTraining }: TrainingPolicy,
): Promise<bigint> {
  const before = await rows.trained(run);
  // A stream is paid with its first round.
  if ((await rows.eventOf(task, "debit")) !== undefined) return before;
  const spent = before + rho;
  if (spent > rhoPerTraining)
    refuse(
      "rhoPerTraining",
      `its rounds, those that came to nothing too, would have cost ${spent} nano-rho here, at most ${rhoPerTraining} is signed`,
    );
  return spent;
}

/** Takes a round away that no device could see. */
export async function releaseTraining(rows: Pick<LedgerRows, "trained" | "putTrained">, run: string, rho: bigint) {
  const left = (await rows.trained(run)) - rho;
  await rows.putTrained(run, left > 0n ? left : 0n);
}
