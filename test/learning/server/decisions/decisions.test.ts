import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeParse } from "../../../../src/base/schema.ts";
import { type DecisionRules, decisionRulesSchema } from "../../../../src/learning/plan/decisions.ts";
import { bestOf, decide } from "../../../../src/learning/server/decisions/decide.ts";
import {
  type ModelEvaluation,
  newHistory,
  rolledBack,
  type TrainingHistory,
  withEvaluation,
} from "../../../../src/learning/server/decisions/history.ts";
import { Random } from "../../../../src/simulate/random.ts";

const rules: DecisionRules = {
  rollback: { certainty: 3, patience: 2, most: 2 },
  stop: { certainty: 2, patience: 4, gain: 0.005 },
};
const history = (metrics: readonly number[], noiseSd = 0): TrainingHistory =>
  metrics.reduce<TrainingHistory>((all, metric, round) => withEvaluation(all, { round, metric, noiseSd }), newHistory);

describe("decisions", () => {
  test("nothing said yet, or all well: go on", () => {
    expect(decide(newHistory, rules)).toEqual({ kind: "continue" });
    expect(decide(history([0.5, 0.6, 0.7, 0.75, 0.78, 0.8, 0.82, 0.84]), rules)).toEqual({ kind: "continue" });
    expect(decide(history([0.9, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]), {})).toEqual({ kind: "continue" });
  });

  test("one low evaluation is patience's; two go back to the best, not to the last", () => {
    expect(decide(history([0.5, 0.7, 0.6]), rules).kind).toBe("continue");
    expect(decide(history([0.5, 0.7, 0.65, 0.6]), rules)).toMatchObject({ kind: "rollback", to: 1 });
    expect(decide(history([0.5, 0.7, 0.6, 0.71, 0.6]), rules).kind).toBe("continue");
  });

  test("a fall that noise makes likely is none", () => {
    expect(decide(history([0.7, 0.66, 0.66], 0.01), rules).kind).toBe("continue");
    expect(decide(history([0.7, 0.64, 0.64], 0.01), rules).kind).toBe("rollback");
    expect(decide(history([0.7, 0.7, 0.7], 0), { rollback: { certainty: 0, patience: 1, most: 1 } }).kind).toBe(
      "continue",
    );
  });

  test("ends where nothing is gained, and not where noise could hide a gain", () => {
    const flat = [0.7, 0.7, 0.7, 0.7, 0.701, 0.701, 0.701, 0.701];
    expect(decide(history(flat, 0.001), rules)).toMatchObject({ kind: "stop", best: 4 });
    expect(decide(history(flat, 0.05), rules).kind).toBe("continue");
    expect(decide(history(flat.slice(1), 0.001), rules).kind).toBe("continue");
  });

  test("after its rollbacks it ends instead", () => {
    let all = history([0.5, 0.7, 0.6, 0.6]);
    for (let count = 0; count < 2; count++) {
      expect(decide(all, rules)).toMatchObject({ kind: "rollback", to: 1 });
      all = rolledBack(all, 1);
      expect(all.evaluations.map(({ round }) => round)).toEqual([0]);
      for (const [round, value] of [0.7, 0.6, 0.6].entries())
        all = withEvaluation(all, { round: round + 1, metric: value, noiseSd: 0 });
    }
    expect(decide(all, rules)).toMatchObject({ kind: "stop", best: 1 });
  });

  test("evaluations that contradict each other, or are no numbers, are refused; the same again changes nothing", () => {
    const one = history([0.5]);
    expect(withEvaluation(one, { round: 0, metric: 0.5, noiseSd: 0 })).toBe(one);
    expect(() => withEvaluation(one, { round: 0, metric: 0.6, noiseSd: 0 })).toThrow(
      expect.objectContaining({ code: "conflict" }),
    );
    for (const bad of [{ round: -1 }, { round: 0.5 }, { metric: Number.NaN }, { noiseSd: -1 }, { noiseSd: 1 / 0 }])
      expect(() => withEvaluation(newHistory, { round: 0, metric: 0.5, noiseSd: 0, ...bad })).toThrow(
        expect.objectContaining({ code: "invalid_argument" }),
      );
  });
});

const metric = fc.double({ min: 0, max: 1, noNaN: true });
const evaluations = fc
  .array(fc.tuple(metric, fc.double({ min: 0, max: 0.1, noNaN: true })), { minLength: 1, maxLength: 20 })
  .map((all) => all.map(([value, noiseSd], round): ModelEvaluation => ({ round, metric: value, noiseSd })));

/** What a coordinator does with a virtual clock: evaluations come at times of their own, twice or late, and it starts again from JSON. */
function atTimes(all: readonly ModelEvaluation[], times: readonly number[], restarts: readonly number[]) {
  const events = [...all, ...all].map((evaluation, i) => ({ evaluation, at: times[i % times.length] as number, i }));
  let kept = newHistory;
  for (const [now, { evaluation }] of events.sort((a, b) => a.at - b.at || a.i - b.i).entries()) {
    if (restarts.includes(now)) kept = JSON.parse(JSON.stringify(kept)) as TrainingHistory;
    kept = withEvaluation(kept, evaluation);
  }
  return kept;
}

describe("whatever the clock does", () => {
  test("the same evaluations, in any order, told twice, over restarts, make the same decision", () => {
    const times = fc.array(fc.nat(1000), { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(evaluations, times, fc.array(fc.nat(40)), (all, at, restarts) => {
        const straight = all.reduce<TrainingHistory>(withEvaluation, newHistory);
        const late = atTimes(all, at, restarts);
        expect(late).toEqual(straight);
        expect(decide(late, rules)).toEqual(decide(straight, rules));
      }),
    );
  });

  test("a training that follows decisions always ends, and goes back only to models that it had", () => {
    fc.assert(
      fc.property(fc.infiniteStream(metric), (metrics) => {
        let all = newHistory;
        let [round, steps] = [0, 0];
        for (const value of metrics) {
          steps += 1;
          all = withEvaluation(all, { round, metric: value, noiseSd: 0.01 });
          const decision = decide(all, rules);
          if (decision.kind === "stop" || round === 30) break;
          if (decision.kind === "rollback") {
            expect(decision.to).toBeLessThan(round);
            expect(bestOf(all.evaluations)?.round).toBe(decision.to);
            all = rolledBack(all, decision.to);
            round = decision.to;
          } else round += 1;
        }
        expect(steps).toBeLessThanOrEqual(31 * 3);
      }),
    );
  });
});

test("of 400 trainings that stay as good as they are, noise turns back one in 25 at most; of those that fall, it hides none", () => {
  const random = new Random("decisions");
  const run = (drop: number) => {
    let all = newHistory;
    for (let round = 0; round < 30; round++) {
      all = withEvaluation(all, { round, metric: random.normal(0.7 - (round > 15 ? drop : 0), 0.02), noiseSd: 0.02 });
      if (decide(all, { rollback: { certainty: 3, patience: 2, most: 1 } }).kind === "rollback") return true;
    }
    return false;
  };
  const shares = [0, 0.2].map((drop) => Array.from({ length: 400 }, () => run(drop)).filter(Boolean).length / 400);
  expect(shares[0]).toBeLessThan(0.04);
  expect(shares[1]).toBe(1);
});

test("rules are numbers within bounds, and either may be left out", () => {
  for (const good of [rules, {}, { stop: rules.stop }]) expect(safeParse(decisionRulesSchema, good).success).toBe(true);
  for (const wrong of [
    { rollback: { certainty: -1, patience: 2, most: 1 } },
    { rollback: { certainty: 1, patience: 0, most: 1 } },
    { stop: { certainty: 1, patience: 2, gain: Number.NaN } },
    { other: 1 },
  ])
    expect(safeParse(decisionRulesSchema, wrong).success).toBe(false);
});
