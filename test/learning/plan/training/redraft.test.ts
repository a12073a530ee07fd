// A draft that was taken from a manifest makes the same manifest again.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readDraft, type TrainingDraft } from "../../../../src/learning/plan/training/draft.ts";
import { redraft } from "../../../../src/learning/plan/training/redraft.ts";
import { roundTask } from "../../../../src/learning/server/rounds/task.ts";
import { top } from "../../../house/files.ts";
import { firstRound } from "../../days.ts";

const example = readDraft(JSON.parse(readFileSync(join(top, "examples/attendance.training.json"), "utf8")));
const { rhoPerRound: _, ...free } = example;

test.each<[string, TrainingDraft]>([
  ["the example", example],
  ["formulas", { ...example, label: { ...example.label, value: "min(steps, 20000) / (1 + visits) - 3" } }],
  ["proofs", { ...example, sharing: "verified" }],
  [
    "64 bits, an optimiser, hidden layers",
    {
      ...example,
      ...{ bits: 64, optimiser: { kind: "fedadam", learningRate: 0.1, beta1: 0.9, beta2: 0.99, adaptivity: 0.01 } },
      layers: [{ kind: "dense", units: 3, activation: "relu" }],
      examples: { count: 3, everyDays: 14 },
    },
  ],
  [
    "what rides along",
    {
      ...example,
      evaluation: { heldOut: 0.2, losses: [0.5, 1] },
      adaptiveClip: { quantile: 0.5, rate: 0.2, share: 0.1, least: 0.1, most: 10 },
      decisions: { rollback: { certainty: 2, patience: 1, most: 3 } },
      moveMax: 3,
    },
  ],
  ["rounds that overlap", { ...example, overlap: 3 }],
  ["a stream", { ...free, rounds: 16, stream: { rho: "0.75", separation: 4, days: 40 } }],
])("%s", async (_, draft) => {
  const first = await firstRound(draft);
  const { rho, minBatch } = roundTask(first.training, first.terms);
  const again = readDraft(JSON.parse(JSON.stringify(redraft(first.training, { nanoRho: BigInt(rho), minBatch }))));
  expect(await firstRound(again)).toEqual(first);
});

test("another seed is not in a manifest: the first weights are those of the name", async () => {
  const first = await firstRound({
    ...example,
    seed: "another",
    layers: [{ kind: "dense", units: 4, activation: "tanh" }],
  });
  const { rho, minBatch } = roundTask(first.training, first.terms);
  const again = await firstRound(redraft(first.training, { nanoRho: BigInt(rho), minBatch }));
  expect(again.training.weights).not.toBe(first.training.weights);
  expect(again.weights).toHaveLength(first.weights.length);
});
