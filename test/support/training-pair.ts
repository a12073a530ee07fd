// Two processes that train, and members who said yes to it.
import type { TestContext } from "vitest";
import { formatDay } from "../../src/base/calendar.ts";
import type { ClientOptions } from "../../src/client/options.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import { population } from "../../src/simulate/index.ts";
import { newDevices } from "../e2e/members.ts";
import { newPair, type Pair, type PairOptions } from "./processes.ts";

/** Of their data. */
export const lastDay = 20_480;
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
  make: typeof newPair = newPair,
): Promise<Pair> {
  return make(context, {
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

interface Pupils {
  readonly count?: number;
  /** What is otherwise with a device. */
  readonly change?: (index: number) => Partial<ClientOptions>;
}

/** Synthetic, the same however many there are. */
export const pupils = (count: number = COUNT, seed = "pupils") => population({ seed, members: count, lastDay });

export async function newPupils(pair: Pair, { count, change = () => ({}) }: Pupils = {}) {
  const { clients } = await newDevices(pair, { members: pupils(count), change });
  await Promise.all(clients.map((client) => client.consent.grant("model-training")));
  return clients;
}
