// The helper's own rules for trainings: each refuses by its name, before anything is reserved at either service.
import { describe, expect, test } from "vitest";
import { formatDay } from "../../src/base/calendar.ts";
import {
  labelKinds,
  layerKinds,
  outputKinds,
  sharingKinds,
  type TrainingPolicy,
} from "../../src/helper/training-policy.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { lastDay } from "../support/questions.ts";

const all: TrainingPolicy = {
  ...{ layers: layerKinds, outputs: outputKinds, labels: labelKinds, sharing: sharingKinds },
  ...{ parametersMax: 1000, roundsMax: 10, rhoPerRound: 50_000_000n, rhoPerTraining: 120_000_000n, streams: true },
};
const draft = (change: Partial<TrainingDraft> = {}): TrainingDraft => {
  const { rhoPerRound = "", ...rest } = attendanceDraft({
    metrics: ["steps", "visits"],
    rounds: 3,
    rhoPerRound: "0.04",
  });
  return {
    ...rest,
    ...(change.stream === undefined && { rhoPerRound }),
    ...{ cohort: { expected: 12, least: 5, most: 12 }, end: formatDay(lastDay) },
    ...change,
  };
};
const streamed = (rho: string): Partial<TrainingDraft> => ({ rounds: 6, stream: { rho, separation: 3 } });

function clusterWith(change: Partial<TrainingPolicy>) {
  let now = 1_770_000_000_000;
  const cluster = newCluster({
    ...{ noise: noNoise, clock: { now: () => now } },
    policy: { trainings: { ...all, ...change } },
  });
  const pass = (ms: number) => {
    now += ms;
  };
  return { cluster, trainings: cluster.coordinator.trainings, pass };
}

describe("refused by name, with nothing spent", () => {
  test.each<[keyof TrainingPolicy, Partial<TrainingPolicy>, Partial<TrainingDraft>, string]>([
    [
      "layers",
      { layers: ["flatten"] },
      { layers: [{ kind: "dense", units: 2, activation: "relu" }] },
      "has dense, it takes flatten",
    ],
    ["layers", { layers: [] }, { layers: [{ kind: "dense", units: 2, activation: "relu" }] }, "it takes none"],
    ["outputs", { outputs: ["linear", "softmax"] }, {}, "has logistic"],
    ["labels", { labels: ["class"] }, {}, "has falls-below"],
    ["sharing", { sharing: ["verified"] }, {}, "has additive"],
    ["metrics", { metrics: ["steps"] }, {}, "has visits"],
    ["parametersMax", { parametersMax: 3 }, {}, "at most 3 are trained"],
    ["roundsMax", { roundsMax: 2 }, {}, "has 3 rounds, at most 2"],
    ["rhoPerRound", { rhoPerRound: 39_999_999n }, {}, "a round costs 40000000 nano-rho"],
    ["rhoPerTraining", { rhoPerTraining: 119_999_999n }, {}, "all rounds would cost 120000000 nano-rho"],
    ["rhoPerTraining", {}, streamed("0.13"), "all rounds would cost 130000000 nano-rho"],
    ["streams", { streams: false }, streamed("0.1"), "would be kept"],
  ])("%s (%#)", async (rule, policy, change, why) => {
    const { cluster, trainings } = clusterWith(policy);
    const refusal = trainings.begin(draft(change));
    await expect(refusal).rejects.toMatchObject({ code: "policy_refused" });
    await expect(refusal).rejects.toThrow(`rule trainings.${rule} says no`);
    await expect(refusal).rejects.toThrow(why);
    for (const store of [cluster.coordinatorStore, cluster.helperStore])
      expect(await store.read((rows) => rows.events())).toEqual([]);
  });
});

test("the control: what all rules allow begins, a stream that costs more than a round may too", async () => {
  for (const change of [{}, streamed("0.12")]) {
    const { trainings } = clusterWith({});
    expect(await trainings.begin(draft(change))).toMatchObject({ phase: "running" });
  }
});

test("rounds that are asked again count: the ceiling holds for what was debited, by the helper's own rows", async () => {
  const { cluster, trainings, pass } = clusterWith({});
  const { run } = await trainings.begin(draft());
  for (let attempt = 0; attempt < 2; attempt++) {
    pass(2 * 3_600_000);
    expect(await trainings.advanceAll()).toEqual([]);
  }
  expect(await cluster.helperStore.read((rows) => rows.trained(run))).toBe(120_000_000n);
  pass(2 * 3_600_000);
  await trainings.advanceAll();
  expect(await trainings.one(run)).toMatchObject({ phase: "stalled", rhoSpent: "0.12" });
  const why = "would have cost 160000000 nano-rho here";
  const before = await cluster.coordinatorStore.read((rows) => rows.events());
  // It runs again, and says that it is kept; whoever asks for the step itself is refused. Nothing is reserved by either.
  expect(await trainings.steer(run, { action: "resume" })).toMatchObject({
    ...{ phase: "running", rhoSpent: "0.12", round: { number: 1, task: null } },
    because: expect.stringMatching(`kept from its next step, and tries it again: .*${why}`),
  });
  await expect(trainings.steer(run, { action: "advance" })).rejects.toThrow(why);
  expect(await trainings.advanceAll()).toEqual([expect.stringContaining(why)]);
  expect(await cluster.helperStore.read((rows) => rows.trained(run))).toBe(120_000_000n);
  expect(await cluster.coordinatorStore.read((rows) => rows.events())).toEqual(before);
});
