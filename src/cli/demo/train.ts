// The same pipe trains: rounds over the same services and phones, each a task with a debit; then how good it got.
import { type Service as ApiService, call } from "../../api/call.ts";
import { coordinatorRoutes } from "../../api/routes.ts";
import { formatDay } from "../../base/calendar.ts";
import { attendancePlan } from "../../learning/plan/attendance.ts";
import { decodePlan, encodePlan, type TrainingPlan } from "../../learning/plan/plan.ts";
import type { Member } from "../../records/types.ts";
import { accuracyOf, centralTraining, federatedWithoutPrivacy } from "../../simulate/training/index.ts";
import { type Device, syncAll } from "./devices.ts";
import type { Membership } from "./members.ts";
import type { Terminal } from "./terminal.ts";

const ROUNDS = 5;
/** ρ of one round, of one aggregator's noise. */
const ROUND_RHO = "0.03";

export interface Trained {
  /** With the weights after the last round. */
  readonly plan: TrainingPlan;
  readonly uploaded: number;
  readonly null: number;
  readonly rho: number;
  readonly accuracy: number;
  readonly central: number;
  readonly withoutPrivacy: number;
  /** Held-out members who answered with "no" alone would be right this often. */
  readonly majority: number;
}

export interface Classroom {
  readonly analyst: ApiService;
  readonly devices: readonly Device[];
  readonly heldOut: readonly Member[];
  readonly membership: Membership;
  readonly minCohort: number;
  readonly terminal: Terminal;
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
  const first = { ...attendancePlan({ metrics: [...membership.metrics] }), rounds: ROUNDS };
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
  const score = (weights: readonly number[]) => accuracyOf(weights, first, heldOut, end).accuracy;
  const nobody = first.weights.map((_, j) => (j === first.weights.length - 1 ? -1 : 0));
  return {
    plan,
    ...tally,
    accuracy: score(plan.weights),
    central: score(centralTraining(first, learners, end)),
    withoutPrivacy: score(federatedWithoutPrivacy(first, learners, end, ROUNDS)),
    majority: score(nobody),
  };
}
