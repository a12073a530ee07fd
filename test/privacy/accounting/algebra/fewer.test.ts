// Parts taken together: plans that tell more, or less, for certain, and by little.
import { describe, expect, test } from "vitest";
import { type Run, runsOf } from "../../../../src/privacy/accounting/algebra/compose.ts";
import { fewerRuns } from "../../../../src/privacy/accounting/algebra/fewer.ts";
import { privacyLossOf } from "../../../../src/privacy/accounting/pld/privacy-loss.ts";
import { rdpOf } from "../../../../src/privacy/accounting/rdp/of-event.ts";
import { epsilonOfShuffle } from "../../../../src/privacy/accounting/shuffle.ts";
import { examples, more, withField } from "../every-event.ts";

const laplace = (noiseMultiplier: number) => ({ mechanism: "laplace", noiseMultiplier }) as const;
const run = (event: unknown, count = 1) => ({ event, count }) as Run;
const total = (runs: readonly Run[]) => runs.reduce((sum, { count }) => sum + count, 0);

test("few parts stay as they are", () => {
  const runs = [run(laplace(1)), run(laplace(2), 5)];
  expect(fewerRuns(runs, 2, "stronger")).toBe(runs);
});

test("fields become the most, or the least, telling of those taken together", () => {
  const sampled = (probability: number, noise: number) => ({
    mechanism: "poisson-sampled",
    probability,
    event: laplace(noise),
  });
  const runs = [run(sampled(0.1, 2), 3), run(sampled(0.101, 2.01)), run(laplace(7))];
  expect(fewerRuns(runs, 2, "stronger")).toEqual([run(sampled(0.101, 2), 4), run(laplace(7))]);
  expect(fewerRuns(runs, 2, "weaker")).toEqual([run(sampled(0.1, 2.01), 4), run(laplace(7))]);
});

test("fractions are compared exactly", () => {
  const at = (scale: string) =>
    run({
      mechanism: "discrete-laplace",
      unit: "member",
      neighbouring: "zero-out",
      sensitivity: { norm: "l1", bound: "1" },
      scale,
    });
  const [low, high] = [at("100000000000000000001/10000000000000000"), at("50000000000000000001/5000000000000000")];
  expect(fewerRuns([low, high], 1, "stronger")).toEqual([{ ...low, count: 2 }]);
  expect(fewerRuns([high, low], 1, "weaker")).toEqual([{ ...high, count: 2 }]);
});

test("what differs in more than a number, and what a selection hides, is never taken together", () => {
  const selected = (event: unknown) => ({ mechanism: "repeat-and-select", mean: 3, shape: 1, event });
  const response = (probability: number, buckets = 3) => ({ mechanism: "randomized-response", probability, buckets });
  const runs = [run(response(0.5)), run(response(0.5, 4)), run(selected(response(0.5))), run(selected(response(0.6)))];
  expect(fewerRuns(runs, 1, "stronger")).toHaveLength(4);
  expect(fewerRuns([run(selected(laplace(1))), run(selected(laplace(2)))], 1, "weaker")).toEqual([
    run(selected(laplace(2)), 2),
  ]);
});

test("nothing is taken together where counts would pass 2^53 - 1", () => {
  const runs = [run(laplace(1), Number.MAX_SAFE_INTEGER), run(laplace(2))];
  expect(fewerRuns(runs, 1, "stronger")).toBe(runs);
});

describe("the stronger tells at least as much", () => {
  for (const { neighbouring, event, knobs } of examples)
    for (const field of Object.keys(knobs))
      test(`${event.mechanism}, ${field}, ${neighbouring}`, () => {
        const runs = [event, withField(event, field, more)].flatMap((one) =>
          runsOf(one as never).map(({ event: inner }) => run(inner)),
        );
        const [up, down] = (["stronger", "weaker"] as const).map((towards) => fewerRuns(runs, 1, towards));
        expect(total(up as Run[])).toBe(2);
        if (up?.length !== 1 || down?.length !== 1) return;
        for (const delta of [1e-3, 1e-6]) {
          const [most, first, second, least] = [up[0], runs[0], runs[1], down[0]].map((one) =>
            bounds((one as Run).event, neighbouring, delta),
          );
          for (const one of [first, second]) {
            expect(one?.lower).toBeLessThanOrEqual(most?.upper as number);
            expect(least?.lower).toBeLessThanOrEqual(one?.upper as number);
          }
        }
      });
});

/** Of an accountant that knows the event. */
function bounds(
  event: never | Run["event"],
  neighbouring: never | "zero-out" | "replace-one" | "add-or-remove-one",
  delta: number,
) {
  if (event.mechanism === "shuffled") {
    const { lower, upper } = epsilonOfShuffle(event.localEpsilon, event.reports, delta);
    return { lower, upper };
  }
  try {
    return privacyLossOf(event as never, neighbouring).epsilon(delta);
  } catch {
    const { epsilon } = rdpOf(event as never, neighbouring).epsilon(delta);
    return { lower: epsilon * (1 - 1e-9), upper: epsilon * (1 + 1e-9) };
  }
}

test("a thousand parts are bounded from either side by near plans", () => {
  const parts = Array.from({ length: 1000 }, (_, i) => run(laplace(50 + i / 70)));
  const [up, down] = (["stronger", "weaker"] as const).map((towards) => fewerRuns(parts, 256, towards));
  for (const [merged, sign] of [
    [up, 1],
    [down, -1],
  ] as const) {
    expect(merged).toHaveLength(256);
    expect(total(merged as Run[])).toBe(1000);
    const sum = (runs: readonly Run[]) =>
      runs.reduce((all, { event, count }) => all + count / (event as ReturnType<typeof laplace>).noiseMultiplier, 0);
    const ratio = sum(merged as Run[]) / sum(parts);
    expect(sign * (ratio - 1)).toBeGreaterThan(0);
    expect(sign * (ratio - 1)).toBeLessThan(2e-3);
  }
});
