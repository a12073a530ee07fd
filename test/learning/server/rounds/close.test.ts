// A round's release into a model: one round after the other to the bits of before rounds could overlap, and several that overlap.
import { describe, expect, test } from "vitest";
import { concat, toBase64Url, utf8 } from "../../../../src/base/bytes.ts";
import { attendanceDraft } from "../../../../src/learning/plan/attendance.ts";
import { boundsOf } from "../../../../src/learning/plan/training/bounds.ts";
import type { TrainingDraft } from "../../../../src/learning/plan/training/draft.ts";
import { encodeTraining, type TrainingManifest } from "../../../../src/learning/plan/training/manifest.ts";
import { weightsBytes } from "../../../../src/learning/plan/weights.ts";
import { newHistory } from "../../../../src/learning/server/decisions/history.ts";
import { startOptimiser } from "../../../../src/learning/server/optimisers/index.ts";
import { closeRound, type Standing } from "../../../../src/learning/server/rounds/close.ts";
import { rotationOf } from "../../../../src/learning/server/rounds/rotation.ts";
import { stalenessWeight } from "../../../../src/learning/server/rounds/staleness.ts";
import { nodeCrypto } from "../../../../src/platform/node/index.ts";
import { firstRound } from "../../days.ts";

async function begun(change: Partial<TrainingDraft> = {}): Promise<Standing> {
  const draft = { ...attendanceDraft({ metrics: ["steps", "visits"], rounds: 4 }), ...change };
  const { training, weights } = await firstRound(draft);
  const optimiser = startOptimiser(training.optimiser, weights.length);
  return { training, weights, optimiser, history: newHistory, line: [training.weights], decoded: [] };
}

/** Released integers of no meaning, other ones for every seed. */
const released = (training: TrainingManifest, seed: number) => ({
  training,
  values: Array.from({ length: boundsOf(training).dimension }, (_, i) => Math.round(1e6 * Math.sin(7 * i + seed))),
  variance: 1e6,
});
const none = () => Promise.reject(new Error("nothing goes back"));

const judged = {
  evaluation: { heldOut: 0.2, losses: [0.5] },
  optimiser: { kind: "fedadam", learningRate: 0.5, beta1: 0.9, beta2: 0.99, adaptivity: 0.01 },
} satisfies Partial<TrainingDraft>;

/** Computed with the code of before rounds could overlap (main at 6ea9e60), over manifests and weights of four rounds. */
const BEFORE = "6jlCCJSRmcWKorSLLdqRHnhk827EmiD7rERqwA5jaYY";

test.each([[undefined], [1]])("one after the other (overlap %s), to the same bits as ever", async (overlap) => {
  let standing = await begun({
    ...judged,
    ...(overlap && { overlap }),
    adaptiveClip: { quantile: 0.5, rate: 0.2, share: 0.1, least: 0.1, most: 10 },
    decisions: { rollback: { certainty: 1, patience: 1, most: 1 } },
  });
  const models = new Map([[standing.training.weights, standing.weights]]);
  let all = new Uint8Array(0);
  const kinds: string[] = [];
  for (let round = 1; round <= 4; round++) {
    const modelOf = async (hash: string) => models.get(hash) as Float32Array;
    const closed = await closeRound(nodeCrypto, standing, released(standing.training, round), modelOf);
    expect(closed.behind).toBe(0);
    kinds.push(closed.decision.kind);
    standing = closed.next;
    models.set(standing.training.weights, standing.weights);
    all = concat(all, utf8(encodeTraining(standing.training)), weightsBytes(standing.weights));
  }
  expect(kinds).toEqual(["continue", "continue", "rollback", "continue"]);
  expect(toBase64Url(await nodeCrypto.sha256(all))).toBe(BEFORE);
});

describe("rounds that overlap", () => {
  /** A round of this number, as it is asked when the training stands so. */
  const asked = async ({ training }: Standing, number: number): Promise<TrainingManifest> => ({
    ...training,
    round: { ...training.round, number },
    update: {
      ...training.update,
      rotation: await rotationOf(nodeCrypto, { run: training.run, number, weights: training.weights }),
    },
  });
  const moveOf = (from: Float32Array, to: Float32Array) => to.map((weight, i) => weight - (from[i] as number));

  test("move the present model by their release times 1/√(1 + τ), whatever they began on", async () => {
    const first = await begun({ overlap: 3, moveMax: 100 });
    const rounds = await Promise.all([1, 2, 3].map((number) => asked(first, number)));
    let standing = first;
    for (const [behind, round] of rounds.entries()) {
      // Alone it would move the first model so.
      const alone = await closeRound(nodeCrypto, first, released(round, 5), none);
      const closed = await closeRound(nodeCrypto, standing, released(round, 5), none);
      expect(closed).toMatchObject({ behind, held: false });
      const [whole, part] = [alone, closed].map(({ next }, i) =>
        moveOf(i ? standing.weights : first.weights, next.weights),
      );
      part?.forEach((cell, i) => {
        expect(cell).toBeCloseTo((whole?.[i] as number) / Math.sqrt(1 + behind), 5);
      });
      expect(closed.next.training.overlap).toEqual({ most: 3, steps: behind + 1 });
      standing = closed.next;
    }
    // All three were asked: the fourth comes next, on the newest model.
    expect(standing.training).toMatchObject({ round: { number: 4 }, weights: standing.line[3] });
    expect(standing.line).toHaveLength(4);
  });

  test("in another order come to another model; in the same one to the same bits", async () => {
    const first = await begun({ overlap: 2, optimiser: judged.optimiser });
    const rounds = [released(await asked(first, 1), 1), released(await asked(first, 2), 2)];
    const through = async (order: readonly (typeof rounds)[number][]) => {
      let standing = first;
      for (const round of order) standing = (await closeRound(nodeCrypto, standing, round, none)).next;
      return standing.training.weights;
    };
    expect(await through(rounds)).toBe(await through([...rounds]));
    expect(await through([...rounds].reverse())).not.toBe(await through(rounds));
  });

  test("the limit of a step holds for each, and the number that comes next is the first that was never asked", async () => {
    const first = await begun({ overlap: 2, moveMax: 0.01 });
    const standing = { ...first, training: await asked(first, 3) };
    const closed = await closeRound(nodeCrypto, standing, released(await asked(first, 2), 9), none);
    expect(closed.held).toBe(true);
    expect(Math.hypot(...moveOf(first.weights, closed.next.weights))).toBeLessThanOrEqual(0.01);
    expect(closed.next.training.round.number).toBe(3);
  });

  test("what held-out members say is of the model that their round began with, and said once", async () => {
    const first = await begun({ overlap: 2, evaluation: judged.evaluation });
    const rounds = await Promise.all([1, 2].map((number) => asked(first, number)));
    let standing = first;
    for (const [i, round] of rounds.entries())
      standing = (await closeRound(nodeCrypto, standing, released(round, i), none)).next;
    expect(standing.history.evaluations.map(({ round }) => round)).toEqual([0]);
  });

  test("a round on a model that there is not yet is none", async () => {
    const first = await begun({ overlap: 2 });
    const ahead = { ...first.training, overlap: { most: 2, steps: 1 } };
    await expect(closeRound(nodeCrypto, first, released(ahead, 1), none)).rejects.toMatchObject({ code: "internal" });
  });

  test("weights are exactly 1 of the present model, and never rise", () => {
    expect(stalenessWeight(0)).toBe(1);
    for (let behind = 0; behind < 10_000; behind++)
      expect(stalenessWeight(behind + 1)).toBeLessThan(stalenessWeight(behind));
  });

  test.each<[string, Partial<TrainingDraft>, string]>([
    ["correlated noise", { stream: { rho: "1", separation: 2 }, rhoPerRound: undefined as never }, "one order only"],
    [
      "a clip that follows",
      { adaptiveClip: { quantile: 0.5, rate: 0.2, share: 0.1, least: 0.1, most: 10 } },
      "clip is fixed",
    ],
    ["a way back by rule", { decisions: { rollback: { certainty: 1, patience: 1, most: 1 } } }, "for the operator"],
    ["an end by rule", { decisions: { stop: { certainty: 1, patience: 1, gain: 0 } } }, "for the operator"],
  ])("are refused with %s, before anything is asked", async (_, change, why) => {
    await expect(begun({ overlap: 2, ...change })).rejects.toMatchObject({
      code: "invalid_query",
      message: expect.stringContaining(why),
    });
  });
});
