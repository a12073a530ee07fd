// The same pipe trains: rounds over the same services and phones, each a task with a debit; then how good it got.
import { type Service as ApiService, call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { formatDay } from "../../base/calendar.ts";
import { examplesOf } from "../../learning/device/examples.ts";
import { attendanceDraft } from "../../learning/plan/attendance.ts";
import type { TrainingDraft } from "../../learning/plan/training/draft.ts";
import { decodeModel, type Model } from "../../learning/plan/training/model.ts";
import { completeTraining } from "../../learning/server/rounds/complete.ts";
import { nodeCrypto } from "../../platform/node/index.ts";
import { loadTfjsEngine } from "../../platform/tfjs/index.ts";
import type { Member } from "../../records/types.ts";
import {
  type Accuracy,
  accuracyOf,
  centralTraining,
  federatedWithoutPrivacy,
  plainTrainer,
} from "../../simulate/training/index.ts";
import { noOperator } from "../../task/metrics/definition.ts";
import { builtIn } from "../../task/metrics.ts";
import type { Terminal } from "../terminal.ts";
import { type Device, syncAll } from "./devices.ts";
import type { Membership } from "./members.ts";

const ROUNDS = 5;
/** ρ of one round, of one aggregator's noise. */
const ROUND_RHO = "0.03";

/** With fewer members who have a label there is nothing to learn from, with or without noise. */
const LABELLED_MIN = 5;

export interface Trained {
  /** After the last round. */
  readonly model: Model;
  /** As its coordinator gave it, for a member's own device. */
  readonly text: string;
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

const draftOf = ({ devices, membership, minCohort }: Classroom): TrainingDraft => ({
  ...attendanceDraft({ metrics: [...membership.metrics], rounds: ROUNDS, rhoPerRound: ROUND_RHO }),
  // Phones that are all at hand answer at once: a round is closed when they have.
  cohort: { expected: devices.length, least: minCohort, most: devices.length },
  end: formatDay(membership.lastDay),
});

/** The first round as this machine works it out: what is compared with. */
const completed = async (classroom: Classroom) =>
  await completeTraining(draftOf(classroom), {
    ...{ crypto: nodeCrypto, operator: noOperator, run: new Uint8Array(16), today: classroom.membership.lastDay + 1 },
  });

/** Why these members cannot train anything, or undefined when they can. */
export async function obstacleTo(classroom: Classroom): Promise<string | undefined> {
  const { devices, heldOut, membership, minCohort } = classroom;
  if (devices.length < minCohort)
    return `${devices.length} members consented to training, at least ${minCohort} are needed`;
  if (!membership.metrics.has("visits") && !membership.metrics.has("steps"))
    return "the data hold neither visits nor steps, so there is nothing to foresee";
  const { training } = await completed(classroom);
  const labelled = (members: readonly Member[]) =>
    members.filter(({ days }) => examplesOf(days, training, membership.lastDay + 1, builtIn).count > 0).length;
  const learners = labelled(devices.map(({ member }) => member));
  const judges = labelled(heldOut);
  if (learners < LABELLED_MIN || judges === 0)
    return `it needs two months of ${draftOf(classroom).label.value} a member, which ${learners} of ${devices.length} members have who consented to training, and ${judges} of the ${heldOut.length} held out to judge it`;
  return undefined;
}

export async function trainTogether(classroom: Classroom): Promise<Trained> {
  const { analyst, devices, heldOut, membership, terminal } = classroom;
  const end = membership.lastDay + 1;
  const first = await completed(classroom);
  const bar = terminal.bar(`${ROUNDS} rounds`, ROUNDS);
  const tally = { uploaded: 0, null: 0 };
  let view = await call(analyst, coordinatorRoutes.train, { body: { training: draftOf(classroom) } });
  const { run } = view;
  while (view.phase === "running") {
    const synced = await syncAll(devices, () => undefined);
    tally.uploaded += synced.uploaded;
    tally.null += synced.null;
    view = await call(analyst, coordinatorRoutes.steer, { parameters: { run }, body: { action: "advance" } });
    bar(view.rounds.length);
  }
  const { model: text } = await call(analyst, coordinatorRoutes.model, { parameters: { run } });
  const model = decodeModel(text);
  const learners = devices.map(({ member }) => member);
  const score = (weights: Float32Array) => accuracyOf({ training: first.training, weights }, heldOut, end);
  return {
    ...{ model, text, rho: Number(view.rhoSpent) },
    ...tally,
    here: score(model.weights),
    central: score(centralTraining(first.training, learners, end)),
    withoutPrivacy: score(federatedWithoutPrivacy(first, learners, end, ROUNDS)),
    tfjsDifference: await crossCheck(model, learners, end),
  };
}

const CHECKED = 50;

/** The optional engine computes the same local steps. */
async function crossCheck(
  { training, weights }: Model,
  members: readonly Member[],
  end: number,
): Promise<number | undefined> {
  const other = (await loadTfjsEngine())?.open(training.architecture);
  if (other === undefined) return undefined;
  const own = plainTrainer(training);
  let most = 0;
  for (const { days } of members.slice(0, CHECKED)) {
    const examples = examplesOf(days, training, end, builtIn);
    if (examples.count === 0) continue;
    const { gradient } = other.gradient(weights, examples);
    own.gradient(weights, examples).gradient.forEach((value, j) => {
      most = Math.max(most, Math.abs(value - (gradient[j] as number)));
    });
  }
  return most;
}
