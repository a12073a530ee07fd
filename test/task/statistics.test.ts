import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/task/answers.ts";
import type { Part } from "../../src/task/encoders/kinds.ts";
import type { ProductEncoder } from "../../src/task/encoders/product.ts";
import { attributeListsOf, metricsOf } from "../../src/task/metrics/reads.ts";
import { checkStatistics, type StatisticsSource } from "../../src/task/statistics.ts";
import { type SourceValue, valueRange } from "../../src/task/values.ts";

const mean = (metric: string, times = 1): SourceValue => ({ kind: "mean", expression: { metric }, times, daysMin: 7 });
const histogram = (value: number, ...edges: number[]): Part => ({
  kind: "histogram",
  value,
  edges,
  weight: 1,
  fanout: null,
});
const moments = (values: number[], clip: [number, number][]): Part => ({
  kind: "moments",
  values,
  clip,
  order: 4,
  resolution: 100,
  weight: 1,
});
const events = (value: string, cap: number): Part => ({ kind: "events", value: 0, values: [value], cap, weight: 1 });
const source = (...values: SourceValue[]): StatisticsSource => ({ kind: "statistics", values, where: [], answers: [] });
/** One answer that each part can give. */
const answered = (from: StatisticsSource, { parts }: ProductEncoder): StatisticsSource => ({
  ...from,
  answers: parts.map((each, part): Answer => {
    if (each.kind === "moments") return { statistic: each.values.length === 2 ? "correlation" : "mean", part };
    if (each.kind === "category" || each.kind === "events") return { statistic: "top", part, limit: 1 };
    return { statistic: "count", part };
  }),
});
const window = { start: 20_000, end: 20_028 };
const of = (...parts: Part[]): ProductEncoder => ({ kind: "product", groups: [], parts });

test("what is read is what the values and the encoder name", () => {
  const both = source(mean("rhr"), { kind: "attribute", attribute: "plan" });
  const filtered: StatisticsSource = { ...both, where: [{ attribute: "site", values: ["north"] }] };
  const plans: Part = { kind: "category", value: 1, values: ["a", "b"], weight: 1 };
  const encoder = { ...of(histogram(0, 40, 60), plans), groups: [{ attribute: "ageBand", values: ["18-24"] }] };
  expect(metricsOf(filtered)).toEqual(["rhr"]);
  const lists = attributeListsOf({ source: filtered, encoder });
  expect(lists.map(({ attribute }) => attribute)).toEqual(["ageBand", "site", "plan"]);
  expect(valueRange(mean("steps", 7))).toEqual([0, 210_000]);
  const sleep = { expression: { metric: "sleep" }, times: 1, daysMin: 1, op: ">=", value: 400 } as const;
  const thresholded: StatisticsSource = {
    ...source({ kind: "all", of: [sleep] }, {
      ...sleep,
      expression: { metric: "steps" },
      kind: "trend",
      periods: 2,
    } as never),
    thresholds: [{ ...sleep, expression: { metric: "spo2" }, value: 90 }],
  };
  expect(metricsOf(thresholded)).toEqual(["sleep", "steps", "spo2"]);
});

describe("parts read values of their own kind, within their public ranges", () => {
  test.each<[StatisticsSource, ProductEncoder]>([
    [source(mean("rhr")), of(histogram(0, 35, 60, 110))],
    [
      source(mean("rhr"), mean("sleep")),
      of(
        moments(
          [0, 1],
          [
            [40, 100],
            [0, 840],
          ],
        ),
      ),
    ],
    [
      source(mean("rhr"), mean("sleep")),
      of(
        moments(
          [1, 0],
          [
            [0, 840],
            [40, 100],
          ],
        ),
      ),
    ],
    [source({ kind: "presence" }), of(histogram(0, 0, 2))],
    [source(mean("visits", 7)), of(moments([0], [[0, 21]]))],
    [source({ kind: "events", attribute: "visitHours" }), of(events("mon 18", 6))],
    [source({ kind: "events", attribute: "visitHours" }), of(events("mon 18", 1))],
  ])("holds %#", (from, encoder) => {
    expect(() => checkStatistics(answered(from, encoder), encoder, window)).not.toThrow();
  });

  test.each<[string, StatisticsSource, ProductEncoder]>([
    ["reads value 2 of 1", source(mean("rhr")), of(histogram(1, 40, 60))],
    ["read by no part", source(mean("rhr"), mean("sleep")), of(histogram(0, 40, 60))],
    ["leave the value's public range, 35 to 110", source(mean("rhr")), of(histogram(0, 34, 60))],
    ["leave the value's public range, 35 to 110", source(mean("rhr")), of(histogram(0, 35, 111))],
    [
      "leave the value's public range, 0 to 840",
      source(mean("rhr"), mean("sleep")),
      of(
        moments(
          [0, 1],
          [
            [40, 100],
            [0, 841],
          ],
        ),
      ),
    ],
    ["cannot read a value of kind attribute", source({ kind: "attribute", attribute: "plan" }), of(histogram(0, 0, 1))],
    [
      "cannot read a value of kind mean",
      source(mean("rhr")),
      of({ kind: "category", value: 0, values: ["a"], weight: 1 }),
    ],
    ["at most 6 values of visitHours, not 7", source({ kind: "events", attribute: "visitHours" }), of(events("a", 7))],
    ["site is no list of events", source({ kind: "events", attribute: "site" }), of(events("north", 1))],
    ["bliss is no list of events", source({ kind: "events", attribute: "bliss" }), of(events("north", 1))],
    [
      "an events part cannot read a value of kind attribute".slice(3),
      source({ kind: "attribute", attribute: "site" }),
      of(events("a", 1)),
    ],
    [
      "visitHours is a list of events",
      source({ kind: "attribute", attribute: "visitHours" }),
      of({ kind: "category", value: 0, values: ["mon 18"], weight: 1 }),
    ],
    [
      "nothing is filtered or split by it",
      { ...source(mean("rhr")), where: [{ attribute: "visitHours", values: ["mon 18"] }] },
      of(histogram(0, 40, 60)),
    ],
    [
      "nothing is filtered or split by it",
      source(mean("rhr")),
      { ...of(histogram(0, 40, 60)), groups: [{ attribute: "visitHours", values: ["mon 18"] }] },
    ],
    ["leave the value's public range", source(mean("rhr")), of(moments([0], [[35, 111]]))],
    ["has none of 7 days", source(mean("rhr", 7)), of(histogram(0, 300, 700))],
    ["unknown metric", source(mean("bliss")), of(histogram(0, 0, 1))],
    [
      "days of the window before and after",
      source({ kind: "change", expression: { metric: "rhr" }, times: 1, daysMin: 1, since: 20_000 }),
      of(moments([0], [[-10, 10]])),
    ],
    [
      "leave the value's public range, -75 to 75",
      source({ kind: "change", expression: { metric: "rhr" }, times: 1, daysMin: 1, since: 20_014 }),
      of(moments([0], [[-75, 76]])),
    ],
    [
      "are not 3 periods of whole days",
      source({ kind: "trend", expression: { metric: "rhr" }, times: 1, daysMin: 1, periods: 3 }),
      of(moments([0], [[-10, 10]])),
    ],
    [
      "a period is outside of the window",
      source({ ...mean("rhr"), kind: "mean", days: { start: 20_021, end: 20_029 } } as SourceValue),
      of(histogram(0, 40, 60)),
    ],
    [
      "lies outside of the range",
      source({ kind: "all", of: [{ expression: { metric: "rhr" }, times: 1, daysMin: 1, op: "<", value: 35 }] }),
      of(histogram(0, 0, 1, 2)),
    ],
    [
      "has none of 7 days",
      source({ kind: "all", of: [{ expression: { metric: "rhr" }, times: 7, daysMin: 1, op: "<", value: 400 }] }),
      of(histogram(0, 0, 1, 2)),
    ],
    [
      "lies outside of the range",
      {
        ...source(mean("rhr")),
        thresholds: [{ expression: { metric: "sleep" }, times: 1, daysMin: 1, op: ">=", value: 840 }],
      },
      of(histogram(0, 40, 60)),
    ],
    [
      "one condition an attribute",
      {
        ...source(mean("rhr")),
        where: [
          { attribute: "site", values: ["a"] },
          { attribute: "site", values: ["b"] },
        ],
      },
      of(histogram(0, 40, 60)),
    ],
  ])("%s", (why, from, encoder) => {
    expect(() => checkStatistics(answered(from, encoder), encoder, window)).toThrow(why);
  });
});

describe("answers are read off parts that hold them", () => {
  const from = source(mean("rhr"), mean("sleep"));
  const encoder = of(
    histogram(0, 40, 60, 80),
    moments(
      [0, 1],
      [
        [40, 100],
        [0, 840],
      ],
    ),
  );
  const with_ =
    (...answers: Answer[]) =>
    () =>
      checkStatistics({ ...from, answers }, encoder, window);
  const pair: Answer = { statistic: "slope", part: 1 };

  test("as they do", () => {
    expect(with_({ statistic: "share", part: 0, atLeast: 60 }, pair)).not.toThrow();
    expect(
      with_({ statistic: "quantile", part: 0, levels: [0.5] }, { statistic: "stddev", part: 0 }, pair),
    ).not.toThrow();
  });

  test.each<[string, Answer[]]>([
    ["no part 3", [{ statistic: "count", part: 2 }, pair]],
    ["no sum can be read off a histogram part", [{ statistic: "sum", part: 0 }, pair]],
    ["no edge between two bins", [{ statistic: "share", part: 0, atLeast: 40 }, pair]],
    ["no edge between two bins", [{ statistic: "share", part: 0, atLeast: 50 }, pair]],
    [
      "a mean needs moments of one value",
      [
        { statistic: "count", part: 0 },
        { statistic: "mean", part: 1 },
      ],
    ],
    ["a part has no answer", [pair]],
  ])("%s", (why, answers) => {
    expect(with_(...answers)).toThrow(why);
  });
});
