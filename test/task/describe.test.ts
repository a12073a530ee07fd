import { expect, test } from "vitest";
import { describeProduct } from "../../src/task/describe.ts";
import type { Part } from "../../src/task/encoders/kinds.ts";
import type { StatisticsSource } from "../../src/task/statistics.ts";

const mean = (metric: "rhr" | "sleep") =>
  ({
    kind: "mean",
    expression: { metric },
    times: 1,
    daysMin: 3,
  }) as const satisfies StatisticsSource["values"][number];
const source: StatisticsSource = { kind: "statistics", values: [mean("rhr"), mean("sleep")], where: [], answers: [] };

test.each([
  [[0], 1, "your average daily resting heart rate, rounded"],
  [[0], 3, "your average daily resting heart rate, rounded, with powers up to 3"],
  [
    [0, 1],
    4,
    "your average daily resting heart rate and your average daily sleep, rounded, with their products and powers up to 4",
  ],
] as const)("moments of %j up to order %i", (values, order, words) => {
  const part = { kind: "moments", values: [...values], order } as unknown as Part;
  expect(describeProduct(source, { kind: "product", groups: [], parts: [part] })).toBe(words);
});
