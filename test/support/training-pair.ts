// Two processes that train, and members who said yes to it.
import type { TestContext } from "vitest";
import { formatDay } from "../../src/base/calendar.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import { population } from "../../src/simulate/index.ts";
import { newDevices } from "../e2e/members.ts";
import { newPair, type Pair, type PairOptions } from "./processes.ts";

const lastDay = 20_480;
const COUNT = 8;

export const trainingDraft = (change: Partial<TrainingDraft> = {}): TrainingDraft => ({
  ...attendanceDraft({ metrics: ["steps", "visits"], rounds: 2, rhoPerRound: "0.03" }),
  cohort: { expected: COUNT, least: 5, most: COUNT },
  end: formatDay(lastDay),
  ...change,
});

/** Whose helper takes part in training; nothing runs yet. */
export function newTrainingPair(
  context: Pick<TestContext, "onTestFinished">,
  options: PairOptions = {},
): Promise<Pair> {
  return newPair(context, {
    ...options,
    helper: {
      policy: {
        purposes: ["service-improvement", "model-training"],
        metrics: ["steps", "visits"],
        training: true,
        rhoPerTask: "1",
        rhoPerEpoch: "3",
        rhoPerYear: "12",
        minBatchFloor: 5,
        windowAgeDaysMax: 36_500,
      },
      ...options.helper,
    },
  });
}

export async function newPupils(pair: Pair) {
  const members = population({ seed: "pupils", members: COUNT, lastDay });
  const { clients } = await newDevices(pair, { members });
  await Promise.all(clients.map((client) => client.consent.grant("model-training")));
  return clients;
}
