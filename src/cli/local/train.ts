// The same pipe trains: rounds over the same services and phones, each a task with a debit; then how good it got.
import { type Service as ApiService, call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { formatDay } from "../../base/calendar.ts";
import { featureRow, labelOf } from "../../learning/device/features.ts";
import { logisticArchitecture, trainerOf } from "../../learning/device/logistic.ts";
import { attendancePlan } from "../../learning/plan/attendance.ts";
import { decodePlan, encodePlan, type TrainingPlan } from "../../learning/plan/plan.ts";
import { loadTfjsEngine } from "../../platform/tfjs/index.ts";
import type { Member } from "../../records/types.ts";
import { type Accuracy, accuracyOf, centralTraining, federatedWithoutPrivacy } from "../../simulate/training/index.ts";
import type { Terminal } from "../terminal.ts";
import { type Device, syncAll } from "./devices.ts";
import type { Membership } from "./members.ts";

const ROUNDS = 5;
/** ρ of one round, of one aggregator's noise. */
const ROUND_RHO = "0.03";

/** With fewer members who have a label there is nothing to learn from, with or without noise. */
const LABELLED_MIN = 5;

export interface Trained {
  /** With the weights after the last round. */
  readonly plan: TrainingPlan;
  readonly uploaded: number;
  readonly null: number;
  readonly rho: number;
  /** On held-out members: trained here, centrally, and here without noise. */
  readonly here: Accuracy;
  readonly central: Accuracy;
  readonly withoutPrivacy: Accuracy;
  /** Largest difference between TensorFlow.js and the built-in engine over the members' own steps, where it is there. */
  readonly tfjsDifference: number | undefined;
}

export interface Classroom {
  readonly analyst: ApiService;
  readonly devices: readonly Device[];
  readonly heldOut: readonly Member[];
  readonly membership: Membership;
  readonly minCohort: number;
  readonly terminal: Terminal;
}

/** Why these members cannot train anything, or undefined when they can. */
export function obstacleTo({ devices, heldOut, membership, minCohort }: Classroom): string | undefined {
  if (devices.length < minCohort)
    return `${devices.length} members consented to training, at least ${minCohort} are needed`;
  if (!membership.metrics.has("visits") && !membership.metrics.has("steps"))
    return "the data hold neither visits nor steps, so there is nothing to foresee";
  const plan = attendancePlan({ metrics: [...membership.metrics], expected: devices.length });
  const labelled = (members: readonly Member[]) =>
    members.filter(({ days }) => labelOf(days, plan, membership.lastDay + 1) !== undefined).length;
  const learners = labelled(devices.map(({ member }) => member));
  const judges = labelled(heldOut);
  if (learners < LABELLED_MIN || judges === 0)
    return `it needs two months of ${plan.label.metric} a member, which ${learners} of ${devices.length} members have who consented to training, and ${judges} of the ${heldOut.length} held out to judge it`;
  return undefined;
}

export async function trainTogether({
  analyst,
  devices,
  heldOut,
  membership,
  minCohort,
  terminal,
}: Classroom): Promise<Trained> {
  const end = membership.lastDay + 1;
  const first = { ...attendancePlan({ metrics: [...membership.metrics], expected: devices.length }), rounds: ROUNDS };
  const bar = terminal.bar(`${ROUNDS} rounds`, ROUNDS);
  const tally = { uploaded: 0, null: 0, rho: 0 };
  let request: object = {
    plan: encodePlan(first),
    rho: ROUND_RHO,
    minBatch: minCohort,
    end: formatDay(membership.lastDay),
  };
  let task = "";
  for (let round = 1; round <= ROUNDS; round++) {
    const asked = await call(analyst, coordinatorRoutes.train, { body: request });
    task = asked.task;
    const synced = await syncAll(devices, () => undefined);
    await call(analyst, coordinatorRoutes.collect, { parameters: { task } });
    tally.uploaded += synced.uploaded;
    tally.null += synced.null;
    tally.rho += Number(asked.rho) / 1e9;
    request = { after: task };
    bar(round);
  }
  const plan = decodePlan((await call(analyst, coordinatorRoutes.model, { parameters: { task } })).plan);
  const learners = devices.map(({ member }) => member);
  const score = (weights: readonly number[]) => accuracyOf(weights, first, heldOut, end);
  return {
    plan,
    ...tally,
    here: score(plan.weights),
    central: score(centralTraining(first, learners, end)),
    withoutPrivacy: score(federatedWithoutPrivacy(first, learners, end, ROUNDS)),
    tfjsDifference: await crossCheck(plan, learners, end),
  };
}

const CHECKED = 50;

/** The optional engine computes the same local steps. */
async function crossCheck(plan: TrainingPlan, members: readonly Member[], end: number): Promise<number | undefined> {
  const other = (await loadTfjsEngine())?.open(logisticArchitecture(plan));
  if (other === undefined) return undefined;
  const own = trainerOf(plan);
  const weights = Float32Array.from(plan.weights);
  let most = 0;
  for (const { days } of members.slice(0, CHECKED)) {
    const label = labelOf(days, plan, end);
    if (label === undefined) continue;
    const rows = Float32Array.from(featureRow(days, plan.features, end - plan.label.days));
    const examples = { rows, labels: Float32Array.of(label) };
    const { gradient } = other.gradient(weights, examples);
    own.gradient(weights, examples).gradient.forEach((value, j) => {
      most = Math.max(most, Math.abs(value - (gradient[j] as number)));
    });
  }
  return most;
}
